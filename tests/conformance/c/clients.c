/* Clients of TigerGraph and Dataiku. */
#include <string.h>

#include "answer.h"
#include "names.h"
#include "ops.h"

/* The operations of each vendor: what the bindings have as methods, of which C has none. */
static const char *const TIGERGRAPH[] = {
    "get_token",     "refresh_token", "delete_token", "check_token", "get_version", "get_secrets",
    "create_secret", "drop_secret",   NULL,
};
static const char *const DATAIKU[] = {
    "auth_info",
    "auth_info_from_browser_headers",
    "ticket_from_browser_headers",
    "own_settings",
    "user_settings",
    "save_own_settings",
    "save_user_settings",
    "add_secret",
    "remove_secret",
    "set_user_property",
    "set_basic_connection_credential",
    "remove_connection_credential",
    "set_basic_plugin_credential",
    "set_oauth2_plugin_credential",
    "remove_plugin_credential",
    NULL,
};

static bool is_text(span text, const char *wanted) {
    return text.len == strlen(wanted) && memcmp(text.text, wanted, text.len) == 0;
}

static bool op_client_open(struct call *call) {
    span name, vendor, config, secrets = json_member(call->request, "secrets"), environment = json_member(call->request, "environment");
    jeton_client *client = NULL;
    if (!need_string(call, "client", &name) || !need_string(call, "vendor", &vendor) ||
        !need_json(call, "config", &config) ||
        jeton_client_new(vendor.text, vendor.len, config.text, config.len, secrets.text, secrets.len, environment.text, environment.len,
                         &client, &call->error) != JETON_OK) {
        return false;
    }
    give_name(CLIENT, name, client)->operations = is_text(vendor, "dataiku") ? DATAIKU : TIGERGRAPH;
    return answer_nothing(call);
}

static bool op_client_as_user(struct call *call) {
    struct named *parent;
    span name, login;
    jeton_client *client = NULL;
    if (!need_named(call, CLIENT, "client", &parent) || !need_string(call, "as", &name) ||
        !need_string(call, "login", &login) ||
        jeton_client_as_user(parent->handle, login.text, login.len, &client, &call->error) != JETON_OK) {
        return false;
    }
    const char *const *operations = parent->operations;
    give_name(CLIENT, name, client)->operations = operations;
    return answer_nothing(call);
}

static bool op_client_call(struct call *call) {
    struct named *named;
    span operation, args = json_member(call->request, "args");
    uint64_t timeout_ms;
    size_t i = 0;
    if (!need_named(call, CLIENT, "client", &named) || !need_string(call, "operation", &operation)) {
        return false;
    }
    while (named->operations[i] != NULL && !is_text(operation, named->operations[i])) {
        i++;
    }
    if (named->operations[i] == NULL) {
        return call_refuse(call, "UNSUPPORTED_OP", "the vendor has no such operation");
    }
    if (!need_timeout(call, &timeout_ms) ||
        jeton_client_call(named->handle, operation.text, operation.len, args.text, args.len, timeout_ms, &call->result, &call->error) !=
            JETON_OK) {
        return false;
    }
    begin_ok(call->id);
    put_part(call, "result", "", put_json);
    return end_ok();
}

static bool op_client_close(struct call *call) {
    struct named *named;
    if (!need_named(call, CLIENT, "client", &named)) {
        return false;
    }
    close_named(named);
    return answer_nothing(call);
}

const struct op CLIENT_OPS[] = {
    {"client.open", op_client_open},
    {"client.as_user", op_client_as_user},
    {"client.call", op_client_call},
    {"client.close", op_client_close},
    {NULL, NULL},
};
