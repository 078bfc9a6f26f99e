/**
 * @file
 * Tokens of issuers whose keys are fetched.
 */
#ifndef JETON_REMOTE_VERIFIER_HPP
#define JETON_REMOTE_VERIFIER_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cache.hpp"
#include "pending.hpp"
#include "token.hpp"

namespace jeton {

/**
 * Checks tokens of one or more issuers, whose key sets are fetched and kept as long as their servers say. Any number of threads
 * may use one at once.
 */
class RemoteVerifier {
public:
    /** Takes the issuers of jeton_remote_verifier_new, a JSON list of objects. Nothing is fetched yet. */
    explicit RemoteVerifier(std::string_view issuers, std::string_view environment = {}, const Cache *cache = nullptr)
        : handle_((require_abi(), detail::make<jeton_remote_verifier>(jeton_remote_verifier_new, cache == nullptr ? nullptr : cache->get(),
                                                                      issuers.data(), issuers.size(), environment.data(),
                                                                      environment.size()))) {}

    /** Verifies a token, and waits at most this long where keys have to be fetched. Throws JETON_E_KEYS_UNAVAILABLE without keys. */
    Verified open(std::string_view token, Timeout timeout = DEFAULT_TIMEOUT) const {
        return detail::contents<Verified>(detail::make<jeton_result>(jeton_remote_verifier_wait, get(), token.data(), token.size(),
                                                                     detail::milliseconds(timeout)));
    }

    /** Verifies a token with the keys at hand; nothing if some have to be fetched first. Never waits. */
    std::optional<Verified> open_at_hand(std::string_view token, std::int64_t now_ms = JETON_CLOCK) const {
        jeton_result *result = nullptr;
        jeton_error error;
        const auto status = jeton_remote_verifier_verify(get(), token.data(), token.size(), now_ms, &result, &error);
        if (status == JETON_WAIT) {
            return std::nullopt;
        }
        if (status != JETON_OK) {
            throw Error(error);
        }
        return detail::contents<Verified>(detail::Handle<jeton_result>(result));
    }

    /** As open(), for an event loop. */
    Pending<Verified> begin_open(std::string_view token, Timeout timeout = DEFAULT_TIMEOUT, std::int64_t now_ms = JETON_CLOCK) const {
        return {detail::make<jeton_wait>(jeton_remote_verifier_begin, get(), token.data(), token.size(), detail::milliseconds(timeout), now_ms),
                [](const auto &result) { return detail::contents<Verified>(result); }};
    }

    /**
     * How the keys of each issuer stand, a JSON list with an object for each: `issuer`, `jwks_url`, `keys`, `refreshes`, `failures`, `last_failure`,
     * `is_stale`; see jeton_remote_verifier_stats. Asks no server.
     */
    std::string stats() const { return detail::get(detail::make<jeton_result>(jeton_remote_verifier_stats, get()), "stats"); }

    /** The handle, lent for calls of the C functions; NULL after a move. */
    const jeton_remote_verifier *get() const noexcept { return handle_.get(); }

private:
    detail::Handle<jeton_remote_verifier> handle_;
};

}  // namespace jeton

#endif
