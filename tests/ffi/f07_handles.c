/* F7: pointers to handles. NULL in every place of every function is in tests/c/test_arguments.c; a freed or forged pointer is the
 * caller's mistake, as with any memory, and the bindings make it an error of their language. */
#include <string.h>

#include "tests.h"

static void *const SENTINEL = (void *)16;

#define LEFT_ALONE(wanted, type, call)  \
    do {                                \
        type *out = SENTINEL;           \
        CHECK_STATUS((wanted), (call)); \
        CHECK(out == SENTINEL);         \
    } while (0)

/* No function reads or frees what its output pointed at before, and only success writes there. */
static void test_a_failed_call_leaves_its_output_alone(void) {
    jeton_key *key = secret_key(), *pair = ec_private_key();
    jeton_verifier *judge = verifier(key, "{\"algorithms\":[\"HS256\"],\"any_issuer\":true,\"any_audience\":true}");
    jeton_external_signer *remote = external_signer(pair, "{}");
    jeton_vizzly *vizzly = NULL;
    CHECK_OK(jeton_vizzly_new(pair, &vizzly, NULL));
    LEFT_ALONE(JETON_E_KEY, jeton_key, jeton_key_from_pem("x", 1, NULL, 0, &out, NULL));
    LEFT_ALONE(JETON_E_KEY, jeton_key, jeton_key_from_der((const uint8_t *)"x", 1, NULL, 0, &out, NULL));
    LEFT_ALONE(JETON_E_KEY, jeton_key, jeton_key_from_jwk("x", 1, NULL, 0, &out, NULL));
    LEFT_ALONE(JETON_E_KEY, jeton_key, jeton_key_from_jwks("x", 1, NULL, 0, &out, NULL));
    LEFT_ALONE(JETON_E_KEY_WEAK, jeton_key, jeton_key_from_secret((const uint8_t *)"x", 1, "HS256", 5, &out, NULL));
    LEFT_ALONE(JETON_E_CONFIG, jeton_result, jeton_key_generate("x", 1, &out, NULL));
    LEFT_ALONE(JETON_E_KEY, jeton_result, jeton_key_public(key, &out, NULL));
    LEFT_ALONE(JETON_E_CONFIG, jeton_signer, jeton_signer_new(key, "x", 1, &out, NULL));
    LEFT_ALONE(JETON_E_CONFIG, jeton_external_signer, jeton_external_signer_new(pair, "x", 1, &out, NULL));
    LEFT_ALONE(JETON_E_CONFIG, jeton_result, jeton_external_signer_begin(remote, "x", 1, NOW, &out, NULL));
    LEFT_ALONE(JETON_E_MALFORMED, jeton_result, jeton_external_signer_finish(remote, "x", 1, (const uint8_t *)"x", 1, &out, NULL));
    LEFT_ALONE(JETON_E_CONFIG, jeton_verifier, jeton_verifier_new(key, "x", 1, &out, NULL));
    LEFT_ALONE(JETON_E_MALFORMED, jeton_result, jeton_verifier_open(judge, "x", 1, NOW, &out, NULL));
    LEFT_ALONE(JETON_E_NULL, jeton_result, jeton_verifier_verify_batch(judge, NULL, NULL, 1, NOW, &out, NULL));
    LEFT_ALONE(JETON_E_MALFORMED, jeton_result, jeton_inspect_unverified("x", 1, &out, NULL));
    LEFT_ALONE(JETON_E_KEY, jeton_vizzly, jeton_vizzly_new(key, &out, NULL));
    LEFT_ALONE(JETON_E_KEY, jeton_verifier, jeton_vizzly_verifier(key, &out, NULL));
    LEFT_ALONE(JETON_E_CONFIG, jeton_result, jeton_vizzly_dashboard(vizzly, "x", 1, NOW, &out, NULL));
    LEFT_ALONE(JETON_E_CONFIG, jeton_result, jeton_vizzly_data(vizzly, "x", 1, NOW, &out, NULL));
    LEFT_ALONE(JETON_E_CONFIG, jeton_result, jeton_vizzly_query_engine(vizzly, "x", 1, NOW, &out, NULL));
    LEFT_ALONE(JETON_E_CONFIG, jeton_result, jeton_vizzly_identity(vizzly, "x", 1, NOW, &out, NULL));
    jeton_vizzly_free(vizzly);
    jeton_external_signer_free(remote);
    jeton_verifier_free(judge);
    jeton_key_free(pair);
    jeton_key_free(key);
}

/* A handle needs nothing that it was made from: the key goes first. */
static void test_handles_outlive_their_key(void) {
    char token[300];
    uint8_t claims[300];
    size_t len = 0, claims_len = 0;
    jeton_key *key = secret_key();
    jeton_signer *made = signer(key, "{\"ttl_s\":60}");
    jeton_verifier *judge = verifier(key, "{\"algorithms\":[\"HS256\"],\"any_issuer\":true,\"any_audience\":true}");
    jeton_key_free(key);
    CHECK_OK(jeton_signer_sign(made, "{\"a\":1}", 7, NOW, token, sizeof token, &len, NULL));
    jeton_signer_free(made);
    CHECK_OK(jeton_verifier_verify(judge, token, len, NOW, claims, sizeof claims, &claims_len, NULL));
    jeton_verifier_free(judge);
}

const struct test f07_tests[] = {
    {"f07_a_failed_call_leaves_its_output_alone", test_a_failed_call_leaves_its_output_alone},
    {"f07_handles_outlive_their_key", test_handles_outlive_their_key},
    {NULL, NULL},
};
