/* Sources, and the key sets of remote issuers. */
#include <optional>
#include <string>

#include "answer.hpp"
#include "ops.hpp"

namespace {

Names<jeton::Source> sources;
Names<jeton::RemoteVerifier> keysets;

/* Writes those among what happened to a source that are warnings. */
void put_warnings(const jeton::Source &source, const char *separator) {
    const char *before = "[";
    put_name("warnings", separator);
    for (const auto &text : source.events()) {
        span event;
        if (json_parse(as_span(text), &event) && as_text(json_member(event, "warning")) == "true") {
            std::fputs(before, stdout);
            put_name("code", "{");
            put_json(stdout, json_member(event, "code"));
            put_name("message", ",");
            put_json(stdout, json_member(event, "message"));
            std::fputs("}", stdout);
            before = ",";
        }
    }
    std::fputs(*before == '[' ? "[]" : "]", stdout);
}

/* Asks the source that the request names, lets `put` write what it said, and adds its warnings, to a failure, too. */
template <class Ask, class Put>
void answer(const Request &request, span id, Ask ask, Put put) {
    const auto &source = sources.find(request, "source");
    try {
        const auto said = ask(source);
        const Ok ok(id);
        put(said);
        put_warnings(source, ",");
    } catch (const jeton::Error &error) {
        begin_answer(id);
        std::fputs(",", stdout);
        put_error(error);
        put_warnings(source, ",");
        end_answer();
    }
}

void put_fresh_token(const jeton::FreshToken &token) {
    put_text("token", token.text);
    put_optional("expires_at_s", token.expires_at_s ? std::to_string(*token.expires_at_s) : Text(), put_json);
}

void op_source_open(const Request &request, span id) {
    const auto config = request.json("config");
    const auto secrets = request.find("secrets") ? std::string(request.json("secrets")) : request.join({}, {"secret"});
    const auto &source = sources.open(request, "source", [&] {
        std::optional<jeton::Key> key;
        if (request.find("key")) {
            key = request.key().make();
        }
        return jeton::Source(config, secrets, {request.may_json("environment"), key ? &*key : nullptr, nullptr});
    });
    const Ok ok(id);
    put_warnings(source, "");
}

void op_source_describe(const Request &request, span id) {
    answer(request, id, [](const auto &source) { return source.describe(); }, put_members);
}

void op_source_stats(const Request &request, span id) {
    answer(request, id, [](const auto &source) { return source.stats(); }, put_members);
}

void op_source_token(const Request &request, span id) {
    answer(request, id, [timeout = request.timeout()](const auto &source) { return source.token(timeout); }, put_fresh_token);
}

void op_source_refresh(const Request &request, span id) {
    answer(request, id, [timeout = request.timeout()](const auto &source) { return source.refresh(timeout); }, put_fresh_token);
}

void op_source_identity(const Request &request, span id) {
    answer(request, id, [timeout = request.timeout()](const auto &source) { return source.identity(timeout); }, put_members);
}

void op_source_invalidate(const Request &request, span id) {
    const auto token = request.may_text("token");
    answer(
        request, id, [&](const auto &source) { return token ? source.invalidate(*token) : source.invalidate(); },
        [](bool invalidated) { put_bool("invalidated", invalidated); });
}

void op_source_revoke(const Request &request, span id) {
    const auto token = request.may_text("token");
    const auto timeout = request.timeout();
    answer(
        request, id, [&](const auto &source) { return token ? source.revoke(*token, timeout) : source.revoke({}, timeout); },
        [](bool revoked) { put_bool("revoked", revoked); });
}

void op_source_close(const Request &request, span id) {
    const auto timeout = request.timeout();
    sources.close(request, "source").close(timeout);
    const Ok ok(id);
}

void op_keyset_open(const Request &request, span id) {
    const auto issuers = request.json("issuers");
    keysets.open(request, "keyset", [&] { return jeton::RemoteVerifier(issuers, request.may_json("environment")); });
    const Ok ok(id);
}

void op_keyset_verify(const Request &request, span id) {
    const auto token = request.text("token");
    const auto timeout = request.timeout();
    const auto &keyset = keysets.find(request, "keyset");
    const auto verified = request.find("now_s") ? keyset.begin_open(token, timeout, request.now_ms()).get() : keyset.open(token, timeout);
    const Ok ok(id);
    put_token(verified);
}

}  // namespace

const std::map<std::string, Op> SOURCE_OPS = {
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
};
