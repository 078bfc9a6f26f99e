/* Operations that the host runs step by step: what they ask comes out as a value, and what was found goes back in as one. */

#include "addon.h"

/* (access, operation, args, now or undefined) -> operation */
napi_value access_operation(napi_env env, napi_callback_info info)
{
    static const char *const names[] = {"operation", "args"};
    napi_value args[4], made = NULL;
    input texts[2];
    int64_t now_s;
    jeton_operation *operation;
    jeton_error error;
    if (!input_arguments(env, info, args, 4) || !input_optional_seconds(env, args[3], &now_s) ||
        !input_texts(env, args + 1, names, texts, 2))
        return NULL;
    jeton_access *access = handle_get(env, args[0], HANDLE_ACCESS);
    if (access != NULL)
        made = jeton_access_operation(access, texts[0].data, texts[0].len, texts[1].data, texts[1].len, now_s, &operation,
                                      &error) == JETON_OK
                   ? handle_new(env, HANDLE_OPERATION, operation)
                   : error_throw(env, &error);
    input_free_all(texts, 2);
    return made;
}

/* (operation) -> [ask, database, sql, parameters, answer, actor, challenge], of which `ask` is null when it is done */
napi_value operation_next(napi_env env, napi_callback_info info)
{
    static const char *const parts[] = {"ask", "database", "sql", "parameters", "answer", "actor", "challenge"};
    napi_value value;
    jeton_result *result;
    jeton_error error;
    if (!input_arguments(env, info, &value, 1)) return NULL;
    jeton_operation *operation = handle_get(env, value, HANDLE_OPERATION);
    if (operation == NULL) return NULL;
    jeton_status status = jeton_operation_next(operation, JETON_CLOCK, &result, &error);
    if (status != JETON_OK && status != JETON_ASK) return error_throw(env, &error);
    return output_result(env, result, parts, sizeof parts / sizeof *parts);
}

/* (operation, row or undefined) -> answers what was asked with a row, or with none */
napi_value operation_row(napi_env env, napi_callback_info info)
{
    napi_value args[2];
    input row;
    jeton_error error;
    if (!input_arguments(env, info, args, 2) || !input_optional_text(env, args[1], "row", &row)) return NULL;
    jeton_operation *operation = handle_get(env, args[0], HANDLE_OPERATION);
    if (operation != NULL && jeton_operation_row(operation, row.data, row.len, &error) != JETON_OK) error_throw(env, &error);
    input_free(&row);
    return NULL;
}
