/* Client: the operations of one server, in the name of one user. */

#include "addon.h"

static const char *const result_parts[] = {"result"};

/* (vendor, config, secrets?, environment?) -> handle */
napi_value client_new(napi_env env, napi_callback_info info)
{
    static const char *const names[] = {"vendor", "config", "secrets?", "environment?"};
    napi_value args[4];
    input texts[4];
    jeton_client *client;
    jeton_error error;
    if (!input_arguments(env, info, args, 4) || !input_texts(env, args, names, texts, 4)) return NULL;
    jeton_status status = jeton_client_new(texts[0].data, texts[0].len, texts[1].data, texts[1].len, texts[2].data, texts[2].len,
                                           texts[3].data, texts[3].len, &client, &error);
    input_free_all(texts, 4);
    return status == JETON_OK ? handle_new(env, HANDLE_CLIENT, client) : error_throw(env, &error);
}

/* (client, login) -> handle */
napi_value client_as_user(napi_env env, napi_callback_info info)
{
    napi_value args[2], made = NULL;
    input login;
    jeton_client *other;
    jeton_error error;
    if (!input_arguments(env, info, args, 2) || !input_text(env, args[1], "login", &login)) return NULL;
    jeton_client *client = handle_get(env, args[0], HANDLE_CLIENT);
    if (client != NULL)
        made = jeton_client_as_user(client, login.data, login.len, &other, &error) == JETON_OK
                   ? handle_new(env, HANDLE_CLIENT, other)
                   : error_throw(env, &error);
    input_free(&login);
    return made;
}

/* The texts of a call: (client, operation, args). The caller frees them where a client comes back. */
static jeton_client *read_call(napi_env env, const napi_value *args, input *texts)
{
    static const char *const names[] = {"operation", "args"};
    if (!input_texts(env, args + 1, names, texts, 2)) return NULL;
    jeton_client *client = handle_get(env, args[0], HANDLE_CLIENT);
    if (client == NULL) input_free_all(texts, 2);
    return client;
}

/* (client, operation, args, timeoutMs) -> wait */
napi_value client_begin(napi_env env, napi_callback_info info)
{
    napi_value args[4];
    input texts[2];
    uint64_t timeout_ms;
    jeton_wait *wait;
    jeton_error error;
    if (!input_arguments(env, info, args, 4) || !input_milliseconds(env, args[3], "timeoutMs", &timeout_ms)) return NULL;
    jeton_client *client = read_call(env, args, texts);
    if (client == NULL) return NULL;
    jeton_status status = jeton_client_begin(client, texts[0].data, texts[0].len, texts[1].data, texts[1].len, timeout_ms, &wait,
                                             &error);
    input_free_all(texts, 2);
    return status == JETON_OK ? wait_new(env, wait, result_parts, 1) : error_throw(env, &error);
}

/* (client, operation, args) -> [result] of an operation that sends nothing, and so is over at once */
napi_value client_edit(napi_env env, napi_callback_info info)
{
    napi_value args[3];
    input texts[2];
    jeton_operation *operation;
    jeton_result *result = NULL;
    jeton_error error;
    if (!input_arguments(env, info, args, 3)) return NULL;
    jeton_client *client = read_call(env, args, texts);
    if (client == NULL) return NULL;
    jeton_status status = jeton_client_operation(client, texts[0].data, texts[0].len, texts[1].data, texts[1].len, &operation,
                                                 &error);
    input_free_all(texts, 2);
    if (status != JETON_OK) return error_throw(env, &error);
    status = jeton_operation_next(operation, JETON_CLOCK, &result, &error);
    jeton_operation_free(operation);
    if (status == JETON_OK) return output_result(env, result, result_parts, 1);
    if (status != JETON_ASK) return error_throw(env, &error);
    jeton_result_free(result);
    napi_throw_error(env, "ERR_JETON_NODE_API", "the operation sends a request");
    return NULL;
}
