/* A sequence of calls of the C ABI that the bytes of an input choose: functions, handles (live or NULL), texts (fixed, made by
 * earlier calls, or from the input), NULL pointers, lengths of zero, too short and impossible, buffers too small. After each call
 * the contract of jeton.h must hold: a known status, outputs and error untouched where nothing is to be written, the error filled
 * where it is. Texts and buffers end where a page begins that nobody may touch, and are gone after the call: whoever reads or writes
 * beyond them, or later, is stopped.
 */
#include "calls.h"

#include <stdlib.h>
#include <string.h>

#include "attempt.h"
#include "services.h"
#include "texts.h"

/* Bytes from this one on stand for calls of services. */
enum { MOST_CALLS = 48, FIRST_SERVICE = 208 };

/* --- calls that write into a buffer ------------------------------------------------------------------------------------------- */

typedef jeton_status write_into(const any_handle *self, const argument *text, int64_t now_s, uint8_t *data, size_t cap, size_t *len,
                                jeton_error *err);

static jeton_status sign(const any_handle *self, const argument *text, int64_t now_s, uint8_t *data, size_t cap, size_t *len,
                         jeton_error *err) {
    return jeton_signer_sign(self->signer, text->data, text->len, now_s, (char *)data, cap, len, err);
}

static jeton_status sign_bytes(const any_handle *self, const argument *text, int64_t now_s, uint8_t *data, size_t cap, size_t *len,
                               jeton_error *err) {
    (void)now_s;
    return jeton_signer_sign_bytes(self->signer, (const uint8_t *)text->data, text->len, (char *)data, cap, len, err);
}

static jeton_status verify(const any_handle *self, const argument *text, int64_t now_s, uint8_t *data, size_t cap, size_t *len,
                           jeton_error *err) {
    return jeton_verifier_verify(self->verifier, text->data, text->len, now_s, data, cap, len, err);
}

/* One such call with a buffer of `cap` bytes; what it wrote, or the length it needs, is left in `len`. */
static jeton_status into(attempt *call, write_into *function, const any_handle *self, const argument *text, int64_t now_s, size_t cap,
                         size_t *len) {
    uint8_t *buffer;
    guarded memory = guard(cap, &buffer);
    memset(buffer, FILL, cap);
    uint8_t *data = cap == 0 && one_in(2) ? NULL : buffer;
    if (cap != 0 && one_in(16)) data = NULL, call->hopeless = 1;
    *len = UNTOUCHED;
    jeton_status status = function(self, text, now_s, data, cap, call->has_out ? len : NULL, error_of(call));
    check_status(call, status);
    if (status == JETON_OK) {
        CHECK(*len <= cap && is_filled(buffer + *len, cap - *len));
        keep(buffer, *len);
    } else {
        CHECK(is_filled(buffer, cap));
        CHECK(status == JETON_E_BUFFER ? *len > cap : *len == UNTOUCHED);
    }
    unguard(memory);
    return status;
}

static int has_part(const jeton_result *result, const char *name) {
    const uint8_t *bytes;
    size_t len;
    CHECK(jeton_result_get(result, 0, name, strlen(name), &bytes, &len, NULL) == JETON_OK);
    return bytes != NULL;
}

static void some_write(write_into *function, handle_kind kind, const char *const *list, size_t count) {
    attempt call = some_call();
    const any_handle *self = some_handle(&call, kind);
    argument text = some_text(list, count, &call.hopeless);
    int64_t now_s = some_time();
    size_t len, bound = kind == SIGNER ? jeton_signer_bound(self->signer, text.len) : text.len;
    size_t cap = one_in(4) ? byte() : bound < 100000 ? bound : 0;
    jeton_status status = into(&call, function, self, &text, now_s, cap, &len);
    if (status == JETON_E_BUFFER) {
        size_t needed = len;
        CHECK(cap < bound);
        memset(&call.error, FILL, sizeof call.error);
        status = into(&call, function, self, &text, now_s, needed, &len);
        CHECK(call.hopeless || (status == JETON_OK && len == needed));
    }
    if (kind == VERIFIER) {
        /* The other door says the same. */
        jeton_result *opened = NULL;
        jeton_status other = jeton_verifier_open(self->verifier, text.data, text.len, now_s, &opened, NULL);
        CHECK(call.hopeless || other == status);
        CHECK(other != JETON_OK || has_part(opened, "claims") == (jeton_verifier_gives_claims(self->verifier) == 1));
        jeton_result_free(opened);
    }
    unguard(text.memory);
}

