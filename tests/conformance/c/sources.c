/* Sources, and the key sets of remote issuers. */
#include <inttypes.h>
#include <string.h>

#include "answer.h"
#include "names.h"
#include "ops.h"

/* The source that the request names. */
static bool need_source(struct call *call) {
    struct named *named;
    if (!need_named(call, SOURCE, "source", &named)) {
        return false;
    }
    call->source = named->handle;
    return true;
}

static bool op_source_open(struct call *call) {
    struct key_source key;
    static const char *const one[] = {"secret", NULL};
    span name, config, secrets = json_member(call->request, "secrets"), environment = json_member(call->request, "environment");
    jeton_source *source = NULL;
    bool has_key = json_member(call->request, "key").text != NULL;
    if (secrets.text == NULL) {
        secrets = join_members(call, (span){NULL, 0}, one);
    }
    if (!need_string(call, "source", &name) || !need_json(call, "config", &config) ||
        (has_key && (!need_key(call, &key) || !make_key(call, &key))) ||
        jeton_source_new(NULL, config.text, config.len, secrets.text, secrets.len, environment.text, environment.len, call->key,
                         JETON_CLOCK, &source, &call->error) != JETON_OK) {
        return false;
    }
    call->source = give_name(SOURCE, name, source)->handle;
    return answer_nothing(call);
}

static bool op_source_describe(struct call *call) {
    return need_source(call) && jeton_source_describe(call->source, &call->result, &call->error) == JETON_OK &&
           answer_object(call, "description");
}

static bool op_source_stats(struct call *call) {
    return need_source(call) && jeton_source_stats(call->source, &call->result, &call->error) == JETON_OK &&
           answer_object(call, "stats");
}

/* Writes `token` and `expires_at_s`, which comes as a decimal number or not at all. */
static bool answer_fresh_token(struct call *call, span token, span expires_at_s) {
    begin_ok(call->id);
    put_name("token", "");
    put_string(stdout, token);
    put_name("expires_at_s", ",");
    put_json(stdout, expires_at_s.text == NULL ? text_span("null") : expires_at_s);
    put_warnings(call->source, ",");
    return end_ok();
}

static bool op_source_token(struct call *call) {
    enum { LONGEST = 65536 };
    uint64_t timeout_ms;
    uint8_t *token = call_alloc(call, LONGEST);
    size_t len;
    int64_t expires_at_s;
    char end[24];
    if (!need_source(call) || !need_timeout(call, &timeout_ms) ||
        jeton_source_wait(call->source, timeout_ms, token, LONGEST, &len, &expires_at_s, &call->error) != JETON_OK) {
        return false;
    }
    snprintf(end, sizeof end, "%" PRId64, expires_at_s);
    return answer_fresh_token(call, (span){(char *)token, len}, expires_at_s == INT64_MAX ? (span){NULL, 0} : text_span(end));
}

/* Runs an operation of a source to its end; `token` may be none. */
static bool run(struct call *call, const char *operation, span token) {
    uint64_t timeout_ms;
    return need_timeout(call, &timeout_ms) &&
           jeton_source_begin(call->source, operation, strlen(operation), token.text, token.len, timeout_ms, JETON_CLOCK, &call->wait,
                              &call->error) == JETON_OK &&
           finish_wait(call);
}

static bool op_source_refresh(struct call *call) {
    return need_source(call) && run(call, "refresh", (span){NULL, 0}) &&
           answer_fresh_token(call, part(call, 0, "token"), part(call, 0, "expires_at_s"));
}

static bool op_source_identity(struct call *call) {
    return need_source(call) && run(call, "identity", (span){NULL, 0}) && answer_object(call, "identity");
}

static bool op_source_invalidate(struct call *call) {
    span token;
    int32_t invalidated;
    return need_source(call) && may_string(call, "token", &token) &&
           jeton_source_invalidate(call->source, token.text, token.len, JETON_CLOCK, &invalidated, &call->error) == JETON_OK &&
           answer_bool(call, "invalidated", invalidated);
}

static bool op_source_revoke(struct call *call) {
    span token;
    return need_source(call) && may_string(call, "token", &token) && run(call, "revoke", token) &&
           answer_bool(call, "revoked", part(call, 0, "revoked").len == strlen("true"));
}

static bool op_source_close(struct call *call) {
    struct named *named;
    uint64_t timeout_ms;
    if (!need_named(call, SOURCE, "source", &named) || !need_timeout(call, &timeout_ms)) {
        return false;
    }
    jeton_status status = jeton_source_close(named->handle, timeout_ms, &call->error);
    close_named(named);
    return status == JETON_OK && answer_nothing(call);
}

static bool op_keyset_open(struct call *call) {
    span name, issuers, environment = json_member(call->request, "environment");
    jeton_remote_verifier *verifier = NULL;
    if (!need_string(call, "keyset", &name) || !need_json(call, "issuers", &issuers) ||
        jeton_remote_verifier_new(NULL, issuers.text, issuers.len, environment.text, environment.len, &verifier, &call->error) !=
            JETON_OK) {
        return false;
    }
    give_name(KEYSET, name, verifier);
    return answer_nothing(call);
}

static bool op_keyset_verify(struct call *call) {
    struct named *named;
    span token;
    uint64_t timeout_ms;
    int64_t now_ms;
    return need_named(call, KEYSET, "keyset", &named) && need_string(call, "token", &token) && need_timeout(call, &timeout_ms) &&
           need_moment(call, &now_ms) &&
           jeton_remote_verifier_begin(named->handle, token.text, token.len, timeout_ms, now_ms, &call->wait, &call->error) == JETON_OK &&
           finish_wait(call) && answer_token_parts(call);
}

const struct op SOURCE_OPS[] = {
    {"source.open", op_source_open},
    {"source.describe", op_source_describe},
    {"source.stats", op_source_stats},
    {"source.token", op_source_token},
    {"source.refresh", op_source_refresh},
    {"source.identity", op_source_identity},
    {"source.invalidate", op_source_invalidate},
    {"source.revoke", op_source_revoke},
    {"source.close", op_source_close},
    {"keyset.open", op_keyset_open},
    {"keyset.verify", op_keyset_verify},
    {NULL, NULL},
};
