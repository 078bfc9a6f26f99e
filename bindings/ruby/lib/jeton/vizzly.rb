# frozen_string_literal: true

module Jeton
  # Signs Vizzly access tokens with one P-256 key.
  #
  # Arguments have the vendor's names and go to the library, which refuses a missing or unknown one with ConfigError. All kinds:
  # `expiry_ttl_in_minutes` (required), `timezone` ("UTC" or "+HH:MM"), `registered_claims` (true adds `iat` and `exp`). `now`
  # is an Integer of Unix seconds or a Time; nil is the system clock.
  class Vizzly < Handle
    # A Verifier of such tokens: ES256, ended by `expires`, of any issuer and audience, since these tokens name none.
    #
    # @param key [Key] the public (or private) P-256 key
    # @return [Verifier]
    def self.verifier(key)
      Verifier.allocate.tap do |verifier|
        verifier.send(:own_from, key, Native::VerifierPointer) do |pointer, out, error|
          Native.jeton_vizzly_verifier(pointer, out, error)
        end
      end
    end

    # @param key [Key] a private P-256 key
    # @raise [KeyError]
    def initialize(key)
      own_from(key, Native::VizzlyPointer) { |pointer, out, error| Native.jeton_vizzly_new(pointer, out, error) }
    end

    # A dashboard token: `project_id`, `user_reference` (required), `scope`, `access_type`, `parent_dashboard_ids`.
    #
    # @return [String] the compact JWS
    def dashboard(now: nil, **args)
      dashboard_json(Native.json(args, "args"), now: now)
    end

    # The same from the arguments' JSON text.
    def dashboard_json(args, now: nil)
      sign(:jeton_vizzly_dashboard, :token, args, now)
    end

    # A data token: `data_set_ids` ("*" or an Array), `secure_filters` (Hash), `parameters` (Hash).
    #
    # @return [String] the compact JWS
    def data(now: nil, **args)
      data_json(Native.json(args, "args"), now: now)
    end

    # The same from the arguments' JSON text.
    def data_json(args, now: nil)
      sign(:jeton_vizzly_data, :token, args, now)
    end

    # A query-engine token: `allow_data_preview_access`, `allow_database_schema_access` (true or false).
    #
    # @return [String] the compact JWS
    def query_engine(now: nil, **args)
      query_engine_json(Native.json(args, "args"), now: now)
    end

    # The same from the arguments' JSON text.
    def query_engine_json(args, now: nil)
      sign(:jeton_vizzly_query_engine, :token, args, now)
    end

    # The whole answer of an identity endpoint: `dashboard` and, where wanted, `data` and `query_engine`, each a Hash of arguments.
    #
    # @return [String] the documented JSON, to be sent as it is
    def identity(now: nil, **args)
      identity_json(Native.json(args, "args"), now: now)
    end

    # The same from the arguments' JSON text.
    def identity_json(args, now: nil)
      sign(:jeton_vizzly_identity, :identity, args, now)
    end

    private

    def sign(function, part, args, now)
      args = Native.text(args, "args")
      now = Native.seconds(now)
      use do |vizzly|
        Native.utf8(Native.result(part) do |out, error|
          Native.public_send(function, vizzly, args, args.bytesize, now, out, error)
        end.fetch(part))
      end
    end
  end
end
