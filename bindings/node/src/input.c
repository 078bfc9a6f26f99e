/* Arguments become C values, always copied: JavaScript may change, detach or collect what it passed. */

#define _GNU_SOURCE /* explicit_bzero, memmem */

#include "addon.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool input_arguments(napi_env env, napi_callback_info info, napi_value *values, size_t count)
{
    return done(env, napi_get_cb_info(env, info, &count, values, NULL, NULL));
}

static bool wrong_string(napi_env env, napi_status status, const char *name)
{
    return status == napi_string_expected ? error_wrong_type(env, name, "a string") : done(env, status);
}

char *input_copy_token(napi_env env, napi_value value, const char *name, size_t *len)
{
    napi_status status = napi_get_value_string_utf8(env, value, NULL, 0, len);
    if (status != napi_ok) {
        wrong_string(env, status, name);
        return NULL;
    }
    char *copy = malloc(*len + 1);
    if (copy == NULL) {
        error_no_memory(env);
    } else if (!done(env, napi_get_value_string_utf8(env, value, copy, *len + 1, len))) {
        free(copy);
        copy = NULL;
    }
    return copy;
}

bool input_token(napi_env env, napi_value value, const char *name, input *out)
{
    out->data = out->room;
    napi_status status = napi_get_value_string_utf8(env, value, out->room, sizeof out->room, &out->len);
    if (status != napi_ok) return wrong_string(env, status, name);
    /* A copy that is cut ends before the character, of up to 4 bytes, that would not leave room for the NUL. */
    if (out->len < sizeof out->room - 4) return true;
    explicit_bzero(out->room, sizeof out->room);
    out->data = input_copy_token(env, value, name, &out->len);
    return out->data != NULL;
}

static bool has_replacement_character(const input *in)
{
    return in->len >= 3 && memmem(in->data, in->len, "\xEF\xBF\xBD", 3) != NULL;
}

/* Whether a string has a surrogate without its other half. Sets `*found`; false with an exception pending. */
static bool find_lone_surrogate(napi_env env, napi_value value, bool *found)
{
    size_t len = 0;
    if (!done(env, napi_get_value_string_utf16(env, value, NULL, 0, &len))) return false;
    char16_t *units = malloc((len + 1) * sizeof *units);
    if (units == NULL) return error_no_memory(env);
    bool read = done(env, napi_get_value_string_utf16(env, value, units, len + 1, &len));
    *found = false;
    for (size_t i = 0; read && i < len && !*found; i++) {
        bool high = (units[i] & 0xFC00) == 0xD800, low = (units[i] & 0xFC00) == 0xDC00;
        bool paired = high && i + 1 < len && (units[i + 1] & 0xFC00) == 0xDC00;
        *found = low || (high && !paired);
        if (paired) i++;
    }
    explicit_bzero(units, (len + 1) * sizeof *units);
    free(units);
    return read;
}

bool input_text(napi_env env, napi_value value, const char *name, input *out)
{
    if (!input_token(env, value, name, out)) return false;
    if (!has_replacement_character(out)) return true;
    /* That character may have been written by the caller or stand for a lone surrogate: only the UTF-16 can tell. */
    bool lone = false;
    if (find_lone_surrogate(env, value, &lone)) {
        if (!lone) return true;
        jeton_error error = {.status = JETON_E_UTF8};
        snprintf(error.message, sizeof error.message, "%s has a lone surrogate", name);
        error_throw(env, &error);
    }
    input_free(out);
    return false;
}

static napi_valuetype type_of(napi_env env, napi_value value)
{
    napi_valuetype type = napi_undefined;
    napi_typeof(env, value, &type);
    return type;
}

bool input_optional_text(napi_env env, napi_value value, const char *name, input *out)
{
    if (type_of(env, value) != napi_undefined) return input_text(env, value, name, out);
    out->data = NULL;
    out->len = 0;
    return true;
}

