/* Sources: what is at hand, what is fetched, what is refused, and what is told about it. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fixtures.h"
#include "sources.h"

/* Asks for the token at hand and checks the answer; gives the second of its end. */
static int64_t check_at_hand(const jeton_source *source, jeton_status wanted, const char *token) {
    uint8_t text[100];
    size_t len = 0;
    int64_t end = 0;
    CHECK_STATUS(wanted, jeton_source_token(source, JETON_CLOCK, text, sizeof text, &len, &end, NULL));
    CHECK(token == NULL || same_text(text, len, token));
    return end;
}

/* The same, but waits for it. */
static jeton_status check_waited(const jeton_source *source, jeton_status wanted, const char *token, jeton_error *error) {
    uint8_t text[100];
    size_t len = 0;
    int64_t end = 0;
    jeton_status status = jeton_source_wait(source, 10000, text, sizeof text, &len, &end, error);
    CHECK_STATUS(wanted, status);
    CHECK(token == NULL || same_text(text, len, token));
    return status;
}

static void test_static(void) {
    jeton_source *source = static_source();
    size_t len = 0;
    int64_t end = 0;
    uint8_t small[4];
    CHECK(check_at_hand(source, JETON_OK, "fixed") == INT64_C(4000000000));
    CHECK_STATUS(JETON_E_BUFFER, jeton_source_token(source, JETON_CLOCK, small, sizeof small, &len, &end, NULL));
    CHECK(len == strlen("fixed"));
    CHECK_OK(jeton_source_close(source, 0, NULL));
    CHECK_OK(jeton_source_close(source, 0, NULL));
    check_at_hand(source, JETON_E_CLOSED, NULL);
    check_waited(source, JETON_E_CLOSED, NULL, NULL);
    jeton_source_free(source);
}

static void test_signed(void) {
    static const char config[] = "{\"kind\":\"signed\",\"claims\":{\"sub\":\"alice\"},\"options\":{\"ttl_s\":60}}";
    jeton_key *key = secret_key();
    jeton_verifier *made = verifier(key, "{\"algorithms\":[\"HS256\"],\"any_issuer\":true,\"any_audience\":true}");
    jeton_source *source = NULL;
    uint8_t token[500], claims[500];
    size_t len = 0, claims_len = 0;
    int64_t end = 0;
    CHECK_OK(jeton_source_new(NULL, config, strlen(config), NULL, 0, "{}", 2, key, JETON_CLOCK, &source, NULL));
    jeton_key_free(key);
    CHECK_OK(jeton_source_wait(source, 10000, token, sizeof token, &len, &end, NULL));
    CHECK_OK(jeton_verifier_verify(made, (const char *)token, len, end - 1, claims, sizeof claims, &claims_len, NULL));
    CHECK(claims_len > 14 && memcmp(claims, "{\"sub\":\"alice\"", 14) == 0);
    jeton_source_free(source);
    jeton_verifier_free(made);
}

static void test_fetched(void) {
    struct server *server = server_start();
    jeton_source *source = oauth2_source(server), *twin = oauth2_source(server);
    jeton_result *stats = NULL;
    check_at_hand(source, JETON_WAIT, NULL);
    server_answer(server, 200, GRANT("first"));
    check_waited(source, JETON_OK, "first", NULL);
    check_at_hand(source, JETON_OK, "first");
    check_at_hand(twin, JETON_OK, "first"); /* One identity, one token. */
    CHECK(server_requests(server) == 1);
    CHECK_OK(jeton_source_stats(source, &stats, NULL));
    CHECK(part_holds(stats, "stats", "\"refreshes\":1"));
    jeton_result_free(stats);

    server_answer(server, 200, GRANT("second"));
    jeton_wait *wait = begin(source, "refresh", 10000);
    check_token(wait, "second");
    check_token(wait, "second"); /* The result stays. */
    jeton_wait_free(wait);
    check_at_hand(source, JETON_OK, "second");
    CHECK(server_requests(server) == 2);
    jeton_source_free(source);
    jeton_source_free(twin);
    server_stop(server);
}

static void test_invalidate(void) {
    struct server *server = server_start();
    jeton_source *source = oauth2_source(server);
    int32_t invalidated = -1;
    server_answer(server, 200, GRANT("first"));
    check_waited(source, JETON_OK, "first", NULL);
    CHECK_OK(jeton_source_invalidate(source, "other", 5, JETON_CLOCK, &invalidated, NULL));
    CHECK(invalidated == 0);
    CHECK_OK(jeton_source_invalidate(source, "first", 5, JETON_CLOCK, &invalidated, NULL));
    CHECK(invalidated == 1);
    CHECK_OK(jeton_source_invalidate(source, "first", 5, JETON_CLOCK, &invalidated, NULL));
    CHECK(invalidated == 0);
    server_answer(server, 200, GRANT("second"));
    check_waited(source, JETON_OK, "second", NULL);
    CHECK_OK(jeton_source_invalidate(source, NULL, 0, JETON_CLOCK, &invalidated, NULL));
    CHECK(invalidated == 1);
    jeton_source_free(source);
    server_stop(server);
}

