/*
 * What the files of the addon share: texts and bytes in, values out, errors, handles.
 *
 * A function of the addon reads all its arguments first and its handle last, calls Jeton once, and turns the answer into a
 * value. Between the handle and the call no JavaScript runs, so nothing can close the handle in between.
 */

#ifndef JETON_NODE_ADDON_H
#define JETON_NODE_ADDON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <node_api.h>

#include "jeton.h"

/* ---- error.c: failures become exceptions ---- */

/**
 * Whether a call of Node-API went well. If not, an exception is pending afterwards: the one that JavaScript threw in the call,
 * else one that says that the call failed.
 */
bool done(napi_env env, napi_status status);
/** Remembers the class JetonError, its one argument, for this environment. */
napi_value error_set_class(napi_env env, napi_callback_info info);
/** A new JetonError; NULL if none can be made, with that exception pending. */
napi_value error_new(napi_env env, const jeton_error *error);
/** Throws `error` as a JetonError. Always NULL, so that a function can return it. */
napi_value error_throw(napi_env env, const jeton_error *error);
/** Throws a TypeError that says `name` must be `kind`. Always false. */
bool error_wrong_type(napi_env env, const char *name, const char *kind);
/** Throws that memory ran out. Always false. */
bool error_no_memory(napi_env env);

/* ---- input.c: arguments become C values; each function throws and answers false where it cannot ---- */

/** A copy of a text or of bytes: in place while it is short, on the heap where it is long. Wiped by input_free. */
typedef struct {
    char *data;
    size_t len;
    char room[4096];
} input;

/** Reads `count` arguments; what was not passed is undefined. */
bool input_arguments(napi_env env, napi_callback_info info, napi_value *values, size_t count);
/** Copies a string as UTF-8, a lone surrogate as U+FFFD: right for tokens, in which that is no valid character. */
bool input_token(napi_env env, napi_value value, const char *name, input *out);
/** Copies a string as UTF-8 and refuses lone surrogates, which would make two different texts one. */
bool input_text(napi_env env, napi_value value, const char *name, input *out);
/** As input_text, but undefined is the absent text `(NULL, 0)`. */
bool input_optional_text(napi_env env, napi_value value, const char *name, input *out);
/** Copies a Uint8Array. */
bool input_bytes(napi_env env, napi_value value, const char *name, input *out);
/** As input_text for a string, as input_bytes for anything else. */
bool input_text_or_bytes(napi_env env, napi_value value, const char *name, input *out);
/** Unix seconds: a number or a bigint, whole. */
bool input_seconds(napi_env env, napi_value value, int64_t *out);
/** As input_seconds, but undefined is the library's own clock. */
bool input_optional_seconds(napi_env env, napi_value value, int64_t *out);
/** As input_optional_seconds, but what comes out are Unix milliseconds. */
bool input_optional_moment(napi_env env, napi_value value, int64_t *out);
/** How long to wait: a whole number from 0. */
bool input_milliseconds(napi_env env, napi_value value, const char *name, uint64_t *out);
/** Reads several texts, of which those of a name that ends in `?` may be undefined. */
bool input_texts(napi_env env, const napi_value *values, const char *const *names, input *out, size_t count);
/** Wipes and frees. Only for an input that was read. */
void input_free(input *in);
void input_free_all(input *in, size_t count);
/** As input_token, but always a copy on the heap, for input_wipe_and_free; NULL with an exception pending. */
char *input_copy_token(napi_env env, napi_value value, const char *name, size_t *len);
void input_wipe_and_free(char *copy, size_t len);
void input_wipe(void *data, size_t len);

/* ---- output.c: results become values; NULL with an exception pending where that fails ---- */

napi_value output_text(napi_env env, const char *data, size_t len);
napi_value output_bytes(napi_env env, const uint8_t *data, size_t len);
/**
 * An array of the named parts of one entry, in order, null where it has no such part: `payload` and `digest` as a
 * Uint8Array, every other as a string. For an entry that failed, its JetonError.
 */
napi_value output_entry(napi_env env, const jeton_result *result, size_t index, const char *const *parts, size_t count);
/** As output_entry for the only entry; frees the result. */
napi_value output_result(napi_env env, jeton_result *result, const char *const *parts, size_t count);

/* ---- handle.c: the objects that own what Jeton handed out ---- */

typedef enum {
    HANDLE_KEY,
    HANDLE_SIGNER,
    HANDLE_EXTERNAL_SIGNER,
    HANDLE_VERIFIER,
    HANDLE_VIZZLY,
    HANDLE_CACHE,
    HANDLE_SOURCE,
    HANDLE_REMOTE_VERIFIER,
    HANDLE_CLIENT,
    HANDLE_ACCESS,
    HANDLE_OPERATION,
    HANDLE_WAIT,
} handle_kind;

