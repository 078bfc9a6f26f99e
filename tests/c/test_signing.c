/* Signers: known output, options, wrong options, and a signature that somebody else computes. */
#include <stdlib.h>
#include <string.h>

#include "../conformance/c/json.h"
#include "check.h"
#include "fixtures.h"

/* Signs claims at the time of the tests and verifies the token under a policy that takes everything. */
static struct text round_trip(jeton_key *key, const char *options, const char *claims) {
    jeton_signer *made = signer(key, options);
    jeton_verifier *any = verifier(
        key, "{\"algorithms\":[\"HS256\",\"ES256\"],\"any_issuer\":true,\"any_audience\":true,\"allow_missing_exp\":true}");
    char token[1000];
    struct text verified = {malloc(sizeof token), 0};
    size_t len = 0;
    CHECK_OK(jeton_signer_sign(made, claims, strlen(claims), NOW, token, sizeof token, &len, NULL));
    CHECK_OK(jeton_verifier_verify(any, token, len, NOW, (uint8_t *)verified.at, sizeof token, &verified.len, NULL));
    jeton_verifier_free(any);
    jeton_signer_free(made);
    return verified;
}

/* The claims are the last thing in the token that may be spelled freely; the options' come behind them. */
static void test_claims_go_in_as_they_stand(void) {
    jeton_key *keys[] = {secret_key(), ec_private_key()};
    static const char claims[] = "{ \"n\": 9007199254740993 , \"e\":1e2, \"s\":\"\\u00e9\" }";
    for (size_t i = 0; i < 2; i++) {
        struct text verified = round_trip(keys[i], "{}", claims);
        CHECK(same_text(verified.at, verified.len, claims));
        free(verified.at);
        jeton_key_free(keys[i]);
    }
}

static bool member_is(struct text object, const char *name, const char *wanted) {
    span parsed;
    if (!json_parse((span){object.at, object.len}, &parsed)) {
        return false;
    }
    span value = json_member(parsed, name);
    return same_text(value.text, value.len, wanted);
}

static void test_options(void) {
    jeton_key *key = secret_key();
    struct text verified = round_trip(
        key, "{\"issuer\":\"me\",\"subject\":\"you\",\"audience\":[\"a\",\"b\"],\"ttl_s\":60,\"jti\":true,\"kid\":\"k\"}", "{\"a\":1}");
    CHECK(member_is(verified, "a", "1"));
    CHECK(member_is(verified, "iss", "\"me\""));
    CHECK(member_is(verified, "sub", "\"you\""));
    CHECK(member_is(verified, "aud", "[\"a\",\"b\"]"));
    CHECK(member_is(verified, "iat", "1300819000"));
    CHECK(member_is(verified, "exp", "1300819060"));
    CHECK(!member_is(verified, "jti", ""));
    free(verified.at);
    jeton_key_free(key);
}

/* HMAC is deterministic; the expected signature was computed with OpenSSL over the header and payload in it. */
static void test_known_token(void) {
    jeton_key *key = secret_key();
    jeton_signer *made = signer(key, "{\"typ\":null}");
    static const char wanted[] = "eyJhbGciOiJIUzI1NiJ9.cGF5bG9hZA.fuQGj9ilF87O_wOihSeEvul5TaTt40CYzStxg4UGLxY";
    char token[200];
    size_t len = 0;
    CHECK_OK(jeton_signer_sign_bytes(made, (const uint8_t *)"payload", 7, token, sizeof token, &len, NULL));
    CHECK(same_text(token, len, wanted));
    jeton_signer_free(made);
    jeton_key_free(key);
}

static void test_wrong_options(void) {
    static const char *const wrong[] = {
        "[]", "{", "{\"ttl_s\":0}", "{\"ttl_s\":\"60\"}", "{\"unknown\":1}", "{\"ttl_s\":1,\"ttl_s\":1}", "{\"header\":{\"alg\":\"none\"}}", "{\"algorithm\":\"none\"}",
    };
    jeton_key *key = secret_key();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        jeton_signer *made = NULL;
        jeton_external_signer *external = NULL;
        jeton_error error;
        CHECK_STATUS(JETON_E_CONFIG, jeton_signer_new(key, wrong[i], strlen(wrong[i]), &made, &error));
        CHECK(made == NULL && error.message[0] != '\0');
        CHECK_STATUS(JETON_E_CONFIG, jeton_external_signer_new(key, wrong[i], strlen(wrong[i]), &external, &error));
        CHECK(external == NULL);
    }
    jeton_signer *made = NULL;
    CHECK_STATUS(JETON_E_UTF8, jeton_signer_new(key, "{\"kid\":\"\xFF\"}", 11, &made, NULL));
    CHECK_STATUS(JETON_E_KEY, jeton_signer_new(key, "{\"algorithm\":\"ES256\"}", 21, &made, NULL));
    jeton_key_free(key);
    key = ec_public_key();
    CHECK_STATUS(JETON_E_KEY, jeton_signer_new(key, "{}", 2, &made, NULL));
    CHECK(made == NULL);
    jeton_key_free(key);
}

