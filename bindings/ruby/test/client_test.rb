# frozen_string_literal: true

require "helper"
require "token_server"

# Clients: that each method says what it is called for. What the servers are told in which generation, the scenarios say.
class ClientTest < Minitest::Test
  def teardown
    @server&.close
  end

  def serve(&answer)
    @server = TokenServer.new { |line, headers, body| [200, {}, JSON.generate(answer.call(line, headers, body))] }
  end

  def lines
    Array.new(@server.requests.size) { @server.requests.pop.first.delete_suffix(" HTTP/1.1") }
  end

  def test_tigergraph
    serve { { error: false, code: "REST-0000", expiration: 1_700_000_000, message: "m", token: "t", results: { token: "t" } } }
    graph = Jeton::TigerGraph.new(restpp_url: @server.url, gs_url: @server.url, graph: "g", version: "3.9.3",
                                  username: "u", secrets: { password: "p" })
    assert_equal "t", graph.token(secret: "s", lifetime_s: 60)["token"]
    assert_equal true, graph.delete_token(secret: "s")
    assert_equal 2, lines.size
    assert_raises(Jeton::UnsupportedError) { graph.check_token(token: "t") }
    assert_raises(Jeton::ConfigError) { graph.token(lifetime_s: "soon") }
  end

  def test_dataiku
    serve do |line, headers, _body|
      line.include?("auth/info") ? { authIdentifier: headers["x-dku-apiuser-login"] || "me", groups: ["g"] } : { secrets: [], login: "me" }
    end
    dss = Jeton::Dataiku.new(host: @server.url, secrets: { api_key: "k" })
    assert_equal "me", dss.auth_info["authIdentifier"]
    settings = dss.own_settings
    edited = dss.add_secret(settings, "name", "value")
    assert_equal [%w[name value]], edited["secrets"].map { |secret| secret.values_at("name", "value") }
    assert_equal [], dss.remove_secret(edited, "name")["secrets"]
    assert_nil dss.save_own_settings(edited)
    assert_predicate edited, :frozen?
    other = dss.as_user("bob")
    assert_instance_of Jeton::Dataiku, other
    assert_raises(Jeton::ConfigError) { dss.as_user("") }
    assert_equal "GET", lines.first[/\A\w+/]
  end

  def test_a_client_that_is_closed_lets_who_waits_finish
    gate = Queue.new
    @server = TokenServer.new do
      gate.pop
      [200, {}, '{"authIdentifier":"me","groups":[]}']
    end
    dss = Jeton::Dataiku.new(host: @server.url, secrets: { api_key: "k" })
    waiting = Thread.new { dss.auth_info["authIdentifier"] }
    @server.requests.pop
    dss.close
    gate << true
    assert_equal "me", waiting.value
    assert_raises(Jeton::ClosedError) { dss.auth_info }
  end

  def test_what_the_server_says_is_in_the_error
    @server = TokenServer.new { [403, {}, '{"message":"not you"}'] }
    error = assert_raises(Jeton::RefusedError) { Jeton::Dataiku.new(host: @server.url, secrets: { api_key: "k" }).auth_info }
    assert_equal 403, error.http_status
  end
end
