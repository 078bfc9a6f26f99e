/* Source: a token that is kept fresh. And the cache that sources and remote verifiers are opened on. */

#include "addon.h"

#include <stdlib.h>
#include <string.h>

/* (config or undefined) -> handle */
napi_value cache_new(napi_env env, napi_callback_info info)
{
    napi_value value;
    input config;
    jeton_cache *cache;
    jeton_error error;
    if (!input_arguments(env, info, &value, 1) || !input_optional_text(env, value, "config", &config)) return NULL;
    jeton_status status = jeton_cache_new(config.data, config.len, &cache, &error);
    input_free(&config);
    return status == JETON_OK ? handle_new(env, HANDLE_CACHE, cache) : error_throw(env, &error);
}

/* (config, secrets?, environment?, key?, cache?) -> handle */
napi_value source_new(napi_env env, napi_callback_info info)
{
    static const char *const names[] = {"config", "secrets?", "environment?"};
    napi_value args[5];
    input texts[3];
    void *key, *cache;
    jeton_source *source = NULL;
    jeton_error error;
    if (!input_arguments(env, info, args, 5) || !input_texts(env, args, names, texts, 3)) return NULL;
    bool open = handle_get_optional(env, args[3], HANDLE_KEY, &key) && handle_get_optional(env, args[4], HANDLE_CACHE, &cache);
    jeton_status status = open ? jeton_source_new(cache, texts[0].data, texts[0].len, texts[1].data, texts[1].len, texts[2].data,
                                                  texts[2].len, key, JETON_CLOCK, &source, &error)
                               : JETON_E_NULL;
    input_free_all(texts, 3);
    if (!open) return NULL;
    return status == JETON_OK ? handle_new(env, HANDLE_SOURCE, source) : error_throw(env, &error);
}

/* A token, in place while it is short. */
typedef struct {
    uint8_t room[4096];
    uint8_t *data;
    size_t cap, len;
    int64_t expires_at_s;
} token;

static void token_free(token *self)
{
    if (self->data == self->room) input_wipe(self->room, self->len);
    else if (self->data != NULL) input_wipe_and_free((char *)self->data, self->cap);
}

/* Reads the token at hand, again where a longer one came between two calls. `data` is NULL if memory ran out. */
static jeton_status read_token(const jeton_source *source, token *out, jeton_error *error)
{
    jeton_status status;
    *out = (token){.data = out->room, .cap = sizeof out->room};
    while ((status = jeton_source_token(source, JETON_CLOCK, out->data, out->cap, &out->len, &out->expires_at_s, error)) ==
           JETON_E_BUFFER) {
        if (out->data != out->room) free(out->data);
        out->cap = out->len;
        out->data = malloc(out->cap);
        if (out->data == NULL) break;
    }
    return status;
}

static napi_value token_output(napi_env env, const token *token)
{
    napi_value entry, text = output_text(env, (const char *)token->data, token->len), end;
    napi_status known = token->expires_at_s == INT64_MAX ? napi_get_null(env, &end)
                                                         : napi_create_int64(env, token->expires_at_s, &end);
    if (text == NULL || !done(env, known) || !done(env, napi_create_array_with_length(env, 2, &entry))) return NULL;
    return done(env, napi_set_element(env, entry, 0, text)) && done(env, napi_set_element(env, entry, 1, end)) ? entry : NULL;
}

/* (source) -> [token, expires_at_s or null] if it is at hand, undefined if it has to be waited for */
napi_value source_token(napi_env env, napi_callback_info info)
{
    napi_value value, entry = NULL;
    token token;
    jeton_error error;
    if (!input_arguments(env, info, &value, 1)) return NULL;
    jeton_source *source = handle_get(env, value, HANDLE_SOURCE);
    if (source == NULL) return NULL;
    jeton_status status = read_token(source, &token, &error);
    if (token.data == NULL) error_no_memory(env);
    else if (status == JETON_OK) entry = token_output(env, &token);
    else if (status != JETON_WAIT) error_throw(env, &error);
    token_free(&token);
    return entry;
}

static const char *const token_parts[] = {"token", "expires_at_s"};
static const char *const identity_parts[] = {"identity"};
static const char *const revoked_parts[] = {"revoked"};

