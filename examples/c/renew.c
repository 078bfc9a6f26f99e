/*
 * A source that renews itself while callers go on: renew TOKEN_URL
 *
 * jeton_source_token never waits: while a new token is fetched it gives the old one.
 */
#define _POSIX_C_SOURCE 200809L

#include <jeton.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CALLERS = 8, MS = 6000 };

static const char SECRETS[] = "{\"client_secret\":\"only for this example\"}";
static jeton_source *source;

struct caller {
    int calls, tokens, failed;
    double longest_ms;
};

static double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Asks for the token every millisecond, as a server does that makes a call for each request. */
static void *call(void *data) {
    struct caller *caller = data;
    const struct timespec millisecond = {0, 1000000};
    const double end = now_ms() + MS;
    uint8_t token[2][1024] = {"", ""};
    while (now_ms() < end) {
        uint8_t *latest = token[caller->tokens % 2], *other = token[(caller->tokens + 1) % 2];
        size_t len = 0;
        int64_t expires_at_s;
        const double start = now_ms();
        const jeton_status status = jeton_source_token(source, JETON_CLOCK, latest, sizeof token[0] - 1, &len, &expires_at_s, NULL);
        const double took = now_ms() - start;
        latest[len] = '\0';
        if (took > caller->longest_ms) caller->longest_ms = took;
        if (status != JETON_OK) caller->failed++;
        else if (strcmp((char *)latest, (char *)other) != 0) caller->tokens++;
        caller->calls++;
        nanosleep(&millisecond, NULL);
    }
    return NULL;
}

int main(int argc, char **argv) {
    char config[500];
    uint8_t token[1024];
    size_t len;
    int64_t expires_at_s;
    jeton_error error;
    pthread_t threads[CALLERS];
    struct caller callers[CALLERS] = {{0}}, all = {0};
    if (argc != 2) return fputs("usage: renew TOKEN_URL\n", stderr), EXIT_FAILURE;
    snprintf(config, sizeof config,
             "{\"kind\":\"oauth2\",\"grant\":\"client_credentials\",\"token_url\":\"%s\",\"client_id\":\"me\",\"leeway_s\":1}", argv[1]);
    if (jeton_source_new(NULL, config, strlen(config), SECRETS, sizeof SECRETS - 1, NULL, 0, NULL, JETON_CLOCK, &source, &error) != JETON_OK ||
        /* The first token has to be waited for. */
        jeton_source_wait(source, 10000, token, sizeof token, &len, &expires_at_s, &error) != JETON_OK)
        return fprintf(stderr, "%s\n", error.message), EXIT_FAILURE;

    for (int i = 0; i < CALLERS; i++) pthread_create(&threads[i], NULL, call, &callers[i]);
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(threads[i], NULL);
        all.calls += callers[i].calls;
        all.failed += callers[i].failed;
        if (callers[i].tokens > all.tokens) all.tokens = callers[i].tokens;
        if (callers[i].longest_ms > all.longest_ms) all.longest_ms = callers[i].longest_ms;
    }
    printf("%d calls, %d failed, %d tokens; the longest call took %.1f ms\n", all.calls, all.failed, all.tokens, all.longest_ms);
    jeton_source_free(source);
    return EXIT_SUCCESS;
}
