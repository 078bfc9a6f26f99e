#include "calls.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fixtures.h"

static jeton_status finish_key(jeton_status status, jeton_key *key) {
    CHECK_OUT(status, key);
    jeton_key_free(key);
    return status;
}

jeton_status finish_result(jeton_status status, jeton_result *result) {
    CHECK_OUT(status, result);
    jeton_result_free(result);
    return status;
}

static jeton_status key_from_pem(const struct spoil *spoil, jeton_error *err) {
    struct text pem = exact(EC_PRIVATE_PEM), algorithm = exact("ES256");
    jeton_key *key = NULL;
    jeton_status status =
        jeton_key_from_pem(P(0, pem.at), N(0, pem.len), P(1, algorithm.at), N(1, algorithm.len), P(2, &key), err);
    free(pem.at);
    free(algorithm.at);
    return finish_key(status, key);
}

static jeton_status key_from_der(const struct spoil *spoil, jeton_error *err) {
    struct text der = exact_bytes(EC_PRIVATE_DER, EC_PRIVATE_DER_LEN), algorithm = exact("ES256");
    jeton_key *key = NULL;
    jeton_status status =
        jeton_key_from_der(P(0, (uint8_t *)der.at), N(0, der.len), P(1, algorithm.at), N(1, algorithm.len), P(2, &key), err);
    free(der.at);
    free(algorithm.at);
    return finish_key(status, key);
}

static jeton_status key_from_jwk(const struct spoil *spoil, jeton_error *err) {
    struct text jwk = exact(RFC_JWK), algorithm = exact("HS256");
    jeton_key *key = NULL;
    jeton_status status =
        jeton_key_from_jwk(P(0, jwk.at), N(0, jwk.len), P(1, algorithm.at), N(1, algorithm.len), P(2, &key), err);
    free(jwk.at);
    free(algorithm.at);
    return finish_key(status, key);
}

static jeton_status key_from_jwks(const struct spoil *spoil, jeton_error *err) {
    char text[300] = "{\"keys\":[";
    strcat(strcat(text, RFC_JWK), "]}");
    struct text jwks = exact(text), algorithm = exact("HS256");
    jeton_key *key = NULL;
    jeton_status status =
        jeton_key_from_jwks(P(0, jwks.at), N(0, jwks.len), P(1, algorithm.at), N(1, algorithm.len), P(2, &key), err);
    free(jwks.at);
    free(algorithm.at);
    return finish_key(status, key);
}

static jeton_status key_from_secret(const struct spoil *spoil, jeton_error *err) {
    struct text secret = exact(SECRET), algorithm = exact("HS512");
    jeton_key *key = NULL;
    jeton_status status =
        jeton_key_from_secret(P(0, (uint8_t *)secret.at), N(0, secret.len), P(1, algorithm.at), N(1, algorithm.len), P(2, &key), err);
    free(secret.at);
    free(algorithm.at);
    return finish_key(status, key);
}

static jeton_status key_generate(const struct spoil *spoil, jeton_error *err) {
    struct text algorithm = exact("EdDSA");
    jeton_result *result = NULL;
    jeton_status status = jeton_key_generate(P(0, algorithm.at), N(0, algorithm.len), P(1, &result), err);
    free(algorithm.at);
    return finish_result(status, result);
}

static jeton_status key_describe(const struct spoil *spoil, jeton_error *err) {
    jeton_key *key = secret_key();
    jeton_result *result = NULL;
    jeton_status status = jeton_key_describe(P(0, key), P(1, &result), err);
    jeton_key_free(key);
    return finish_result(status, result);
}

static jeton_status key_public(const struct spoil *spoil, jeton_error *err) {
    jeton_key *key = ec_private_key();
    jeton_result *result = NULL;
    jeton_status status = jeton_key_public(P(0, key), P(1, &result), err);
    jeton_key_free(key);
    return finish_result(status, result);
}

static jeton_status signer_new(const struct spoil *spoil, jeton_error *err) {
    jeton_key *key = secret_key();
    struct text options = exact("{\"ttl_s\":60}");
    jeton_signer *made = NULL;
    jeton_status status = jeton_signer_new(P(0, key), P(1, options.at), N(1, options.len), P(2, &made), err);
    CHECK_OUT(status, made);
    jeton_signer_free(made);
    jeton_key_free(key);
    free(options.at);
    return status;
}

static jeton_status signer_sign(const struct spoil *spoil, jeton_error *err) {
    jeton_key *key = secret_key();
    jeton_signer *made = signer(key, "{}");
    struct text claims = exact("{\"sub\":\"a\"}");
    char token[200] = "";
    size_t len = 0;
    jeton_status status = jeton_signer_sign(P(0, made), P(1, claims.at), N(1, claims.len), NOW, P(2, token), N(2, sizeof token), P(3, &len), err);
    CHECK((status == JETON_OK) == (token[0] != '\0'));
    jeton_signer_free(made);
    jeton_key_free(key);
    free(claims.at);
    return status;
}

