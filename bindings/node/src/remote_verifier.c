/* RemoteVerifier: checks tokens of issuers whose keys are fetched. */

#include "addon.h"

/* (issuers, environment?, cache?) -> handle */
napi_value remote_verifier_new(napi_env env, napi_callback_info info)
{
    static const char *const names[] = {"issuers", "environment?"};
    napi_value args[3], made = NULL;
    input texts[2];
    void *cache;
    jeton_remote_verifier *verifier;
    jeton_error error;
    if (!input_arguments(env, info, args, 3) || !input_texts(env, args, names, texts, 2)) return NULL;
    if (handle_get_optional(env, args[2], HANDLE_CACHE, &cache))
        made = jeton_remote_verifier_new(cache, texts[0].data, texts[0].len, texts[1].data, texts[1].len, &verifier, &error) ==
                       JETON_OK
                   ? handle_new(env, HANDLE_REMOTE_VERIFIER, verifier)
                   : error_throw(env, &error);
    input_free_all(texts, 2);
    return made;
}

/* (verifier, token, now?) -> [header, claims, payload], or undefined if keys have to be fetched first */
napi_value remote_verifier_verify(napi_env env, napi_callback_info info)
{
    napi_value args[3], made = NULL;
    input token;
    int64_t now_ms;
    jeton_result *result;
    jeton_error error;
    if (!input_arguments(env, info, args, 3) || !input_optional_moment(env, args[2], &now_ms) ||
        !input_token(env, args[1], "token", &token))
        return NULL;
    jeton_remote_verifier *verifier = handle_get(env, args[0], HANDLE_REMOTE_VERIFIER);
    if (verifier != NULL) {
        jeton_status status = jeton_remote_verifier_verify(verifier, token.data, token.len, now_ms, &result, &error);
        if (status == JETON_OK) made = output_result(env, result, opened_parts, 3);
        else if (status != JETON_WAIT) error_throw(env, &error);
    }
    input_free(&token);
    return made;
}

/* (verifier, token, now?, timeoutMs) -> wait */
napi_value remote_verifier_begin(napi_env env, napi_callback_info info)
{
    napi_value args[4], made = NULL;
    input token;
    int64_t now_ms;
    uint64_t timeout_ms;
    jeton_wait *wait;
    jeton_error error;
    if (!input_arguments(env, info, args, 4) || !input_optional_moment(env, args[2], &now_ms) ||
        !input_milliseconds(env, args[3], "timeoutMs", &timeout_ms) || !input_token(env, args[1], "token", &token))
        return NULL;
    jeton_remote_verifier *verifier = handle_get(env, args[0], HANDLE_REMOTE_VERIFIER);
    if (verifier != NULL)
        made = jeton_remote_verifier_begin(verifier, token.data, token.len, timeout_ms, now_ms, &wait, &error) == JETON_OK
                   ? wait_new(env, wait, opened_parts, 3)
                   : error_throw(env, &error);
    input_free(&token);
    return made;
}

/* (verifier) -> [stats] */
napi_value remote_verifier_stats(napi_env env, napi_callback_info info)
{
    static const char *const part = "stats";
    napi_value value;
    jeton_result *result;
    jeton_error error;
    if (!input_arguments(env, info, &value, 1)) return NULL;
    jeton_remote_verifier *verifier = handle_get(env, value, HANDLE_REMOTE_VERIFIER);
    if (verifier == NULL) return NULL;
    return jeton_remote_verifier_stats(verifier, &result, &error) == JETON_OK ? output_result(env, result, &part, 1)
                                                                              : error_throw(env, &error);
}
