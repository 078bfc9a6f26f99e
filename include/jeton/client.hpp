/**
 * @file
 * Clients: the identity interfaces of TigerGraph and Dataiku.
 */
#ifndef JETON_CLIENT_HPP
#define JETON_CLIENT_HPP

#include <string>
#include <string_view>
#include <utility>

#include "cache.hpp"
#include "pending.hpp"

namespace jeton {

/**
 * Calls one server in the name of one user. Any number of threads may use one at once. The operations of its vendor are methods of
 * TigerGraph and Dataiku: they take a JSON object, whose members docs/CLIENTS.md lists, and return JSON.
 */
class Client {
public:
    /** Calls an operation by its name. */
    std::string call(std::string_view operation, std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const {
        return result(detail::make<jeton_result>(jeton_client_call, get(), operation.data(), operation.size(), args.data(), args.size(),
                                                 detail::milliseconds(timeout)));
    }

    /** As call(), for an event loop. */
    Pending<std::string> begin(std::string_view operation, std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const {
        return {detail::make<jeton_wait>(jeton_client_begin, get(), operation.data(), operation.size(), args.data(), args.size(),
                                         detail::milliseconds(timeout)),
                result};
    }

    /** As call(), for a host with an HTTP stack of its own. */
    Operation<std::string> operation(std::string_view operation, std::string_view args = {}) const {
        return {detail::make<jeton_operation>(jeton_client_operation, get(), operation.data(), operation.size(), args.data(), args.size()),
                result};
    }

    /** The handle, lent for calls of the C functions; NULL after a move. */
    const jeton_client *get() const noexcept { return handle_.get(); }

protected:
    /** For the vendors' classes. */
    Client(std::string_view vendor, std::string_view config, std::string_view secrets, std::string_view environment)
        : handle_((require_abi(), detail::make<jeton_client>(jeton_client_new, vendor.data(), vendor.size(), config.data(), config.size(),
                                                             secrets.data(), secrets.size(), environment.data(), environment.size()))) {}

    /** Takes over a handle. */
    explicit Client(detail::Handle<jeton_client> handle) noexcept : handle_(std::move(handle)) {}

private:
    static std::string result(const detail::Handle<jeton_result> &result) { return detail::get(result, "result"); }

    detail::Handle<jeton_client> handle_;
};

/** TigerGraph: tokens, and the secrets that they are made of. */
class TigerGraph : public Client {
public:
    /** Takes the config and secrets that docs/CLIENTS.md lists, JSON objects. Nothing is sent. */
    explicit TigerGraph(std::string_view config, std::string_view secrets = {}, std::string_view environment = {})
        : Client("tigergraph", config, secrets, environment) {}

    /** Gets a token for a secret; later calls use it unless `set_token` is false. An object of `token`, `expiration`, `expires_at_s`. */
    std::string get_token(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("get_token", args, timeout); }

    /** Extends a token. The same object; JETON_E_UNSUPPORTED from version 4.0 on. */
    std::string refresh_token(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("refresh_token", args, timeout); }

    /** Deletes a token. `true`. */
    std::string delete_token(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("delete_token", args, timeout); }

    /** Asks what a token is. The server's object; JETON_E_UNSUPPORTED below version 4.0. */
    std::string check_token(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("check_token", args, timeout); }

    /** The server's version, such as `"4.1.3"`. */
    std::string get_version(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("get_version", args, timeout); }

    /** The secrets, an object of alias to value. */
    std::string get_secrets(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("get_secrets", args, timeout); }

    /** Creates a secret. An object of `alias` and `value`. */
    std::string create_secret(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("create_secret", args, timeout); }

    /** Drops one or more secrets. The server's object. */
    std::string drop_secret(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("drop_secret", args, timeout); }
};

/** Dataiku: who a credential is, and the settings of users. */
class Dataiku : public Client {
public:
    /** Takes the config and secrets that docs/CLIENTS.md lists, JSON objects. Nothing is sent. */
    explicit Dataiku(std::string_view config, std::string_view secrets = {}, std::string_view environment = {})
        : Client("dataiku", config, secrets, environment) {}

    /** A client of the same server that acts as another user. This one stays as it is. */
    Dataiku as_user(std::string_view login) const {
        return Dataiku(detail::make<jeton_client>(jeton_client_as_user, get(), login.data(), login.size()));
    }

    /** Who the credential is. The server's object. */
    std::string auth_info(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("auth_info", args, timeout); }

    /** Who sent these `headers` of a browser. The server's object. */
    std::string auth_info_from_browser_headers(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("auth_info_from_browser_headers", args, timeout); }

    /** A ticket of whoever sent these `headers`, a text. */
    std::string ticket_from_browser_headers(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("ticket_from_browser_headers", args, timeout); }

    /** The settings of the credential's user. */
    std::string own_settings(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("own_settings", args, timeout); }

    /** The settings of the user `login`. */
    std::string user_settings(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("user_settings", args, timeout); }

    /** Saves the `settings` of the credential's user. `null`. */
    std::string save_own_settings(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("save_own_settings", args, timeout); }

    /** Saves the `settings` of the user `login`. `null`. */
    std::string save_user_settings(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("save_user_settings", args, timeout); }

    /** The `settings` with a secret; sends nothing. */
    std::string add_secret(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("add_secret", args, timeout); }

    /** The `settings` without a secret; sends nothing. */
    std::string remove_secret(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("remove_secret", args, timeout); }

    /** The `settings` with a property of the user; sends nothing. */
    std::string set_user_property(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("set_user_property", args, timeout); }

    /** The `settings` with a login and password for a connection; sends nothing. */
    std::string set_basic_connection_credential(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("set_basic_connection_credential", args, timeout); }

    /** The `settings` without the credential of a connection; sends nothing. */
    std::string remove_connection_credential(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("remove_connection_credential", args, timeout); }

    /** The `settings` with a login and password for a plugin; sends nothing. */
    std::string set_basic_plugin_credential(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("set_basic_plugin_credential", args, timeout); }

    /** The `settings` with a refresh token for a plugin; sends nothing. */
    std::string set_oauth2_plugin_credential(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("set_oauth2_plugin_credential", args, timeout); }

    /** The `settings` without the credential of a plugin; sends nothing. */
    std::string remove_plugin_credential(std::string_view args = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return call("remove_plugin_credential", args, timeout); }

private:
    explicit Dataiku(detail::Handle<jeton_client> handle) noexcept : Client(std::move(handle)) {}
};

}  // namespace jeton

#endif
