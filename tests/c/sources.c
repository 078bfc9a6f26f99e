#include "sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fixtures.h"

static jeton_source *open_source(const char *config, const char *secrets) {
    jeton_source *source = NULL;
    CHECK_OK(jeton_source_new(NULL, config, strlen(config), secrets, strlen(secrets), "{}", 2, NULL, JETON_CLOCK, &source, NULL));
    if (source == NULL) {
        exit(EXIT_FAILURE);
    }
    return source;
}

jeton_source *static_source(void) {
    return open_source("{\"kind\":\"static\",\"expires_at_s\":4000000000}", "{\"token\":\"fixed\"}");
}

jeton_source *oauth2_source(const struct server *server) {
    char config[300];
    snprintf(config, sizeof config,
             "{\"kind\":\"oauth2\",\"token_url\":\"%s/token\",\"grant\":\"client_credentials\",\"client_id\":\"app\",\"retries\":0}",
             server_url(server));
    return open_source(config, "{\"client_secret\":\"hush-hush\"}");
}

jeton_source *refresh_source(const struct server *server, const char *token_file) {
    char config[8192], file[4200] = "";
    if (token_file != NULL) {
        snprintf(file, sizeof file, ",\"token_file\":\"%s\"", token_file);
    }
    snprintf(config, sizeof config, "{\"kind\":\"oauth2\",\"token_url\":\"%s/token\",\"grant\":\"refresh_token\",\"client_id\":\"app\"%s}",
             server_url(server), file);
    return open_source(config, "{\"refresh_token\":\"r0\"}");
}

jeton_wait *begin(const jeton_source *source, const char *operation, uint64_t timeout_ms) {
    jeton_wait *wait = NULL;
    CHECK_OK(jeton_source_begin(source, operation, strlen(operation), NULL, 0, timeout_ms, JETON_CLOCK, &wait, NULL));
    return wait;
}

int part_holds(const jeton_result *result, const char *part, const char *wanted) {
    struct text found = part_of(result, part);
    char *text = calloc(1, found.len + 1);
    int holds = 0;
    if (text != NULL) {
        memcpy(text, found.at, found.len);
        holds = strstr(text, wanted) != NULL;
    }
    free(text);
    free(found.at);
    return holds;
}

void check_token(const jeton_wait *wait, const char *token) {
    jeton_result *result = NULL;
    CHECK_OK(jeton_wait_for(wait, 10000, NULL));
    CHECK_OK(jeton_wait_result(wait, &result, NULL));
    if (result != NULL) {
        struct text found = part_of(result, "token");
        CHECK(same_text(found.at, found.len, token));
        free(found.at);
    }
    jeton_result_free(result);
}
