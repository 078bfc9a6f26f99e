# frozen_string_literal: true

module Jeton
  # Checks tokens of issuers whose keys are fetched, and kept as long as their servers say.
  #
  #   verifier = Jeton::RemoteVerifier.new([{ issuer: "https://id.example", jwks_url: "https://id.example/jwks",
  #                                           algorithms: ["ES256"], audience: "api" }])
  #   claims = verifier.verify(token).claims
  class RemoteVerifier < Handle
    # The same as `new` from JSON texts, which reach the library unchanged.
    def self.from_json(issuers, environment: nil)
      allocate.tap { |verifier| verifier.send(:build, issuers, environment) }
    end

    # Fetches nothing yet.
    #
    # @param issuers [Array<Hash>] `issuer` and `jwks_url`, and the rest of a policy (see Verifier#initialize)
    # @param environment [Hash, nil] stands for the environment of the process
    # @raise [ConfigError]
    def initialize(issuers, environment: nil)
      build(Native.json(issuers, "issuers"), Native.environment(environment))
    end

    # How the keys of each issuer stand, in their order: a frozen Array of Hashes of `issuer`, `jwks_url`, `keys` (nil without a set),
    # `refreshes`, `failures` (a Hash of status to count), `last_failure` (nil unless the last fetch failed) and `is_stale` (the last token
    # was judged by a set that is old, because its server gives no newer one). Asks no server.
    def stats
      parts = use { |verifier| Native.result(:stats) { |out, error| Native.jeton_remote_verifier_stats(verifier, out, error) } }
      Native.value(Native.utf8(parts.fetch(:stats)))
    end

    # Verifies a token; waits for keys where they have to be fetched, and only then.
    #
    # @param now [Integer, Time, nil] Unix seconds; nil is the system clock
    # @return [Verified]
    # @raise [TokenError] the token is not accepted
    # @raise [FetchError] it could not be judged
    def verify(token, now: nil, timeout: 30)
      token = Native.bytes(token, "token")
      now_ms = Native.moment(now)
      timeout_ms = Native.milliseconds(timeout)
      Verified.new(at_hand(token, now_ms) || fetched(token, now_ms, timeout_ms))
    end

    private

    def at_hand(token, now_ms)
      use do |verifier|
        Native.result_at_hand(*Contents::PARTS) do |out, error|
          Native.jeton_remote_verifier_verify(verifier, token, token.bytesize, now_ms, out, error)
        end
      end
    end

    # Waits outside of the handle's lock: other threads go on meanwhile.
    def fetched(token, now_ms, timeout_ms)
      Native.awaited(*Contents::PARTS) do |out, error|
        use do |verifier|
          Native.jeton_remote_verifier_begin(verifier, token, token.bytesize, timeout_ms, now_ms, out, error)
        end
      end
    end

    def build(issuers, environment)
      texts = Native.texts(issuers: issuers, environment: environment)
      own(Native.handle(Native::RemoteVerifierPointer) do |out, error|
        Native.jeton_remote_verifier_new(nil, *texts, out, error)
      end)
    end
  end
end
