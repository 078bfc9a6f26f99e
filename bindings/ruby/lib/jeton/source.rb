# frozen_string_literal: true

module Jeton
  # One token that is kept fresh: fetched when it is first asked for, renewed ahead of its end while callers are served the old one.
  #
  #   source = Jeton::Source.new(kind: "oauth2", token_url: "https://id.example/token", grant: "client_credentials",
  #                              client_id: "app", secrets: { client_secret: ENV.fetch("CLIENT_SECRET") })
  #   token = source.token.to_s
  #
  # Any number of threads may share one. Two of the same identity in one process share their token. A forked child goes on with
  # what it inherited.
  class Source < Handle
    # A token and its end.
    class Token
      # Unix seconds; nil where the end is not known.
      attr_reader :expires_at

      # Made by a source alone.
      def initialize(text, expires_at)
        @text = text
        @expires_at = expires_at
        freeze
      end

      # The token's text.
      def to_s
        @text
      end

      # The class alone: a token belongs into no log.
      def inspect
        "#<#{self.class}>"
      end
    end

    # What happened to a source: a frozen Hash of `code`, `warning`, `message`, `at_ms`, and of NEW_REFRESH_TOKEN `refresh_token`.
    class Event < Redacted
      # The code and the message.
      def inspect
        "#<#{self.class} #{self["code"]}: #{self["message"]}>"
      end
    end

    DEFAULT = Mutex.new
    private_constant :DEFAULT

    class << self
      # The source of those parts of a program that are handed none: what the program set, else one of Descartes Labs from the
      # environment.
      #
      # @return [Source]
      def default
        DEFAULT.synchronize { @default ||= new(kind: "descarteslabs") }
      end

      # Sets that source; nil takes it back.
      def default=(source)
        DEFAULT.synchronize { @default = source }
      end

      # The same as `new` from JSON texts, which reach the library unchanged.
      #
      # @return [Source]
      def from_json(config, secrets: nil, environment: nil, key: nil)
        allocate.tap { |source| source.send(:build, config, secrets, environment, key) }
      end
    end

    # Opens a source; nothing is fetched yet.
    #
    # @param config `kind` ("oauth2", "descarteslabs", "tigergraph", "signed" or "static") and the members of that kind, which
    #   docs/SOURCES.md lists; an unknown one is a ConfigError
    # @param secrets [Hash] names to texts: `client_secret`, `refresh_token`, …
    # @param environment [Hash, nil] stands for the environment of the process
    # @param key [Key, nil] the signing key of kind "signed"
    # @raise [ConfigError, KeyError, StoreError]
    def initialize(secrets: {}, environment: nil, key: nil, **config)
      build(Native.json(config, "config"), Native.secrets(secrets), Native.environment(environment), key)
    end

    # The token; waits for a fetch where that is needed, and only then: if there is none, or for a second if it is in its last moments.
    #
    # @param timeout [Numeric] seconds
    # @return [Token]
    # @raise [FetchError, ClosedError]
    def token(timeout: 30)
      text, expires_at = use { |source| Native.token_at_hand(source) }
      return operate("token", timeout) unless text

      Token.new(Native.utf8(text), expires_at == ENDLESS ? nil : expires_at)
    end

    # Fetches now, and waits.
    #
    # @return [Token]
    def refresh(timeout: 30)
      operate("refresh", timeout)
    end

    # What the token says of its subject: a frozen Hash of `namespace`, `payload`, `all_acl_subjects`, `all_owner_acl_subjects`.
    def identity(timeout: 30)
      Native.value(begun("identity", nil, timeout, :identity).fetch(:identity))
    end

    # The same as JSON text.
    def identity_json(timeout: 30)
      Native.utf8(begun("identity", nil, timeout, :identity).fetch(:identity))
    end

    # Ends a token at its server (RFC 7009).
    #
    # @param token [String, nil] nil: the current one
    # @return [Boolean] whether the server ended it
    def revoke(token = nil, timeout: 30)
      begun("revoke", token, timeout, :revoked).fetch(:revoked) == "true"
    end

    # Says that a server refused a token, with 401 for instance: it is not served again.
    #
    # @param token [String, Token, nil] nil: the current one
    # @return [Boolean] true once for each distinct token
    def invalidate(token = nil)
      token = Native.bytes(token.to_s, "token")
      use do |source|
        Native.flag do |invalidated, error|
          Native.jeton_source_invalidate(source, token, token.bytesize, Native::CLOCK, invalidated, error)
        end
      end
    end

    # What the source is, never a secret: a frozen Hash of `kind`, `token_url`, `client_id`, `scope`, `leeway_s`, `token_path`, `retries`.
    def describe
      Native.value(describe_json)
    end

    # The same as JSON text.
    def describe_json
      part(:jeton_source_describe, :description)
    end

    # What happened so far: a frozen Hash of `hits`, `misses`, `waits`, `refreshes` and `failures` (a Hash of status to count).
    def stats
      Native.value(part(:jeton_source_stats, :stats))
    end

    # What happened since the last call, oldest first. The first also has `lost`, how many older ones were dropped, if any were. That of code
    # `NEW_REFRESH_TOKEN` has `refresh_token`, which takes the place of the old one: it comes only where no token file does that, and is for the
    # program to store.
    #
    # @return [Array<Event>]
    def events
      entries = use { |source| Native.results(:event) { |out, error| Native.jeton_source_events(source, out, error) } }
      entries.map { |entry| Event[Native.value(entry.fetch(:event))].freeze }
    end

    # Closes the source: wakes all who wait for it, and does what the config wants done at the end.
    #
    # @return [nil]
    # @raise [FetchError] if that end could not be done; it is closed then, too
    def close(timeout: 30)
      begun("close", nil, timeout) unless closed?
      nil
    rescue ClosedError
      nil
    ensure
      super()
    end

    # jeton.h: the end is not known.
    ENDLESS = (1 << 63) - 1
    private_constant :ENDLESS

    private

    def build(config, secrets, environment, key)
      raise TypeError, "key: expected a Jeton::Key, got #{key.class}" unless key.nil? || key.is_a?(Key)

      texts = Native.texts(config: config, secrets: secrets, environment: environment)
      open = lambda do |key_pointer|
        Native.handle(Native::SourcePointer) do |out, error|
          Native.jeton_source_new(nil, *texts, key_pointer, Native::CLOCK, out, error)
        end
      end
      own(key ? key.use(&open) : open.call(nil))
    end

    def operate(operation, timeout)
      parts = begun(operation, nil, timeout, :token, :expires_at_s)
      Token.new(Native.utf8(parts.fetch(:token)), parts.fetch(:expires_at_s)&.to_i)
    end

    # Waits outside of the handle's lock: another thread may close the source meanwhile, which ends the wait.
    def begun(operation, token, timeout, *parts)
      token = token && Native.bytes(token.to_s, "token")
      timeout_ms = Native.milliseconds(timeout)
      Native.awaited(*parts) do |out, error|
        use do |source|
          Native.jeton_source_begin(source, operation, operation.bytesize, token, token.to_s.bytesize, timeout_ms,
                                    Native::CLOCK, out, error)
        end
      end
    end

    def part(function, name)
      Native.utf8(use do |source|
        Native.result(name) { |out, error| Native.public_send(function, source, out, error) }
      end.fetch(name))
    end
  end
end
