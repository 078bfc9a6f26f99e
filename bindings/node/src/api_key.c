/* API keys: made, and their form and checksum looked at. */

#include "addon.h"

/* (prefix) -> [api_key, digest] */
napi_value api_key_generate(napi_env env, napi_callback_info info)
{
    static const char *const parts[] = {"api_key", "digest"};
    napi_value value;
    input prefix;
    jeton_result *result;
    jeton_error error;
    if (!input_arguments(env, info, &value, 1) || !input_text(env, value, "prefix", &prefix)) return NULL;
    jeton_status status = jeton_api_key_generate(prefix.data, prefix.len, &result, &error);
    input_free(&prefix);
    return status == JETON_OK ? output_result(env, result, parts, 2) : error_throw(env, &error);
}

/* (text) -> [prefix, digest], both null if it is not well formed */
napi_value api_key_check(napi_env env, napi_callback_info info)
{
    static const char *const parts[] = {"prefix", "digest"};
    napi_value value;
    input text;
    jeton_result *result;
    jeton_error error;
    if (!input_arguments(env, info, &value, 1) || !input_token(env, value, "apiKey", &text)) return NULL;
    jeton_status status = jeton_api_key_check((uint8_t *)text.data, text.len, &result, &error);
    input_free(&text);
    return status == JETON_OK ? output_result(env, result, parts, 2) : error_throw(env, &error);
}
