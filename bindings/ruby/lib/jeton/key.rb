# frozen_string_literal: true

module Jeton
  # One key, or the key set of a JWKS. It is checked in full when it is made: an unsound or weak key does not exist.
  #
  # `algorithm` (such as "RS256" or :RS256) binds a key; EC and Ed25519 keys name theirs, and so does a JWK with `alg`. Every constructor
  # raises KeyError, WeakKeyError or UnsupportedKeyError, and ConfigError for an unknown algorithm name.
  class Key < Handle
    private_class_method :new

    class << self
      # One key from PEM text: PKCS#8, SEC 1, PKCS#1, SPKI or an X.509 certificate, of which only the public key is taken.
      #
      # @return [Key]
      def from_pem(pem, algorithm: nil)
        made(:jeton_key_from_pem, Native.text(pem, "pem"), algorithm)
      end

      # One key from the DER of any structure that from_pem knows.
      #
      # @return [Key]
      def from_der(der, algorithm: nil)
        made(:jeton_key_from_der, Native.bytes(der, "der"), algorithm)
      end

      # One key from a JWK: JSON text, or a Hash.
      #
      # @return [Key]
      def from_jwk(jwk, algorithm: nil)
        made(:jeton_key_from_jwk, document(jwk, "jwk"), algorithm)
      end

      # A key set, which can only verify, from a JWKS: JSON text, or a Hash. `algorithm` binds the members that name none.
      #
      # @return [Key]
      def from_jwks(jwks, algorithm: nil)
        made(:jeton_key_from_jwks, document(jwks, "jwks"), algorithm)
      end

      # The bytes of a String as an HMAC secret, neither trimmed nor decoded, at least as long as the hash.
      #
      # @return [Key]
      def from_secret(secret, algorithm: nil)
        made(:jeton_key_from_secret, Native.bytes(secret, "secret"), algorithm)
      end

      # Makes a new key for "ES256", "ES384", "EdDSA", "HS256", "HS384" or "HS512", and gives its texts.
      #
      # @return [GeneratedKey]
      def generate(algorithm)
        algorithm = Native.algorithm(algorithm)
        GeneratedKey.new(Native.result(*GeneratedKey::PARTS) do |out, error|
          Native.jeton_key_generate(algorithm, algorithm.bytesize, out, error)
        end)
      end

      private

      def made(function, source, algorithm)
        algorithm = Native.algorithm(algorithm) unless algorithm.nil?
        pointer = Native.handle(Native::KeyPointer) do |out, error|
          Native.public_send(function, source, source.bytesize, algorithm, algorithm.to_s.bytesize, out, error)
        end
        allocate.tap { |key| key.send(:own, pointer) }
      end

      def document(value, name)
        case value
        when String then Native.text(value, name)
        else Native.json(Native.hash(value, name, "JSON text is taken too"), name)
        end
      end
    end

    # What this key is. A key set raises KeyError.
    #
    # @return [KeyDescription]
    def describe
      use do |key|
        KeyDescription.new(Native.result(*KeyDescription::PARTS) { |out, error| Native.jeton_key_describe(key, out, error) })
      end
    end

    # The public half, to be given away. A secret has none and raises KeyError.
    #
    # @return [PublicKey]
    def public
      use do |key|
        PublicKey.new(Native.result(*PublicKey::PARTS) { |out, error| Native.jeton_key_public(key, out, error) })
      end
    end
  end

  # What Key#describe says. Frozen; `inspect` shows no key identifier.
  class KeyDescription
    # The parts of the library's answer.
    PARTS = %i[kty algorithm kid private thumbprint].freeze

    # "oct", "RSA", "EC" or "OKP".
    attr_reader :kty

    # Such as "ES256"; nil where nothing binds an RSA key or a secret.
    attr_reader :algorithm

    # The key's own `kid`, or nil.
    attr_reader :kid

    # The RFC 7638 thumbprint (SHA-256).
    attr_reader :thumbprint

    # Made by the library alone, from the parts of a result.
    def initialize(parts)
      @kty, @algorithm, @kid, @private, @thumbprint = parts.values_at(*PARTS).map { |part| Native.utf8(part) }
      freeze
    end

    # Whether the key can sign; a secret is private.
    def private?
      @private == "true"
    end

    # The kind of key, without `kid` and thumbprint.
    def inspect
      "#<#{self.class} kty=#{kty} algorithm=#{algorithm || "none"} private=#{private?}>"
    end
  end

  # The texts of a new key. Frozen; `inspect` shows none of them.
  class GeneratedKey
    # The parts of the library's answer.
    PARTS = %i[private_jwk public_jwk private_pem public_pem].freeze

    # The JWK that signs, with `alg` and a `kid`, the RFC 7638 thumbprint; for HS256 and its like the secret.
    attr_reader :private_jwk

    # The JWK to be given away; nil for a secret.
    attr_reader :public_jwk

    # PKCS#8; nil for a secret.
    attr_reader :private_pem

    # SPKI; nil for a secret.
    attr_reader :public_pem

    # Made by the library alone, from the parts of a result.
    def initialize(parts)
      @private_jwk, @public_jwk, @private_pem, @public_pem = parts.values_at(*PARTS).map { |part| Native.utf8(part) }
      freeze
    end

    # The class alone.
    def inspect
      "#<#{self.class}>"
    end
  end

  # The public half of a key or key set, as texts. Frozen.
  class PublicKey
    # The parts of the library's answer.
    PARTS = %i[jwk jwks pem].freeze

    # One JWK; nil for a key set.
    attr_reader :jwk

    # A JWKS of all keys.
    attr_reader :jwks

    # SPKI; nil for a key set.
    attr_reader :pem

    # Made by the library alone, from the parts of a result.
    def initialize(parts)
      @jwk, @jwks, @pem = parts.values_at(*PARTS).map { |part| Native.utf8(part) }
      freeze
    end

    # The class alone.
    def inspect
      "#<#{self.class}>"
    end
  end
end
