/* jeton_result: parts are read in place, absent is not empty, and each token of a batch has its own end. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fixtures.h"

static void test_parts(void) {
    jeton_result *result = NULL;
    const uint8_t *bytes = NULL, *again = NULL;
    size_t len = 0;
    CHECK_OK(jeton_inspect_unverified(RFC_TOKEN, strlen(RFC_TOKEN), &result, NULL));
    CHECK(jeton_result_count(result) == 1);
    CHECK_OK(jeton_result_get(result, 0, "header", 6, &bytes, &len, NULL));
    CHECK(same_text(bytes, len, RFC_HEADER));
    CHECK_OK(jeton_result_get(result, 0, "header", 6, &again, &len, NULL));
    CHECK(bytes == again);
    CHECK_OK(jeton_result_get(result, 0, "claims", 6, &bytes, &len, NULL));
    CHECK(same_text(bytes, len, RFC_CLAIMS));
    jeton_result_free(result);
}

static void test_a_part_that_is_not_there(void) {
    static const char *const names[] = {"payload", "Header", "header ", ""};
    jeton_result *result = NULL;
    CHECK_OK(jeton_inspect_unverified(RFC_TOKEN, strlen(RFC_TOKEN), &result, NULL));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const uint8_t *bytes = (const uint8_t *)"old";
        size_t len = 3;
        CHECK_OK(jeton_result_get(result, 0, names[i], strlen(names[i]), &bytes, &len, NULL));
        CHECK(bytes == NULL && len == 0);
    }
    jeton_result_free(result);
}

/* {"alg":"x"} with an empty payload and an empty signature. */
static void test_an_empty_part_is_there(void) {
    jeton_result *result = NULL;
    const uint8_t *bytes = NULL;
    size_t len = 1;
    CHECK_OK(jeton_inspect_unverified("eyJhbGciOiJ4In0..", 17, &result, NULL));
    CHECK_OK(jeton_result_get(result, 0, "payload", 7, &bytes, &len, NULL));
    CHECK(bytes != NULL && len == 0);
    jeton_result_free(result);
}

static void test_wrong_arguments(void) {
    jeton_result *result = NULL;
    const uint8_t *bytes = (const uint8_t *)"old";
    size_t len = 3;
    CHECK(jeton_result_count(NULL) == 0);
    CHECK_OK(jeton_inspect_unverified(RFC_TOKEN, strlen(RFC_TOKEN), &result, NULL));
    CHECK_STATUS(JETON_E_CONFIG, jeton_result_get(result, 1, "header", 6, &bytes, &len, NULL));
    CHECK_STATUS(JETON_E_CONFIG, jeton_result_get(result, SIZE_MAX, "header", 6, &bytes, &len, NULL));
    CHECK_STATUS(JETON_E_UTF8, jeton_result_get(result, 0, "\xFF", 1, &bytes, &len, NULL));
    CHECK(len == 3 && memcmp(bytes, "old", 3) == 0);
    jeton_result_free(result);
}

static void test_batch(void) {
    jeton_key *key = rfc_key();
    jeton_verifier *made = verifier(key, RFC_POLICY);
    const char *tokens[] = {RFC_TOKEN, "nonsense", RFC_TOKEN, ""};
    size_t lens[] = {strlen(RFC_TOKEN), 8, strlen(RFC_TOKEN) - 3, 0};
    static const jeton_status wanted[] = {JETON_OK, JETON_E_MALFORMED, JETON_E_SIGNATURE, JETON_E_MALFORMED};
    jeton_result *result = NULL;
    const uint8_t *bytes = NULL;
    size_t len = 0;
    CHECK_OK(jeton_verifier_verify_batch(made, tokens, lens, 4, NOW, &result, NULL));
    CHECK(jeton_result_count(result) == 4);
    for (size_t i = 0; i < 4; i++) {
        jeton_error error;
        error.status = JETON_OK;
        CHECK_STATUS(wanted[i], jeton_result_get(result, i, "claims", 6, &bytes, &len, &error));
        CHECK(error.status == wanted[i]);
    }
    CHECK_OK(jeton_result_get(result, 0, "claims", 6, &bytes, &len, NULL));
    CHECK(same_text(bytes, len, RFC_CLAIMS));
    CHECK_STATUS(JETON_E_CONFIG, jeton_result_get(result, 4, "claims", 6, &bytes, &len, NULL));
    jeton_result_free(result);
    CHECK_OK(jeton_verifier_verify_batch(made, NULL, NULL, 0, NOW, &result, NULL));
    CHECK(jeton_result_count(result) == 0);
    CHECK_STATUS(JETON_E_CONFIG, jeton_result_get(result, 0, "claims", 6, &bytes, &len, NULL));
    jeton_result_free(result);
    jeton_verifier_free(made);
    jeton_key_free(key);
}

static void test_one_wrong_pointer_spoils_the_batch(void) {
    jeton_key *key = rfc_key();
    jeton_verifier *made = verifier(key, RFC_POLICY);
    const char *tokens[] = {RFC_TOKEN, NULL};
    size_t lens[] = {strlen(RFC_TOKEN), 1};
    jeton_result *result = NULL;
    CHECK_STATUS(JETON_E_NULL, jeton_verifier_verify_batch(made, tokens, lens, 2, NOW, &result, NULL));
    lens[0] = SIZE_MAX;
    CHECK_STATUS(JETON_E_LENGTH, jeton_verifier_verify_batch(made, tokens, lens, 2, NOW, &result, NULL));
    CHECK(result == NULL);
    lens[0] = strlen(RFC_TOKEN);
    lens[1] = 0;
    CHECK_OK(jeton_verifier_verify_batch(made, tokens, lens, 2, NOW, &result, NULL));
    CHECK(jeton_result_count(result) == 2);
    jeton_result_free(result);
    jeton_verifier_free(made);
    jeton_key_free(key);
}

/* A result stands alone: what it was made from can go. */
static void test_a_result_outlives_its_makers(void) {
    jeton_key *key = rfc_key();
    jeton_verifier *made = verifier(key, RFC_POLICY);
    struct text token = exact(RFC_TOKEN);
    jeton_result *result = NULL;
    jeton_key_free(key);
    CHECK_OK(jeton_verifier_open(made, token.at, token.len, NOW, &result, NULL));
    jeton_verifier_free(made);
    free(token.at);
    struct text claims = part_of(result, "claims");
    CHECK(same_text(claims.at, claims.len, RFC_CLAIMS));
    free(claims.at);
    jeton_result_free(result);
}

const struct test result_tests[] = {
    {"parts", test_parts},
    {"a_part_that_is_not_there", test_a_part_that_is_not_there},
    {"an_empty_part_is_there", test_an_empty_part_is_there},
    {"result_wrong_arguments", test_wrong_arguments},
    {"batch", test_batch},
    {"one_wrong_pointer_spoils_the_batch", test_one_wrong_pointer_spoils_the_batch},
    {"a_result_outlives_its_makers", test_a_result_outlives_its_makers},
    {NULL, NULL},
};
