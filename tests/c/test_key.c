/* Keys: each form is read, described and given back; each kind of wrong key has its status. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fixtures.h"

/* RFC 7638 section 3.1, computed for the key of the fixtures. */
#define EC_THUMBPRINT "EVz-qLXbq44e2mrfhwyMNHGQo3WMKRWN5Af_nqvAcmE"

static void check_part(const jeton_result *result, const char *name, const char *wanted) {
    const uint8_t *bytes = NULL;
    size_t len = 0;
    CHECK_OK(jeton_result_get(result, 0, name, strlen(name), &bytes, &len, NULL));
    if (wanted == NULL ? bytes != NULL : !same_text(bytes, len, wanted)) {
        check_failed(__FILE__, __LINE__, name);
    }
}

static void check_described(jeton_key *key, const char *kty, const char *algorithm, const char *kid, const char *private,
                            const char *thumbprint) {
    jeton_result *result = NULL;
    CHECK_OK(jeton_key_describe(key, &result, NULL));
    CHECK(jeton_result_count(result) == 1);
    check_part(result, "kty", kty);
    check_part(result, "algorithm", algorithm);
    check_part(result, "kid", kid);
    check_part(result, "private", private);
    check_part(result, "thumbprint", thumbprint);
    jeton_result_free(result);
    jeton_key_free(key);
}