static jeton_status signer_sign_bytes(const struct spoil *spoil, jeton_error *err) {
    jeton_key *key = secret_key();
    jeton_signer *made = signer(key, "{}");
    struct text payload = exact("payload");
    char token[200] = "";
    size_t len = 0;
    jeton_status status =
        jeton_signer_sign_bytes(P(0, made), P(1, (uint8_t *)payload.at), N(1, payload.len), P(2, token), N(2, sizeof token), P(3, &len), err);
    CHECK((status == JETON_OK) == (token[0] != '\0'));
    jeton_signer_free(made);
    jeton_key_free(key);
    free(payload.at);
    return status;
}

static jeton_status external_signer_new(const struct spoil *spoil, jeton_error *err) {
    jeton_key *key = ec_public_key();
    struct text options = exact("{\"ttl_s\":60}");
    jeton_external_signer *made = NULL;
    jeton_status status = jeton_external_signer_new(P(0, key), P(1, options.at), N(1, options.len), P(2, &made), err);
    CHECK_OUT(status, made);
    jeton_external_signer_free(made);
    jeton_key_free(key);
    free(options.at);
    return status;
}

static jeton_status external_signer_begin(const struct spoil *spoil, jeton_error *err) {
    jeton_key *key = ec_public_key();
    jeton_external_signer *made = external_signer(key, "{}");
    struct text claims = exact("{\"sub\":\"a\"}");
    jeton_result *result = NULL;
    jeton_status status = jeton_external_signer_begin(P(0, made), P(1, claims.at), N(1, claims.len), NOW, P(2, &result), err);
    jeton_external_signer_free(made);
    jeton_key_free(key);
    free(claims.at);
    return finish_result(status, result);
}

static jeton_status external_signer_begin_bytes(const struct spoil *spoil, jeton_error *err) {
    jeton_key *key = ec_public_key();
    jeton_external_signer *made = external_signer(key, "{}");
    struct text payload = exact("payload");
    jeton_result *result = NULL;
    jeton_status status =
        jeton_external_signer_begin_bytes(P(0, made), P(1, (uint8_t *)payload.at), N(1, payload.len), P(2, &result), err);
    jeton_external_signer_free(made);
    jeton_key_free(key);
    free(payload.at);
    return finish_result(status, result);
}

/* RFC 7515 appendix A.1 once more: its key as an external signer, its signing input, its signature. */
static jeton_status external_signer_finish(const struct spoil *spoil, jeton_error *err) {
    static const uint8_t mac[] = {116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186,
                                  22,  212, 37, 77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121};
    jeton_key *key = rfc_key();
    jeton_external_signer *made = external_signer(key, "{}");
    struct text input = exact_bytes(RFC_TOKEN, (size_t)(strrchr(RFC_TOKEN, '.') - RFC_TOKEN)), signature = exact_bytes(mac, sizeof mac);
    jeton_result *result = NULL;
    jeton_status status = jeton_external_signer_finish(P(0, made), P(1, input.at), N(1, input.len), P(2, (uint8_t *)signature.at),
                                                       N(2, signature.len), P(3, &result), err);
    jeton_external_signer_free(made);
    jeton_key_free(key);
    free(input.at);
    free(signature.at);
    return finish_result(status, result);
}

static jeton_status verifier_new(const struct spoil *spoil, jeton_error *err) {
    jeton_key *key = rfc_key();
    struct text policy = exact(RFC_POLICY);
    jeton_verifier *made = NULL;
    jeton_status status = jeton_verifier_new(P(0, key), P(1, policy.at), N(1, policy.len), P(2, &made), err);
    CHECK_OUT(status, made);
    jeton_verifier_free(made);
    jeton_key_free(key);
    free(policy.at);
    return status;
}

static jeton_status verifier_verify(const struct spoil *spoil, jeton_error *err) {
    jeton_key *key = rfc_key();
    jeton_verifier *made = verifier(key, RFC_POLICY);
    struct text token = exact(RFC_TOKEN);
    uint8_t claims[300] = "";
    size_t len = 0;
    jeton_status status =
        jeton_verifier_verify(P(0, made), P(1, token.at), N(1, token.len), NOW, P(2, claims), N(2, sizeof claims), P(3, &len), err);
    CHECK((status == JETON_OK) == (claims[0] != '\0'));
    jeton_verifier_free(made);
    jeton_key_free(key);
    free(token.at);
    return status;
}

