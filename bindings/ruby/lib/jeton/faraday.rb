# frozen_string_literal: true

require "jeton"
require "faraday"

module Jeton
  # A Faraday middleware that adds the token of a source.
  #
  #   require "jeton/faraday"
  #   Faraday.new(url) { |connection| connection.use Jeton::Faraday, source: source }
  #
  # After a 401 the request is sent once more, with a new token in place of the one that was refused.
  class Faraday < ::Faraday::Middleware
    # @param source [Source]
    # @param timeout [Numeric] seconds to wait for a token
    def initialize(app, source:, timeout: 30)
      super(app)
      @source = source
      @timeout = timeout
    end

    # Sends a request. A body that is a stream cannot be sent twice.
    def call(env)
      body = env[:body]
      token = bear(env)
      response = @app.call(env)
      return response unless response.status == 401 && !body.respond_to?(:read)

      @source.invalidate(token)
      env[:body] = body
      bear(env)
      @app.call(env)
    end

    private

    def bear(env)
      @source.token(timeout: @timeout).tap { |token| env[:request_headers]["Authorization"] = "Bearer #{token}" }
    end
  end
end
