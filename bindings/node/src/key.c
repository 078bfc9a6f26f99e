/* Key: read, made, described, its public half given away. */

#include "addon.h"

static bool read_source(napi_env env, key_form form, napi_value value, input *out)
{
    switch (form) {
    case KEY_PEM: return input_text_or_bytes(env, value, "pem", out);
    case KEY_DER: return input_bytes(env, value, "der", out);
    case KEY_JWK: return input_text(env, value, "jwk", out);
    case KEY_JWKS: return input_text(env, value, "jwks", out);
    case KEY_SECRET: return input_text_or_bytes(env, value, "secret", out);
    }
    return false;
}

static jeton_status parse(key_form form, const input *source, const input *algorithm, jeton_key **key, jeton_error *error)
{
    const uint8_t *bytes = (const uint8_t *)source->data;
    switch (form) {
    case KEY_PEM: return jeton_key_from_pem(source->data, source->len, algorithm->data, algorithm->len, key, error);
    case KEY_DER: return jeton_key_from_der(bytes, source->len, algorithm->data, algorithm->len, key, error);
    case KEY_JWK: return jeton_key_from_jwk(source->data, source->len, algorithm->data, algorithm->len, key, error);
    case KEY_JWKS: return jeton_key_from_jwks(source->data, source->len, algorithm->data, algorithm->len, key, error);
    case KEY_SECRET: return jeton_key_from_secret(bytes, source->len, algorithm->data, algorithm->len, key, error);
    }
    return JETON_E_INTERNAL;
}

/* (source, algorithm or undefined) -> handle */
napi_value key_from(napi_env env, napi_callback_info info)
{
    napi_value args[2];
    size_t argc = 2;
    void *form;
    input source, algorithm;
    jeton_key *key;
    jeton_error error;
    if (!done(env, napi_get_cb_info(env, info, &argc, args, NULL, &form))) return NULL;
    if (!input_optional_text(env, args[1], "algorithm", &algorithm)) return NULL;
    if (!read_source(env, (key_form)(uintptr_t)form, args[0], &source)) {
        input_free(&algorithm);
        return NULL;
    }
    jeton_status status = parse((key_form)(uintptr_t)form, &source, &algorithm, &key, &error);
    input_free(&source);
    input_free(&algorithm);
    return status == JETON_OK ? handle_new(env, HANDLE_KEY, key) : error_throw(env, &error);
}

/* (algorithm) -> [private_jwk, public_jwk, private_pem, public_pem] */
napi_value key_generate(napi_env env, napi_callback_info info)
{
    static const char *const parts[] = {"private_jwk", "public_jwk", "private_pem", "public_pem"};
    napi_value value;
    input algorithm;
    jeton_result *result;
    jeton_error error;
    if (!input_arguments(env, info, &value, 1) || !input_text(env, value, "algorithm", &algorithm)) return NULL;
    jeton_status status = jeton_key_generate(algorithm.data, algorithm.len, &result, &error);
    input_free(&algorithm);
    return status == JETON_OK ? output_result(env, result, parts, 4) : error_throw(env, &error);
}

/* (key) -> [kty, algorithm, kid, private, thumbprint] */
napi_value key_describe(napi_env env, napi_callback_info info)
{
    static const char *const parts[] = {"kty", "algorithm", "kid", "private", "thumbprint"};
    napi_value value;
    jeton_result *result;
    jeton_error error;
    if (!input_arguments(env, info, &value, 1)) return NULL;
    jeton_key *key = handle_get(env, value, HANDLE_KEY);
    if (key == NULL) return NULL;
    return jeton_key_describe(key, &result, &error) == JETON_OK ? output_result(env, result, parts, 5)
                                                                : error_throw(env, &error);
}

/* (key) -> [jwks, jwk, pem] */
napi_value key_public(napi_env env, napi_callback_info info)
{
    static const char *const parts[] = {"jwks", "jwk", "pem"};
    napi_value value;
    jeton_result *result;
    jeton_error error;
    if (!input_arguments(env, info, &value, 1)) return NULL;
    jeton_key *key = handle_get(env, value, HANDLE_KEY);
    if (key == NULL) return NULL;
    return jeton_key_public(key, &result, &error) == JETON_OK ? output_result(env, result, parts, 3)
                                                              : error_throw(env, &error);
}