static jeton_status verifier_open(const struct spoil *spoil, jeton_error *err) {
    jeton_key *key = rfc_key();
    jeton_verifier *made = verifier(key, RFC_POLICY);
    struct text token = exact(RFC_TOKEN);
    jeton_result *result = NULL;
    jeton_status status = jeton_verifier_open(P(0, made), P(1, token.at), N(1, token.len), NOW, P(2, &result), err);
    jeton_verifier_free(made);
    jeton_key_free(key);
    free(token.at);
    return finish_result(status, result);
}

/* The two arrays have one count: spoiling it spoils both. */
static jeton_status verifier_verify_batch(const struct spoil *spoil, jeton_error *err) {
    jeton_key *key = rfc_key();
    jeton_verifier *made = verifier(key, RFC_POLICY);
    struct text token = exact(RFC_TOKEN);
    const char *tokens[] = {token.at, token.at};
    size_t lens[] = {token.len, token.len};
    jeton_result *result = NULL;
    size_t count = spoil->argument == 2 ? N(2, 2) : N(1, 2);
    jeton_status status = jeton_verifier_verify_batch(P(0, made), P(1, tokens), spoil->how == AS_EMPTY ? NULL : P(2, lens), count, NOW,
                                                      P(3, &result), err);
    jeton_verifier_free(made);
    jeton_key_free(key);
    free(token.at);
    return finish_result(status, result);
}

static jeton_status inspect_unverified(const struct spoil *spoil, jeton_error *err) {
    struct text token = exact(RFC_TOKEN);
    jeton_result *result = NULL;
    jeton_status status = jeton_inspect_unverified(P(0, token.at), N(0, token.len), P(1, &result), err);
    free(token.at);
    return finish_result(status, result);
}

static jeton_status result_get(const struct spoil *spoil, jeton_error *err) {
    struct text name = exact("header");
    jeton_result *result = NULL;
    const uint8_t *bytes = NULL;
    size_t len = 0;
    CHECK_OK(jeton_inspect_unverified(RFC_TOKEN, strlen(RFC_TOKEN), &result, NULL));
    jeton_status status = jeton_result_get(P(0, result), 0, P(1, name.at), N(1, name.len), P(2, &bytes), P(3, &len), err);
    jeton_result_free(result);
    free(name.at);
    return status;
}

static jeton_status vizzly_new(const struct spoil *spoil, jeton_error *err) {
    jeton_key *key = ec_private_key();
    jeton_vizzly *made = NULL;
    jeton_status status = jeton_vizzly_new(P(0, key), P(1, &made), err);
    CHECK_OUT(status, made);
    jeton_vizzly_free(made);
    jeton_key_free(key);
    return status;
}

typedef jeton_status vizzly_sign(const jeton_vizzly *, const char *, size_t, int64_t, jeton_result **, jeton_error *);

static jeton_status vizzly_call(const struct spoil *spoil, jeton_error *err, vizzly_sign *sign, const char *text) {
    jeton_key *key = ec_private_key();
    jeton_vizzly *made = NULL;
    jeton_result *result = NULL;
    struct text args = exact(text);
    CHECK_OK(jeton_vizzly_new(key, &made, NULL));
    jeton_status status = sign(P(0, made), P(1, args.at), N(1, args.len), NOW, P(2, &result), err);
    jeton_vizzly_free(made);
    jeton_key_free(key);
    free(args.at);
    return finish_result(status, result);
}

static jeton_status vizzly_dashboard(const struct spoil *spoil, jeton_error *err) {
    return vizzly_call(spoil, err, jeton_vizzly_dashboard, DASHBOARD_ARGS);
}

static jeton_status vizzly_data(const struct spoil *spoil, jeton_error *err) {
    return vizzly_call(spoil, err, jeton_vizzly_data, DATA_ARGS);
}

static jeton_status vizzly_query_engine(const struct spoil *spoil, jeton_error *err) {
    return vizzly_call(spoil, err, jeton_vizzly_query_engine, QUERY_ENGINE_ARGS);
}

static jeton_status vizzly_identity(const struct spoil *spoil, jeton_error *err) {
    return vizzly_call(spoil, err, jeton_vizzly_identity, "{\"dashboard\":" DASHBOARD_ARGS "}");
}

static jeton_status vizzly_verifier(const struct spoil *spoil, jeton_error *err) {
    jeton_key *key = ec_public_key();
    jeton_verifier *made = NULL;
    jeton_status status = jeton_vizzly_verifier(P(0, key), P(1, &made), err);
    CHECK_OUT(status, made);
    jeton_verifier_free(made);
    jeton_key_free(key);
    return status;
}

