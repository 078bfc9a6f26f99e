/* After fork, parent and child go on with the handles that they have, and neither repeats the other's random bytes. */
#define _POSIX_C_SOURCE 200809L

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "fixtures.h"

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

const struct test fork_tests[] = {
    {"fork", test_fork},
    {NULL, NULL},
};
