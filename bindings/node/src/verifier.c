/* Verifier: checks tokens. And the look at a token that checks nothing. */

#include "addon.h"

#include <stdlib.h>

const char *const opened_parts[3] = {"header", "claims", "payload"};

/* (key, policy) -> handle */
napi_value verifier_new(napi_env env, napi_callback_info info)
{
    napi_value args[2];
    input policy;
    jeton_verifier *verifier;
    jeton_error error;
    if (!input_arguments(env, info, args, 2) || !input_text(env, args[1], "policy", &policy)) return NULL;
    jeton_key *key = handle_get(env, args[0], HANDLE_KEY);
    if (key == NULL) {
        input_free(&policy);
        return NULL;
    }
    jeton_status status = jeton_verifier_new(key, policy.data, policy.len, &verifier, &error);
    input_free(&policy);
    return status == JETON_OK ? handle_new(env, HANDLE_VERIFIER, verifier) : error_throw(env, &error);
}

/* (verifier) -> whether payloads are claims, and so text */
napi_value verifier_gives_claims(napi_env env, napi_callback_info info)
{
    napi_value args[1], gives;
    if (!input_arguments(env, info, args, 1)) return NULL;
    jeton_verifier *verifier = handle_get(env, args[0], HANDLE_VERIFIER);
    if (verifier == NULL || !done(env, napi_get_boolean(env, jeton_verifier_gives_claims(verifier) == 1, &gives))) return NULL;
    return gives;
}

/* The arguments of a call: (verifier, token, now). The token stays with the caller, who frees it. */
static jeton_verifier *read_call(napi_env env, napi_callback_info info, input *token, int64_t *now_s)
{
    napi_value args[3];
    if (!input_arguments(env, info, args, 3) || !input_seconds(env, args[2], now_s) ||
        !input_token(env, args[1], "token", token))
        return NULL;
    jeton_verifier *verifier = handle_get(env, args[0], HANDLE_VERIFIER);
    if (verifier == NULL) input_free(token);
    return verifier;
}

static napi_value payload_text(napi_env env, const uint8_t *payload, size_t len)
{
    return output_text(env, (const char *)payload, len);
}

/* The hot path: no result handle, and no allocation of ours for a token of ordinary length. */
static napi_value verify(napi_env env, napi_callback_info info, napi_value (*output)(napi_env, const uint8_t *, size_t))
{
    uint8_t room[4096];
    input token;
    int64_t now_s;
    size_t len;
    jeton_error error;
    napi_value payload = NULL;
    jeton_verifier *verifier = read_call(env, info, &token, &now_s);
    if (verifier == NULL) return NULL;
    uint8_t *buffer = token.len <= sizeof room ? room : malloc(token.len);
    if (buffer == NULL) {
        error_no_memory(env);
    } else if (jeton_verifier_verify(verifier, token.data, token.len, now_s, buffer, token.len, &len, &error) == JETON_OK) {
        payload = output(env, buffer, len);
    } else {
        error_throw(env, &error);
    }
    if (buffer != room) free(buffer);
    input_free(&token);
    return payload;
}

/* (verifier, token, now) -> claims as text */
napi_value verifier_verify(napi_env env, napi_callback_info info)
{
    return verify(env, info, payload_text);
}

/* (verifier, token, now) -> payload as bytes */
napi_value verifier_verify_bytes(napi_env env, napi_callback_info info)
{
    return verify(env, info, output_bytes);
}

/* (verifier, token, now) -> [header, claims, payload] */
napi_value verifier_open(napi_env env, napi_callback_info info)
{
    input token;
    int64_t now_s;
    jeton_result *result;
    jeton_error error;
    jeton_verifier *verifier = read_call(env, info, &token, &now_s);
    if (verifier == NULL) return NULL;
    jeton_status status = jeton_verifier_open(verifier, token.data, token.len, now_s, &result, &error);
    input_free(&token);
    return status == JETON_OK ? output_result(env, result, opened_parts, 3) : error_throw(env, &error);
}

/* Copies of the tokens of a batch, as the arrays that Jeton reads them by. */
typedef struct {
    char **data;
    size_t *lens;
    size_t count;
    size_t capacity;
} batch;

