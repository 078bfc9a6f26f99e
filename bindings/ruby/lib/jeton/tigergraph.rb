# frozen_string_literal: true

require "jeton/client"

module Jeton
  # Tokens and secrets of a TigerGraph server, of every generation. What a method gives is what the server said, frozen.
  #
  #   graph = Jeton::TigerGraph.new(host: "https://graph.example", graph: "g1", secrets: { gsql_secret: secret })
  #   graph.token(secret: secret, lifetime_s: 3600)["token"]
  class TigerGraph < Client
    # The library's name of the vendor.
    VENDOR = "tigergraph"

    # Gets a token, which later calls use unless `set_token` is false: `token`, `expiration`, `expires_at_s`.
    #
    # @return [Redacted]
    def token(secret: nil, lifetime_s: nil, is_global: nil, set_token: nil, timeout: 30)
      call_redacted("get_token", timeout, secret: secret, lifetime_s: lifetime_s, is_global: is_global, set_token: set_token)
    end

    # Prolongs a token (servers before 4.0): as #token.
    #
    # @return [Redacted]
    def refresh_token(secret: nil, token: nil, lifetime_s: nil, set_token: nil, timeout: 30)
      call_redacted("refresh_token", timeout, secret: secret, token: token, lifetime_s: lifetime_s, set_token: set_token)
    end

    # Deletes a token. With `skip_na` one that does not exist is fine.
    def delete_token(secret: nil, token: nil, skip_na: nil, timeout: 30)
      call("delete_token", timeout, secret: secret, token: token, skip_na: skip_na)
    end

    # What the server says of a token (4.0 and later).
    def check_token(token: nil, timeout: 30)
      call("check_token", timeout, token: token)
    end

    # The server's version, such as "4.1.3".
    def version(timeout: 30)
      call("get_version", timeout)
    end

    # Secrets by their aliases.
    #
    # @return [Redacted]
    def secrets(alias_name: nil, user_name: nil, create_new: nil, timeout: 30)
      call_redacted("get_secrets", timeout, alias: alias_name, user_name: user_name, create_new: create_new)
    end

    # Creates a secret: `alias` and `value`.
    #
    # @return [Redacted]
    def create_secret(alias_name: nil, value: nil, user_name: nil, timeout: 30)
      call_redacted("create_secret", timeout, alias: alias_name, value: value, user_name: user_name)
    end

    # Drops a secret, or an Array of them.
    def drop_secret(alias_name, user_name: nil, ignore_errors: nil, timeout: 30)
      call("drop_secret", timeout, alias: alias_name, user_name: user_name, ignore_errors: ignore_errors)
    end
  end
end
