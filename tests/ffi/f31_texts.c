/* F31: a text is a pointer and a length. A NUL inside is a byte like any other, none is needed behind, and big texts stay whole. */
#include <stdlib.h>
#include <string.h>

#include "tests.h"

#define NAMED(text) text, sizeof text - 1

static const char ANYONE[] = "{\"algorithms\":[\"HS256\"],\"any_issuer\":true,\"any_audience\":true,\"allow_missing_exp\":true}";

/* The Makefile compiles the inputs of call_everything so that each ends at a page that cannot be read. */
static void test_nothing_is_read_behind_a_text(void) {
    char *probe = exact("x").at;
    CHECK(((uintptr_t)probe + 1) % 4096 == 0);
    call_everything();
}

/* Secrets that are equal up to a NUL are two secrets. */
static void test_a_nul_ends_no_secret(void) {
    static const uint8_t secrets[2][33] = {"\0abcdefghijklmnopqrstuvwxyz012345", "\0abcdefghijklmnopqrstuvwxyz012346"};
    char tokens[2][200];
    size_t lens[2];
    jeton_key *keys[2];
    for (int i = 0; i < 2; i++) {
        CHECK_OK(jeton_key_from_secret(secrets[i], 33, NAMED("HS256"), &keys[i], NULL));
        jeton_signer *made = signer(keys[i], "{}");
        CHECK_OK(jeton_signer_sign(made, NAMED("{}"), NOW, tokens[i], sizeof tokens[i], &lens[i], NULL));
        jeton_signer_free(made);
    }
    for (int i = 0; i < 2; i++) {
        jeton_verifier *judge = verifier(keys[i], ANYONE);
        uint8_t claims[200];
        size_t len;
        CHECK_OK(jeton_verifier_verify(judge, tokens[i], lens[i], NOW, claims, sizeof claims, &len, NULL));
        CHECK_STATUS(JETON_E_SIGNATURE, jeton_verifier_verify(judge, tokens[1 - i], lens[1 - i], NOW, claims, sizeof claims, &len, NULL));
        jeton_verifier_free(judge);
    }
    jeton_key_free(keys[0]);
    jeton_key_free(keys[1]);
}

static void test_a_nul_ends_no_name_and_no_text(void) {
    jeton_key *key = NULL, *good = secret_key();
    jeton_result *result = NULL;
    jeton_verifier *judge = NULL;
    jeton_signer *made = signer(good, "{}");
    const uint8_t *bytes = NULL;
    char token[300];
    size_t len = 0;
    CHECK_STATUS(JETON_E_CONFIG, jeton_key_from_secret((const uint8_t *)SECRET, strlen(SECRET), NAMED("HS256\0"), &key, NULL));
    CHECK_STATUS(JETON_E_CONFIG, jeton_key_generate(NAMED("ES256\0x"), &result, NULL));
    CHECK_STATUS(JETON_E_KEY, jeton_key_from_jwk(NAMED("{}\0"), NULL, 0, &key, NULL));
    CHECK_STATUS(JETON_E_CONFIG, jeton_verifier_new(good, ANYONE, sizeof ANYONE, &judge, NULL));
    CHECK_STATUS(JETON_E_CONFIG, jeton_signer_sign(made, NAMED("{}\0"), NOW, token, sizeof token, &len, NULL));
    CHECK_STATUS(JETON_E_CONFIG, jeton_signer_sign(made, NAMED("{\"a\":\"\0\"}"), NOW, token, sizeof token, &len, NULL));
    CHECK_OK(jeton_inspect_unverified(RFC_TOKEN, strlen(RFC_TOKEN), &result, NULL));
    CHECK_OK(jeton_result_get(result, 0, NAMED("header\0"), &bytes, &len, NULL));
    CHECK(bytes == NULL);
    jeton_result_free(result);
    /* Every token with a NUL in it, wherever, is malformed. */
    for (size_t i = 0; i <= strlen(RFC_TOKEN); i++) {
        memcpy(token, RFC_TOKEN, i);
        token[i] = '\0';
        memcpy(token + i + 1, RFC_TOKEN + i, strlen(RFC_TOKEN) - i);
        CHECK_STATUS(JETON_E_MALFORMED, jeton_inspect_unverified(token, strlen(RFC_TOKEN) + 1, &result, NULL));
    }
    jeton_signer_free(made);
    jeton_key_free(good);
}

