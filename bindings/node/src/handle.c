/*
 * A handle is an object that owns one thing of Jeton and is freed once: by close, or else by the garbage collector, which
 * also runs when a worker ends. Its type tag proves that an object is ours, and of which kind, before a pointer is followed.
 */

#include "addon.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct {
    handle_kind kind;
    void *owned; /* NULL once it is closed */
} handle;

static const struct {
    const char *name;
    napi_type_tag tag;
} kinds[] = {
    [HANDLE_KEY] = {"Key", {0x9c5d1f0e6b7a4c21, 0xa3f2708d51e94b10}},
    [HANDLE_SIGNER] = {"Signer", {0x9c5d1f0e6b7a4c21, 0xa3f2708d51e94b11}},
    [HANDLE_EXTERNAL_SIGNER] = {"ExternalSigner", {0x9c5d1f0e6b7a4c21, 0xa3f2708d51e94b12}},
    [HANDLE_VERIFIER] = {"Verifier", {0x9c5d1f0e6b7a4c21, 0xa3f2708d51e94b13}},
    [HANDLE_VIZZLY] = {"Vizzly", {0x9c5d1f0e6b7a4c21, 0xa3f2708d51e94b14}},
    [HANDLE_CACHE] = {"Cache", {0x9c5d1f0e6b7a4c21, 0xa3f2708d51e94b15}},
    [HANDLE_SOURCE] = {"Source", {0x9c5d1f0e6b7a4c21, 0xa3f2708d51e94b16}},
    [HANDLE_REMOTE_VERIFIER] = {"RemoteVerifier", {0x9c5d1f0e6b7a4c21, 0xa3f2708d51e94b17}},
    [HANDLE_CLIENT] = {"Client", {0x9c5d1f0e6b7a4c21, 0xa3f2708d51e94b18}},
    [HANDLE_ACCESS] = {"Access", {0x9c5d1f0e6b7a4c21, 0xa3f2708d51e94b19}},
    [HANDLE_OPERATION] = {"operation", {0x9c5d1f0e6b7a4c21, 0xa3f2708d51e94b1b}},
    [HANDLE_WAIT] = {"wait", {0x9c5d1f0e6b7a4c21, 0xa3f2708d51e94b1a}},
};

static const size_t kind_count = sizeof kinds / sizeof *kinds;

static void free_owned(handle_kind kind, void *owned)
{
    switch (kind) {
    case HANDLE_KEY: jeton_key_free(owned); break;
    case HANDLE_SIGNER: jeton_signer_free(owned); break;
    case HANDLE_EXTERNAL_SIGNER: jeton_external_signer_free(owned); break;
    case HANDLE_VERIFIER: jeton_verifier_free(owned); break;
    case HANDLE_VIZZLY: jeton_vizzly_free(owned); break;
    case HANDLE_CACHE: jeton_cache_free(owned); break;
    case HANDLE_SOURCE: jeton_source_free(owned); break;
    case HANDLE_REMOTE_VERIFIER: jeton_remote_verifier_free(owned); break;
    case HANDLE_CLIENT: jeton_client_free(owned); break;
    case HANDLE_ACCESS: jeton_access_free(owned); break;
    case HANDLE_OPERATION: jeton_operation_free(owned); break;
    case HANDLE_WAIT: wait_free(owned); break;
    }
}

static void handle_empty(handle *self)
{
    void *owned = self->owned;
    self->owned = NULL;
    free_owned(self->kind, owned);
}

static void handle_finalize(napi_env env, void *data, void *hint)
{
    (void)env;
    (void)hint;
    handle_empty(data);
    free(data);
}

napi_value handle_new(napi_env env, handle_kind kind, void *owned)
{
    napi_value object;
    handle *self = malloc(sizeof *self);
    if (self == NULL) {
        free_owned(kind, owned);
        error_no_memory(env);
        return NULL;
    }
    *self = (handle){.kind = kind, .owned = owned};
    /* The tag comes last: an object that has one is wrapped for certain. */
    if (!done(env, napi_create_object(env, &object)) ||
        !done(env, napi_wrap(env, object, self, handle_finalize, NULL, NULL))) {
        handle_finalize(env, self, NULL);
        return NULL;
    }
    return done(env, napi_type_tag_object(env, object, &kinds[kind].tag)) ? object : NULL;
}

static handle *handle_of(napi_env env, napi_value value, handle_kind kind)
{
    bool tagged = false;
    void *self = NULL;
    if (napi_check_object_type_tag(env, value, &kinds[kind].tag, &tagged) != napi_ok || !tagged) return NULL;
    return napi_unwrap(env, value, &self) == napi_ok ? self : NULL;
}

void *handle_get(napi_env env, napi_value value, handle_kind kind)
{
    char message[64];
    handle *self = handle_of(env, value, kind);
    if (self == NULL) {
        snprintf(message, sizeof message, "not a %s", kinds[kind].name);
        napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message);
        return NULL;
    }
    if (self->owned == NULL) {
        snprintf(message, sizeof message, "the %s is closed", kinds[kind].name);
        napi_throw_type_error(env, "ERR_JETON_CLOSED", message);
    }
    return self->owned;
}

bool handle_get_optional(napi_env env, napi_value value, handle_kind kind, void **out)
{
    napi_valuetype type = napi_undefined;
    *out = NULL;
    if (!done(env, napi_typeof(env, value, &type))) return false;
    if (type != napi_undefined) *out = handle_get(env, value, kind);
    return type == napi_undefined || *out != NULL;
}

napi_value handle_close(napi_env env, napi_callback_info info)
{
    napi_value object;
    if (!input_arguments(env, info, &object, 1)) return NULL;
    for (size_t kind = 0; kind < kind_count; kind++) {
        handle *self = handle_of(env, object, (handle_kind)kind);
        if (self == NULL) continue;
        handle_empty(self);
        return NULL;
    }
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "not a handle of Jeton");
    return NULL;
}
