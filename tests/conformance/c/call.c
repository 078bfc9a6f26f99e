#include "call.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct block {
    struct block *next;
};

void *call_alloc(struct call *call, size_t len) {
    struct block *block = malloc(sizeof *block + len);
    if (block == NULL) {
        fputs("drive_c: out of memory\n", stderr);
        abort();
    }
    block->next = call->blocks;
    call->blocks = block;
    return block + 1;
}

void call_end(struct call *call) {
    jeton_result_free(call->result);
    jeton_wait_free(call->wait);
    jeton_vizzly_free(call->vizzly);
    jeton_verifier_free(call->verifier);
    jeton_external_signer_free(call->external_signer);
    jeton_signer_free(call->signer);
    jeton_key_free(call->key);
    while (call->blocks != NULL) {
        struct block *block = call->blocks;
        call->blocks = block->next;
        free(block);
    }
}

bool call_refuse(struct call *call, const char *status, const char *message) {
    call->refusal = status;
    call->refusal_message = message;
    return false;
}

/* Notes that a member is not what the op needs. */
static bool bad_request(struct call *call, const char *name, const char *fault) {
    size_t len = strlen(name) + strlen(fault) + 1;
    char *message = call_alloc(call, len);
    snprintf(message, len, "%s%s", name, fault);
    return call_refuse(call, "BAD_REQUEST", message);
}

bool need_json(struct call *call, const char *name, span *json) {
    *json = json_member(call->request, name);
    return json->text != NULL || bad_request(call, name, " is missing");
}

bool take_string(struct call *call, const char *name, span value, span *text) {
    char *out = call_alloc(call, value.len);
    text->text = out;
    return json_string(value, out, &text->len) || bad_request(call, name, " is not a text");
}

static bool take_bytes(struct call *call, const char *name, span value, span *bytes) {
    span text;
    if (!take_string(call, name, value, &text)) {
        return false;
    }
    char *out = call_alloc(call, text.len);
    bytes->text = out;
    return base64url_decode(text, (uint8_t *)out, &bytes->len) || bad_request(call, name, " is not base64url");
}

bool need_string(struct call *call, const char *name, span *text) {
    span json;
    return need_json(call, name, &json) && take_string(call, name, json, text);
}

bool need_bytes(struct call *call, const char *name, span *bytes) {
    span json;
    return need_json(call, name, &json) && take_bytes(call, name, json, bytes);
}

bool may_string(struct call *call, const char *name, span *text) {
    span json = json_member(call->request, name);
    *text = json;
    return json.text == NULL || take_string(call, name, json, text);
}

bool need_now(struct call *call) {
    span json = json_member(call->request, "now_s");
    if (json.text == NULL) {
        call->now_s = (int64_t)time(NULL);
        return true;
    }
    return json_integer(json, &call->now_s) || bad_request(call, "now_s", " is not an integer");
}

bool need_moment(struct call *call, int64_t *now_ms) {
    static const int64_t furthest = INT64_MAX / 1000;
    if (!need_now(call)) {
        return false;
    }
    *now_ms = json_member(call->request, "now_s").text == NULL ? JETON_CLOCK
              : call->now_s > furthest                         ? INT64_MAX
              : call->now_s < -furthest                        ? INT64_MIN
                                                               : call->now_s * 1000;
    return true;
}

bool need_timeout(struct call *call, uint64_t *timeout_ms) {
    span json = json_member(call->request, "timeout_ms");
    int64_t number = 30000;
    if (json.text != NULL && (!json_integer(json, &number) || number < 0)) {
        return bad_request(call, "timeout_ms", " is not a number of milliseconds");
    }
    *timeout_ms = (uint64_t)number;
    return true;
}