/* --- all calls ---------------------------------------------------------------------------------------------------------------- */

typedef jeton_status read_text(const char *data, size_t len, const char *algorithm, size_t algorithm_len, jeton_key **out,
                               jeton_error *err);
typedef jeton_status read_bytes(const uint8_t *data, size_t len, const char *algorithm, size_t algorithm_len, jeton_key **out,
                                jeton_error *err);

static void read_key(read_text *from_text, read_bytes *from_bytes) {
    attempt call = some_call();
    argument key = TEXT(&call, KEYS), algorithm = TEXT(&call, ALGORITHMS);
    jeton_key **out = OUT(&call, key);
    jeton_error *err = error_of(&call);
    made(&call, KEY,
         from_text ? from_text(key.data, key.len, algorithm.data, algorithm.len, out, err)
                   : from_bytes((const uint8_t *)key.data, key.len, algorithm.data, algorithm.len, out, err));
    unguard(key.memory);
    unguard(algorithm.memory);
}

static void batch(void) {
    attempt call = some_call();
    const jeton_verifier *verifier = some_handle(&call, VERIFIER)->verifier;
    argument texts[3];
    const char *tokens[3];
    size_t lens[3], count = byte() % 4;
    for (size_t i = 0; i < count; i++) {
        texts[i] = TEXT(&call, TOKENS);
        tokens[i] = texts[i].data;
        lens[i] = texts[i].len;
    }
    int64_t now_s = some_time();
    int impossible = one_in(32);
    if (impossible) call.hopeless = 1;
    jeton_status status = jeton_verifier_verify_batch(verifier, tokens, lens, impossible ? SIZE_MAX : count, now_s,
                                                      OUT(&call, result), error_of(&call));
    if (status == JETON_OK) {
        CHECK(jeton_result_count(call.out.result) == count);
        for (size_t i = 0; i < count; i++) {
            const uint8_t *bytes;
            size_t len;
            jeton_result *opened = NULL;
            jeton_status one = jeton_verifier_open(verifier, tokens[i], lens[i], now_s, &opened, NULL);
            CHECK(jeton_result_get(call.out.result, i, "header", 6, &bytes, &len, NULL) == one);
            jeton_result_free(opened);
        }
    }
    made(&call, RESULT, status);
    for (size_t i = 0; i < count; i++) unguard(texts[i].memory);
}

static void get(void) {
    attempt call = some_call();
    const jeton_result *result = some_handle(&call, RESULT)->result;
    argument name = TEXT(&call, PARTS);
    size_t index = one_in(8) ? SIZE_MAX : byte() % 2, len = UNTOUCHED;
    const uint8_t *bytes = (const uint8_t *)&nowhere;
    jeton_status status = jeton_result_get(result, index, name.data, name.len, call.has_out ? &bytes : NULL, &len, error_of(&call));
    check_status(&call, status);
    if (status != JETON_OK) CHECK(bytes == (const uint8_t *)&nowhere && len == UNTOUCHED);
    else if (bytes == NULL) CHECK(len == 0);
    else keep(bytes, len);
    CHECK(status != JETON_OK || index < jeton_result_count(result));
    unguard(name.memory);
}

typedef jeton_status vizzly_sign(const jeton_vizzly *, const char *, size_t, int64_t, jeton_result **, jeton_error *);

static void vizzly_token(void) {
    static vizzly_sign *const functions[] = {jeton_vizzly_dashboard, jeton_vizzly_data, jeton_vizzly_query_engine,
                                             jeton_vizzly_identity};
    attempt call = some_call();
    vizzly_sign *function = functions[byte() % COUNT(functions)];
    const any_handle *self = some_handle(&call, VIZZLY);
    argument args = TEXT(&call, ARGS);
    int64_t now_s = some_time();
    made(&call, RESULT, function(self->vizzly, args.data, args.len, now_s, OUT(&call, result), error_of(&call)));
    unguard(args.memory);
}

