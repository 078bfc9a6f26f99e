/* After fork, parent and child go on with the handles that they have, and neither repeats the other's random bytes. */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "fixtures.h"
#include "sources.h"

enum { CHILDREN = 4, JWK_ROOM = 512 };

/* Writes a new secret as a JWK to `to`, if the inherited verifier still verifies. Returns the exit status of a child. */
static int child(const jeton_verifier *inherited, int to) {
    jeton_result *opened = NULL, *generated = NULL;
    const uint8_t *jwk = NULL;
    size_t len = 0;
    char line[JWK_ROOM] = "";
    if (jeton_verifier_open(inherited, RFC_TOKEN, strlen(RFC_TOKEN), NOW, &opened, NULL) != JETON_OK ||
        jeton_key_generate("HS256", 5, &generated, NULL) != JETON_OK ||
        jeton_result_get(generated, 0, "private_jwk", 11, &jwk, &len, NULL) != JETON_OK || len >= sizeof line) {
        return 1;
    }
    memcpy(line, jwk, len);
    jeton_result_free(generated);
    jeton_result_free(opened);
    return write(to, line, sizeof line) == (ssize_t)sizeof line ? 0 : 1;
}

static void test_fork(void) {
    jeton_key *key = rfc_key();
    jeton_verifier *made = verifier(key, RFC_POLICY);
    char jwks[CHILDREN][JWK_ROOM];
    int ends[2];
    CHECK_OK(jeton_runtime_stop(10000, NULL)); /* Whatever ran before: a child has no part in it. */
    fflush(NULL);
    CHECK(pipe(ends) == 0);
    for (int i = 0; i < CHILDREN; i++) {
        pid_t pid = fork();
        int status = -1;
        CHECK(pid >= 0);
        if (pid == 0) {
            status = child(made, ends[1]);
            jeton_verifier_free(made);
            jeton_key_free(key);
            _exit(status);
        }
        CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
        CHECK(read(ends[0], jwks[i], JWK_ROOM) == JWK_ROOM && strstr(jwks[i], "\"k\":") != NULL);
        for (int other = 0; other < i; other++) {
            CHECK(strcmp(jwks[i], jwks[other]) != 0);
        }
    }
    close(ends[0]);
    close(ends[1]);
    jeton_verifier_free(made);
    jeton_key_free(key);
}

/* Fetches again and again until the source is closed. */
static void *fetch(void *source) {
    jeton_status status = JETON_OK;
    while (status == JETON_OK) {
        jeton_wait *wait = begin(source, "refresh", 10000);
        jeton_result *result = NULL;
        CHECK_OK(jeton_wait_for(wait, 10000, NULL));
        status = jeton_wait_result(wait, &result, NULL);
        jeton_result_free(result);
        jeton_wait_free(wait);
    }
    CHECK_STATUS(JETON_E_CLOSED, status);
    return NULL;
}

/* Fetches a token of its own. Returns the exit status of a child. */
static int fetch_in_child(const jeton_source *source) {
    uint8_t token[100];
    size_t len;
    int64_t end;
    int32_t invalidated;
    alarm(5); /* A child that hangs is killed. */
    return jeton_source_invalidate(source, NULL, 0, JETON_CLOCK, &invalidated, NULL) == JETON_OK &&
                   jeton_source_wait(source, 10000, token, sizeof token, &len, &end, NULL) == JETON_OK && same_text(token, len, "token")
               ? 0
               : 1;
}

/* Whatever the library's threads are doing at that moment, no child hangs. JETON_FORKS says how many, by default a hundred. */
static void test_fork_during_fetches(void) {
    const char *wanted = getenv("JETON_FORKS");
    int forks = wanted == NULL ? 100 : atoi(wanted), good = 0;
    struct server *server = server_start();
    jeton_source *source = oauth2_source(server);
    pthread_t thread;
    server_answer(server, 200, GRANT("token"));
    fflush(NULL);
    CHECK(pthread_create(&thread, NULL, fetch, source) == 0);
    for (int i = 0; i < forks; i++) {
        int status = -1;
        pid_t pid = fork();
        if (pid == 0) {
            _exit(fetch_in_child(source));
        }
        good += waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    CHECK_OK(jeton_source_close(source, 1000, NULL));
    pthread_join(thread, NULL);
    CHECK(good == forks);
    jeton_source_free(source);
    server_stop(server);
    CHECK_OK(jeton_runtime_stop(10000, NULL));
}

const struct test fork_tests[] = {
    {"fork", test_fork},
    {"fork_during_fetches", test_fork_during_fetches},
    {NULL, NULL},
};
