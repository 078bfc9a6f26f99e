/* Making and checking tokens, keys, and Vizzly's tokens. */
#include <string.h>

#include "answer.h"
#include "ops.h"

static bool op_version(struct call *call) {
    begin_ok(call->id);
    put_name("version", "");
    put_string(stdout, text_span(jeton_version()));
    put_name("abi", ",");
    fprintf(stdout, "%lu", (unsigned long)jeton_abi_version());
    return end_ok();
}

/* What `sign` and `sign_begin` read of a request. */
struct signing {
    struct key_source key;
    span options;
    bool options_are_clean;
    span claims;
    bool has_payload;
    span payload;
};

static bool need_signing(struct call *call, struct signing *signing) {
    static const char *const beside[] = {"algorithm", "header", NULL};
    span options = json_member(call->request, "options");
    bool spliceable = options.text == NULL || json_is_object(options);
    signing->options = spliceable ? join_members(call, options, beside) : options;
    signing->options_are_clean = json_member(options, "algorithm").text == NULL && json_member(options, "header").text == NULL;
    signing->claims = json_member(call->request, "claims");
    signing->has_payload = json_member(call->request, "payload_b64u").text != NULL;
    return need_now(call) && need_key(call, &signing->key) &&
           (!signing->has_payload || need_bytes(call, "payload_b64u", &signing->payload));
}

/* Builds the key; then `algorithm` and `header`, which stand beside the options, may not be in them. */
static bool make_signing_key(struct call *call, const struct signing *signing) {
    return make_key(call, &signing->key) &&
           (signing->options_are_clean || call_refuse(call, "CONFIG", "options: algorithm and header stand beside the options"));
}

/* What no option can say: which of claims and payload is meant. */
static bool check_signing(struct call *call, const struct signing *signing) {
    if ((signing->claims.text != NULL) == signing->has_payload) {
        return call_refuse(call, "CONFIG", "exactly one of claims and payload_b64u is needed");
    }
    return true;
}

static bool op_sign(struct call *call) {
    struct signing s;
    jeton_error *err = &call->error;
    if (!need_signing(call, &s) || !make_signing_key(call, &s) ||
        jeton_signer_new(call->key, s.options.text, s.options.len, &call->signer, err) != JETON_OK || !check_signing(call, &s)) {
        return false;
    }
    const uint8_t *payload = (const uint8_t *)s.payload.text;
    size_t room = jeton_signer_bound(call->signer, s.has_payload ? s.payload.len : s.claims.len), len = 0;
    char *token = call_alloc(call, room);
    jeton_status status = s.has_payload
        ? jeton_signer_sign_bytes(call->signer, payload, s.payload.len, token, room, &len, err)
        : jeton_signer_sign(call->signer, s.claims.text, s.claims.len, call->now_s, token, room, &len, err);
    return status == JETON_OK && answer_text(call, "token", (span){token, len});
}

static bool op_sign_begin(struct call *call) {
    struct signing s;
    jeton_error *err = &call->error;
    if (!need_signing(call, &s) || !make_signing_key(call, &s) ||
        jeton_external_signer_new(call->key, s.options.text, s.options.len, &call->external_signer, err) != JETON_OK ||
        !check_signing(call, &s)) {
        return false;
    }
    const uint8_t *payload = (const uint8_t *)s.payload.text;
    jeton_status status = s.has_payload
        ? jeton_external_signer_begin_bytes(call->external_signer, payload, s.payload.len, &call->result, err)
        : jeton_external_signer_begin(call->external_signer, s.claims.text, s.claims.len, call->now_s, &call->result, err);
    return status == JETON_OK && answer_text(call, "signing_input", part(call, 0, "signing_input"));
}

static bool op_sign_finish(struct call *call) {
    static const char *const beside[] = {"algorithm", NULL};
    struct key_source key;
    span input, signature, options = join_members(call, (span){NULL, 0}, beside);
    jeton_error *err = &call->error;
    if (!need_string(call, "signing_input", &input) || !need_bytes(call, "signature_b64u", &signature) || !need_key(call, &key) ||
        !make_key(call, &key)) {
        return false;
    }
    if (jeton_external_signer_new(call->key, options.text, options.len, &call->external_signer, err) != JETON_OK ||
        jeton_external_signer_finish(call->external_signer, input.text, input.len, (const uint8_t *)signature.text, signature.len,
                                     &call->result, err) != JETON_OK) {
        return false;
    }
    return answer_text(call, "token", part(call, 0, "token"));
}

/* Builds the verifier of `verify` and `verify_batch`. */
static bool make_verifier(struct call *call, const struct key_source *key, span policy) {
    return make_key(call, key) &&
           jeton_verifier_new(call->key, policy.text, policy.len, &call->verifier, &call->error) == JETON_OK;
}

/* Whether the hot call says of a token what open said: the same payload, or the same failure. */
static bool verify_agrees(struct call *call, span token, jeton_status opened) {
    uint8_t *payload = call_alloc(call, token.len);
    size_t len = 0;
    jeton_error error;
    if (jeton_verifier_verify(call->verifier, token.text, token.len, call->now_s, payload, token.len, &len, &error) != JETON_OK) {
        return error.status == opened && strcmp(error.claim, call->error.claim) == 0 && strcmp(error.message, call->error.message) == 0;
    }
    span body = part(call, 0, "claims"); /* of a failed open there is no part at all */
    body = body.text == NULL ? part(call, 0, "payload") : body;
    return body.text != NULL && body.len == len && memcmp(body.text, payload, len) == 0;
}