static void with_key(unsigned which) {
    attempt call = some_call();
    const jeton_key *key = some_handle(&call, KEY)->key;
    int unused = 0, *hopeless = which >= 2 && which <= 4 ? &call.hopeless : &unused;
    argument settings = which == 4 ? some_text(POLICIES, COUNT(POLICIES), hopeless) : some_text(OPTIONS, COUNT(OPTIONS), hopeless);
    jeton_status status;
    switch (which) {
    case 0:
        made(&call, RESULT, jeton_key_describe(key, OUT(&call, result), error_of(&call)));
        break;
    case 1:
        made(&call, RESULT, jeton_key_public(key, OUT(&call, result), error_of(&call)));
        break;
    case 2:
        status = jeton_signer_new(key, settings.data, settings.len, OUT(&call, signer), error_of(&call));
        made(&call, SIGNER, status);
        break;
    case 3:
        status = jeton_external_signer_new(key, settings.data, settings.len, OUT(&call, external), error_of(&call));
        made(&call, EXTERNAL, status);
        break;
    case 4:
        status = jeton_verifier_new(key, settings.data, settings.len, OUT(&call, verifier), error_of(&call));
        made(&call, VERIFIER, status);
        break;
    case 5:
        made(&call, VIZZLY, jeton_vizzly_new(key, OUT(&call, vizzly), error_of(&call)));
        break;
    default:
        made(&call, VERIFIER, jeton_vizzly_verifier(key, OUT(&call, verifier), error_of(&call)));
        break;
    }
    unguard(settings.memory);
}

/* The calls whose result is a jeton_result and that take no key. */
static void with_result(unsigned which) {
    attempt call = some_call();
    const any_handle *self = which < 3 ? some_handle(&call, EXTERNAL) : which == 3 ? some_handle(&call, VERIFIER) : NULL;
    argument first = which < 2 ? TEXT(&call, CLAIMS) : which == 5 ? TEXT(&call, ALGORITHMS) : TEXT(&call, TOKENS);
    argument signature = which == 2 ? TEXT(&call, CLAIMS) : first;
    int64_t now_s = some_time();
    jeton_result **out = OUT(&call, result);
    jeton_error *err = error_of(&call);
    const uint8_t *bytes = (const uint8_t *)first.data;
    jeton_status status;
    switch (which) {
    case 0: status = jeton_external_signer_begin(self->external, first.data, first.len, now_s, out, err); break;
    case 1: status = jeton_external_signer_begin_bytes(self->external, bytes, first.len, out, err); break;
    case 2:
        status = jeton_external_signer_finish(self->external, first.data, first.len, (const uint8_t *)signature.data,
                                              signature.len, out, err);
        break;
    case 3: status = jeton_verifier_open(self->verifier, first.data, first.len, now_s, out, err); break;
    case 4: status = jeton_inspect_unverified(first.data, first.len, out, err); break;
    default: status = jeton_key_generate(first.data, first.len, out, err); break;
    }
    made(&call, RESULT, status);
    unguard(first.memory);
    if (which == 2) unguard(signature.memory);
}

static void step(unsigned which) {
    switch (which) {
    case 0: read_key(jeton_key_from_pem, NULL); break;
    case 1: read_key(jeton_key_from_jwk, NULL); break;
    case 2: read_key(jeton_key_from_jwks, NULL); break;
    case 3: read_key(NULL, jeton_key_from_der); break;
    case 4: read_key(NULL, jeton_key_from_secret); break;
    case 5: case 6: case 7: case 8: case 9: case 10: case 11: with_key(which - 5); break;
    case 12: case 13: case 14: case 15: case 16: case 17: with_result(which - 12); break;
    case 18: some_write(sign, SIGNER, CLAIMS, COUNT(CLAIMS)); break;
    case 19: some_write(sign_bytes, SIGNER, CLAIMS, COUNT(CLAIMS)); break;
    case 20: some_write(verify, VERIFIER, TOKENS, COUNT(TOKENS)); break;
    case 21: batch(); break;
    case 22: get(); break;
    case 23: vizzly_token(); break;
    case 24: {
        handle_kind kind = byte() % KINDS;
        release(kind, &handles[kind][byte() % SLOTS]);
        break;
    }
    default: {
        const char *name = jeton_status_name((jeton_status)(byte() << 8 | byte()));
        CHECK(name == NULL || name[0] != '\0');
        CHECK(jeton_abi_version() == JETON_ABI_VERSION && jeton_version()[0] != '\0');
    }
    }
}

void jeton_fuzz_calls(const uint8_t *data, size_t len) {
    begin_input(data, len);
    for (int calls = 0; has_input() && calls < MOST_CALLS; calls++) {
        unsigned which = byte();
        if (which < FIRST_SERVICE) step(which % 26);
        else call_service((which - FIRST_SERVICE) % SERVICE_CALLS);
    }
    for (handle_kind kind = KEY; kind < KINDS; kind++) {
        for (size_t i = 0; i < SLOTS; i++) release(kind, &handles[kind][i]);
    }
    end_input();
}
