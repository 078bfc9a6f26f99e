/**
 * @file
 * Who is calling, what they may do, and API keys.
 */
#ifndef JETON_ACCESS_HPP
#define JETON_ACCESS_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cache.hpp"
#include "pending.hpp"

namespace jeton {

/** Who is calling. */
struct Caller {
    /** The actor, a JSON object; nothing if nobody was recognised. */
    std::optional<std::string> actor;
    /** The whole answer, a JSON object of `actor`, `scheme` and `refused`. The last is for logs, never for the caller. */
    std::string answer;
    /** The value of `WWW-Authenticate` for an answer 401 to nobody, or 403 to an actor. */
    std::string challenge;
};

/**
 * Says who is calling: a request's headers and query become an actor, or none. Arguments and answers are JSON objects, whose members
 * docs/ACCESS.md lists. Any number of threads may use one at once.
 */
class Access {
public:
    /**
     * Takes the config, settings and secret of jeton_access_new. Databases, files and the environment are opened here; where somebody else
     * has a database locked, that waits up to 10 seconds.
     */
    explicit Access(std::string_view config, std::string_view settings = {}, std::string_view secret = {}, std::string_view environment = {})
        : handle_((require_abi(), detail::make<jeton_access>(jeton_access_new, config.data(), config.size(), settings.data(), settings.size(),
                                                             detail::bytes(secret), secret.size(), environment.data(),
                                                             environment.size()))) {}

    /** Says who sent a request: `{"headers": {…}, "query": {…}}`. A token that is not accepted is no error, but nobody. */
    Caller authenticate(std::string_view request, std::int64_t now_s = JETON_CLOCK, Timeout timeout = DEFAULT_TIMEOUT) const {
        return caller(run("authenticate", request, now_s, timeout));
    }

    /** As authenticate(), for an event loop: neither a database nor the network keeps the thread. */
    Pending<Caller> begin_authenticate(std::string_view request, Timeout timeout = DEFAULT_TIMEOUT, std::int64_t now_s = JETON_CLOCK) const {
        return {begin("authenticate", request, now_s, timeout), caller};
    }

    /** Whether a call may ask the host for rows: then it is for operation_authenticate(), and else for the others, which ask nothing. */
    bool asks_rows() const noexcept { return jeton_access_asks_rows(get()) == 1; }

    /** As authenticate(), for a host with an HTTP stack and databases of its own. */
    Operation<Caller> operation_authenticate(std::string_view request, std::int64_t now_s = JETON_CLOCK) const {
        constexpr std::string_view name = "authenticate";
        return {detail::make<jeton_operation>(jeton_access_operation, get(), name.data(), name.size(), request.data(), request.size(), now_s),
                caller};
    }

    /** Makes a managed token. An object of `token`, to be shown once, and `id`. It waits for the database, as the next three do. */
    std::string create_token(std::string_view args, std::int64_t now_s = JETON_CLOCK) const { return call("create_token", args, now_s); }

    /** Lists managed tokens. An object of `tokens` and `next`. */
    std::string list_tokens(std::string_view args = "{}", std::int64_t now_s = JETON_CLOCK) const { return call("list_tokens", args, now_s); }

    /** What is known of a managed token. */
    std::string token_details(std::string_view args, std::int64_t now_s = JETON_CLOCK) const { return call("token_details", args, now_s); }

    /** Revokes a managed token. An object of `revoked`. */
    std::string revoke_token(std::string_view args, std::int64_t now_s = JETON_CLOCK) const { return call("revoke_token", args, now_s); }

    /** Signs a token that no database knows. An object of `token`. */
    std::string sign_token(std::string_view args, std::int64_t now_s = JETON_CLOCK) const { return call("sign_token", args, now_s); }

    /** Tells a caller about themselves. */
    std::string auth_info(std::string_view args, std::int64_t now_s = JETON_CLOCK) const { return call("auth_info", args, now_s); }

    /** Lets an actor act as another. */
    std::string act_as(std::string_view args, std::int64_t now_s = JETON_CLOCK) const { return call("act_as", args, now_s); }

    /** The handle, lent for calls of the C functions; NULL after a move. */
    const jeton_access *get() const noexcept { return handle_.get(); }

private:
    /** Calls an operation: at once, or on the runtime where keys have to be fetched first. */
    detail::Handle<jeton_result> run(std::string_view operation, std::string_view args, std::int64_t now_s, Timeout timeout) const {
        jeton_result *result = nullptr;
        jeton_error error;
        const auto status =
            jeton_access_call(get(), operation.data(), operation.size(), args.data(), args.size(), now_s, &result, &error);
        if (status == JETON_ASK) {
            return detail::wait(begin(operation, args, now_s, timeout));
        }
        if (status != JETON_OK) {
            throw Error(error);
        }
        return detail::Handle<jeton_result>(result);
    }

    std::string call(std::string_view operation, std::string_view args, std::int64_t now_s) const {
        return detail::get(run(operation, args, now_s, DEFAULT_TIMEOUT), "answer");
    }

    detail::Handle<jeton_wait> begin(std::string_view operation, std::string_view args, std::int64_t now_s, Timeout timeout) const {
        return detail::make<jeton_wait>(jeton_access_begin, get(), operation.data(), operation.size(), args.data(), args.size(), now_s,
                                        detail::milliseconds(timeout));
    }

    static Caller caller(const detail::Handle<jeton_result> &result) {
        return {detail::find(result, "actor"), detail::get(result, "answer"), detail::get(result, "challenge")};
    }

    detail::Handle<jeton_access> handle_;
};

/** Whether an allow block lets an actor in, by Datasette's rules; both are JSON, the actor an object or null. */
inline bool allowed(std::string_view actor, std::string_view allow) {
    require_abi();
    return detail::flag(jeton_allowed, actor.data(), actor.size(), allow.data(), allow.size());
}

/** Whether the restrictions of a token's actor leave an action; `resource` is a JSON list of 0 to 2 texts: database, table. */
inline bool allowed_action(std::string_view actor, std::string_view action, std::string_view resource = "[]") {
    require_abi();
    return detail::flag(jeton_allowed_action, actor.data(), actor.size(), action.data(), action.size(), resource.data(), resource.size());
}

/** A new API key. */
struct GeneratedApiKey {
    /** The key, to be shown once. */
    std::string text;
    /** The 32 bytes of SHA-256 that a service stores. */
    std::string digest;
};

/** What a well-formed API key says. */
struct ApiKey {
    /** Its prefix. */
    std::string prefix;
    /** The 32 bytes of SHA-256 by which a service finds it. */
    std::string digest;
};

/** Makes an API key: the prefix, `_`, 30 random characters and 6 of checksum. */
inline GeneratedApiKey generate_api_key(std::string_view prefix) {
    require_abi();
    const auto result = detail::make<jeton_result>(jeton_api_key_generate, prefix.data(), prefix.size());
    return {detail::get(result, "api_key"), detail::get(result, "digest")};
}

/** Looks at the form and the checksum of an API key; nothing if it is not well formed. Whose it is the service knows. */
inline std::optional<ApiKey> check_api_key(std::string_view text) {
    require_abi();
    const auto result = detail::make<jeton_result>(jeton_api_key_check, detail::bytes(text), text.size());
    const auto prefix = detail::find(result, "prefix");
    return prefix ? std::optional<ApiKey>({*prefix, detail::get(result, "digest")}) : std::nullopt;
}

}  // namespace jeton

#endif