static bool op_verify(struct call *call) {
    struct key_source key;
    span policy, token;
    if (!need_json(call, "policy", &policy) || !need_string(call, "token", &token) || !need_now(call) || !need_key(call, &key) ||
        !make_verifier(call, &key, policy)) {
        return false;
    }
    jeton_status status = jeton_verifier_open(call->verifier, token.text, token.len, call->now_s, &call->result, &call->error);
    if (!verify_agrees(call, token, status)) {
        return call_refuse(call, "DRIVER", "open and verify differ");
    }
    return status == JETON_OK && answer_token_parts(call);
}

static bool op_verify_batch(struct call *call) {
    struct key_source key;
    span policy, list, item, token;
    const char *cursor = NULL;
    size_t count = 0;
    if (!need_json(call, "policy", &policy) || !need_json(call, "tokens", &list) || !need_now(call) || !need_key(call, &key)) {
        return false;
    }
    if (!json_is_array(list)) {
        return call_refuse(call, "BAD_REQUEST", "tokens is not a list");
    }
    /* A token of the list takes at least its two quotes. */
    const char **tokens = call_alloc(call, list.len / 2 * sizeof *tokens);
    size_t *lens = call_alloc(call, list.len / 2 * sizeof *lens);
    while (json_next(list, &cursor, &item)) {
        if (!take_string(call, "tokens", item, &token)) {
            return false;
        }
        tokens[count] = token.text;
        lens[count++] = token.len;
    }
    if (!make_verifier(call, &key, policy) ||
        jeton_verifier_verify_batch(call->verifier, tokens, lens, count, call->now_s, &call->result, &call->error) != JETON_OK) {
        return false;
    }
    begin_ok(call->id);
    fputs("\"results\":[", stdout);
    for (size_t i = 0; i < jeton_result_count(call->result); i++) {
        const uint8_t *header;
        size_t header_len;
        jeton_error error;
        fputs(i == 0 ? "{" : ",{", stdout);
        if (jeton_result_get(call->result, i, "header", 6, &header, &header_len, &error) == JETON_OK) {
            fputs("\"ok\":{", stdout);
            put_token_parts(call, i);
            fputs("}", stdout);
        } else {
            put_library_error(&error);
        }
        fputs("}", stdout);
    }
    fputs("]", stdout);
    return end_ok();
}

static bool op_inspect(struct call *call) {
    span token;
    return need_string(call, "token", &token) &&
           jeton_inspect_unverified(token.text, token.len, &call->result, &call->error) == JETON_OK && answer_token_parts(call);
}

static bool op_key(struct call *call) {
    struct key_source key;
    if (!need_key(call, &key) || !make_key(call, &key) || jeton_key_describe(call->key, &call->result, &call->error) != JETON_OK) {
        return false;
    }
    begin_ok(call->id);
    put_part(call, "kty", "", put_string);
    put_part(call, "algorithm", ",", put_string);
    put_part(call, "kid", ",", put_string);
    put_part(call, "private", ",", put_json);
    put_part(call, "thumbprint", ",", put_string);
    return end_ok();
}

static bool op_generate(struct call *call) {
    span algorithm;
    if (!need_string(call, "algorithm", &algorithm) ||
        jeton_key_generate(algorithm.text, algorithm.len, &call->result, &call->error) != JETON_OK) {
        return false;
    }
    begin_ok(call->id);
    put_part(call, "private_jwk", "", put_json);
    put_part(call, "public_jwk", ",", put_json);
    put_part(call, "private_pem", ",", put_string);
    put_part(call, "public_pem", ",", put_string);
    return end_ok();
}

static bool make_vizzly(struct call *call, const struct key_source *key) {
    return make_key(call, key) && jeton_vizzly_new(call->key, &call->vizzly, &call->error) == JETON_OK;
}

static bool op_vizzly(struct call *call) {
    static const struct {
        const char *token;
        jeton_status (*sign)(const jeton_vizzly *, const char *, size_t, int64_t, jeton_result **, jeton_error *);
    } kinds[] = {{"dashboard", jeton_vizzly_dashboard}, {"data", jeton_vizzly_data}, {"query_engine", jeton_vizzly_query_engine}};
    struct key_source key;
    span token, args;
    if (!need_string(call, "token", &token) || !need_json(call, "args", &args) || !need_now(call) || !need_key(call, &key)) {
        return false;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (token.len == strlen(kinds[i].token) && memcmp(token.text, kinds[i].token, token.len) == 0) {
            return make_vizzly(call, &key) &&
                   kinds[i].sign(call->vizzly, args.text, args.len, call->now_s, &call->result, &call->error) == JETON_OK &&
                   answer_text(call, "token", part(call, 0, "token"));
        }
    }
    return call_refuse(call, "BAD_REQUEST", "token is none of dashboard, data, query_engine");
}

static bool op_vizzly_identity(struct call *call) {
    static const char *const members[] = {"dashboard", "data", "query_engine", NULL};
    struct key_source key;
    span dashboard, args = join_members(call, (span){NULL, 0}, members);
    if (!need_json(call, "dashboard", &dashboard) || !need_now(call) || !need_key(call, &key) || !make_vizzly(call, &key) ||
        jeton_vizzly_identity(call->vizzly, args.text, args.len, call->now_s, &call->result, &call->error) != JETON_OK) {
        return false;
    }
    begin_answer(call->id);
    put_name("ok", ",");
    put_json(stdout, part(call, 0, "identity"));
    end_answer();
    return true;
}

const struct op TOKEN_OPS[] = {
    {"version", op_version},
    {"sign", op_sign},
    {"verify", op_verify},
    {"verify_batch", op_verify_batch},
    {"sign_begin", op_sign_begin},
    {"sign_finish", op_sign_finish},
    {"inspect", op_inspect},
    {"key", op_key},
    {"generate", op_generate},
    {"vizzly", op_vizzly},
    {"vizzly.identity", op_vizzly_identity},
    {NULL, NULL},
};
