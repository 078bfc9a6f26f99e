# frozen_string_literal: true

module Jeton
  # What the clients of servers have in common. Nothing is sent when one is opened; any number of threads may share it.
  class Client < Handle
    # The same as `new` from JSON texts, which reach the library unchanged.
    def self.from_json(config, secrets: nil, environment: nil)
      allocate.tap { |client| client.send(:build, config, secrets, environment) }
    end

    # @param config the members that docs/CLIENTS.md lists; an unknown one is a ConfigError
    # @param secrets [Hash] names to texts
    # @param environment [Hash, nil] stands for the environment of the process
    # @raise [ConfigError]
    def initialize(secrets: {}, environment: nil, **config)
      build(Native.json(config, "config"), Native.secrets(secrets), Native.environment(environment))
    end

    # Calls an operation by its name in docs/CLIENTS.md, with its arguments as JSON text.
    #
    # @return [String] the result as JSON text
    # @raise [FetchError, ConfigError]
    def call_json(operation, args = "{}", timeout: 30)
      operation = Native.text(operation, "operation")
      args = Native.text(args, "args")
      timeout_ms = Native.milliseconds(timeout)
      Native.utf8(Native.awaited(:result) do |out, error|
        use do |client|
          Native.jeton_client_begin(client, operation, operation.bytesize, args, args.bytesize, timeout_ms, out, error)
        end
      end.fetch(:result))
    end

    private

    def build(config, secrets, environment)
      texts = Native.texts(vendor: self.class::VENDOR, config: config, secrets: secrets, environment: environment)
      own(Native.handle(Native::ClientPointer) { |out, error| Native.jeton_client_new(*texts, out, error) })
    end

    # Without the arguments that were left out, so that the library's defaults count.
    def call(operation, timeout, **args)
      Native.value(call_json(operation, Native.json(args.compact, "args"), timeout: timeout))
    end

    # The same for an answer that belongs into no log. It is an object, or what else a server found right to say.
    def call_redacted(...)
      answer = call(...)
      answer.is_a?(Hash) ? Redacted[answer].freeze : answer
    end
  end
end
