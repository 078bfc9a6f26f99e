# frozen_string_literal: true

module Jeton
  # Makes tokens with one key and one header.
  #
  #   signer = Jeton::Signer.new(key, issuer: "https://id.example", audience: "api", ttl_s: 300)
  #   token = signer.sign({ "sub" => "alice" })
  class Signer < Handle
    # The same from options as JSON text, which reach the library unchanged.
    #
    # @return [Signer]
    def self.from_json(key, options)
      allocate.tap { |signer| signer.send(:build, key, Native.text(options, "options")) }
    end

    # @param key [Key] a private key or a secret
    # @param options handed to the library, which refuses an unknown one with ConfigError:
    #   `algorithm` (needed where the key names none), `header` (Hash of extra members), `kid` and `typ` (nil for none),
    #   `issuer`, `subject`, `audience` (String or Array), `ttl_s` (seconds; adds `iat` and `exp`), `jti` (true: a random one)
    # @raise [KeyError, WeakKeyError, UnsupportedKeyError, ConfigError]
    def initialize(key, **options)
      build(key, Native.json(options, "options"))
    end

    # Signs claims: a Hash of Hashes, Arrays, Strings, Symbols, Integers, finite Floats, true, false and nil, by names that are
    # Strings or Symbols. Anything else, such as a Time, is a ConfigError that says where it is.
    # The Hash needs its braces, `sign({ "sub" => "alice" })`: without them Ruby takes it for keywords, and raises ArgumentError.
    #
    # @param now [Integer, Time, nil] Unix seconds for `ttl_s`; nil is the system clock
    # @return [String] the compact JWS
    # @raise [ConfigError, InvalidClaimError, TypeError]
    def sign(claims, now: nil)
      sign_json(Native.claims(claims, "sign_json"), now: now)
    end

    # Signs claims that are JSON text already, byte for byte.
    def sign_json(claims, now: nil)
      claims = Native.text(claims, "claims")
      now = Native.seconds(now)
      write(claims) { |signer, *output| Native.jeton_signer_sign(signer, claims, claims.bytesize, now, *output) }
    end

    # Signs a payload of any bytes. Options about claims do not go with it (ConfigError).
    def sign_bytes(payload)
      payload = Native.bytes(payload, "payload")
      write(payload) { |signer, *output| Native.jeton_signer_sign_bytes(signer, payload, payload.bytesize, *output) }
    end

    private

    def build(key, options)
      own_from(key, Native::SignerPointer) do |pointer, out, error|
        Native.jeton_signer_new(pointer, options, options.bytesize, out, error)
      end
    end

    def write(payload)
      use do |signer|
        bound = Native.jeton_signer_bound(signer, payload.bytesize)
        Native.utf8(Native.written(bound) { |*output| yield signer, *output })
      end
    end
  end
end