bool need_key(struct call *call, struct key_source *source) {
    static const char *const forms[] = {"pem", "der_b64u", "jwk", "jwks", "secret", "secret_b64u"};
    span key, json = {NULL, 0}, found;
    source->form = NULL;
    if (!need_json(call, "key", &key)) {
        return false;
    }
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        found = json_member(key, forms[i]);
        if (found.text == NULL) {
            continue;
        }
        if (source->form != NULL) {
            return bad_request(call, "key", " has two forms");
        }
        source->form = forms[i];
        json = found;
    }
    if (source->form == NULL) {
        return bad_request(call, "key", " has no form");
    }
    source->algorithm = json_member(key, "algorithm");
    if (strcmp(source->form, "jwk") == 0 || strcmp(source->form, "jwks") == 0) {
        source->material = json;
        return true;
    }
    if (strcmp(source->form, "pem") == 0 || strcmp(source->form, "secret") == 0) {
        return take_string(call, source->form, json, &source->material);
    }
    return take_bytes(call, source->form, json, &source->material);
}

/* The name of an algorithm. What is no text is handed on as it stands, a name that no algorithm has: the key's faults come first. */
static span algorithm_name(struct call *call, span json) {
    char *name = call_alloc(call, json.len);
    size_t len;
    return json.text != NULL && json_string(json, name, &len) ? (span){name, len} : json;
}

bool make_key(struct call *call, const struct key_source *source) {
    span material = source->material, algorithm = algorithm_name(call, source->algorithm);
    const uint8_t *bytes = (const uint8_t *)material.text;
    jeton_status status;
    if (strcmp(source->form, "pem") == 0) {
        status = jeton_key_from_pem(material.text, material.len, algorithm.text, algorithm.len, &call->key, &call->error);
    } else if (strcmp(source->form, "der_b64u") == 0) {
        status = jeton_key_from_der(bytes, material.len, algorithm.text, algorithm.len, &call->key, &call->error);
    } else if (strcmp(source->form, "jwk") == 0) {
        status = jeton_key_from_jwk(material.text, material.len, algorithm.text, algorithm.len, &call->key, &call->error);
    } else if (strcmp(source->form, "jwks") == 0) {
        status = jeton_key_from_jwks(material.text, material.len, algorithm.text, algorithm.len, &call->key, &call->error);
    } else {
        status = jeton_key_from_secret(bytes, material.len, algorithm.text, algorithm.len, &call->key, &call->error);
    }
    return status == JETON_OK;
}

/* Adds `text` to what `out` has `*len` bytes of. */
static void append(char *out, size_t *len, const char *text, size_t text_len) {
    memcpy(out + *len, text, text_len);
    *len += text_len;
}

span join_members(struct call *call, span inner, const char *const *names) {
    const char *cursor = NULL;
    span first;
    size_t room = inner.len + 2, len = 0;
    for (size_t i = 0; names[i] != NULL; i++) {
        room += json_member(call->request, names[i]).len + strlen(names[i]) + sizeof "\"\":,";
    }
    char *out = call_alloc(call, room);
    append(out, &len, "{", 1);
    if (json_next(inner, &cursor, &first)) {
        append(out, &len, inner.text + 1, inner.len - 2);
    }
    for (size_t i = 0; names[i] != NULL; i++) {
        span value = json_member(call->request, names[i]);
        if (value.text != NULL) {
            append(out, &len, ",", len > 1);
            append(out, &len, "\"", 1);
            append(out, &len, names[i], strlen(names[i]));
            append(out, &len, "\":", 2);
            append(out, &len, value.text, value.len);
        }
    }
    append(out, &len, "}", 1);
    return (span){out, len};
}

bool finish_wait(struct call *call) {
    return jeton_wait_for(call->wait, UINT64_MAX, &call->error) == JETON_OK &&
           jeton_wait_result(call->wait, &call->result, &call->error) == JETON_OK;
}

span part(const struct call *call, size_t index, const char *name) {
    const uint8_t *bytes = NULL;
    size_t len = 0;
    if (jeton_result_get(call->result, index, name, strlen(name), &bytes, &len, NULL) != JETON_OK) {
        return (span){NULL, 0};
    }
    return (span){(const char *)bytes, len};
}
