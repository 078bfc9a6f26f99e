# frozen_string_literal: true

require "helper"
require "jeton/net_http"
require "token_server"

# Requests with the token of a source: Net::HTTP and, where it is installed, Faraday.
class HTTPTest < Minitest::Test
  def setup
    @tokens = TokenServer.granting
    @source = Jeton::Source.new(kind: "oauth2", grant: "client_credentials", token_url: @tokens.url, client_id: "app",
                                secrets: { client_secret: "s" })
    # An API that has revoked the first token.
    @api = TokenServer.new do |_line, headers, body|
      headers["authorization"] == "Bearer token-1" ? [401, {}, ""] : [200, {}, "#{headers["authorization"]} #{body}"]
    end
  end

  def teardown
    @tokens.close
    @api.close
  end

  def post(request)
    Net::HTTP.start("127.0.0.1", @api.port) { |http| Jeton::NetHTTP.request(http, request, source: @source) }
  end

  def test_net_http_renews_a_token_that_is_refused_and_sends_the_request_again
    request = Net::HTTP::Post.new("/things", "Content-Type" => "text/plain")
    request.body = "a thing"
    assert_equal ["200", "Bearer token-2 a thing"], post(request).then { |response| [response.code, response.body] }
    assert_equal 2, @api.requests.size
    assert_equal "200", post(Net::HTTP::Get.new("/things")).code
    assert_equal [3, 2], [@api.requests.size, @tokens.requests.size]
  end

  def test_a_stream_is_not_sent_twice
    request = Net::HTTP::Post.new("/things", "Content-Type" => "text/plain")
    request.body_stream = StringIO.new("a thing")
    request["Content-Length"] = "7"
    assert_equal "401", post(request).code
    assert_equal 1, @api.requests.size
    assert_equal "200", post(Net::HTTP::Get.new("/things")).code
  end

  def test_where_there_is_no_other_token_the_refusal_is_the_answer
    fixed = Jeton::Source.new(kind: "static", secrets: { token: "token-1" })
    Net::HTTP.start("127.0.0.1", @api.port) do |http|
      assert_equal "401", Jeton::NetHTTP.request(http, Net::HTTP::Get.new("/"), source: fixed).code
      assert_raises(Jeton::NoCredentialsError) { Jeton::NetHTTP.request(http, Net::HTTP::Get.new("/"), source: fixed) }
    end
    assert_equal 1, @api.requests.size
  end

  def test_faraday_does_the_same
    require "jeton/faraday"
    connection = Faraday.new(@api.url) do |builder|
      builder.use Jeton::Faraday, source: @source
      builder.adapter :net_http
    end
    assert_equal "Bearer token-2 a thing", connection.post("/things", "a thing", "Content-Type" => "text/plain").body
    assert_equal [2, 2], [@api.requests.size, @tokens.requests.size]
  end

  def test_faraday_sends_no_stream_twice
    require "jeton/faraday"
    connection = Faraday.new(@api.url) do |builder|
      builder.use Jeton::Faraday, source: @source
      builder.adapter :net_http
    end
    headers = { "Content-Length" => "7", "Content-Type" => "text/plain" }
    assert_equal 401, connection.post("/things", StringIO.new("a thing"), headers).status
    assert_equal 1, @api.requests.size
  end
end
