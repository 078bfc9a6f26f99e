/* One handle, many threads: every answer is the caller's own, and who frees what on which thread does not matter. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fixtures.h"

enum { THREADS = 8, ROUNDS = 200 };

struct shared {
    jeton_key *key;
    jeton_signer *signer;
    jeton_verifier *verifier;
    jeton_verifier *strict;
    jeton_result *result;
};

static void run_threads(void *(*body)(void *), void *argument) {
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, body, argument) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
}

static void *work(void *argument) {
    const struct shared *shared = argument;
    for (int i = 0; i < ROUNDS; i++) {
        char token[300];
        uint8_t claims[300];
        const uint8_t *bytes = NULL;
        size_t len = 0, claims_len = 0;
        jeton_error error;
        jeton_result *opened = NULL, *description = NULL;
        CHECK_OK(jeton_signer_sign(shared->signer, "{\"sub\":\"alice\"}", 15, NOW, token, sizeof token, &len, &error));
        CHECK_OK(jeton_verifier_verify(shared->verifier, token, len, NOW, claims, sizeof claims, &claims_len, &error));
        CHECK(claims_len > 15 && memcmp(claims, "{\"sub\":\"alice\"", 14) == 0);
        /* Two failures by turns: the error is this call's, whatever the others do. */
        CHECK_STATUS(JETON_E_EXPIRED, jeton_verifier_verify(shared->verifier, token, len, NOW + 60, claims, sizeof claims, &claims_len, &error));
        CHECK(error.status == JETON_E_EXPIRED && strcmp(error.claim, "exp") == 0);
        CHECK_STATUS(JETON_E_CLAIM_MISSING, jeton_verifier_open(shared->strict, token, len, NOW, &opened, &error));
        CHECK(error.status == JETON_E_CLAIM_MISSING && strcmp(error.claim, "jti") == 0);
        if (i % 20 == 0) {
            CHECK_STATUS(JETON_E_PANIC, jeton_testing_panic(&error));
        }
        CHECK_OK(jeton_key_describe(shared->key, &description, &error));
        CHECK_OK(jeton_result_get(shared->result, 0, "claims", 6, &bytes, &len, &error));
        CHECK(same_text(bytes, len, RFC_CLAIMS));
        jeton_result_free(description);
    }
    return NULL;
}

static void test_shared_handles(void) {
    struct shared shared = {secret_key(), NULL, NULL, NULL, NULL};
    shared.signer = signer(shared.key, "{\"ttl_s\":60}");
    shared.verifier = verifier(shared.key, "{\"algorithms\":[\"HS256\"],\"any_issuer\":true,\"any_audience\":true}");
    shared.strict = verifier(shared.key, "{\"algorithms\":[\"HS256\"],\"any_issuer\":true,\"any_audience\":true,\"required\":[\"jti\"]}");
    CHECK_OK(jeton_inspect_unverified(RFC_TOKEN, strlen(RFC_TOKEN), &shared.result, NULL));
    run_threads(work, &shared);
    jeton_result_free(shared.result);
    jeton_verifier_free(shared.strict);
    jeton_verifier_free(shared.verifier);
    jeton_signer_free(shared.signer);
    jeton_key_free(shared.key);
}

/* Takes handles from a shelf, frees them, and puts new ones there for other threads to free. */
static struct {
    pthread_mutex_t lock;
    jeton_key *key;
    jeton_verifier *verifier;
    jeton_result *result;
} shelf = {PTHREAD_MUTEX_INITIALIZER, NULL, NULL, NULL};

static void *exchange(void *unused) {
    for (int i = 0; i < ROUNDS / 4; i++) {
        jeton_key *key = rfc_key(), *old_key;
        jeton_verifier *made = verifier(key, RFC_POLICY), *old_verifier;
        jeton_result *result = NULL, *old_result;
        CHECK_OK(jeton_verifier_open(made, RFC_TOKEN, strlen(RFC_TOKEN), NOW, &result, NULL));
        pthread_mutex_lock(&shelf.lock);
        old_key = shelf.key;
        old_verifier = shelf.verifier;
        old_result = shelf.result;
        shelf.key = key;
        shelf.verifier = made;
        shelf.result = result;
        pthread_mutex_unlock(&shelf.lock);
        jeton_key_free(old_key);
        jeton_verifier_free(old_verifier);
        jeton_result_free(old_result);
    }
    return unused;
}

static void test_freed_by_another_thread(void) {
    run_threads(exchange, NULL);
    jeton_key_free(shelf.key);
    jeton_verifier_free(shelf.verifier);
    jeton_result_free(shelf.result);
}

const struct test thread_tests[] = {
    {"shared_handles", test_shared_handles},
    {"freed_by_another_thread", test_freed_by_another_thread},
    {NULL, NULL},
};
