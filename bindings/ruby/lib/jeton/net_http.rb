# frozen_string_literal: true

require "jeton"
require "jeton/bearer"
require "net/http"

module Jeton
  # Requests of Net::HTTP with the token of a source.
  #
  #   require "jeton/net_http"
  #   Net::HTTP.start("api.example", 443, use_ssl: true) do |http|
  #     Jeton::NetHTTP.request(http, Net::HTTP::Get.new("/things"), source: source)
  #   end
  module NetHTTP
    # Sends a request with `Authorization: Bearer …`. After a 401 the token is invalidated, and the request sent once more with
    # another one, unless its body comes from a stream, which cannot be sent twice.
    #
    # @param timeout [Numeric] seconds to wait for a token
    # @return [Net::HTTPResponse]
    # @raise [FetchError] there is no token
    def self.request(http, request, source:, timeout: 30)
      token = source.token(timeout: timeout)
      response = bear(http, request, token)
      return response unless response.is_a?(Net::HTTPUnauthorized)

      other = Bearer.after(token, source, timeout)
      other && request.body_stream.nil? ? bear(http, request, other) : response
    end

    def self.bear(http, request, token)
      request["Authorization"] = "Bearer #{token}"
      http.request(request)
    end
    private_class_method :bear
  end
end
