# frozen_string_literal: true

require "jeton"
require "uri"

module Jeton
  # A Rack middleware that says who is calling, and lets nobody else in.
  #
  #   require "jeton/rack"
  #   use Jeton::Rack, access: access                                # env["jeton.actor"] is the actor; 401 for nobody
  #   use Jeton::Rack, access: access, required: false               # nil for nobody; 401 for a token that is not accepted
  #   use Jeton::Rack, access: access, allow: { "id" => "admin" }    # and 403 for others
  #
  # env["jeton.access"] holds the whole Access::Answer, also after a 401 or 403, for a middleware in front that logs why: `refused`. No
  # answer says what was wrong. What cannot be judged, because a database cannot be read or keys are not there, is 503, and its
  # reason goes to env["rack.errors"].
  class Rack
    # @param app the application behind
    # @param access [Access]
    # @param required [Boolean] whether nobody gets 401; it does not count beside `allow`
    # @param allow [Hash, Boolean, nil] an allow block that decides; nil is none
    def initialize(app, access:, required: true, allow: nil)
      @app = app
      @access = access
      @required = required
      @allow = allow.nil? ? nil : Native.json(allow, "allow")
    end

    # Answers a request.
    def call(env)
      answer = judge(env) or return plain(503, "Service Unavailable")
      env["jeton.access"] = answer
      return refuse(answer) unless answer.refused.nil? && passes?(answer.actor)

      env["jeton.actor"] = answer.actor
      @app.call(env)
    end

    private

    def judge(env)
      @access.authenticate(headers: headers(env), query: query(env))
    rescue Error => e
      env["rack.errors"]&.puts("jeton: a request could not be judged: #{e.class}: #{e.message}")
      nil
    end

    def passes?(actor)
      @allow ? Jeton.allowed_json?(Native.json(actor, "actor"), @allow) : !actor.nil? || !@required
    end

    # Each byte of a header is one character.
    def headers(env)
      env.filter_map do |name, value|
        next unless name.start_with?("HTTP_") && value.is_a?(String)

        [name.delete_prefix("HTTP_").tr("_", "-"), value.dup.force_encoding(Encoding::ISO_8859_1).encode(Encoding::UTF_8)]
      end.to_h
    end

    # The first of several of one name counts. Ruby decodes ASCII alone, so bytes beyond it are escaped before.
    def query(env)
      text = env.fetch("QUERY_STRING", "").b.gsub(/[^\x00-\x7F]/n) { |byte| format("%%%02X", byte.ord) }
      URI.decode_www_form(text).reverse.to_h { |name, value| [name.scrub, value.scrub] }
    end

    def refuse(answer)
      status, reason = answer.actor.nil? ? [401, "Unauthorized"] : [403, "Forbidden"]
      plain(status, reason, "www-authenticate" => answer.challenge)
    end

    def plain(status, reason, headers = {})
      [status, { "content-type" => "text/plain", **headers }, ["#{reason}\n"]]
    end
  end
end
