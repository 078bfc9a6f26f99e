/* Results become values, always copied: Jeton's bytes are freed before JavaScript sees anything. */

#include "addon.h"

#include <string.h>

napi_value output_text(napi_env env, const char *data, size_t len)
{
    napi_value text;
    return napi_create_string_utf8(env, data, len, &text) == napi_ok ? text : NULL;
}

napi_value output_bytes(napi_env env, const uint8_t *data, size_t len)
{
    napi_value buffer, bytes;
    void *copy = NULL;
    if (napi_create_arraybuffer(env, len, &copy, &buffer) != napi_ok) return NULL;
    if (len > 0) memcpy(copy, data, len);
    return napi_create_typedarray(env, napi_uint8_array, len, buffer, 0, &bytes) == napi_ok ? bytes : NULL;
}

static napi_value output_part(napi_env env, const char *name, const uint8_t *data, size_t len)
{
    napi_value absent;
    if (data == NULL) return napi_get_null(env, &absent) == napi_ok ? absent : NULL;
    if (strcmp(name, "payload") == 0) return output_bytes(env, data, len);
    return output_text(env, (const char *)data, len);
}

napi_value output_entry(napi_env env, const jeton_result *result, size_t index, const char *const *parts, size_t count)
{
    napi_value entry;
    if (napi_create_array_with_length(env, count, &entry) != napi_ok) return NULL;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *data;
        size_t len;
        jeton_error error;
        if (jeton_result_get(result, index, parts[i], strlen(parts[i]), &data, &len, &error) != JETON_OK)
            return error_new(env, &error);
        napi_value part = output_part(env, parts[i], data, len);
        if (part == NULL || napi_set_element(env, entry, (uint32_t)i, part) != napi_ok) return NULL;
    }
    return entry;
}

napi_value output_result(napi_env env, jeton_result *result, const char *const *parts, size_t count)
{
    napi_value entry = output_entry(env, result, 0, parts, count);
    jeton_result_free(result);
    return entry;
}
