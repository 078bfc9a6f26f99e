/* Who is calling, what they may do, and API keys. */
#include <string.h>

#include "answer.h"
#include "names.h"
#include "ops.h"

static bool op_allowed(struct call *call) {
    span actor, allow;
    int32_t allowed;
    return need_json(call, "actor", &actor) && need_json(call, "allow", &allow) &&
           jeton_allowed(actor.text, actor.len, allow.text, allow.len, &allowed, &call->error) == JETON_OK &&
           answer_bool(call, "allowed", allowed);
}

static bool op_allowed_action(struct call *call) {
    span actor, action, resource = json_member(call->request, "resource");
    int32_t allowed;
    if (resource.text == NULL) {
        resource = text_span("[]");
    }
    return need_json(call, "actor", &actor) && need_string(call, "action", &action) &&
           jeton_allowed_action(actor.text, actor.len, action.text, action.len, resource.text, resource.len, &allowed, &call->error) ==
               JETON_OK &&
           answer_bool(call, "allowed", allowed);
}

static bool op_api_key_generate(struct call *call) {
    span prefix;
    if (!need_string(call, "prefix", &prefix) ||
        jeton_api_key_generate(prefix.text, prefix.len, &call->result, &call->error) != JETON_OK) {
        return false;
    }
    begin_ok(call->id);
    put_part(call, "api_key", "", put_string);
    put_name("digest_b64u", ",");
    put_base64url(stdout, part(call, 0, "digest"));
    return end_ok();
}

static bool op_api_key_check(struct call *call) {
    span key;
    if (!need_string(call, "api_key", &key) ||
        jeton_api_key_check((const uint8_t *)key.text, key.len, &call->result, &call->error) != JETON_OK) {
        return false;
    }
    begin_ok(call->id);
    put_name("valid", "");
    fputs(part(call, 0, "prefix").text != NULL ? "true" : "false", stdout);
    put_part(call, "prefix", ",", put_string);
    return end_ok();
}

static bool op_access_open(struct call *call) {
    static const char *const beside[] = {"databases", NULL};
    span name, config, secret, settings = json_member(call->request, "settings"), environment = json_member(call->request, "environment");
    jeton_access *access = NULL;
    if (settings.text == NULL || json_is_object(settings)) {
        settings = join_members(call, settings, beside);
    }
    if (!need_string(call, "access", &name) || !need_json(call, "config", &config) || !may_string(call, "secret", &secret) ||
        jeton_access_new(config.text, config.len, settings.text, settings.len, (const uint8_t *)secret.text, secret.len, environment.text,
                         environment.len, &access, &call->error) != JETON_OK) {
        return false;
    }
    give_name(ACCESS, name, access);
    return answer_nothing(call);
}

/* Calls an operation, on the runtime where it has to wait for the network. */
static bool run(struct call *call, const char *operation, span args) {
    struct named *named;
    uint64_t timeout_ms;
    size_t len = strlen(operation);
    if (!need_named(call, ACCESS, "access", &named) || !need_now(call) || !need_timeout(call, &timeout_ms)) {
        return false;
    }
    jeton_status status =
        jeton_access_call(named->handle, operation, len, args.text, args.len, call->now_s, &call->result, &call->error);
    if (status == JETON_ASK) {
        return jeton_access_begin(named->handle, operation, len, args.text, args.len, call->now_s, timeout_ms, &call->wait,
                                  &call->error) == JETON_OK &&
               finish_wait(call) && answer_object(call, "answer");
    }
    return status == JETON_OK && answer_object(call, "answer");
}

static bool op_access_authenticate(struct call *call) {
    static const char *const members[] = {"headers", "query", NULL};
    return run(call, "authenticate", join_members(call, (span){NULL, 0}, members));
}

static bool op_access_sign_token(struct call *call) {
    static const char *const members[] = {"actor_id", "ttl_s", "restrictions", NULL};
    return run(call, "sign_token", join_members(call, (span){NULL, 0}, members));
}

/* The arguments of an operation, which may be none. */
static span arguments(struct call *call) {
    span args = json_member(call->request, "args");
    return args.text == NULL ? text_span("{}") : args;
}

static bool op_access_create_token(struct call *call) {
    return run(call, "create_token", arguments(call));
}

static bool op_access_list_tokens(struct call *call) {
    return run(call, "list_tokens", arguments(call));
}

static bool op_access_token_details(struct call *call) {
    return run(call, "token_details", arguments(call));
}

static bool op_access_revoke_token(struct call *call) {
    return run(call, "revoke_token", arguments(call));
}

static bool op_access_auth_info(struct call *call) {
    return run(call, "auth_info", arguments(call));
}

static bool op_access_act_as(struct call *call) {
    return run(call, "act_as", arguments(call));
}

static bool op_access_close(struct call *call) {
    struct named *named;
    if (!need_named(call, ACCESS, "access", &named)) {
        return false;
    }
    close_named(named);
    return answer_nothing(call);
}

const struct op ACCESS_OPS[] = {
    {"allowed", op_allowed},
    {"allowed_action", op_allowed_action},
    {"api_key.generate", op_api_key_generate},
    {"api_key.check", op_api_key_check},
    {"access.open", op_access_open},
    {"access.authenticate", op_access_authenticate},
    {"access.sign_token", op_access_sign_token},
    {"access.create_token", op_access_create_token},
    {"access.list_tokens", op_access_list_tokens},
    {"access.token_details", op_access_token_details},
    {"access.revoke_token", op_access_revoke_token},
    {"access.auth_info", op_access_auth_info},
    {"access.act_as", op_access_act_as},
    {"access.close", op_access_close},
    {NULL, NULL},
};
