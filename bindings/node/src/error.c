/* Failures become exceptions: a status of Jeton a JetonError, a wrong argument a TypeError with Node's own code. */

#include "addon.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool done(napi_env env, napi_status status)
{
    bool pending = false;
    if (status == napi_ok) return true;
    if (napi_is_exception_pending(env, &pending) != napi_ok || !pending)
        napi_throw_error(env, "ERR_JETON_NODE_API", "a call of Node-API failed");
    return false;
}

/* The class is a value of one environment, so it lives in that environment's instance data and never in a global. */
static void forget_class(napi_env env, void *data, void *hint)
{
    (void)hint;
    napi_delete_reference(env, data);
}

napi_value error_set_class(napi_env env, napi_callback_info info)
{
    napi_value error_class;
    napi_ref reference;
    if (!input_arguments(env, info, &error_class, 1)) return NULL;
    if (napi_create_reference(env, error_class, 1, &reference) != napi_ok) {
        error_wrong_type(env, "JetonError", "a class");
        return NULL;
    }
    void *old = NULL;
    napi_get_instance_data(env, &old);
    if (old != NULL) napi_delete_reference(env, old);
    done(env, napi_set_instance_data(env, reference, forget_class, NULL));
    return NULL;
}

static bool text_or_null(napi_env env, const char *text, napi_value *out)
{
    return done(env, text[0] == '\0' ? napi_get_null(env, out) : napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, out));
}

static bool number_or_null(napi_env env, int32_t number, napi_value *out)
{
    return done(env, number == 0 ? napi_get_null(env, out) : napi_create_int32(env, number, out));
}

napi_value error_new(napi_env env, const jeton_error *error)
{
    void *reference = NULL;
    napi_value error_class, made;
    if (napi_get_instance_data(env, &reference) != napi_ok || reference == NULL ||
        napi_get_reference_value(env, reference, &error_class) != napi_ok || error_class == NULL) {
        napi_throw_error(env, NULL, "the Jeton addon was not loaded by its own package");
        return NULL;
    }
    const char *status = jeton_status_name(error->status);
    if (status == NULL) status = "UNKNOWN";
    /* What is fetched, stored or permitted is about no claim: there the member holds the server's own code. */
    bool answered = error->status >= 500 && error->status < 700;
    napi_value args[6];
    bool made_all = done(env, napi_create_string_utf8(env, error->message, NAPI_AUTO_LENGTH, &args[0])) &&
                    done(env, napi_create_string_utf8(env, status, NAPI_AUTO_LENGTH, &args[1])) &&
                    done(env, napi_create_int32(env, error->status, &args[2])) &&
                    text_or_null(env, answered ? "" : error->claim, &args[3]) &&
                    number_or_null(env, error->http_status, &args[4]) &&
                    text_or_null(env, answered ? error->claim : "", &args[5]);
    return made_all && done(env, napi_new_instance(env, error_class, 6, args, &made)) ? made : NULL;
}

napi_value error_throw(napi_env env, const jeton_error *error)
{
    napi_value made = error_new(env, error);
    if (made != NULL) napi_throw(env, made);
    return NULL;
}

bool error_wrong_type(napi_env env, const char *name, const char *kind)
{
    char message[128];
    snprintf(message, sizeof message, "%s must be %s", name, kind);
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message);
    return false;
}

bool error_no_memory(napi_env env)
{
    napi_throw_error(env, "ERR_MEMORY_ALLOCATION_FAILED", "out of memory");
    return false;
}
