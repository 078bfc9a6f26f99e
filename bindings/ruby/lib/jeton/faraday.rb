# frozen_string_literal: true

require "jeton"
require "jeton/bearer"
require "faraday"

module Jeton
  # A Faraday middleware that adds the token of a source.
  #
  #   require "jeton/faraday"
  #   Faraday.new(url) { |connection| connection.use Jeton::Faraday, source: source }
  #
  # After a 401 the token is invalidated, and the request sent once more with another one, unless its body is a stream, which
  # cannot be sent twice.
  class Faraday < ::Faraday::Middleware
    # @param source [Source]
    # @param timeout [Numeric] seconds to wait for a token
    def initialize(app, source:, timeout: 30)
      super(app)
      @source = source
      @timeout = timeout
    end

    # Sends a request.
    def call(env)
      body = env[:body] # in whose place the answer's comes
      token = @source.token(timeout: @timeout)
      response = bear(env, body, token)
      return response unless response.status == 401

      other = Bearer.after(token, @source, @timeout)
      other && !body.respond_to?(:read) ? bear(env, body, other) : response
    end

    private

    def bear(env, body, token)
      env[:body] = body
      env[:request_headers]["Authorization"] = "Bearer #{token}"
      @app.call(env)
    end
  end
end
