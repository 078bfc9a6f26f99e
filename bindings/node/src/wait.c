/*
 * Waits: what takes time has a descriptor that becomes readable when its result is there. The event loop of the thread
 * watches it, so nothing blocks and no thread is used up; JavaScript is told once, and asks for the result.
 *
 * A worker may end in the middle: its environment then runs the clean-up hook, which takes the descriptor out of the loop
 * before anything frees the wait that owns it.
 */

#define _GNU_SOURCE /* uv.h needs pthread_rwlock_t */

#include "addon.h"

#include <stdlib.h>

#include <uv.h>

typedef struct {
    uv_poll_t poll;
    napi_env env;
    waiting *owner;
    napi_ref handle; /* the object that holds the wait, which must not be collected meanwhile */
    napi_ref ready;  /* the function to be called */
    napi_async_cleanup_hook_handle hook;
} watch;

struct waiting {
    jeton_wait *wait;
    const char *const *parts;
    size_t count;
    watch *watch; /* NULL while nobody watches */
};

napi_value wait_new(napi_env env, jeton_wait *wait, const char *const *parts, size_t count)
{
    waiting *self = malloc(sizeof *self);
    if (self == NULL) {
        jeton_wait_free(wait);
        error_no_memory(env);
        return NULL;
    }
    *self = (waiting){.wait = wait, .parts = parts, .count = count};
    return handle_new(env, HANDLE_WAIT, self);
}

static void watch_closed(uv_handle_t *poll)
{
    watch *self = poll->data;
    if (self->hook != NULL) napi_remove_async_cleanup_hook(self->hook);
    free(self);
}

/* Takes the descriptor out of the loop at once; the memory goes when the loop says so. Twice is fine. */
static void watch_stop(watch *self)
{
    if (uv_is_closing((uv_handle_t *)&self->poll)) return;
    self->owner->watch = NULL;
    if (self->handle != NULL) napi_delete_reference(self->env, self->handle);
    if (self->ready != NULL) napi_delete_reference(self->env, self->ready);
    uv_close((uv_handle_t *)&self->poll, watch_closed);
}

void wait_free(waiting *self)
{
    if (self == NULL) return;
    if (self->watch != NULL) watch_stop(self->watch);
    jeton_wait_free(self->wait);
    free(self);
}

static void environment_ends(napi_async_cleanup_hook_handle hook, void *data)
{
    (void)hook;
    watch_stop(data);
}

/* Readable, or broken, which the result tells: the function is called, and never again. */
static void on_readable(uv_poll_t *poll, int status, int events)
{
    watch *self = poll->data;
    napi_env env = self->env;
    napi_handle_scope scope;
    napi_value ready = NULL, global = NULL, none;
    (void)status;
    (void)events;
    if (napi_open_handle_scope(env, &scope) != napi_ok) {
        watch_stop(self);
        return;
    }
    napi_get_reference_value(env, self->ready, &ready);
    napi_get_global(env, &global);
    watch_stop(self);
    /* It is the resolver of a promise, which throws nothing; it fails where the environment ends and no JavaScript may run. */
    if (ready != NULL && global != NULL) napi_make_callback(env, NULL, global, ready, 0, NULL, &none);
    napi_close_handle_scope(env, scope);
}

static bool fail(napi_env env, const char *what)
{
    napi_throw_error(env, "ERR_JETON_NODE_API", what);
    return false;
}

/* Puts a watch to work that the loop knows; where that fails, whoever called stops it. */
static bool watch_start(watch *self, napi_value handle, napi_value ready)
{
    napi_env env = self->env;
    if (!done(env, napi_create_reference(env, handle, 1, &self->handle)) ||
        !done(env, napi_create_reference(env, ready, 1, &self->ready)) ||
        !done(env, napi_add_async_cleanup_hook(env, environment_ends, self, &self->hook)))
        return false;
    return uv_poll_start(&self->poll, UV_READABLE, on_readable) == 0 || fail(env, "the event loop takes no descriptor");
}

static void watch_new(napi_env env, waiting *owner, napi_value handle, napi_value ready)
{
    uv_loop_t *loop = NULL;
    int fd = jeton_wait_fd(owner->wait);
    if (!done(env, napi_get_uv_event_loop(env, &loop))) return;
    watch *self = calloc(1, sizeof *self);
    if (self == NULL) {
        error_no_memory(env);
        return;
    }
    if (fd < 0 || uv_poll_init(loop, &self->poll, fd) != 0) {
        free(self);
        fail(env, "the system has no descriptor left to wait with");
        return;
    }
    self->poll.data = self;
    self->env = env;
    self->owner = owner;
    owner->watch = self;
    if (!watch_start(self, handle, ready)) watch_stop(self);
}

/* (wait, ready) -> calls `ready` once, when the result is there; never before this call has returned */
napi_value wait_watch(napi_env env, napi_callback_info info)
{
    napi_value args[2];
    napi_valuetype type = napi_undefined;
    if (!input_arguments(env, info, args, 2) || !done(env, napi_typeof(env, args[1], &type))) return NULL;
    if (type != napi_function) {
        error_wrong_type(env, "ready", "a function");
        return NULL;
    }
    waiting *self = handle_get(env, args[0], HANDLE_WAIT);
    if (self == NULL) return NULL;
    if (self->watch != NULL) fail(env, "somebody watches this wait already");
    else watch_new(env, self, args[0], args[1]);
    return NULL;
}

/* (wait) -> its parts; undefined while it is not over */
napi_value wait_result(napi_env env, napi_callback_info info)
{
    napi_value value;
    jeton_result *result = NULL;
    jeton_error error;
    if (!input_arguments(env, info, &value, 1)) return NULL;
    waiting *self = handle_get(env, value, HANDLE_WAIT);
    if (self == NULL) return NULL;
    jeton_status status = jeton_wait_result(self->wait, &result, &error);
    if (status == JETON_OK) return output_result(env, result, self->parts, self->count);
    if (status != JETON_WAIT) error_throw(env, &error);
    return NULL;
}

/* (wait) -> gives up: the result is CANCELLED, unless it was there */
napi_value wait_cancel(napi_env env, napi_callback_info info)
{
    napi_value value;
    if (!input_arguments(env, info, &value, 1)) return NULL;
    waiting *self = handle_get(env, value, HANDLE_WAIT);
    if (self != NULL) jeton_wait_cancel(self->wait);
    return NULL;
}