static void test_wrong_claims(void) {
    static const struct {
        const char *claims;
        jeton_status status;
    } cases[] = {
        {"[]", JETON_E_CONFIG},
        {"{", JETON_E_CONFIG},
        {"{\"iss\":\"me\"}", JETON_E_CONFIG},
        {"{\"a\":1,\"a\":1}", JETON_E_CONFIG},
        {"{\"a\":\"\xFF\"}", JETON_E_CONFIG},
        {"{\"exp\":\"tomorrow\"}", JETON_E_CLAIM_INVALID},
    };
    jeton_key *key = secret_key();
    jeton_signer *made = signer(key, "{\"issuer\":\"me\"}");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char token[300] = "";
        size_t len = 7;
        if (!CHECK_STATUS(cases[i].status, jeton_signer_sign(made, cases[i].claims, strlen(cases[i].claims), NOW, token, sizeof token, &len, NULL))) {
            fprintf(stderr, "  %s\n", cases[i].claims);
        }
        CHECK(len == 7 && token[0] == '\0');
    }
    jeton_signer_free(made);
    jeton_key_free(key);
}

/* The signing input of a KMS is that of a signer with the same key and options, so a signer can play the KMS. */
static void test_external_signature(void) {
    jeton_key *private = ec_private_key(), *public = ec_public_key();
    jeton_signer *kms = signer(private, "{\"kid\":\"k\"}");
    jeton_external_signer *made = external_signer(public, "{\"kid\":\"k\"}");
    jeton_result *begun = NULL, *finished = NULL;
    char token[400];
    uint8_t signature[64];
    size_t len = 0, signature_len = 0;
    CHECK_OK(jeton_external_signer_begin(made, "{\"sub\":\"a\"}", 11, NOW, &begun, NULL));
    struct text input = part_of(begun, "signing_input");
    CHECK_OK(jeton_signer_sign(kms, "{\"sub\":\"a\"}", 11, NOW, token, sizeof token, &len, NULL));
    CHECK(len == input.len + 1 + 86 && memcmp(token, input.at, input.len) == 0);
    CHECK(base64url_decode((span){token + input.len + 1, 86}, signature, &signature_len) && signature_len == 64);
    CHECK_OK(jeton_external_signer_finish(made, input.at, input.len, signature, 64, &finished, NULL));
    struct text joined = part_of(finished, "token");
    CHECK(joined.len == len && memcmp(joined.at, token, len) == 0);
    jeton_result_free(finished);
    finished = NULL;

    signature[0] ^= 1;
    CHECK_STATUS(JETON_E_SIGNATURE, jeton_external_signer_finish(made, input.at, input.len, signature, 64, &finished, NULL));
    CHECK_STATUS(JETON_E_SIGNATURE, jeton_external_signer_finish(made, input.at, input.len, signature, 63, &finished, NULL));
    CHECK_STATUS(JETON_E_MALFORMED, jeton_external_signer_finish(made, "no input", 8, signature, 64, &finished, NULL));
    CHECK(finished == NULL);
    free(input.at);
    free(joined.at);
    jeton_result_free(begun);
    jeton_external_signer_free(made);
    jeton_signer_free(kms);
    jeton_key_free(public);
    jeton_key_free(private);
}

static void test_bytes(void) {
    jeton_key *key = secret_key();
    jeton_signer *made = signer(key, "{}"), *with_claims = signer(key, "{\"issuer\":\"me\"}");
    jeton_verifier *bytes = verifier(key, "{\"algorithms\":[\"HS256\"],\"payload\":\"bytes\"}");
    static const uint8_t payload[] = {0, 0xFF, '{', 0};
    char token[200];
    size_t len = 0;
    CHECK_OK(jeton_signer_sign_bytes(made, payload, sizeof payload, token, sizeof token, &len, NULL));
    jeton_result *result = NULL;
    CHECK_OK(jeton_verifier_open(bytes, token, len, NOW, &result, NULL));
    struct text opened = part_of(result, "payload"), claims = part_of(result, "claims");
    CHECK(opened.len == sizeof payload && memcmp(opened.at, payload, sizeof payload) == 0 && claims.len == 0);
    free(opened.at);
    free(claims.at);
    jeton_result_free(result);
    CHECK_STATUS(JETON_E_CONFIG, jeton_signer_sign_bytes(with_claims, payload, sizeof payload, token, sizeof token, &len, NULL));
    jeton_verifier_free(bytes);
    jeton_signer_free(with_claims);
    jeton_signer_free(made);
    jeton_key_free(key);
}

const struct test signing_tests[] = {
    {"claims_go_in_as_they_stand", test_claims_go_in_as_they_stand},
    {"options", test_options},
    {"known_token", test_known_token},
    {"wrong_options", test_wrong_options},
    {"wrong_claims", test_wrong_claims},
    {"external_signature", test_external_signature},
    {"bytes", test_bytes},
    {NULL, NULL},
};
