/* Making and checking tokens, keys, and Vizzly's tokens. */
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "answer.hpp"
#include "ops.hpp"

namespace {

void op_version(const Request &, span id) {
    const Ok ok(id);
    put_text("version", std::string(jeton::version()));
    put_name("abi", ",");
    std::fputs(std::to_string(jeton::abi_version()).c_str(), stdout);
}

void op_sign(const Request &request, span id) {
    const Signing signing(request);
    const jeton::Signer signer(signing.make_key(), signing.options);
    signing.check();
    const auto token = signing.payload ? signer.sign_bytes(*signing.payload) : signer.sign(*signing.claims, signing.now_s);
    const Ok ok(id);
    put_text("token", token);
}

void op_sign_begin(const Request &request, span id) {
    const Signing signing(request);
    const jeton::ExternalSigner signer(signing.make_key(), signing.options);
    signing.check();
    const auto input = signing.payload ? signer.begin_bytes(*signing.payload) : signer.begin(*signing.claims, signing.now_s);
    const Ok ok(id);
    put_text("signing_input", input);
}

void op_sign_finish(const Request &request, span id) {
    const auto input = request.text("signing_input");
    const auto signature = request.bytes("signature_b64u");
    const jeton::ExternalSigner signer(request.key().make(), request.join({}, {"algorithm"}));
    const auto token = signer.finish(input, signature);
    const Ok ok(id);
    put_text("token", token);
}

/* What open says; the driver's own failure if verify says anything else. */
jeton::Verified open_and_verify(const jeton::Verifier &verifier, const std::string &token, std::int64_t now_s) {
    std::string payload;
    std::optional<jeton::Error> refused;
    try {
        payload = verifier.verify(token, now_s);
    } catch (const jeton::Error &error) {
        refused = error;
    }
    try {
        auto opened = verifier.open(token, now_s);
        if (!refused && payload == (opened.claims ? opened.claims : opened.payload)) {
            return opened;
        }
    } catch (const jeton::Error &error) {
        if (refused && refused->claim() == error.claim() && std::string_view(refused->what()) == error.what()) {
            throw;
        }
    }
    throw Refusal{"DRIVER", "open and verify differ"};
}

void op_verify(const Request &request, span id) {
    const auto policy = request.json("policy");
    const auto token = request.text("token");
    const auto now_s = request.now_s();
    const auto verified = open_and_verify(jeton::Verifier(request.key().make(), policy), token, now_s);
    const Ok ok(id);
    put_token(verified);
}

void op_verify_batch(const Request &request, span id) {
    const auto policy = request.json("policy");
    const auto list = as_span(request.json("tokens"));
    const auto now_s = request.now_s();
    const auto key = request.key();
    if (!json_is_array(list)) {
        bad_request("tokens is not a list");
    }
    std::vector<std::string> tokens;
    const char *cursor = nullptr;
    for (span item; json_next(list, &cursor, &item);) {
        tokens.push_back(unescape("tokens", {item.text, item.len}));
    }
    const auto results =
        jeton::Verifier(key.make(), policy).verify_batch(std::vector<std::string_view>(tokens.begin(), tokens.end()), now_s);
    const Ok ok(id);
    put_name("results", "");
    const char *separator = "[";
    for (const auto &result : results) {
        std::fputs(separator, stdout);
        std::fputs("{", stdout);
        if (const auto *verified = std::get_if<jeton::Verified>(&result)) {
            put_name("ok", "");
            std::fputs("{", stdout);
            put_token(*verified);
            std::fputs("}", stdout);
        } else {
            put_error(std::get<jeton::Error>(result));
        }
        std::fputs("}", stdout);
        separator = ",";
    }
    std::fputs(results.empty() ? "[]" : "]", stdout);
}

void op_inspect(const Request &request, span id) {
    const auto token = jeton::inspect_unverified(request.text("token"));
    const Ok ok(id);
    put_token(token);
}

void op_key(const Request &request, span id) {
    const auto description = request.key().make().describe();
    const Ok ok(id);
    put_text("kty", description.kty);
    put_optional("algorithm", description.algorithm, put_string);
    put_optional("kid", description.kid, put_string);
    put_optional("private", description.is_private ? "true" : "false", put_json);
    put_optional("thumbprint", description.thumbprint, put_string);
}

void op_generate(const Request &request, span id) {
    const jeton::GeneratedKey key(request.text("algorithm"));
    const Ok ok(id);
    put_name("private_jwk", "");
    put_json(stdout, as_span(key.private_jwk()));
    put_optional("public_jwk", key.public_jwk(), put_json);
    put_optional("private_pem", key.private_pem(), put_string);
    put_optional("public_pem", key.public_pem(), put_string);
}

void op_vizzly(const Request &request, span id) {
    static const std::map<std::string, std::string (jeton::Vizzly::*)(std::string_view, std::int64_t) const> kinds = {
        {"dashboard", &jeton::Vizzly::dashboard},
        {"data", &jeton::Vizzly::data},
        {"query_engine", &jeton::Vizzly::query_engine},
    };
    const auto kind = kinds.find(request.text("token"));
    const auto args = request.json("args");
    const auto now_s = request.now_s();
    const auto key = request.key();
    if (kind == kinds.end()) {
        bad_request("token is none of dashboard, data, query_engine");
    }
    const auto token = (jeton::Vizzly(key.make()).*kind->second)(args, now_s);
    const Ok ok(id);
    put_text("token", token);
}

void op_vizzly_identity(const Request &request, span id) {
    request.json("dashboard");
    const auto now_s = request.now_s();
    const auto key = request.key();
    const auto identity = jeton::Vizzly(key.make()).identity(request.join({}, {"dashboard", "data", "query_engine"}), now_s);
    begin_answer(id);
    put_name("ok", ",");
    put_json(stdout, as_span(identity.json));
    end_answer();
}

}  // namespace

const std::map<std::string, Op> TOKEN_OPS = {
    {"version", op_version},
    {"sign", op_sign},
    {"sign_begin", op_sign_begin},
    {"sign_finish", op_sign_finish},
    {"verify", op_verify},
    {"verify_batch", op_verify_batch},
    {"inspect", op_inspect},
    {"key", op_key},
    {"generate", op_generate},
    {"vizzly", op_vizzly},
    {"vizzly.identity", op_vizzly_identity},
};
