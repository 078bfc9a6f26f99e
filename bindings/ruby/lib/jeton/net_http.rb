# frozen_string_literal: true

require "jeton"
require "net/http"

module Jeton
  # Requests of Net::HTTP with the token of a source.
  #
  #   require "jeton/net_http"
  #   Net::HTTP.start("api.example", 443, use_ssl: true) do |http|
  #     Jeton::NetHTTP.request(http, Net::HTTP::Get.new("/things"), source: source)
  #   end
  module NetHTTP
    # Sends a request with `Authorization: Bearer …`. After a 401 it is sent once more, with a new token in place of the one that was
    # refused, unless its body comes from a stream, which cannot be sent twice.
    #
    # @return [Net::HTTPResponse]
    # @raise [FetchError] there is no token
    def self.request(http, request, source:, timeout: 30)
      token = bear(request, source, timeout)
      response = http.request(request)
      return response unless response.is_a?(Net::HTTPUnauthorized) && request.body_stream.nil?

      source.invalidate(token)
      bear(request, source, timeout)
      http.request(request)
    end

    def self.bear(request, source, timeout)
      source.token(timeout: timeout).tap { |token| request["Authorization"] = "Bearer #{token}" }
    end
    private_class_method :bear
  end
end
