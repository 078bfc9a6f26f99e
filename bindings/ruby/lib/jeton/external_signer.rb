# frozen_string_literal: true

module Jeton
  # Makes tokens whose signature somebody else computes, such as a KMS.
  #
  #   input = signer.begin({ "sub" => "alice" })
  #   token = signer.finish(input, kms.sign(input))
  class ExternalSigner < Handle
    # The same from options as JSON text, which reach the library unchanged.
    #
    # @return [ExternalSigner]
    def self.from_json(key, options)
      allocate.tap { |signer| signer.send(:build, key, Native.text(options, "options")) }
    end

    # @param key [Key] the public key
    # @param options those of Signer#initialize
    # @raise [KeyError, WeakKeyError, UnsupportedKeyError, ConfigError]
    def initialize(key, **options)
      build(key, Native.json(options, "options"))
    end

    # Takes claims as Signer#sign does.
    #
    # @return [String] the signing input: the bytes to be signed
    def begin(claims, now: nil)
      begin_json(Native.claims(claims, "begin_json"), now: now)
    end

    # Takes claims as Signer#sign_json does.
    def begin_json(claims, now: nil)
      claims = Native.text(claims, "claims")
      now = Native.seconds(now)
      part(:signing_input) do |signer, out, error|
        Native.jeton_external_signer_begin(signer, claims, claims.bytesize, now, out, error)
      end
    end

    # Takes a payload as Signer#sign_bytes does.
    def begin_bytes(payload)
      payload = Native.bytes(payload, "payload")
      part(:signing_input) do |signer, out, error|
        Native.jeton_external_signer_begin_bytes(signer, payload, payload.bytesize, out, error)
      end
    end

    # Verifies the signature over a signing input that this signer gave, and joins the two.
    #
    # @param signature [String] bytes in the form of RFC 7518: for ES256 and ES384 R and S, each of full length, not DER
    # @return [String] the compact JWS
    # @raise [MalformedError, AlgorithmError, SignatureError]
    def finish(signing_input, signature)
      input = Native.bytes(signing_input, "signing_input")
      signature = Native.bytes(signature, "signature")
      part(:token) do |signer, out, error|
        Native.jeton_external_signer_finish(signer, input, input.bytesize, signature, signature.bytesize, out, error)
      end
    end

    private

    def build(key, options)
      own_from(key, Native::ExternalSignerPointer) do |pointer, out, error|
        Native.jeton_external_signer_new(pointer, options, options.bytesize, out, error)
      end
    end

    def part(name)
      use { |signer| Native.utf8(Native.result(name) { |out, error| yield signer, out, error }.fetch(name)) }
    end
  end
end