/** Makes an object that owns `owned`; where that fails, `owned` is freed. */
napi_value handle_new(napi_env env, handle_kind kind, void *owned);
/** What an open handle of this kind owns; NULL with an exception pending for anything else. */
void *handle_get(napi_env env, napi_value value, handle_kind kind);
/** As handle_get, but undefined stands for NULL. False with an exception pending. */
bool handle_get_optional(napi_env env, napi_value value, handle_kind kind, void **out);
/** Frees what the handle, the one argument, owns. Doing it twice is fine. */
napi_value handle_close(napi_env env, napi_callback_info info);

/* ---- wait.c: what takes time, watched by the event loop of its thread ---- */

typedef struct waiting waiting;

/** The handle of a wait whose result has these parts, which must be static; takes the wait over. */
napi_value wait_new(napi_env env, jeton_wait *wait, const char *const *parts, size_t count);
/** For handle.c. */
void wait_free(waiting *self);

napi_value wait_watch(napi_env env, napi_callback_info info);
napi_value wait_result(napi_env env, napi_callback_info info);
napi_value wait_cancel(napi_env env, napi_callback_info info);

/* ---- one file for each type of Jeton ---- */

/** The parts of an opened token. */
extern const char *const opened_parts[3];

napi_value key_from(napi_env env, napi_callback_info info); /* data: a key_form */
napi_value key_generate(napi_env env, napi_callback_info info);
napi_value key_describe(napi_env env, napi_callback_info info);
napi_value key_public(napi_env env, napi_callback_info info);

typedef enum { KEY_PEM, KEY_DER, KEY_JWK, KEY_JWKS, KEY_SECRET } key_form;

napi_value signer_new(napi_env env, napi_callback_info info);
napi_value signer_sign(napi_env env, napi_callback_info info);
napi_value signer_sign_bytes(napi_env env, napi_callback_info info);

napi_value external_signer_new(napi_env env, napi_callback_info info);
napi_value external_signer_begin(napi_env env, napi_callback_info info);
napi_value external_signer_begin_bytes(napi_env env, napi_callback_info info);
napi_value external_signer_finish(napi_env env, napi_callback_info info);

napi_value verifier_new(napi_env env, napi_callback_info info);
napi_value verifier_verify(napi_env env, napi_callback_info info);
napi_value verifier_verify_bytes(napi_env env, napi_callback_info info);
napi_value verifier_gives_claims(napi_env env, napi_callback_info info);
napi_value verifier_open(napi_env env, napi_callback_info info);
napi_value verifier_verify_batch(napi_env env, napi_callback_info info);
napi_value inspect_unverified(napi_env env, napi_callback_info info);

napi_value vizzly_new(napi_env env, napi_callback_info info);
napi_value vizzly_verifier(napi_env env, napi_callback_info info);
napi_value vizzly_sign(napi_env env, napi_callback_info info); /* data: a vizzly_token */
napi_value vizzly_identity(napi_env env, napi_callback_info info);

typedef enum { VIZZLY_DASHBOARD, VIZZLY_DATA, VIZZLY_QUERY_ENGINE } vizzly_token;

napi_value cache_new(napi_env env, napi_callback_info info);

napi_value source_new(napi_env env, napi_callback_info info);
napi_value source_token(napi_env env, napi_callback_info info);
napi_value source_begin(napi_env env, napi_callback_info info);
napi_value source_invalidate(napi_env env, napi_callback_info info);
napi_value source_describe(napi_env env, napi_callback_info info);
napi_value source_stats(napi_env env, napi_callback_info info);
napi_value source_events(napi_env env, napi_callback_info info);

napi_value remote_verifier_new(napi_env env, napi_callback_info info);
napi_value remote_verifier_verify(napi_env env, napi_callback_info info);
napi_value remote_verifier_begin(napi_env env, napi_callback_info info);
napi_value remote_verifier_stats(napi_env env, napi_callback_info info);

napi_value client_new(napi_env env, napi_callback_info info);
napi_value client_as_user(napi_env env, napi_callback_info info);
napi_value client_begin(napi_env env, napi_callback_info info);
napi_value client_edit(napi_env env, napi_callback_info info);

napi_value access_new(napi_env env, napi_callback_info info);
napi_value access_open(napi_env env, napi_callback_info info);
napi_value access_begin(napi_env env, napi_callback_info info);
napi_value access_asks_rows(napi_env env, napi_callback_info info);
napi_value access_operation(napi_env env, napi_callback_info info);
napi_value operation_next(napi_env env, napi_callback_info info);
napi_value operation_row(napi_env env, napi_callback_info info);

napi_value allowed(napi_env env, napi_callback_info info);
napi_value allowed_action(napi_env env, napi_callback_info info);

napi_value api_key_generate(napi_env env, napi_callback_info info);
napi_value api_key_check(napi_env env, napi_callback_info info);

#endif
