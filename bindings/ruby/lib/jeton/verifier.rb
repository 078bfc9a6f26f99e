# frozen_string_literal: true

module Jeton
  # Checks tokens against keys and a policy.
  #
  #   verifier = Jeton::Verifier.new(key, algorithms: ["ES256"], issuer: "https://id.example", audience: "api")
  #   claims = verifier.verify(token)
  class Verifier < Handle
    # The same from a policy as JSON text, which reaches the library unchanged.
    #
    # @return [Verifier]
    def self.from_json(key, policy)
      allocate.tap { |verifier| verifier.send(:build, key, Native.text(policy, "policy")) }
    end

    # @param key [Key] a key or a key set
    # @param policy handed to the library, which refuses an unknown member with ConfigError: `algorithms` (Array) and
    #   `issuer` (String or Array) or `any_issuer: true` and `audience` (String or Array) or `any_audience: true`, which are
    #   required; `subject`, `typ`, `leeway_s`, `max_age_s`, `required` (Array of claim names), `allow_missing_exp`,
    #   `expiry_claim`, `payload` ("claims" or "bytes"), `max_token_bytes`, `try_keys`,
    #   `verified_cache_bytes` (what tokens that verified may take in memory, so that their signature is not computed again)
    # @raise [KeyError, ConfigError]
    def initialize(key, **policy)
      build(key, Native.json(policy, "policy"))
    end

    # Verifies a token.
    #
    # @param token [String] taken byte for byte, whatever its encoding
    # @param now [Integer, Time, nil] Unix seconds; nil is the system clock
    # @return [Hash] the claims, frozen; see Contents#claims on numbers
    # @raise [TokenError] and never an answer with it
    # @raise [UsageError] if the policy says that payloads are bytes: those have #verify_bytes and #open
    def verify(token, now: nil)
      raise UsageError, "policy.payload is bytes, which verify_bytes and open give" unless @claims

      Native.value(verify_bytes(token, now: now))
    end

    # Verifies a token.
    #
    # @return [String] the payload as it was signed, in binary: the claims' JSON text or, if the policy says so, any bytes
    # @raise [TokenError]
    def verify_bytes(token, now: nil)
      token = Native.bytes(token, "token")
      size = token.bytesize
      now = Native.seconds(now)
      use do |verifier|
        Native.written(size) do |claims, capacity, length, error|
          Native.jeton_verifier_verify(verifier, token, size, now, claims, capacity, length, error)
        end.freeze
      end
    end

    # Verifies a token and gives its header too, and both as the exact JSON text.
    #
    # @return [Verified]
    # @raise [TokenError]
    def open(token, now: nil)
      token = Native.bytes(token, "token")
      now = Native.seconds(now)
      Verified.new(use do |verifier|
        Native.result(*Contents::PARTS) do |out, error|
          Native.jeton_verifier_open(verifier, token, token.bytesize, now, out, error)
        end
      end)
    end

    # Verifies many tokens in one call. Raises for none of them.
    #
    # @param tokens [Array<String>]
    # @return [Array<Verified, Error>] for each token, in order, what `open` returns or the error that it raises
    def verify_batch(tokens, now: nil)
      # Said here, for Ruby's own NoMethodError would quote what it was given.
      raise TypeError, "tokens: expected an Array, got #{tokens.class}" unless tokens.is_a?(Enumerable)

      tokens = tokens.each_with_index.map { |token, index| Native.bytes(token, "tokens[#{index}]") }
      now = Native.seconds(now)
      entries = use do |verifier|
        Native.array(tokens) do |pointers, lengths, count|
          Native.results(*Contents::PARTS) do |out, error|
            Native.jeton_verifier_verify_batch(verifier, pointers, lengths, count, now, out, error)
          end
        end
      end
      entries.map { |entry| entry.is_a?(Error) ? entry : Verified.new(entry) }
    end

    private

    def own(pointer)
      @claims = Native.jeton_verifier_gives_claims(pointer) == 1
      super
    end

    def build(key, policy)
      own_from(key, Native::VerifierPointer) do |pointer, out, error|
        Native.jeton_verifier_new(pointer, policy, policy.bytesize, out, error)
      end
    end
  end
end
