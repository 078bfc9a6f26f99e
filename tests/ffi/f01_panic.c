/* F1, F3: a panic inside the library is a status. Nothing unwinds into C, nothing is poisoned, and what is said names no secret. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests.h"

enum { THREADS = 8, ROUNDS = 100 };

static void panic_once(void) {
    jeton_error error;
    memset(&error, 0xA5, sizeof error);
    CHECK_STATUS(JETON_E_PANIC, jeton_testing_panic(&error));
    CHECK(error.status == JETON_E_PANIC && error.http_status == 0 && error.claim[0] == '\0' && error.message[0] != '\0');
    CHECK_STATUS(JETON_E_PANIC, jeton_testing_panic(NULL));
}

static void test_everything_works_after_a_panic(void) {
    char before[300] = "", after[300] = "";
    size_t before_len = 0, after_len = 0;
    jeton_key *key = secret_key();
    jeton_signer *made = signer(key, "{\"ttl_s\":60}");
    CHECK_OK(jeton_signer_sign(made, "{}", 2, NOW, before, sizeof before, &before_len, NULL));
    panic_once();
    CHECK_OK(jeton_signer_sign(made, "{}", 2, NOW, after, sizeof after, &after_len, NULL));
    CHECK(before_len == after_len && memcmp(before, after, after_len) == 0);
    call_everything();
    panic_once();
    call_everything();
    jeton_signer_free(made);
    jeton_key_free(key);
}

/* Odd threads panic while even ones verify with the same handle. */
struct thread {
    const jeton_verifier *verifier;
    bool panics;
};

static void *work(void *argument) {
    const struct thread *thread = argument;
    for (int i = 0; i < ROUNDS; i++) {
        uint8_t claims[300];
        size_t len = 0;
        if (thread->panics) {
            panic_once();
        }
        CHECK_OK(jeton_verifier_verify(thread->verifier, RFC_TOKEN, strlen(RFC_TOKEN), NOW, claims, sizeof claims, &len, NULL));
        CHECK(same_text(claims, len, RFC_CLAIMS));
    }
    return NULL;
}

static void test_panics_beside_other_threads(void) {
    pthread_t ids[THREADS];
    struct thread threads[THREADS];
    jeton_key *key = rfc_key();
    jeton_verifier *made = verifier(key, RFC_POLICY);
    for (int i = 0; i < THREADS; i++) {
        threads[i] = (struct thread){made, i % 2 == 1};
        CHECK(pthread_create(&ids[i], NULL, work, &threads[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(ids[i], NULL) == 0);
    }
    jeton_verifier_free(made);
    jeton_key_free(key);
}

static void panic_among_secrets(void) {
    setenv("RUST_BACKTRACE", "full", 1);
    jeton_key *key = rfc_key();
    jeton_verifier *made = verifier(key, RFC_POLICY);
    jeton_result *result = NULL;
    CHECK_OK(jeton_verifier_open(made, RFC_TOKEN, strlen(RFC_TOKEN), NOW, &result, NULL));
    panic_once();
    jeton_result_free(result);
    jeton_verifier_free(made);
    jeton_key_free(key);
}

/* Also with a full backtrace, the text of a panic is the place and a fixed sentence. */
static void test_panic_text(void) {
    static const char *const secrets[] = {"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ", "eyJ0eXAi", "eyJpc3Mi", "dBjftJeZ", "joe", "1300819380"};
    char output[20000];
    int status = in_child(panic_among_secrets, output, sizeof output);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK(strstr(output, "panicked at") != NULL && strstr(output, "jeton_testing_panic") != NULL);
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        CHECK(strstr(output, secrets[i]) == NULL);
    }
}

static void panic_in_silence(void) {
    close(STDERR_FILENO);
    panic_once();
    call_everything();
}

/* A daemon has no standard error; the line about the panic is lost, and nothing else. */
static void test_a_panic_without_standard_error(void) {
    char output[100];
    int status = in_child(panic_in_silence, output, sizeof output);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0 && output[0] == '\0');
}

const struct test f01_tests[] = {
    {"f01_everything_works_after_a_panic", test_everything_works_after_a_panic},
    {"f01_panics_beside_other_threads", test_panics_beside_other_threads},
    {"f01_a_panic_without_standard_error", test_a_panic_without_standard_error},
    {"f03_panic_text", test_panic_text},
    {NULL, NULL},
};
