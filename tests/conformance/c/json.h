/*
 * What a conformance driver needs of JSON: cut a text into the raw texts of its values, unescape, write. It keeps no tree, so
 * whatever is handed on reaches the library byte for byte.
 */
#ifndef JETON_CONFORMANCE_JSON_H
#define JETON_CONFORMANCE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A run of bytes that belongs to somebody else; `text` is NULL where there is none. */
typedef struct {
    const char *text;
    size_t len;
} span;

/* Whether `text` is one JSON value (RFC 8259, UTF-8, any depth); `value` is it without the white space around. */
bool json_parse(span text, span *value);

/* The functions below take values that json_parse gave or that were cut out of such. */

bool json_is_object(span value);
bool json_is_array(span value);

/* The value of the member `name`; the last of several; none if there is none or `object` is not an object. */
span json_member(span object, const char *name);

/* Walks over the items of an array, or the values of an object's members. `cursor` starts as NULL. */
bool json_next(span container, const char **cursor, span *item);

/* As json_next over an object, with the members' names, which are strings as they stand. */
bool json_next_member(span object, const char **cursor, span *name, span *value);

/* Unescapes a string into `out`, which has room for `value.len` bytes. False if it is not a string or holds a lone surrogate. */
bool json_string(span value, char *out, size_t *out_len);

/* Reads an integer without fraction and exponent. False for anything else or what 64 bits cannot hold. */
bool json_integer(span value, int64_t *out);

/* Decodes strict base64url without padding into `out`, which has room for `text.len` bytes. */
bool base64url_decode(span text, uint8_t *out, size_t *out_len);

/* Writes bytes as base64url without padding, in quotes. */
void put_base64url(FILE *out, span bytes);

/* Writes UTF-8 text as a JSON string. */
void put_string(FILE *out, span text);

/* Writes JSON text on one line: CR and LF in it, which can only be white space, become spaces. */
void put_json(FILE *out, span json);

#ifdef __cplusplus
}
#endif

#endif
