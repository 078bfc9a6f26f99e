/* Verifiers: RFC 7515's own token, the order of failures, tokens of any bytes, any time, and wrong policies. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fixtures.h"

static void test_rfc_7515_a1(void) {
    jeton_key *key = rfc_key();
    jeton_verifier *made = verifier(key, RFC_POLICY);
    uint8_t claims[200];
    size_t len = 0;
    CHECK_OK(jeton_verifier_verify(made, RFC_TOKEN, strlen(RFC_TOKEN), RFC_TOKEN_EXP - 1, claims, sizeof claims, &len, NULL));
    CHECK(same_text(claims, len, RFC_CLAIMS));
    jeton_result *result = NULL;
    CHECK_OK(jeton_verifier_open(made, RFC_TOKEN, strlen(RFC_TOKEN), NOW, &result, NULL));
    struct text header = part_of(result, "header");
    CHECK(same_text(header.at, header.len, RFC_HEADER));
    free(header.at);
    jeton_result_free(result);
    jeton_verifier_free(made);
    jeton_key_free(key);
}

#define ANY "\"any_issuer\":true,\"any_audience\":true"
#define HS256 "{\"algorithms\":[\"HS256\"],"

static void test_one_failure_each(void) {
    static const struct {
        const char *policy;
        int64_t now_s;
        jeton_status status;
        const char *claim;
    } cases[] = {
        {HS256 ANY "}", NOW, JETON_OK, ""},
        {HS256 ANY "}", INT64_MIN, JETON_OK, ""},
        {HS256 ANY "}", RFC_TOKEN_EXP, JETON_E_EXPIRED, "exp"},
        {HS256 ANY "}", INT64_MAX, JETON_E_EXPIRED, "exp"},
        {HS256 ANY ",\"leeway_s\":300}", RFC_TOKEN_EXP + 299, JETON_OK, ""},
        {HS256 ANY ",\"leeway_s\":300}", RFC_TOKEN_EXP + 300, JETON_E_EXPIRED, "exp"},
        {HS256 ANY ",\"required\":[\"jti\"]}", NOW, JETON_E_CLAIM_MISSING, "jti"},
        {HS256 ANY ",\"max_age_s\":60}", NOW, JETON_E_CLAIM_MISSING, "iat"},
        {HS256 ANY ",\"subject\":\"you\"}", NOW, JETON_E_CLAIM_MISSING, "sub"},
        {HS256 ANY ",\"typ\":\"at+jwt\"}", NOW, JETON_E_TYP, "typ"},
        {HS256 ANY ",\"expiry_claim\":\"http://example.com/is_root\"}", NOW, JETON_E_CLAIM_INVALID, "http://example.com/is_root"},
        {HS256 "\"issuer\":\"jim\",\"any_audience\":true}", NOW, JETON_E_ISSUER, "iss"},
        {HS256 "\"any_issuer\":true,\"audience\":\"api\"}", NOW, JETON_E_CLAIM_MISSING, "aud"},
        {"{\"algorithms\":[\"HS384\"]," ANY "}", NOW, JETON_E_ALGORITHM, ""},
    };
    jeton_key *key = rfc_key();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        jeton_verifier *made = verifier(key, cases[i].policy);
        jeton_result *result = NULL;
        jeton_error error = {0};
        if (!CHECK_STATUS(cases[i].status, jeton_verifier_open(made, RFC_TOKEN, strlen(RFC_TOKEN), cases[i].now_s, &result, &error))) {
            fprintf(stderr, "  %s\n", cases[i].policy);
        }
        CHECK(strcmp(error.claim, cases[i].claim) == 0);
        CHECK((result != NULL) == (cases[i].status == JETON_OK));
        jeton_result_free(result);
        jeton_verifier_free(made);
    }
    jeton_key_free(key);
}

/* Each prefix of a good token, and each token with one byte of it changed, is refused: wrong bytes are never taken for good. */
static void test_every_cut_and_every_changed_byte(void) {
    jeton_key *key = rfc_key();
    jeton_verifier *made = verifier(key, RFC_POLICY);
    size_t whole = strlen(RFC_TOKEN);
    for (size_t cut = 0; cut < whole; cut++) {
        struct text token = exact_bytes(RFC_TOKEN, cut);
        jeton_result *result = NULL;
        jeton_status status = jeton_verifier_open(made, token.at, token.len, NOW, &result, NULL);
        CHECK(status / 100 == 2 || status == JETON_E_SIGNATURE);
        CHECK(result == NULL);
        free(token.at);
    }
    for (size_t i = 0; i < whole; i++) {
        struct text token = exact(RFC_TOKEN);
        jeton_result *result = NULL;
        token.at[i] = (char)(token.at[i] ^ (i % 2 == 0 ? 0x80 : 0x01));
        jeton_status status = jeton_verifier_open(made, token.at, token.len, NOW, &result, NULL);
        CHECK(status / 100 == 2 || status / 100 == 3);
        CHECK(result == NULL);
        free(token.at);
    }
    jeton_verifier_free(made);
    jeton_key_free(key);
}