const struct call TOKEN_CALLS[] = {
    {"jeton_key_from_pem", key_from_pem, {TEXT_OR(JETON_E_KEY), TEXT_OR(JETON_OK), OF(OUTPUT)}, JETON_OK},
    {"jeton_key_from_der", key_from_der, {TEXT_OR(JETON_E_KEY), TEXT_OR(JETON_OK), OF(OUTPUT)}, JETON_OK},
    {"jeton_key_from_jwk", key_from_jwk, {TEXT_OR(JETON_E_KEY), TEXT_OR(JETON_OK), OF(OUTPUT)}, JETON_OK},
    {"jeton_key_from_jwks", key_from_jwks, {TEXT_OR(JETON_E_KEY), TEXT_OR(JETON_OK), OF(OUTPUT)}, JETON_OK},
    {"jeton_key_from_secret", key_from_secret, {TEXT_OR(JETON_E_KEY_WEAK), TEXT_OR(JETON_OK), OF(OUTPUT)}, JETON_OK},
    {"jeton_key_generate", key_generate, {TEXT_OR(JETON_E_CONFIG), OF(OUTPUT)}, JETON_OK},
    {"jeton_key_describe", key_describe, {OF(HANDLE), OF(OUTPUT)}, JETON_OK},
    {"jeton_key_public", key_public, {OF(HANDLE), OF(OUTPUT)}, JETON_OK},
    {"jeton_signer_new", signer_new, {OF(HANDLE), TEXT_OR(JETON_OK), OF(OUTPUT)}, JETON_OK},
    {"jeton_signer_sign", signer_sign, {OF(HANDLE), TEXT_OR(JETON_E_CONFIG), OF(BUFFER), OF(OUTPUT)}, JETON_OK},
    {"jeton_signer_sign_bytes", signer_sign_bytes, {OF(HANDLE), TEXT_OR(JETON_OK), OF(BUFFER), OF(OUTPUT)}, JETON_OK},
    {"jeton_external_signer_new", external_signer_new, {OF(HANDLE), TEXT_OR(JETON_OK), OF(OUTPUT)}, JETON_OK},
    {"jeton_external_signer_begin", external_signer_begin, {OF(HANDLE), TEXT_OR(JETON_E_CONFIG), OF(OUTPUT)}, JETON_OK},
    {"jeton_external_signer_begin_bytes", external_signer_begin_bytes, {OF(HANDLE), TEXT_OR(JETON_OK), OF(OUTPUT)}, JETON_OK},
    {"jeton_external_signer_finish",
     external_signer_finish,
     {OF(HANDLE), TEXT_OR(JETON_E_MALFORMED), TEXT_OR(JETON_E_SIGNATURE), OF(OUTPUT)}, JETON_OK},
    {"jeton_verifier_new", verifier_new, {OF(HANDLE), TEXT_OR(JETON_E_CONFIG), OF(OUTPUT)}, JETON_OK},
    {"jeton_verifier_verify", verifier_verify, {OF(HANDLE), TEXT_OR(JETON_E_MALFORMED), OF(BUFFER), OF(OUTPUT)}, JETON_OK},
    {"jeton_verifier_open", verifier_open, {OF(HANDLE), TEXT_OR(JETON_E_MALFORMED), OF(OUTPUT)}, JETON_OK},
    {"jeton_verifier_verify_batch", verifier_verify_batch, {OF(HANDLE), TEXT_OR(JETON_OK), TEXT_OR(JETON_OK), OF(OUTPUT)}, JETON_OK},
    {"jeton_inspect_unverified", inspect_unverified, {TEXT_OR(JETON_E_MALFORMED), OF(OUTPUT)}, JETON_OK},
    {"jeton_result_get", result_get, {OF(HANDLE), TEXT_OR(JETON_OK), OF(OUTPUT), OF(OUTPUT)}, JETON_OK},
    {"jeton_vizzly_new", vizzly_new, {OF(HANDLE), OF(OUTPUT)}, JETON_OK},
    {"jeton_vizzly_dashboard", vizzly_dashboard, {OF(HANDLE), TEXT_OR(JETON_E_CONFIG), OF(OUTPUT)}, JETON_OK},
    {"jeton_vizzly_data", vizzly_data, {OF(HANDLE), TEXT_OR(JETON_E_CONFIG), OF(OUTPUT)}, JETON_OK},
    {"jeton_vizzly_query_engine", vizzly_query_engine, {OF(HANDLE), TEXT_OR(JETON_E_CONFIG), OF(OUTPUT)}, JETON_OK},
    {"jeton_vizzly_identity", vizzly_identity, {OF(HANDLE), TEXT_OR(JETON_E_CONFIG), OF(OUTPUT)}, JETON_OK},
    {"jeton_vizzly_verifier", vizzly_verifier, {OF(HANDLE), OF(OUTPUT)}, JETON_OK},
    {NULL, NULL, {{NONE, JETON_OK}}, JETON_OK},
};
