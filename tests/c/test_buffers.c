/* The hot calls write into the caller's memory: the bound holds, the need is exact, and not a byte too many is written. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fixtures.h"

enum { FILL = 0xA5 };

static bool untouched(const uint8_t *bytes, size_t len) {
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != FILL) {
            return false;
        }
    }
    return true;
}

/* A hot call with everything but its buffer filled in. */
typedef jeton_status hot_call(void *context, uint8_t *buffer, size_t capacity, size_t *len, jeton_error *err);

/* Tries every capacity up to `bound`, each on a heap block of just that size. Returns the exact need. */
static size_t try_capacities(hot_call *call, void *context, size_t bound) {
    size_t need = 0;
    CHECK_STATUS(JETON_E_BUFFER, call(context, NULL, 0, &need, NULL));
    CHECK(0 < need && need <= bound);
    for (size_t capacity = 0; capacity <= bound; capacity++) {
        uint8_t *buffer = malloc(capacity + 1);
        size_t len = SIZE_MAX;
        jeton_error error;
        memset(buffer, FILL, capacity + 1);
        jeton_status status = call(context, buffer, capacity, &len, &error);
        CHECK(len == need);
        if (capacity < need) {
            CHECK_STATUS(JETON_E_BUFFER, status);
            CHECK(error.status == JETON_E_BUFFER);
            CHECK(untouched(buffer, capacity + 1));
        } else {
            CHECK_OK(status);
            CHECK(untouched(buffer + need, capacity + 1 - need));
        }
        free(buffer);
    }
    return need;
}

static jeton_status sign(void *context, uint8_t *buffer, size_t capacity, size_t *len, jeton_error *err) {
    return jeton_signer_sign(context, "{\"sub\":\"alice\"}", 15, NOW, (char *)buffer, capacity, len, err);
}

static jeton_status sign_bytes(void *context, uint8_t *buffer, size_t capacity, size_t *len, jeton_error *err) {
    return jeton_signer_sign_bytes(context, (const uint8_t *)"\0\1\2", 3, (char *)buffer, capacity, len, err);
}

static jeton_status verify(void *context, uint8_t *buffer, size_t capacity, size_t *len, jeton_error *err) {
    return jeton_verifier_verify(context, RFC_TOKEN, strlen(RFC_TOKEN), NOW, buffer, capacity, len, err);
}

static void test_sign(void) {
    static const char *const options[] = {"{}", "{\"ttl_s\":60,\"jti\":true,\"issuer\":\"me\",\"audience\":[\"a\",\"b\"],\"kid\":\"k\"}"};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        jeton_key *keys[] = {secret_key(), ec_private_key()};
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
            jeton_signer *made = signer(keys[k], options[i]);
            try_capacities(sign, made, jeton_signer_bound(made, 15));
            jeton_signer_free(made);
            jeton_key_free(keys[k]);
        }
    }
}

static void test_sign_bytes(void) {
    jeton_key *key = secret_key();
    jeton_signer *made = signer(key, "{}");
    try_capacities(sign_bytes, made, jeton_signer_bound(made, 3));
    jeton_signer_free(made);
    jeton_key_free(key);
}

static void test_verify(void) {
    jeton_key *key = rfc_key();
    jeton_verifier *made = verifier(key, RFC_POLICY);
    CHECK(try_capacities(verify, made, strlen(RFC_TOKEN)) == strlen(RFC_CLAIMS));
    jeton_verifier_free(made);
    jeton_key_free(key);
}

/* The need is told to those whose token verified, and to nobody else. */
static void test_a_bad_token_does_not_tell_its_need(void) {
    jeton_key *key = rfc_key();
    jeton_verifier *made = verifier(key, RFC_POLICY);
    size_t len = 12345;
    CHECK_STATUS(JETON_E_EXPIRED, jeton_verifier_verify(made, RFC_TOKEN, strlen(RFC_TOKEN), RFC_TOKEN_EXP, NULL, 0, &len, NULL));
    CHECK_STATUS(JETON_E_SIGNATURE, jeton_verifier_verify(made, RFC_TOKEN, strlen(RFC_TOKEN) - 3, NOW, NULL, 0, &len, NULL));
    CHECK(len == 12345);
    jeton_verifier_free(made);
    jeton_key_free(key);
}

static void test_bound(void) {
    jeton_key *key = secret_key();
    jeton_signer *made = signer(key, "{\"kid\":\"k\"}");
    CHECK(jeton_signer_bound(NULL, 0) == 0);
    CHECK(jeton_signer_bound(NULL, SIZE_MAX) == 0);
    CHECK(jeton_signer_bound(made, SIZE_MAX) == SIZE_MAX);
    CHECK(jeton_signer_bound(made, SIZE_MAX / 4 * 3) == SIZE_MAX);
    for (size_t len = 0; len < 1000; len++) {
        CHECK(jeton_signer_bound(made, len) <= jeton_signer_bound(made, len + 1));
    }
    jeton_signer_free(made);
    jeton_key_free(key);
}

const struct test buffer_tests[] = {
    {"sign_capacities", test_sign},
    {"sign_bytes_capacities", test_sign_bytes},
    {"verify_capacities", test_verify},
    {"a_bad_token_does_not_tell_its_need", test_a_bad_token_does_not_tell_its_need},
    {"bound", test_bound},
    {NULL, NULL},
};