static void test_describe(void) {
    jeton_key *key = NULL;
    check_described(ec_private_key(), "EC", "ES256", NULL, "true", EC_THUMBPRINT);
    check_described(ec_public_key(), "EC", "ES256", NULL, "false", EC_THUMBPRINT);
    CHECK_OK(jeton_key_from_der(EC_PRIVATE_DER, EC_PRIVATE_DER_LEN, NULL, 0, &key, NULL));
    check_described(key, "EC", "ES256", NULL, "true", EC_THUMBPRINT);
    /* RFC 7638 section 3.1 and RFC 8037 appendix A.3. */
    static const char rsa[] = "{\"kty\":\"RSA\",\"n\":\"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_"
                              "BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_"
                              "FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-"
                              "bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw\",\"e\":\"AQAB\",\"kid\":\"k\"}";
    CHECK_OK(jeton_key_from_jwk(rsa, strlen(rsa), "RS256", 5, &key, NULL));
    check_described(key, "RSA", "RS256", "k", "false", "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    CHECK_OK(jeton_key_from_jwk(rsa, strlen(rsa), NULL, 0, &key, NULL));
    check_described(key, "RSA", NULL, "k", "false", "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    static const char ed25519[] = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";
    CHECK_OK(jeton_key_from_jwk(ed25519, strlen(ed25519), NULL, 0, &key, NULL));
    check_described(key, "OKP", "EdDSA", NULL, "false", "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

static void test_public(void) {
    jeton_key *key = ec_private_key();
    jeton_result *result = NULL;
    CHECK_OK(jeton_key_public(key, &result, NULL));
    check_part(result, "pem", EC_PUBLIC_PEM);
    struct text jwk = part_of(result, "jwk"), jwks = part_of(result, "jwks");
    jeton_key *again = NULL;
    CHECK_OK(jeton_key_from_jwk(jwk.at, jwk.len, NULL, 0, &again, NULL));
    check_described(again, "EC", "ES256", NULL, "false", EC_THUMBPRINT);
    CHECK_OK(jeton_key_from_jwks(jwks.at, jwks.len, NULL, 0, &again, NULL));
    jeton_result_free(result);
    CHECK_OK(jeton_key_public(again, &result, NULL));
    jeton_result_free(result);
    result = NULL;
    jeton_key_free(again);
    jeton_key_free(key);
    free(jwk.at);
    free(jwks.at);
    key = secret_key();
    CHECK_STATUS(JETON_E_KEY, jeton_key_public(key, &result, NULL));
    CHECK(result == NULL);
    jeton_key_free(key);
}

static void test_generate(void) {
    static const struct {
        const char *algorithm, *kty;
        bool pair;
    } cases[] = {{"ES256", "EC", true}, {"ES384", "EC", true}, {"EdDSA", "OKP", true}, {"HS256", "oct", false}, {"HS384", "oct", false}, {"HS512", "oct", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *algorithm = cases[i].algorithm;
        jeton_result *result = NULL, *description = NULL;
        jeton_key *key = NULL;
        CHECK_OK(jeton_key_generate(algorithm, strlen(algorithm), &result, NULL));
        struct text jwk = part_of(result, "private_jwk"), pem = part_of(result, "private_pem");
        CHECK_OK(jeton_key_from_jwk(jwk.at, jwk.len, NULL, 0, &key, NULL));
        CHECK_OK(jeton_key_describe(key, &description, NULL));
        check_part(description, "kty", cases[i].kty);
        check_part(description, "algorithm", algorithm);
        check_part(description, "private", "true");
        jeton_result_free(description);
        jeton_key_free(key);
        CHECK((pem.len > 0) == cases[i].pair);
        if (cases[i].pair) {
            CHECK_OK(jeton_key_from_pem(pem.at, pem.len, NULL, 0, &key, NULL));
            jeton_key_free(key);
        } else {
            check_part(result, "public_jwk", NULL);
            check_part(result, "public_pem", NULL);
        }
        free(jwk.at);
        free(pem.at);
        jeton_result_free(result);
    }
    jeton_result *none = NULL;
    CHECK_STATUS(JETON_E_KEY_UNSUPPORTED, jeton_key_generate("RS256", 5, &none, NULL));
    CHECK_STATUS(JETON_E_CONFIG, jeton_key_generate("es256", 5, &none, NULL));
    CHECK_STATUS(JETON_E_UTF8, jeton_key_generate("\xFF", 1, &none, NULL));
    CHECK(none == NULL);
}

static void test_wrong_keys(void) {
    static const struct {
        jeton_status (*from)(const char *, size_t, const char *, size_t, jeton_key **, jeton_error *);
        const char *text, *algorithm;
        jeton_status status;
    } cases[] = {
        {jeton_key_from_pem, "no key", NULL, JETON_E_KEY},
        {jeton_key_from_pem, EC_PRIVATE_PEM, "RS256", JETON_E_KEY},
        {jeton_key_from_pem, EC_PRIVATE_PEM, "ES999", JETON_E_CONFIG},
        {jeton_key_from_pem, EC_PRIVATE_PEM, "\xFF", JETON_E_UTF8},
        {jeton_key_from_jwk, "{}", NULL, JETON_E_KEY},
        {jeton_key_from_jwk, "\xFF", NULL, JETON_E_KEY},
        {jeton_key_from_jwk, "{\"kty\":\"oct\",\"k\":\"AQAB\",\"alg\":\"HS256\"}", NULL, JETON_E_KEY_WEAK},
        {jeton_key_from_jwk, "{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"AA\",\"y\":\"AA\"}", NULL, JETON_E_KEY_UNSUPPORTED},
        {jeton_key_from_jwk, RFC_JWK, "HS384", JETON_E_KEY},
        {jeton_key_from_jwks, "{\"keys\":[]}", NULL, JETON_E_KEY},
        {jeton_key_from_jwks, RFC_JWK, NULL, JETON_E_KEY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text text = exact(cases[i].text);
        jeton_key *key = NULL;
        const char *algorithm = cases[i].algorithm;
        if (!CHECK_STATUS(cases[i].status, cases[i].from(text.at, text.len, algorithm, algorithm == NULL ? 0 : strlen(algorithm), &key, NULL))) {
            fprintf(stderr, "  %s\n", cases[i].text);
        }
        CHECK(key == NULL);
        free(text.at);
    }
    jeton_key *key = NULL;
    CHECK_STATUS(JETON_E_KEY_WEAK, jeton_key_from_secret((const uint8_t *)SECRET, 31, "HS256", 5, &key, NULL));
    CHECK_STATUS(JETON_E_KEY, jeton_key_from_secret((const uint8_t *)EC_PUBLIC_PEM, strlen(EC_PUBLIC_PEM), "HS256", 5, &key, NULL));
    CHECK_STATUS(JETON_E_KEY, jeton_key_from_der((const uint8_t *)"\x30\x00", 2, NULL, 0, &key, NULL));
    CHECK(key == NULL);
}

const struct test key_tests[] = {
    {"key_describe", test_describe},
    {"key_public", test_public},
    {"key_generate", test_generate},
    {"wrong_keys", test_wrong_keys},
    {NULL, NULL},
};
