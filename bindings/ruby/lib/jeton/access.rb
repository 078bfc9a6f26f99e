# frozen_string_literal: true

module Jeton
  # Says who is calling: the headers and the query of a request become an actor, or none.
  #
  #   access = Jeton::Access.new({ tokens: [{ token: { "$env": "BOT_TOKEN" }, actor: { id: "bot" } }] })
  #   access.authenticate(headers: { "Authorization" => "Bearer …" }).actor   # {"id" => "bot"}, or nil
  #
  # Any number of threads may share one.
  class Access < Handle
    # What #authenticate found.
    class Answer
      # A frozen Hash, or nil for a request of nobody.
      attr_reader :actor

      # How the actor was found: "token", "query", "dsatok", "dstok", "jwt"; nil for nobody.
      attr_reader :scheme

      # Why a token that was presented is not accepted, such as "EXPIRED"; nil otherwise. For logs: a caller is not told.
      attr_reader :refused

      # The value of `WWW-Authenticate` for an answer 401 to nobody, or 403 to an actor.
      attr_reader :challenge

      # The whole answer as JSON text: `actor`, `scheme`, `refused`.
      attr_reader :json

      # Made by the library alone.
      def initialize(parts)
        @json = Native.utf8(parts.fetch(:answer))
        answer = Native.value(@json)
        @actor, @scheme, @refused = answer.values_at("actor", "scheme", "refused")
        @challenge = Native.utf8(parts.fetch(:challenge))
        freeze
      end

      # The class alone.
      def inspect
        "#<#{self.class}>"
      end
    end

    # The same as `new` from JSON texts, which reach the library unchanged.
    def self.from_json(config, settings: nil, secret: nil, environment: nil)
      allocate.tap { |access| access.send(:build, config, settings, secret, environment) }
    end

    # Opens databases and files, and reads the environment, now and not later. Where another process has a database locked, this waits
    # up to 10 seconds, during which other threads run.
    #
    # @param config [Hash] what docs/ACCESS.md lists, which is what Datasette's plugin takes
    # @param settings [Hash] `databases` (names to paths; nil for one whose rows `rows` looks up), `allow_signed_tokens`,
    #   `max_signed_tokens_ttl`
    # @param secret [String, nil] what signed tokens are signed with; nil: `DATASETTE_SECRET` of the environment
    # @param environment [Hash, nil] stands for the environment of the process
    # @param rows [#call, nil] is given the name of a database, an SQL text and its named parameters (a Hash), and gives the first row
    #   (a Hash of column to value), or nil
    # @raise [ConfigError, StoreError]
    def initialize(config, settings: {}, secret: nil, environment: nil, rows: nil)
      @rows = rows
      build(Native.json(config, "config"), Native.json(settings, "settings"), secret, Native.environment(environment))
    end

    # Who sends a request with these headers (names in any case) and this query (decoded)?
    #
    # @return [Answer]
    # @raise [StoreError] a database cannot be read; the `cause` is what `rows` raised
    # @raise [KeysUnavailableError, TimeoutError] there are no keys to judge a JWT by
    def authenticate(headers: {}, query: {}, now: nil, timeout: 30)
      args = Native.json({ headers: headers, query: query }, "request")
      Answer.new(answered("authenticate", args, now, timeout, :answer, :challenge))
    end

    # The same from JSON text.
    def authenticate_json(args, now: nil, timeout: 30)
      Answer.new(answered("authenticate", Native.text(args, "args"), now, timeout, :answer, :challenge))
    end

    # Creates a managed token: `actor_id`, `description`, `expires_after_s`, `restrictions`, `by`. Without `by` nothing is checked: who may
    # ask for whose token is the program's to decide.
    #
    # @return [Redacted] `token`, which cannot be shown again, and `id`
    # @raise [ConfigError, DeniedError, StoreError]
    def create_token(now: nil, timeout: 30, **args)
      Redacted[call("create_token", args, now, timeout)].freeze
    end

    # A page of managed tokens: `actor_id`, `next`, `limit`.
    #
    # @return [Hash] `tokens`, rows of column to value, and `next` or nil
    def list_tokens(now: nil, timeout: 30, **args)
      call("list_tokens", args, now, timeout)
    end

    # The row of a managed token: `id`, `by`, `by_admin`.
    #
    # @return [Hash] column to value, such as `actor_id` and `token_status`
    # @raise [UnknownError, DeniedError]
    def token_details(now: nil, timeout: 30, **args)
      call("token_details", args, now, timeout)
    end

    # Revokes a managed token: `id`, `by`, `by_admin`.
    #
    # @return [Hash] `revoked`: whether it had not ended before
    # @raise [UnknownError, DeniedError]
    def revoke_token(now: nil, timeout: 30, **args)
      call("revoke_token", args, now, timeout)
    end

    # Signs a token (`dstok_…`): `actor_id`, `ttl_s`, `restrictions`.
    #
    # @return [Redacted] `token`
    def sign_token(now: nil, timeout: 30, **args)
      Redacted[call("sign_token", args, now, timeout)].freeze
    end

    # What is known of an actor: `actor`, `with_secrets`.
    #
    # @return [Redacted]
    def auth_info(now: nil, timeout: 30, **args)
      Redacted[call("auth_info", args, now, timeout)].freeze
    end

    # Lets `by` act as `actor`, if the configuration allows it: the `actor` with `act`, and the `claims` of a token for it.
    #
    # @return [Hash]
    # @raise [DeniedError]
    def act_as(now: nil, timeout: 30, **args)
      call("act_as", args, now, timeout)
    end

    # Any of these operations by its name, with its arguments as JSON text.
    #
    # @return [String] the answer as JSON text
    def call_json(operation, args, now: nil, timeout: 30)
      Native.utf8(answered(Native.text(operation, "operation"), Native.text(args, "args"), now, timeout, :answer).fetch(:answer))
    end

    private

    def build(config, settings, secret, environment)
      secret &&= Native.bytes(secret, "secret")
      texts = Native.texts(config: config, settings: settings)
      environment = Native.texts(environment: environment)
      pointer = Native.handle(Native::AccessPointer) do |out, error|
        Native.jeton_access_new(*texts, secret, secret.to_s.bytesize, *environment, out, error)
      end
      @asks = @rows && Native.jeton_access_asks_rows(pointer) == 1
      own(pointer)
    end

    def call(operation, args, now, timeout)
      Native.value(call_json(operation, Native.json(args, "args"), now: now, timeout: timeout))
    end

    def answered(operation, args, now, timeout, *parts)
      now = Native.seconds(now)
      timeout_ms = Native.milliseconds(timeout)
      return begun(operation, args, now, timeout_ms, *parts) unless @asks

      begin
        stepped(operation, args, now, *parts)
      rescue KeysUnavailableError
        # No row was asked for: the keys can be waited for.
        begun(operation, args, now, timeout_ms, *parts)
      end
    end

    def stepped(operation, args, now, *parts)
      steps = Native.handle(Native::OperationPointer) do |out, error|
        use do |access|
          Native.jeton_access_operation(access, operation, operation.bytesize, args, args.bytesize, now, out, error)
        end
      end
      Native.answered(steps, *parts) { |*question| look_up(question) }
    ensure
      Native.release(steps) if steps
    end

    def look_up(question)
      @rows.call(*question)
    rescue StandardError
      raise StoreError.new("the row could not be looked up", status: "STORE", number: 505)
    end

    # Waits outside of the handle's lock: other threads go on meanwhile.
    def begun(operation, args, now, timeout_ms, *parts)
      Native.awaited(*parts) do |out, error|
        use do |access|
          Native.jeton_access_begin(access, operation, operation.bytesize, args, args.bytesize, now, timeout_ms, out, error)
        end
      end
    end
  end
end
