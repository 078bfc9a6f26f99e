/* Signer and ExternalSigner: make tokens with a key at hand, or with one that somebody else holds. */

#include "addon.h"

#include <stdlib.h>

/* The arguments of a constructor: (key, options). The options stay with the caller, who frees them. */
static jeton_key *read_key_and_options(napi_env env, napi_callback_info info, input *options)
{
    napi_value args[2];
    if (!input_arguments(env, info, args, 2) || !input_text(env, args[1], "options", options)) return NULL;
    jeton_key *key = handle_get(env, args[0], HANDLE_KEY);
    if (key == NULL) input_free(options);
    return key;
}

/* (key, options) -> handle */
napi_value signer_new(napi_env env, napi_callback_info info)
{
    input options;
    jeton_signer *signer;
    jeton_error error;
    jeton_key *key = read_key_and_options(env, info, &options);
    if (key == NULL) return NULL;
    jeton_status status = jeton_signer_new(key, options.data, options.len, &signer, &error);
    input_free(&options);
    return status == JETON_OK ? handle_new(env, HANDLE_SIGNER, signer) : error_throw(env, &error);
}

/* Signs claims at `now_s`, or, where `now_s` is NULL, bytes. Both write a token of at most the signer's bound. */
static napi_value sign(napi_env env, napi_value self, const input *payload, const int64_t *now_s)
{
    char room[8192];
    size_t len;
    jeton_error error;
    jeton_signer *signer = handle_get(env, self, HANDLE_SIGNER);
    if (signer == NULL) return NULL;
    size_t bound = jeton_signer_bound(signer, payload->len);
    char *token = bound <= sizeof room ? room : malloc(bound);
    if (token == NULL) {
        error_no_memory(env);
        return NULL;
    }
    jeton_status status =
        now_s != NULL
            ? jeton_signer_sign(signer, payload->data, payload->len, *now_s, token, bound, &len, &error)
            : jeton_signer_sign_bytes(signer, (const uint8_t *)payload->data, payload->len, token, bound, &len, &error);
    napi_value made = status == JETON_OK ? output_text(env, token, len) : error_throw(env, &error);
    if (token != room) free(token);
    return made;
}

/* (signer, claims, now) -> token */
napi_value signer_sign(napi_env env, napi_callback_info info)
{
    napi_value args[3];
    input claims;
    int64_t now_s;
    if (!input_arguments(env, info, args, 3) || !input_seconds(env, args[2], &now_s) ||
        !input_text(env, args[1], "claims", &claims))
        return NULL;
    napi_value token = sign(env, args[0], &claims, &now_s);
    input_free(&claims);
    return token;
}

/* (signer, payload) -> token */
napi_value signer_sign_bytes(napi_env env, napi_callback_info info)
{
    napi_value args[2];
    input payload;
    if (!input_arguments(env, info, args, 2) || !input_bytes(env, args[1], "payload", &payload)) return NULL;
    napi_value token = sign(env, args[0], &payload, NULL);
    input_free(&payload);
    return token;
}

/* (key, options) -> handle */
napi_value external_signer_new(napi_env env, napi_callback_info info)
{
    input options;
    jeton_external_signer *signer;
    jeton_error error;
    jeton_key *key = read_key_and_options(env, info, &options);
    if (key == NULL) return NULL;
    jeton_status status = jeton_external_signer_new(key, options.data, options.len, &signer, &error);
    input_free(&options);
    return status == JETON_OK ? handle_new(env, HANDLE_EXTERNAL_SIGNER, signer) : error_throw(env, &error);
}

static napi_value signing_input_of(napi_env env, jeton_status status, jeton_result *result, const jeton_error *error)
{
    static const char *const parts[] = {"signing_input"};
    return status == JETON_OK ? output_result(env, result, parts, 1) : error_throw(env, error);
}

/* (signer, claims, now) -> [signing_input] */
napi_value external_signer_begin(napi_env env, napi_callback_info info)
{
    napi_value args[3], made = NULL;
    input claims;
    int64_t now_s;
    jeton_result *result = NULL;
    jeton_error error;
    if (!input_arguments(env, info, args, 3) || !input_seconds(env, args[2], &now_s) ||
        !input_text(env, args[1], "claims", &claims))
        return NULL;
    jeton_external_signer *signer = handle_get(env, args[0], HANDLE_EXTERNAL_SIGNER);
    if (signer != NULL) {
        jeton_status status = jeton_external_signer_begin(signer, claims.data, claims.len, now_s, &result, &error);
        made = signing_input_of(env, status, result, &error);
    }
    input_free(&claims);
    return made;
}

/* (signer, payload) -> [signing_input] */
napi_value external_signer_begin_bytes(napi_env env, napi_callback_info info)
{
    napi_value args[2], made = NULL;
    input payload;
    jeton_result *result = NULL;
    jeton_error error;
    if (!input_arguments(env, info, args, 2) || !input_bytes(env, args[1], "payload", &payload)) return NULL;
    jeton_external_signer *signer = handle_get(env, args[0], HANDLE_EXTERNAL_SIGNER);
    if (signer != NULL) {
        const uint8_t *bytes = (const uint8_t *)payload.data;
        jeton_status status = jeton_external_signer_begin_bytes(signer, bytes, payload.len, &result, &error);
        made = signing_input_of(env, status, result, &error);
    }
    input_free(&payload);
    return made;
}

/* (signer, signing_input, signature) -> [token] */
napi_value external_signer_finish(napi_env env, napi_callback_info info)
{
    static const char *const parts[] = {"token"};
    napi_value args[3], made = NULL;
    input signing_input, signature;
    jeton_result *result;
    jeton_error error;
    if (!input_arguments(env, info, args, 3) || !input_token(env, args[1], "signingInput", &signing_input)) return NULL;
    if (!input_bytes(env, args[2], "signature", &signature)) {
        input_free(&signing_input);
        return NULL;
    }
    jeton_external_signer *signer = handle_get(env, args[0], HANDLE_EXTERNAL_SIGNER);
    if (signer != NULL) {
        jeton_status status = jeton_external_signer_finish(signer, signing_input.data, signing_input.len,
                                                           (const uint8_t *)signature.data, signature.len, &result, &error);
        made = status == JETON_OK ? output_result(env, result, parts, 1) : error_throw(env, &error);
    }
    input_free(&signature);
    input_free(&signing_input);
    return made;
}
