/**
 * @file
 * Vizzly's tokens.
 */
#ifndef JETON_VIZZLY_HPP
#define JETON_VIZZLY_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "token.hpp"

namespace jeton {

/** The answer of a Vizzly identity endpoint, and its tokens one by one. */
struct VizzlyIdentity {
    /** The documented JSON with the tokens that were asked for: what the endpoint answers. */
    std::string json;
    /** The dashboard access token. */
    std::string dashboard;
    /** The data access token, if it was asked for. */
    std::optional<std::string> data;
    /** The query-engine access token, if it was asked for. */
    std::optional<std::string> query_engine;
};

/** Signs Vizzly access tokens. The arguments are JSON objects with the members that jeton_vizzly_dashboard and its kin list. */
class Vizzly {
public:
    /** Takes a private P-256 key. */
    explicit Vizzly(const Key &key) : handle_(detail::make<jeton_vizzly>(jeton_vizzly_new, key.get())) {}

    /** Signs a dashboard access token. */
    std::string dashboard(std::string_view args, std::int64_t now_s = now()) const {
        return detail::get(call(jeton_vizzly_dashboard, args, now_s), "token");
    }

    /** Signs a data access token. */
    std::string data(std::string_view args, std::int64_t now_s = now()) const {
        return detail::get(call(jeton_vizzly_data, args, now_s), "token");
    }

    /** Signs a query-engine access token. */
    std::string query_engine(std::string_view args, std::int64_t now_s = now()) const {
        return detail::get(call(jeton_vizzly_query_engine, args, now_s), "token");
    }

    /** Signs the whole answer of an identity endpoint: `{"dashboard": {…}, "data": {…}, "query_engine": {…}}`, the last two optional. */
    VizzlyIdentity identity(std::string_view args, std::int64_t now_s = now()) const {
        const auto result = call(jeton_vizzly_identity, args, now_s);
        return {detail::get(result, "identity"), detail::get(result, "dashboardAccessToken"),
                detail::find(result, "dataAccessToken"), detail::find(result, "queryEngineAccessToken")};
    }

    /** Makes a verifier for such tokens from the public or private key: ES256, ended by `expires`. */
    static Verifier verifier(const Key &key) {
        return Verifier(detail::make<jeton_verifier>(jeton_vizzly_verifier, key.get()));
    }

    /** The handle, lent for calls of the C functions; NULL after a move. */
    const jeton_vizzly *get() const noexcept { return handle_.get(); }

private:
    template <class Sign>
    detail::Handle<jeton_result> call(Sign sign, std::string_view args, std::int64_t now_s) const {
        return detail::make<jeton_result>(sign, get(), args.data(), args.size(), now_s);
    }

    detail::Handle<jeton_vizzly> handle_;
};

}  // namespace jeton

#endif
