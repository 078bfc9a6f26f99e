/* Access: who is calling, and what they may do. */

#include "addon.h"

#include <stdlib.h>

static const char *const answer_parts[] = {"answer", "actor", "challenge"};

/* What an authenticator is opened with. */
typedef struct {
    input texts[3], secret; /* `secret.data` is NULL where there is none */
} opening;

/* (config, settings?, secret or undefined, environment?): for opening_free, unless an exception is pending */
static bool opening_read(napi_env env, napi_callback_info info, opening *out)
{
    static const char *const names[] = {"config", "settings?", "environment?"};
    napi_value args[4];
    napi_valuetype type;
    out->secret.data = NULL;
    out->secret.len = 0;
    if (!input_arguments(env, info, args, 4) || !done(env, napi_typeof(env, args[2], &type))) return false;
    napi_value given[] = {args[0], args[1], args[3]};
    if (!input_texts(env, given, names, out->texts, 3)) return false;
    if (type == napi_undefined || input_text_or_bytes(env, args[2], "secret", &out->secret)) return true;
    input_free_all(out->texts, 3);
    return false;
}

static jeton_status opening_run(const opening *self, jeton_access **access, jeton_error *error)
{
    const input *config = &self->texts[0], *settings = &self->texts[1], *environment = &self->texts[2];
    return jeton_access_new(config->data, config->len, settings->data, settings->len, (const uint8_t *)self->secret.data,
                            self->secret.len, environment->data, environment->len, access, error);
}

static void opening_free(opening *self)
{
    input_free(&self->secret);
    input_free_all(self->texts, 3);
}

/* (config, settings?, secret or undefined, environment?) -> handle */
napi_value access_new(napi_env env, napi_callback_info info)
{
    opening given;
    jeton_access *access;
    jeton_error error;
    if (!opening_read(env, info, &given)) return NULL;
    jeton_status status = opening_run(&given, &access, &error);
    opening_free(&given);
    return status == JETON_OK ? handle_new(env, HANDLE_ACCESS, access) : error_throw(env, &error);
}

/* An opening on a thread of libuv's, where it may wait for a database. */
typedef struct {
    opening given;
    napi_async_work work;
    napi_deferred promise;
    jeton_access *access;
    jeton_status status;
    jeton_error error;
} opening_work;

static void opening_work_free(napi_env env, opening_work *self)
{
    if (self->work != NULL) napi_delete_async_work(env, self->work);
    opening_free(&self->given);
    free(self);
}

static void opening_execute(napi_env env, void *data)
{
    opening_work *self = data;
    (void)env;
    self->status = opening_run(&self->given, &self->access, &self->error);
}

static void opening_settle(napi_env env, const opening_work *self)
{
    bool is_open = self->status == JETON_OK;
    napi_value value = is_open ? handle_new(env, HANDLE_ACCESS, self->access) : error_new(env, &self->error);
    if (value != NULL && is_open) napi_resolve_deferred(env, self->promise, value);
    /* Where no value can be made there is an exception, but for an environment that ends, in which nobody waits any more. */
    else if (value != NULL || napi_get_and_clear_last_exception(env, &value) == napi_ok)
        napi_reject_deferred(env, self->promise, value);
}

/* On the thread of the environment; cancelled only where that ends before the work began. */
static void opening_complete(napi_env env, napi_status status, void *data)
{
    if (status == napi_ok) opening_settle(env, data);
    opening_work_free(env, data);
}

/* (config, settings?, secret or undefined, environment?) -> a promise of the handle */
napi_value access_open(napi_env env, napi_callback_info info)
{
    napi_value promise, name;
    opening_work *self = malloc(sizeof *self);
    if (self == NULL) {
        error_no_memory(env);
        return NULL;
    }
    if (!opening_read(env, info, &self->given)) {
        free(self);
        return NULL;
    }
    self->work = NULL;
    if (done(env, napi_create_string_utf8(env, "jeton:Access.open", NAPI_AUTO_LENGTH, &name)) &&
        done(env, napi_create_async_work(env, NULL, name, opening_execute, opening_complete, self, &self->work)) &&
        done(env, napi_create_promise(env, &self->promise, &promise)) && done(env, napi_queue_async_work(env, self->work)))
        return promise;
    opening_work_free(env, self);
    return NULL;
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
