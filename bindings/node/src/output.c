/* Results become values, always copied: Jeton's bytes are freed before JavaScript sees anything. */

#include "addon.h"

#include <string.h>

napi_value output_text(napi_env env, const char *data, size_t len)
{
    napi_value text;
    return done(env, napi_create_string_utf8(env, data, len, &text)) ? text : NULL;
}

napi_value output_bytes(napi_env env, const uint8_t *data, size_t len)
{
    napi_value buffer, bytes;
    void *copy = NULL;
    if (!done(env, napi_create_arraybuffer(env, len, &copy, &buffer))) return NULL;
    if (len > 0) memcpy(copy, data, len);
    return done(env, napi_create_typedarray(env, napi_uint8_array, len, buffer, 0, &bytes)) ? bytes : NULL;
}

static napi_value output_part(napi_env env, const char *name, const uint8_t *data, size_t len)
{
    napi_value absent;
    if (data == NULL) return done(env, napi_get_null(env, &absent)) ? absent : NULL;
    bool is_bytes = strcmp(name, "payload") == 0 || strcmp(name, "digest") == 0;
    if (is_bytes) return output_bytes(env, data, len);
    return output_text(env, (const char *)data, len);
}

napi_value output_entry(napi_env env, const jeton_result *result, size_t index, const char *const *parts, size_t count)
{
    napi_value entry;
    bool has_claims = false;
    if (!done(env, napi_create_array_with_length(env, count, &entry))) return NULL;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *data = NULL;
        size_t len = 0;
        jeton_error error;
        bool asked = !has_claims || strcmp(parts[i], "payload") != 0; /* a token has the one or the other */
        if (asked && jeton_result_get(result, index, parts[i], strlen(parts[i]), &data, &len, &error) != JETON_OK)
            return error_new(env, &error);
        has_claims = has_claims || (data != NULL && strcmp(parts[i], "claims") == 0);
        napi_value part = output_part(env, parts[i], data, len);
        if (part == NULL || !done(env, napi_set_element(env, entry, (uint32_t)i, part))) return NULL;
    }
    return entry;
}

napi_value output_result(napi_env env, jeton_result *result, const char *const *parts, size_t count)
{
    napi_value entry = output_entry(env, result, 0, parts, count);
    jeton_result_free(result);
    return entry;
}
