#include "json.h"

#include <stdlib.h>
#include <string.h>

/* Each `…_end` takes the start of something and returns where it ends, or NULL if it is not that. */

static const char *space_end(const char *at, const char *end) {
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) {
        at++;
    }
    return at;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static const char *digits_end(const char *at, const char *end) {
    if (at == end || !is_digit(*at)) {
        return NULL;
    }
    while (at < end && is_digit(*at)) {
        at++;
    }
    return at;
}

static const char *number_end(const char *at, const char *end) {
    if (at < end && *at == '-') {
        at++;
    }
    at = at < end && *at == '0' ? at + 1 : digits_end(at, end);
    if (at != NULL && at < end && *at == '.') {
        at = digits_end(at + 1, end);
    }
    if (at != NULL && at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-')) {
            at++;
        }
        at = digits_end(at, end);
    }
    return at;
}

/* The value of a hexadecimal digit, or -1. */
static int hex(char c) {
    if (is_digit(c)) {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The four hexadecimal digits at `at`, or -1. */
static int32_t hex4(const char *at, const char *end) {
    int32_t unit = 0;
    if (end - at < 4) {
        return -1;
    }
    for (int i = 0; i < 4; i++) {
        int digit = hex(at[i]);
        if (digit < 0) {
            return -1;
        }
        unit = unit * 16 + digit;
    }
    return unit;
}

static const char *string_end(const char *at, const char *end) {
    if (at == end || *at++ != '"') {
        return NULL;
    }
    while (at < end && *at != '"') {
        if ((unsigned char)*at < 0x20) {
            return NULL;
        }
        if (*at++ != '\\') {
            continue;
        }
        if (at < end && *at == 'u') {
            if (hex4(at + 1, end) < 0) {
                return NULL;
            }
            at += 5;
        } else if (at < end && *at != '\0' && strchr("\"\\/bfnrt", *at) != NULL) {
            at++;
        } else {
            return NULL;
        }
    }
    return at < end ? at + 1 : NULL;
}

static const char *word_end(const char *at, const char *end, const char *word) {
    size_t len = strlen(word);
    return (size_t)(end - at) >= len && memcmp(at, word, len) == 0 ? at + len : NULL;
}

static const char *scalar_end(const char *at, const char *end) {
    switch (*at) {
    case '"':
        return string_end(at, end);
    case 't':
        return word_end(at, end, "true");
    case 'f':
        return word_end(at, end, "false");
    case 'n':
        return word_end(at, end, "null");
    default:
        return number_end(at, end);
    }
}

/* A member's name and its colon. */
static const char *name_end(const char *at, const char *end) {
    at = string_end(at, end);
    if (at == NULL) {
        return NULL;
    }
    at = space_end(at, end);
    return at < end && *at == ':' ? at + 1 : NULL;
}

/* Any value. `open` has a byte of room for each byte of input: a loop and no recursion, since a line may nest to any depth. */
static const char *value_end(const char *at, const char *end, char *open) {
    size_t depth = 0;
    for (;;) {
        at = space_end(at, end);
        if (at == end) {
            return NULL;
        }
        if (*at == '{' || *at == '[') {
            char close = *at == '{' ? '}' : ']';
            at = space_end(at + 1, end);
            if (at < end && *at == close) {
                at++;
            } else {
                open[depth++] = close;
                if (close == '}' && (at = name_end(at, end)) == NULL) {
                    return NULL;
                }
                continue;
            }
        } else if ((at = scalar_end(at, end)) == NULL) {
            return NULL;
        }
        /* A value is complete: the next one follows a comma, or its container ends. */
        for (;;) {
            if (depth == 0) {
                return at;
            }
            at = space_end(at, end);
            if (at == end) {
                return NULL;
            }
            if (*at == ',') {
                at = space_end(at + 1, end);
                if (open[depth - 1] == '}' && (at = name_end(at, end)) == NULL) {
                    return NULL;
                }
                break;
            }
            if (*at++ != open[--depth]) {
                return NULL;
            }
        }
    }
}

/* RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF. */
static bool is_utf8(span text) {
    const unsigned char *at = (const unsigned char *)text.text, *end = at + text.len;
    while (at < end) {
        unsigned char lead = *at++;
        size_t more = lead < 0x80 ? 0 : lead < 0xC2 ? 4 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : 4;
        if (more == 4 || (size_t)(end - at) < more) {
            return false;
        }
        if ((lead == 0xE0 && *at < 0xA0) || (lead == 0xED && *at > 0x9F) || (lead == 0xF0 && *at < 0x90) || (lead == 0xF4 && *at > 0x8F)) {
            return false;
        }
        for (; more > 0; more--) {
            if ((*at++ & 0xC0) != 0x80) {
                return false;
            }
        }
    }
    return true;
}

bool json_parse(span text, span *value) {
    const char *end = text.text + text.len;
    char *open = malloc(text.len + 1);
    if (open == NULL || !is_utf8(text)) {
        free(open);
        return false;
    }
    const char *start = space_end(text.text, end);
    const char *stop = value_end(start, end, open);
    free(open);
    if (stop == NULL || space_end(stop, end) != end) {
        return false;
    }
    *value = (span){start, (size_t)(stop - start)};
    return true;
}

bool json_is_object(span value) {
    return value.len > 0 && value.text[0] == '{';
}

bool json_is_array(span value) {
    return value.len > 0 && value.text[0] == '[';
}

/* The end of a value that is known to be well formed. */
static const char *known_end(const char *at, const char *end) {
    size_t depth = 0;
    if (*at != '{' && *at != '[') {
        return scalar_end(at, end);
    }
    do {
        if (*at == '"') {
            at = string_end(at, end);
            continue;
        }
        depth += *at == '{' || *at == '[';
        depth -= *at == '}' || *at == ']';
        at++;
    } while (depth > 0);
    return at;
}

/* Walks over either container; `name` is only written for a member. */
static bool next(span container, const char **cursor, span *name, span *item) {
    const char *end = container.text + container.len;
    const char *at;
    if (*cursor == NULL) {
        if (!json_is_object(container) && !json_is_array(container)) {
            return false;
        }
        at = container.text;
    } else {
        at = space_end(*cursor, end);
    }
    if (*cursor != NULL && *at != ',') {
        return false;
    }
    at = space_end(at + 1, end);
    if (*at == '}' || *at == ']') {
        return false;
    }
    if (json_is_object(container)) {
        const char *stop = string_end(at, end);
        *name = (span){at, (size_t)(stop - at)};
        at = space_end(name_end(at, end), end);
    }
    *item = (span){at, (size_t)(known_end(at, end) - at)};
    *cursor = item->text + item->len;
    return true;
}

bool json_next(span container, const char **cursor, span *item) {
    span name;
    return next(container, cursor, &name, item);
}

bool json_next_member(span object, const char **cursor, span *name, span *value) {
    return json_is_object(object) && next(object, cursor, name, value);
}

/* Whether a string, unescaped, is `name`. */
static bool is_name(span string, const char *name) {
    size_t len = 0;
    char *text = malloc(string.len);
    bool same = text != NULL && json_string(string, text, &len) && len == strlen(name) && memcmp(text, name, len) == 0;
    free(text);
    return same;
}

span json_member(span object, const char *name) {
    span found = {NULL, 0}, member, item;
    const char *cursor = NULL;
    while (json_next_member(object, &cursor, &member, &item)) {
        if (is_name(member, name)) {
            found = item;
        }
    }
    return found;
}

/* Writes one character as UTF-8 and returns how many bytes it took: never more than its escapes. */
static size_t put_utf8(char *out, int32_t c) {
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--, c >>= 6) {
        out[i] = (char)(0x80 | (c & 0x3F));
    }
    out[0] = (char)((0xF00 >> len) | c);
    return len;
}

/* Reads the character of a `\u` escape, which is two escapes for a surrogate pair, and moves on. -1 for a lone surrogate. */
static int32_t escaped(const char **at, const char *end) {
    int32_t c = hex4(*at, end);
    *at += 4;
    if (c < 0xD800 || c > 0xDFFF) {
        return c;
    }
    int32_t low = c < 0xDC00 && end - *at >= 6 && (*at)[0] == '\\' && (*at)[1] == 'u' ? hex4(*at + 2, end) : -1;
    if (low < 0xDC00 || low > 0xDFFF) {
        return -1;
    }
    *at += 6;
    return 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
}

bool json_string(span value, char *out, size_t *out_len) {
    if (value.len < 2 || value.text[0] != '"') {
        return false;
    }
    const char *at = value.text + 1, *end = value.text + value.len - 1;
    static const char names[] = "\"\\/bfnrt", characters[] = "\"\\/\b\f\n\r\t";
    size_t len = 0;
    while (at < end) {
        if (*at != '\\') {
            out[len++] = *at++;
        } else if (at[1] != 'u') {
            out[len++] = characters[strchr(names, at[1]) - names];
            at += 2;
        } else {
            at += 2;
            int32_t c = escaped(&at, end);
            if (c < 0) {
                return false;
            }
            len += put_utf8(out + len, c);
        }
    }
    *out_len = len;
    return true;
}

bool json_integer(span value, int64_t *out) {
    const char *at = value.text, *end = at + value.len;
    bool negative = value.len > 0 && *at == '-';
    uint64_t magnitude = 0, limit = (uint64_t)INT64_MAX + negative;
    at += negative;
    if (at == end) {
        return false;
    }
    for (; at < end; at++) {
        if (!is_digit(*at)) {
            return false;
        }
        uint64_t digit = (uint64_t)(*at - '0');
        if (magnitude > (limit - digit) / 10) {
            return false;
        }
        magnitude = magnitude * 10 + digit;
    }
    *out = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return true;
}