static void batch_free(batch *tokens)
{
    for (size_t i = 0; i < tokens->count; i++) input_wipe_and_free(tokens->data[i], tokens->lens[i]);
    free(tokens->data);
    free(tokens->lens);
}

/* Room for one token more. It grows with what was read, not with the length that the array claims, which may be all holes. */
static bool batch_grow(napi_env env, batch *tokens)
{
    if (tokens->count < tokens->capacity) return true;
    size_t capacity = tokens->capacity == 0 ? 64 : tokens->capacity * 2;
    char **data = realloc(tokens->data, capacity * sizeof *data);
    if (data != NULL) tokens->data = data;
    size_t *lens = realloc(tokens->lens, capacity * sizeof *lens);
    if (lens != NULL) tokens->lens = lens;
    if (data == NULL || lens == NULL) return error_no_memory(env);
    tokens->capacity = capacity;
    return true;
}

static bool batch_add(napi_env env, batch *tokens, napi_value list, uint32_t index)
{
    napi_value value;
    if (!batch_grow(env, tokens) || !done(env, napi_get_element(env, list, index, &value))) return false;
    char *token = input_copy_token(env, value, "every token", &tokens->lens[tokens->count]);
    if (token == NULL) return false;
    tokens->data[tokens->count++] = token;
    return true;
}

static bool batch_read(napi_env env, napi_value list, batch *tokens)
{
    bool is_array = false;
    uint32_t length = 0;
    if (napi_is_array(env, list, &is_array) != napi_ok || !is_array) return error_wrong_type(env, "tokens", "an array");
    if (!done(env, napi_get_array_length(env, list, &length))) return false;
    bool read = true;
    for (uint32_t i = 0; read && i < length; i++) {
        napi_handle_scope scope; /* a batch may have more tokens than one scope should hold values */
        if (!done(env, napi_open_handle_scope(env, &scope))) return false;
        read = batch_add(env, tokens, list, i);
        napi_close_handle_scope(env, scope);
    }
    return read;
}

static napi_value batch_output(napi_env env, const jeton_result *result)
{
    napi_value list;
    size_t count = jeton_result_count(result);
    if (!done(env, napi_create_array_with_length(env, count, &list))) return NULL;
    for (size_t i = 0; i < count; i++) {
        napi_handle_scope scope;
        if (!done(env, napi_open_handle_scope(env, &scope))) return NULL;
        napi_value entry = output_entry(env, result, i, opened_parts, 3);
        bool set = entry != NULL && done(env, napi_set_element(env, list, (uint32_t)i, entry));
        napi_close_handle_scope(env, scope);
        if (!set) return NULL;
    }
    return list;
}

/* (verifier, tokens, now) -> for each token [header, claims, payload] or a JetonError */
napi_value verifier_verify_batch(napi_env env, napi_callback_info info)
{
    napi_value args[3], list = NULL;
    batch tokens = {0};
    int64_t now_s;
    jeton_result *result;
    jeton_error error;
    if (!input_arguments(env, info, args, 3) || !input_seconds(env, args[2], &now_s)) return NULL;
    jeton_verifier *verifier = batch_read(env, args[1], &tokens) ? handle_get(env, args[0], HANDLE_VERIFIER) : NULL;
    if (verifier != NULL) {
        if (jeton_verifier_verify_batch(verifier, (const char *const *)tokens.data, tokens.lens, tokens.count, now_s,
                                        &result, &error) == JETON_OK) {
            list = batch_output(env, result);
            jeton_result_free(result);
        } else {
            error_throw(env, &error);
        }
    }
    batch_free(&tokens);
    return list;
}

/* (token) -> [header, claims, payload], nothing verified */
napi_value inspect_unverified(napi_env env, napi_callback_info info)
{
    napi_value value;
    input token;
    jeton_result *result;
    jeton_error error;
    if (!input_arguments(env, info, &value, 1) || !input_token(env, value, "token", &token)) return NULL;
    jeton_status status = jeton_inspect_unverified(token.data, token.len, &result, &error);
    input_free(&token);
    return status == JETON_OK ? output_result(env, result, opened_parts, 3) : error_throw(env, &error);
}
