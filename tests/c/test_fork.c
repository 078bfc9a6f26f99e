/* After fork, parent and child go on with the handles that they have, and neither repeats the other's random bytes. */
#define _XOPEN_SOURCE 700

#include <limits.h>
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

/* Has a child fetch a token of its own, with five seconds for it. Returns how that ended. */
static jeton_status fetch_in_child(const jeton_source *source, jeton_error *error) {
    uint8_t token[100];
    size_t len = 0;
    int64_t end;
    int32_t invalidated;
    alarm(5); /* A child that hangs is killed. */
    CHECK_OK(jeton_source_invalidate(source, NULL, 0, JETON_CLOCK, &invalidated, NULL));
    jeton_status status = jeton_source_wait(source, 10000, token, sizeof token, &len, &end, error);
    return status == JETON_OK && !same_text(token, len, "token") ? JETON_E_INTERNAL : status;
}

static bool gets_a_token(const jeton_source *source) {
    return fetch_in_child(source, NULL) == JETON_OK;
}

static bool is_told_of_token_file(const jeton_source *source) {
    jeton_error error;
    return fetch_in_child(source, &error) == JETON_E_NO_CREDENTIALS && strstr(error.message, "token_file") != NULL;
}

/* Forks while a thread fetches again and again; of each child, `ends_well` must hold. JETON_FORKS says how many, by default a hundred. */
static void fork_during_fetches(jeton_source *source, bool (*ends_well)(const jeton_source *)) {
    const char *wanted = getenv("JETON_FORKS");
    int forks = wanted == NULL ? 100 : atoi(wanted), good = 0;
    pthread_t thread;
    jeton_wait *first = begin(source, "refresh", 10000);
    check_token(first, "token");
    jeton_wait_free(first);
    fflush(NULL);
    CHECK(pthread_create(&thread, NULL, fetch, source) == 0);
    for (int i = 0; i < forks; i++) {
        int status = -1;
        pid_t pid = fork();
        if (pid == 0) {
            _exit(ends_well(source) ? 0 : 1);
        }
        good += waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    CHECK_OK(jeton_source_close(source, 1000, NULL));
    pthread_join(thread, NULL);
    CHECK(good == forks);
    jeton_source_free(source);
    CHECK_OK(jeton_runtime_stop(10000, NULL));
}

/* Whatever the library's threads are doing at that moment, no child hangs. */
static void test_f10_fork_during_fetches(void) {
    struct server *server = server_start();
    server_answer(server, 200, GRANT("token"));
    fork_during_fetches(oauth2_source(server), gets_a_token);
    server_stop(server);
}

/* Parent and children take turns, and none sends a refresh token that another has used. */
static void test_s14_fork_during_fetches_with_a_token_file(void) {
    char folder[] = "../../build/c/tokens-XXXXXX", here[PATH_MAX], path[PATH_MAX + sizeof "/token.json.lock"];
    struct server *server = server_start();
    server_rotate(server);
    CHECK(mkdtemp(folder) != NULL && realpath(folder, here) != NULL);
    snprintf(path, sizeof path, "%s/token.json", here);
    fork_during_fetches(refresh_source(server, path), gets_a_token);
    CHECK(server_misused(server) == 0 && server_requests(server) > 0);
    server_stop(server);
    CHECK(unlink(path) == 0);
    strcat(path, ".lock");
    CHECK(unlink(path) == 0 && rmdir(folder) == 0);
}

/* Without a file, the refresh token is its parent's, and a child is told what would let it have one. */
static void test_s14_fork_during_fetches_without_a_token_file(void) {
    struct server *server = server_start();
    server_rotate(server);
    fork_during_fetches(refresh_source(server, NULL), is_told_of_token_file);
    CHECK(server_misused(server) == 0 && server_requests(server) > 0);
    server_stop(server);
}

const struct test fork_tests[] = {
    {"fork", test_fork},
    {"f10_fork_during_fetches", test_f10_fork_during_fetches},
    {"s14_fork_during_fetches_with_a_token_file", test_s14_fork_during_fetches_with_a_token_file},
    {"s14_fork_during_fetches_without_a_token_file", test_s14_fork_during_fetches_without_a_token_file},
    {NULL, NULL},
};