bool input_bytes(napi_env env, napi_value value, const char *name, input *out)
{
    bool is_typed_array = false;
    napi_typedarray_type type;
    void *data = NULL;
    size_t len = 0;
    if (napi_is_typedarray(env, value, &is_typed_array) != napi_ok || !is_typed_array ||
        napi_get_typedarray_info(env, value, &type, &len, &data, NULL, NULL) != napi_ok || type != napi_uint8_array)
        return error_wrong_type(env, name, "a Uint8Array");
    out->data = len <= sizeof out->room ? out->room : malloc(len);
    if (out->data == NULL) return error_no_memory(env);
    if (len > 0) memcpy(out->data, data, len);
    out->len = len;
    return true;
}

bool input_text_or_bytes(napi_env env, napi_value value, const char *name, input *out)
{
    bool is_typed_array = false;
    if (type_of(env, value) == napi_string) return input_text(env, value, name, out);
    if (napi_is_typedarray(env, value, &is_typed_array) == napi_ok && is_typed_array)
        return input_bytes(env, value, name, out);
    return error_wrong_type(env, name, "a string or a Uint8Array");
}

static const double largest_integer = 9007199254740991.0; /* Number.MAX_SAFE_INTEGER: beyond it a number is not one integer */

bool input_seconds(napi_env env, napi_value value, int64_t *out)
{
    double number;
    bool whole = false;
    if (napi_get_value_double(env, value, &number) == napi_ok) {
        whole = fabs(number) <= largest_integer && trunc(number) == number;
        if (whole) *out = (int64_t)number;
    } else if (napi_get_value_bigint_int64(env, value, out, &whole) != napi_ok) {
        return error_wrong_type(env, "now", "a number or a bigint");
    }
    if (!whole) napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "now must be whole Unix seconds");
    return whole;
}

bool input_optional_seconds(napi_env env, napi_value value, int64_t *out)
{
    *out = JETON_CLOCK;
    return type_of(env, value) == napi_undefined || input_seconds(env, value, out);
}

bool input_optional_moment(napi_env env, napi_value value, int64_t *out)
{
    static const int64_t furthest = INT64_MAX / 1000;
    *out = JETON_CLOCK;
    if (type_of(env, value) == napi_undefined) return true;
    if (!input_seconds(env, value, out)) return false;
    /* No token knows of times so far away, so the furthest that there is says the same of them. */
    *out = 1000 * (*out > furthest ? furthest : *out < -furthest ? -furthest : *out);
    return true;
}

bool input_milliseconds(napi_env env, napi_value value, const char *name, uint64_t *out)
{
    double number = -1;
    if (napi_get_value_double(env, value, &number) != napi_ok) return error_wrong_type(env, name, "a number");
    if (number >= 0 && number <= largest_integer && trunc(number) == number) {
        *out = (uint64_t)number;
        return true;
    }
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "timeoutMs must be whole milliseconds from 0");
    return false;
}

bool input_texts(napi_env env, const napi_value *values, const char *const *names, input *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char name[32];
        size_t len = strcspn(names[i], "?");
        snprintf(name, sizeof name, "%.*s", (int)len, names[i]);
        bool optional = names[i][len] == '?';
        if (optional ? input_optional_text(env, values[i], name, &out[i]) : input_text(env, values[i], name, &out[i])) continue;
        input_free_all(out, i);
        return false;
    }
    return true;
}

void input_free_all(input *in, size_t count)
{
    for (size_t i = 0; i < count; i++) input_free(&in[i]);
}

void input_free(input *in)
{
    if (in->data == NULL) return;
    if (in->data == in->room) explicit_bzero(in->data, in->len);
    else input_wipe_and_free(in->data, in->len);
}

void input_wipe(void *data, size_t len)
{
    explicit_bzero(data, len);
}

void input_wipe_and_free(char *copy, size_t len)
{
    explicit_bzero(copy, len);
    free(copy);
}
