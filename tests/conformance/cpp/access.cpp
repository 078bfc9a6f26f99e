/* Who is calling, what they may do, and API keys. */
#include <string>

#include "answer.hpp"
#include "ops.hpp"

namespace {

Names<jeton::Access> accesses;

void op_allowed(const Request &request, span id) {
    const auto allowed = jeton::allowed(request.json("actor"), request.json("allow"));
    const Ok ok(id);
    put_bool("allowed", allowed);
}

void op_allowed_action(const Request &request, span id) {
    const auto allowed =
        jeton::allowed_action(request.json("actor"), request.text("action"), request.find("resource").value_or("[]"));
    const Ok ok(id);
    put_bool("allowed", allowed);
}

void op_api_key_generate(const Request &request, span id) {
    const auto key = jeton::generate_api_key(request.text("prefix"));
    const Ok ok(id);
    put_text("api_key", key.text);
    put_optional("digest_b64u", key.digest, put_base64url);
}

void op_api_key_check(const Request &request, span id) {
    const auto key = jeton::check_api_key(request.text("api_key"));
    const Ok ok(id);
    put_bool("valid", key.has_value());
    put_optional("prefix", key ? Text(key->prefix) : Text(), put_string);
}

void op_access_open(const Request &request, span id) {
    const auto config = request.json("config");
    const auto secret = request.may_text("secret");
    const Text raw = request.find("settings");
    const auto settings = !raw || json_is_object(as_span(*raw)) ? request.join(raw, {"databases"}) : std::string(*raw);
    accesses.open(request, "access", [&] {
        return jeton::Access(config, settings, secret ? std::string_view(*secret) : std::string_view(), request.may_json("environment"));
    });
    const Ok ok(id);
}

void op_access_authenticate(const Request &request, span id) {
    const auto now_s = request.now_s();
    const auto caller =
        accesses.find(request, "access").authenticate(request.join({}, {"headers", "query"}), now_s, request.timeout());
    const Ok ok(id);
    put_members(caller.answer);
}

/* Calls a method with the arguments of the request. */
template <std::string (jeton::Access::*method)(std::string_view, std::int64_t) const>
void op_access_call(const Request &request, span id) {
    const auto answer = (accesses.find(request, "access").*method)(request.find("args").value_or("{}"), request.now_s());
    const Ok ok(id);
    put_members(answer);
}

void op_access_sign_token(const Request &request, span id) {
    const auto now_s = request.now_s();
    const auto answer = accesses.find(request, "access").sign_token(request.join({}, {"actor_id", "ttl_s", "restrictions"}), now_s);
    const Ok ok(id);
    put_members(answer);
}

void op_access_close(const Request &request, span id) {
    accesses.close(request, "access");
    const Ok ok(id);
}

}  // namespace

const std::map<std::string, Op> ACCESS_OPS = {
    {"allowed", op_allowed},
    {"allowed_action", op_allowed_action},
    {"api_key.generate", op_api_key_generate},
    {"api_key.check", op_api_key_check},
    {"access.open", op_access_open},
    {"access.authenticate", op_access_authenticate},
    {"access.create_token", op_access_call<&jeton::Access::create_token>},
    {"access.list_tokens", op_access_call<&jeton::Access::list_tokens>},
    {"access.token_details", op_access_call<&jeton::Access::token_details>},
    {"access.revoke_token", op_access_call<&jeton::Access::revoke_token>},
    {"access.auth_info", op_access_call<&jeton::Access::auth_info>},
    {"access.act_as", op_access_call<&jeton::Access::act_as>},
    {"access.sign_token", op_access_sign_token},
    {"access.close", op_access_close},
};