static void test_a_nul_in_claims_and_payloads_stays(void) {
    static const char claims[] = "{\"sub\":\"a\\u0000b\"}";
    static const uint8_t payload[] = {0, 1, 0, 2, 0};
    char token[300];
    size_t len = 0;
    jeton_result *result = NULL;
    jeton_key *key = secret_key();
    jeton_signer *made = signer(key, "{}");
    jeton_verifier *judge = verifier(key, ANYONE), *of_bytes = verifier(key, "{\"algorithms\":[\"HS256\"],\"payload\":\"bytes\"}");
    CHECK_OK(jeton_signer_sign(made, NAMED(claims), NOW, token, sizeof token, &len, NULL));
    CHECK_OK(jeton_verifier_open(judge, token, len, NOW, &result, NULL));
    struct text got = part_of(result, "claims");
    CHECK(same_text(got.at, got.len, claims));
    jeton_result_free(result);
    CHECK_OK(jeton_signer_sign_bytes(made, payload, sizeof payload, token, sizeof token, &len, NULL));
    CHECK_OK(jeton_verifier_open(of_bytes, token, len, NOW, &result, NULL));
    got = part_of(result, "payload");
    CHECK(got.len == sizeof payload && memcmp(got.at, payload, got.len) == 0);
    jeton_result_free(result);
    jeton_verifier_free(of_bytes);
    jeton_verifier_free(judge);
    jeton_signer_free(made);
    jeton_key_free(key);
}

/* The largest token of all comes back whole; one byte more than the policy allows does not. */
static void test_big_tokens(void) {
    enum { LARGEST = 1048576 };
    char policy[100];
    jeton_key *key = secret_key();
    jeton_signer *made = signer(key, "{}");
    size_t len = 0, payload_len = LARGEST / 4 * 3 - 100;
    uint8_t *payload = malloc(payload_len), *back = malloc(LARGEST);
    size_t room = jeton_signer_bound(made, payload_len);
    char *token = malloc(room);
    for (size_t i = 0; i < payload_len; i++) {
        payload[i] = (uint8_t)(i * 7);
    }
    CHECK_OK(jeton_signer_sign_bytes(made, payload, payload_len, token, room, &len, NULL));
    for (size_t most = len - 1; most <= len; most++) {
        size_t back_len = 0;
        jeton_status wanted = most < len ? JETON_E_TOO_LARGE : JETON_OK;
        snprintf(policy, sizeof policy, "{\"algorithms\":[\"HS256\"],\"payload\":\"bytes\",\"max_token_bytes\":%zu}", most);
        jeton_verifier *judge = verifier(key, policy);
        CHECK_STATUS(wanted, jeton_verifier_verify(judge, token, len, NOW, back, LARGEST, &back_len, NULL));
        CHECK(wanted != JETON_OK || (back_len == payload_len && memcmp(back, payload, back_len) == 0));
        jeton_verifier_free(judge);
    }
    free(token);
    free(back);
    free(payload);
    jeton_signer_free(made);
    jeton_key_free(key);
}

const struct test f31_tests[] = {
    {"f31_nothing_is_read_behind_a_text", test_nothing_is_read_behind_a_text},
    {"f31_a_nul_ends_no_secret", test_a_nul_ends_no_secret},
    {"f31_a_nul_ends_no_name_and_no_text", test_a_nul_ends_no_name_and_no_text},
    {"f31_a_nul_in_claims_and_payloads_stays", test_a_nul_in_claims_and_payloads_stays},
    {"f31_big_tokens", test_big_tokens},
    {NULL, NULL},
};
