# frozen_string_literal: true

require "jeton"
require "uri"

module Jeton
  # A Rack middleware that says who is calling.
  #
  #   require "jeton/rack"
  #   use Jeton::Rack, access: access                                # env["jeton.actor"] is the actor, or nil
  #   use Jeton::Rack, access: access, required: true                # 401 for nobody
  #   use Jeton::Rack, access: access, allow: { "id" => "admin" }    # 401 for nobody and 403 for others
  #
  # env["jeton.access"] holds the whole Access::Answer. A token that is not accepted is 401 everywhere. An answer 401 or 403 never says what
  # was wrong. A database that cannot be read is 503.
  class Rack
    # @param app the application behind
    # @param access [Access]
    # @param required [Boolean] whether nobody gets 401
    # @param allow what JSON can say: an allow block that the actor, or nobody, has to pass
    def initialize(app, access:, required: false, allow: (open = true; nil))
      @app = app
      @access = access
      @required = required
      @allow = Native.json(allow, "allow") unless open
    end

    # Answers a request.
    def call(env)
      begin
        answer = @access.authenticate(headers: headers(env), query: query(env))
      rescue StoreError
        return [503, { "content-type" => "text/plain" }, ["Service Unavailable\n"]]
      end
      return refuse(answer) unless answer.refused.nil? && passes?(answer.actor)

      env["jeton.access"] = answer
      env["jeton.actor"] = answer.actor
      @app.call(env)
    end

    private

    def headers(env)
      env.filter_map do |name, value|
        [name.delete_prefix("HTTP_").tr("_", "-"), readable(value)] if name.start_with?("HTTP_") && value.is_a?(String)
      end.to_h
    end

    # The first of several of one name counts.
    def query(env)
      pairs = URI.decode_www_form(readable(env.fetch("QUERY_STRING", "")))
      pairs.reverse.to_h { |name, value| [readable(name), readable(value)] }
    rescue ArgumentError
      {}
    end

    # What is no UTF-8 becomes text that no token is.
    def readable(text)
      text.dup.force_encoding(Encoding::UTF_8).scrub
    end

    def passes?(actor)
      return Jeton.allowed_json?(Native.json(actor, "actor"), @allow) if @allow

      !@required || !actor.nil?
    end

    def refuse(answer)
      status, text = answer.actor.nil? ? [401, "Unauthorized"] : [403, "Forbidden"]
      [status, { "content-type" => "text/plain", "www-authenticate" => answer.challenge }, ["#{text}\n"]]
    end
  end
end