static void test_any_bytes(void) {
    static const struct {
        const char *bytes;
        size_t len;
    } cases[] = {{"\0", 1}, {"a.b\0.c", 6}, {"\xFF\xFE", 2}, {"\xC3\xA9.\xC3\xA9.", 6}, {"..", 2}, {"...", 3}, {" ", 1}};
    jeton_key *key = rfc_key();
    jeton_verifier *made = verifier(key, RFC_POLICY);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text token = exact_bytes(cases[i].bytes, cases[i].len);
        jeton_result *result = NULL;
        CHECK_STATUS(JETON_E_MALFORMED, jeton_verifier_open(made, token.at, token.len, NOW, &result, NULL));
        CHECK_STATUS(JETON_E_MALFORMED, jeton_inspect_unverified(token.at, token.len, &result, NULL));
        free(token.at);
    }
    /* A NUL after a good token is not cut off. */
    jeton_result *result = NULL;
    CHECK_STATUS(JETON_E_MALFORMED, jeton_verifier_open(made, RFC_TOKEN, strlen(RFC_TOKEN) + 1, NOW, &result, NULL));
    CHECK(result == NULL);
    jeton_verifier_free(made);
    jeton_key_free(key);
}

static void test_too_large(void) {
    jeton_key *key = rfc_key();
    jeton_verifier *made = verifier(key, RFC_POLICY), *small = verifier(key, HS256 ANY ",\"max_token_bytes\":256}");
    struct text long_token = {malloc(65537), 65537};
    jeton_result *result = NULL;
    memset(long_token.at, 'A', long_token.len);
    CHECK_STATUS(JETON_E_TOO_LARGE, jeton_verifier_open(made, long_token.at, 65537, NOW, &result, NULL));
    CHECK_STATUS(JETON_E_MALFORMED, jeton_verifier_open(made, long_token.at, 65536, NOW, &result, NULL));
    CHECK_STATUS(JETON_E_TOO_LARGE, jeton_verifier_open(small, long_token.at, 257, NOW, &result, NULL));
    CHECK_STATUS(JETON_E_MALFORMED, jeton_verifier_open(small, long_token.at, 256, NOW, &result, NULL));
    CHECK_STATUS(JETON_E_TOO_LARGE, jeton_inspect_unverified(long_token.at, 65537, &result, NULL));
    CHECK_STATUS(JETON_E_MALFORMED, jeton_inspect_unverified(long_token.at, 65536, &result, NULL));
    CHECK(result == NULL);
    free(long_token.at);
    jeton_verifier_free(small);
    jeton_verifier_free(made);
    jeton_key_free(key);
}

static void test_wrong_policies(void) {
    static const char *const wrong[] = {
        "", "null", "{}", "{\"algorithms\":[\"HS256\"]}", HS256 "\"any_issuer\":true}", "{\"algorithms\":[]," ANY "}", "{\"algorithms\":[\"none\"]," ANY "}",
        HS256 ANY ",\"issuer\":\"joe\"}", HS256 ANY ",\"leeway_s\":301}", HS256 ANY ",\"leeway_s\":1,\"leeway_s\":1}", HS256 ANY ",\"unknown\":0}",
    };
    jeton_key *key = rfc_key();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        jeton_verifier *made = NULL;
        jeton_error error;
        if (!CHECK_STATUS(JETON_E_CONFIG, jeton_verifier_new(key, wrong[i], strlen(wrong[i]), &made, &error))) {
            fprintf(stderr, "  %s\n", wrong[i]);
        }
        CHECK(made == NULL);
        jeton_verifier_free(made);
    }
    jeton_key_free(key);
}

static void test_what_a_verifier_gives(void) {
    jeton_key *key = rfc_key();
    jeton_verifier *of_claims = verifier(key, HS256 ANY "}"), *of_bytes = verifier(key, HS256 "\"payload\":\"bytes\"}");
    CHECK(jeton_verifier_gives_claims(of_claims) == 1);
    CHECK(jeton_verifier_gives_claims(of_bytes) == 0);
    CHECK(jeton_verifier_gives_claims(NULL) == 0);
    jeton_verifier_free(of_claims);
    jeton_verifier_free(of_bytes);
    jeton_key_free(key);
}

const struct test verifying_tests[] = {
    {"rfc_7515_a1", test_rfc_7515_a1},
    {"one_failure_each", test_one_failure_each},
    {"every_cut_and_every_changed_byte", test_every_cut_and_every_changed_byte},
    {"any_bytes", test_any_bytes},
    {"too_large", test_too_large},
    {"wrong_policies", test_wrong_policies},
    {"what_a_verifier_gives", test_what_a_verifier_gives},
    {NULL, NULL},
};
