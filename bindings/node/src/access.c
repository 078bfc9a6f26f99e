/* Access: who is calling, and what they may do. */

#include "addon.h"

static const char *const answer_parts[] = {"answer", "actor", "challenge"};

/* (config, settings?, secret or undefined, environment?) -> handle */
napi_value access_new(napi_env env, napi_callback_info info)
{
    static const char *const names[] = {"config", "settings?", "environment?"};
    napi_value args[4], made = NULL;
    input texts[3], secret = {0};
    napi_valuetype type;
    jeton_access *access;
    jeton_error error;
    if (!input_arguments(env, info, args, 4) || !done(env, napi_typeof(env, args[2], &type))) return NULL;
    napi_value given[] = {args[0], args[1], args[3]};
    if (!input_texts(env, given, names, texts, 3)) return NULL;
    if (type == napi_undefined || input_text_or_bytes(env, args[2], "secret", &secret)) {
        jeton_status status = jeton_access_new(texts[0].data, texts[0].len, texts[1].data, texts[1].len, (uint8_t *)secret.data,
                                               secret.len, texts[2].data, texts[2].len, &access, &error);
        made = status == JETON_OK ? handle_new(env, HANDLE_ACCESS, access) : error_throw(env, &error);
        input_free(&secret);
    }
    input_free_all(texts, 3);
    return made;
}

/* (access, operation, args, now or undefined, timeoutMs) -> wait */
napi_value access_begin(napi_env env, napi_callback_info info)
{
    static const char *const names[] = {"operation", "args"};
    napi_value args[5], made = NULL;
    input texts[2];
    int64_t now_s;
    uint64_t timeout_ms;
    jeton_wait *wait;
    jeton_error error;
    if (!input_arguments(env, info, args, 5) || !input_optional_seconds(env, args[3], &now_s) ||
        !input_milliseconds(env, args[4], "timeoutMs", &timeout_ms) || !input_texts(env, args + 1, names, texts, 2))
        return NULL;
    jeton_access *access = handle_get(env, args[0], HANDLE_ACCESS);
    if (access != NULL)
        made = jeton_access_begin(access, texts[0].data, texts[0].len, texts[1].data, texts[1].len, now_s, timeout_ms, &wait,
                                  &error) == JETON_OK
                   ? wait_new(env, wait, answer_parts, 3)
                   : error_throw(env, &error);
    input_free_all(texts, 2);
    return made;
}

/* (access) -> whether calls may ask for rows */
napi_value access_asks_rows(napi_env env, napi_callback_info info)
{
    napi_value value, answer;
    if (!input_arguments(env, info, &value, 1)) return NULL;
    jeton_access *access = handle_get(env, value, HANDLE_ACCESS);
    if (access == NULL) return NULL;
    return done(env, napi_get_boolean(env, jeton_access_asks_rows(access) == 1, &answer)) ? answer : NULL;
}

static napi_value verdict(napi_env env, jeton_status status, int32_t is_allowed, const jeton_error *error)
{
    napi_value answer;
    if (status != JETON_OK) return error_throw(env, error);
    return done(env, napi_get_boolean(env, is_allowed == 1, &answer)) ? answer : NULL;
}

/* (actor, allow) -> whether the block lets the actor in */
napi_value allowed(napi_env env, napi_callback_info info)
{
    static const char *const names[] = {"actor", "allow"};
    napi_value args[2];
    input texts[2];
    int32_t is_allowed = 0;
    jeton_error error;
    if (!input_arguments(env, info, args, 2) || !input_texts(env, args, names, texts, 2)) return NULL;
    jeton_status status = jeton_allowed(texts[0].data, texts[0].len, texts[1].data, texts[1].len, &is_allowed, &error);
    input_free_all(texts, 2);
    return verdict(env, status, is_allowed, &error);
}

/* (actor, action, resource) -> whether the actor's restrictions leave the action */
napi_value allowed_action(napi_env env, napi_callback_info info)
{
    static const char *const names[] = {"actor", "action", "resource"};
    napi_value args[3];
    input texts[3];
    int32_t is_allowed = 0;
    jeton_error error;
    if (!input_arguments(env, info, args, 3) || !input_texts(env, args, names, texts, 3)) return NULL;
    jeton_status status = jeton_allowed_action(texts[0].data, texts[0].len, texts[1].data, texts[1].len, texts[2].data,
                                               texts[2].len, &is_allowed, &error);
    input_free_all(texts, 3);
    return verdict(env, status, is_allowed, &error);
}