/* What the result of an operation has; an unknown one is refused by the library. */
static napi_value begun(napi_env env, jeton_wait *wait, const char *operation)
{
    if (strcmp(operation, "identity") == 0) return wait_new(env, wait, identity_parts, 1);
    if (strcmp(operation, "revoke") == 0) return wait_new(env, wait, revoked_parts, 1);
    if (strcmp(operation, "close") == 0) return wait_new(env, wait, NULL, 0);
    return wait_new(env, wait, token_parts, 2);
}

/* (source, operation, token or undefined, timeoutMs) -> wait */
napi_value source_begin(napi_env env, napi_callback_info info)
{
    napi_value args[4], made = NULL;
    input operation, refused;
    uint64_t timeout_ms;
    jeton_wait *wait;
    jeton_error error;
    if (!input_arguments(env, info, args, 4) || !input_milliseconds(env, args[3], "timeoutMs", &timeout_ms) ||
        !input_text(env, args[1], "operation", &operation))
        return NULL;
    if (input_optional_text(env, args[2], "token", &refused)) {
        jeton_source *source = handle_get(env, args[0], HANDLE_SOURCE);
        if (source != NULL)
            made = jeton_source_begin(source, operation.data, operation.len, refused.data, refused.len, timeout_ms, JETON_CLOCK,
                                      &wait, &error) == JETON_OK
                       ? begun(env, wait, operation.data)
                       : error_throw(env, &error);
        input_free(&refused);
    }
    input_free(&operation);
    return made;
}

/* (source, token or undefined) -> whether this call invalidated it */
napi_value source_invalidate(napi_env env, napi_callback_info info)
{
    napi_value args[2], answer = NULL;
    input refused;
    int32_t invalidated = 0;
    jeton_error error;
    if (!input_arguments(env, info, args, 2) || !input_optional_text(env, args[1], "token", &refused)) return NULL;
    jeton_source *source = handle_get(env, args[0], HANDLE_SOURCE);
    if (source != NULL) {
        if (jeton_source_invalidate(source, refused.data, refused.len, JETON_CLOCK, &invalidated, &error) != JETON_OK)
            error_throw(env, &error);
        else if (!done(env, napi_get_boolean(env, invalidated == 1, &answer)))
            answer = NULL;
    }
    input_free(&refused);
    return answer;
}

typedef jeton_status source_question(const jeton_source *, jeton_result **, jeton_error *);

static napi_value ask(napi_env env, napi_callback_info info, source_question *question, const char *part)
{
    napi_value value;
    jeton_result *result;
    jeton_error error;
    if (!input_arguments(env, info, &value, 1)) return NULL;
    jeton_source *source = handle_get(env, value, HANDLE_SOURCE);
    if (source == NULL) return NULL;
    return question(source, &result, &error) == JETON_OK ? output_result(env, result, &part, 1) : error_throw(env, &error);
}

/* (source) -> [description] */
napi_value source_describe(napi_env env, napi_callback_info info)
{
    return ask(env, info, jeton_source_describe, "description");
}

/* (source) -> [stats] */
napi_value source_stats(napi_env env, napi_callback_info info)
{
    return ask(env, info, jeton_source_stats, "stats");
}

/* (source) -> for each event its JSON text */
napi_value source_events(napi_env env, napi_callback_info info)
{
    static const char *const part = "event";
    napi_value value, list, entry, event;
    jeton_result *result;
    jeton_error error;
    if (!input_arguments(env, info, &value, 1)) return NULL;
    jeton_source *source = handle_get(env, value, HANDLE_SOURCE);
    if (source == NULL) return NULL;
    if (jeton_source_events(source, &result, &error) != JETON_OK) return error_throw(env, &error);
    size_t count = jeton_result_count(result);
    bool made = done(env, napi_create_array_with_length(env, count, &list));
    for (size_t i = 0; made && i < count; i++) {
        entry = output_entry(env, result, i, &part, 1);
        made = entry != NULL && done(env, napi_get_element(env, entry, 0, &event)) &&
               done(env, napi_set_element(env, list, (uint32_t)i, event));
    }
    jeton_result_free(result);
    return made ? list : NULL;
}
