/* jeton_error: filled whole on failure, left alone on success, and silent about secrets; a panic is one failure among others. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fixtures.h"

static void test_layout(void) {
    CHECK(sizeof(jeton_error) == 256);
    CHECK(offsetof(jeton_error, http_status) == 4);
    CHECK(offsetof(jeton_error, claim) == 8);
    CHECK(offsetof(jeton_error, message) == 56);
}

/* Valgrind knows a malloc'd error to be uninitialised, and whether it is read before it is written. */
static void test_uninitialised(void) {
    jeton_error *error = malloc(sizeof *error);
    jeton_key *key = rfc_key();
    jeton_verifier *made = verifier(key, RFC_POLICY);
    uint8_t claims[1];
    size_t len;
    CHECK(error != NULL);
    CHECK_STATUS(JETON_E_EXPIRED, jeton_verifier_verify(made, RFC_TOKEN, strlen(RFC_TOKEN), RFC_TOKEN_EXP, claims, sizeof claims, &len, error));
    CHECK(error->status == JETON_E_EXPIRED);
    CHECK(error->http_status == 0);
    CHECK(strcmp(error->claim, "exp") == 0);
    /* All 256 bytes are written: what follows the texts is zero. */
    for (size_t i = 3; i < sizeof error->claim; i++) {
        CHECK(error->claim[i] == '\0');
    }
    for (size_t i = strlen(error->message); i < sizeof error->message; i++) {
        CHECK(error->message[i] == '\0');
    }
    jeton_verifier_free(made);
    jeton_key_free(key);
    free(error);
}

/* `required` can ask for a claim of any name: one that does not fit is cut, and on a character boundary. */
static void test_a_long_claim_name_is_cut(void) {
    static const char required[] = "{\"algorithms\":[\"HS256\"],\"any_issuer\":true,\"any_audience\":true,\"required\":[\"";
    char policy[400], name[200] = "x";
    jeton_error error;
    jeton_result *result = NULL;
    /* 1 + 30 * 2 bytes: the 47th byte is inside a character. */
    for (int i = 0; i < 30; i++) {
        strcat(name, "\xC3\xA9");
    }
    snprintf(policy, sizeof policy, "%s%s\"]}", required, name);
    jeton_key *key = rfc_key();
    jeton_verifier *made = verifier(key, policy);
    CHECK_STATUS(JETON_E_CLAIM_MISSING, jeton_verifier_open(made, RFC_TOKEN, strlen(RFC_TOKEN), NOW, &result, &error));
    CHECK(strlen(error.claim) == 47);
    CHECK(strncmp(error.claim, name, 47) == 0);
    snprintf(policy, sizeof policy, "%sx%s\"]}", required, name);
    jeton_verifier *shifted = verifier(key, policy);
    CHECK_STATUS(JETON_E_CLAIM_MISSING, jeton_verifier_open(shifted, RFC_TOKEN, strlen(RFC_TOKEN), NOW, &result, &error));
    CHECK(strlen(error.claim) == 46);
    CHECK(result == NULL);
    jeton_verifier_free(shifted);
    jeton_verifier_free(made);
    jeton_key_free(key);
}

static void test_no_secret_in_messages(void) {
    static const char marker[] = "s3cr3tmarker";
    static const char key_texts[][80] = {
        "{\"kty\":\"oct\",\"k\":\"s3cr3tmarker\",\"alg\":\"HS256\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"s3cr3tmarker\",\"y\":\"s3cr3tmarker\"}",
        "{\"kty\":\"s3cr3tmarker\"}",
        "-----BEGIN s3cr3tmarker-----\ns3cr3tmarker\n",
        "s3cr3tmarker",
    };
    for (size_t i = 0; i < sizeof key_texts / sizeof *key_texts; i++) {
        jeton_key *key = NULL;
        jeton_error error;
        size_t len = strlen(key_texts[i]);
        CHECK(jeton_key_from_jwk(key_texts[i], len, NULL, 0, &key, &error) != JETON_OK && strstr(error.message, marker) == NULL);
        CHECK(jeton_key_from_pem(key_texts[i], len, NULL, 0, &key, &error) != JETON_OK && strstr(error.message, marker) == NULL);
        CHECK(jeton_key_from_jwks(key_texts[i], len, NULL, 0, &key, &error) != JETON_OK && strstr(error.message, marker) == NULL);
        CHECK(jeton_key_from_der((const uint8_t *)key_texts[i], len, NULL, 0, &key, &error) != JETON_OK &&
              strstr(error.message, marker) == NULL);
        CHECK(jeton_key_from_secret((const uint8_t *)marker, strlen(marker), "HS256", 5, &key, &error) != JETON_OK &&
              strstr(error.message, marker) == NULL);
        CHECK(key == NULL);
    }
}

static void test_panic(void) {
    jeton_error error;
    CHECK_STATUS(JETON_E_PANIC, jeton_testing_panic(NULL));
    for (int i = 0; i < 3; i++) {
        memset(&error, 0xA5, sizeof error);
        CHECK_STATUS(JETON_E_PANIC, jeton_testing_panic(&error));
        CHECK(error.status == JETON_E_PANIC);
        CHECK(error.claim[0] == '\0');
        CHECK(error.message[0] != '\0' && strlen(error.message) < sizeof error.message);
    }
}

static void test_work_goes_on_after_a_panic(void) {
    jeton_key *key = rfc_key();
    jeton_verifier *made = verifier(key, RFC_POLICY);
    CHECK_STATUS(JETON_E_PANIC, jeton_testing_panic(NULL));
    jeton_result *result = NULL;
    CHECK_OK(jeton_verifier_open(made, RFC_TOKEN, strlen(RFC_TOKEN), NOW, &result, NULL));
    struct text claims = part_of(result, "claims");
    CHECK(same_text(claims.at, claims.len, RFC_CLAIMS));
    free(claims.at);
    jeton_result_free(result);
    jeton_verifier_free(made);
    jeton_key_free(key);
}

const struct test error_tests[] = {
    {"error_layout", test_layout},
    {"uninitialised_error", test_uninitialised},
    {"a_long_claim_name_is_cut", test_a_long_claim_name_is_cut},
    {"no_secret_in_messages", test_no_secret_in_messages},
    {"panic", test_panic},
    {"work_goes_on_after_a_panic", test_work_goes_on_after_a_panic},
    {NULL, NULL},
};
