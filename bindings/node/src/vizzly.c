/* Vizzly: access tokens, the identity answer that holds them, and a verifier for them. */

#include "addon.h"

/* (key) -> handle */
napi_value vizzly_new(napi_env env, napi_callback_info info)
{
    napi_value value;
    jeton_vizzly *vizzly;
    jeton_error error;
    if (!input_arguments(env, info, &value, 1)) return NULL;
    jeton_key *key = handle_get(env, value, HANDLE_KEY);
    if (key == NULL) return NULL;
    return jeton_vizzly_new(key, &vizzly, &error) == JETON_OK ? handle_new(env, HANDLE_VIZZLY, vizzly)
                                                              : error_throw(env, &error);
}

/* (key) -> handle of a verifier */
napi_value vizzly_verifier(napi_env env, napi_callback_info info)
{
    napi_value value;
    jeton_verifier *verifier;
    jeton_error error;
    if (!input_arguments(env, info, &value, 1)) return NULL;
    jeton_key *key = handle_get(env, value, HANDLE_KEY);
    if (key == NULL) return NULL;
    return jeton_vizzly_verifier(key, &verifier, &error) == JETON_OK ? handle_new(env, HANDLE_VERIFIER, verifier)
                                                                     : error_throw(env, &error);
}

typedef jeton_status vizzly_call(const jeton_vizzly *, const char *, size_t, int64_t, jeton_result **, jeton_error *);

/* All calls take (vizzly, args, now) and answer [the part]. */
static napi_value call(napi_env env, const napi_value *args, vizzly_call *call, const char *part)
{
    napi_value made = NULL;
    input text;
    int64_t now_s;
    jeton_result *result;
    jeton_error error;
    if (!input_seconds(env, args[2], &now_s) || !input_text(env, args[1], "args", &text)) return NULL;
    jeton_vizzly *vizzly = handle_get(env, args[0], HANDLE_VIZZLY);
    if (vizzly != NULL)
        made = call(vizzly, text.data, text.len, now_s, &result, &error) == JETON_OK
                   ? output_result(env, result, &part, 1)
                   : error_throw(env, &error);
    input_free(&text);
    return made;
}

/* (vizzly, args, now) -> [token] */
napi_value vizzly_sign(napi_env env, napi_callback_info info)
{
    static vizzly_call *const calls[] = {
        [VIZZLY_DASHBOARD] = jeton_vizzly_dashboard,
        [VIZZLY_DATA] = jeton_vizzly_data,
        [VIZZLY_QUERY_ENGINE] = jeton_vizzly_query_engine,
    };
    napi_value args[3];
    size_t argc = 3;
    void *token;
    if (!done(env, napi_get_cb_info(env, info, &argc, args, NULL, &token))) return NULL;
    return call(env, args, calls[(uintptr_t)token], "token");
}

/* (vizzly, args, now) -> [identity] */
napi_value vizzly_identity(napi_env env, napi_callback_info info)
{
    napi_value args[3];
    return input_arguments(env, info, args, 3) ? call(env, args, jeton_vizzly_identity, "identity") : NULL;
}