static void test_refused(void) {
    struct server *server = server_start();
    jeton_source *source = oauth2_source(server);
    jeton_error error;
    server_answer(server, 401, "{\"error\":\"invalid_client\",\"error_description\":\"not with hush-hush\"}");
    check_waited(source, JETON_E_REFUSED, NULL, &error);
    CHECK(error.http_status == 401 && strcmp(error.claim, "invalid_client") == 0);
    CHECK(strstr(error.message, "hush-hush") == NULL);
    check_waited(source, JETON_E_REFUSED, NULL, &error); /* An OAuth code is final: nothing is sent again. */
    CHECK(server_requests(server) == 1);
    jeton_source_free(source);
    server_stop(server);

    server = server_start();
    source = oauth2_source(server);
    server_answer(server, 500, "{}");
    check_waited(source, JETON_E_UNAVAILABLE, NULL, &error);
    CHECK(error.http_status == 500 && error.claim[0] == '\0');
    server_stop(server);
    jeton_source_free(source);
}

static void test_description(void) {
    struct server *server = server_start();
    jeton_source *source = oauth2_source(server);
    jeton_result *result = NULL;
    CHECK_OK(jeton_source_describe(source, &result, NULL));
    CHECK(part_holds(result, "description", "\"client_id\":\"app\""));
    CHECK(part_holds(result, "description", server_url(server)));
    CHECK(!part_holds(result, "description", "hush"));
    jeton_result_free(result);
    jeton_source_free(source);
    server_stop(server);
}

static void test_events(void) {
    static const char config[] = "{\"kind\":\"descarteslabs\"}";
    jeton_source *source = NULL;
    jeton_result *events = NULL;
    jeton_error error;
    CHECK_OK(jeton_source_new(NULL, config, strlen(config), NULL, 0, "{}", 2, NULL, JETON_CLOCK, &source, NULL));
    CHECK_OK(jeton_source_events(source, &events, NULL));
    CHECK(jeton_result_count(events) == 1);
    CHECK(part_holds(events, "event", "\"code\":\"NO_CREDENTIALS\"") && part_holds(events, "event", "\"warning\":true"));
    jeton_result_free(events);
    CHECK_OK(jeton_source_events(source, &events, NULL));
    CHECK(jeton_result_count(events) == 0);
    jeton_result_free(events);
    check_waited(source, JETON_E_NO_CREDENTIALS, NULL, &error);
    CHECK(error.http_status == 0);
    jeton_source_free(source);

    struct server *server = server_start();
    source = oauth2_source(server);
    server_answer(server, 200, GRANT("first"));
    check_waited(source, JETON_OK, "first", NULL);
    CHECK_OK(jeton_source_events(source, &events, NULL));
    CHECK(jeton_result_count(events) == 1 && part_holds(events, "event", "\"code\":\"RENEWED\""));
    jeton_result_free(events);
    jeton_source_free(source);
    server_stop(server);
}

/* Whoever opens the source of the process has one of its own, on the token of all. */
static void test_default(void) {
    jeton_source *mine = static_source(), *one = NULL, *two = NULL;
    jeton_result *description = NULL;
    CHECK_OK(jeton_source_make_default(mine, NULL));
    jeton_source_free(mine);
    CHECK_OK(jeton_source_default(&one, NULL));
    CHECK_OK(jeton_source_default(&two, NULL));
    CHECK_OK(jeton_source_close(one, 0, NULL));
    check_at_hand(one, JETON_E_CLOSED, NULL);
    check_at_hand(two, JETON_OK, "fixed");
    CHECK_STATUS(JETON_E_CLOSED, jeton_source_make_default(one, NULL));
    CHECK_OK(jeton_source_make_default(NULL, NULL));
    check_at_hand(two, JETON_OK, "fixed");
    jeton_source_free(one);
    jeton_source_free(two);

    CHECK_OK(jeton_source_default(&one, NULL));
    CHECK_OK(jeton_source_describe(one, &description, NULL));
    CHECK(part_holds(description, "description", "\"descarteslabs\""));
    jeton_result_free(description);
    jeton_source_free(one);
    CHECK_OK(jeton_source_make_default(NULL, NULL));
}

/* Everything that a config can have wrong names its place, and nothing is sent. */
static void test_config(void) {
    static const char *const wrong[] = {
        "[]", "{}", "{\"kind\":\"magic\"}", "{\"kind\":\"static\",\"expires_at_s\":\"soon\"}", "{\"kind\":\"oauth2\",\"grant\":\"refresh_token\"}",
        "{\"kind\":\"oauth2\",\"grant\":\"client_credentials\",\"client_id\":\"a\",\"token_url\":\"http://example.com\"}",
    };
    jeton_source *source = NULL;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_STATUS(JETON_E_CONFIG, jeton_source_new(NULL, wrong[i], strlen(wrong[i]), NULL, 0, "{}", 2, NULL, JETON_CLOCK, &source, NULL));
        CHECK(source == NULL);
    }
}

const struct test source_tests[] = {
    {"source_static", test_static},
    {"source_signed", test_signed},
    {"source_fetched", test_fetched},
    {"source_invalidate", test_invalidate},
    {"source_refused", test_refused},
    {"source_description", test_description},
    {"source_events", test_events},
    {"source_default", test_default},
    {"source_config", test_config},
    {NULL, NULL},
};
