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
    made = graph.token(secret: "s", lifetime_s: 60)
    assert_equal ["t", "#<Jeton::Redacted>", true], [made["token"], made.inspect, made.frozen?]
    assert_equal true, graph.delete_token(secret: "s")
    assert_equal 2, lines.size
    assert_raises(Jeton::UnsupportedError) { graph.check_token(token: "t") }
    assert_raises(Jeton::ConfigError) { graph.token(lifetime_s: "soon") }
  end

  def test_dataiku
    serve { { authIdentifier: "me", groups: ["g"] } }
    dss = Jeton::Dataiku.new(host: @server.url, secrets: { api_key: "k" })
    assert_equal "me", dss.auth_info["authIdentifier"]
    assert_equal "#<Jeton::Redacted>", dss.auth_info(with_secrets: true).inspect
    assert_raises(Jeton::UnsupportedError) { dss.call_json("get_token") }
    other = dss.as_user("bob")
    assert_instance_of Jeton::Dataiku, other
    assert_raises(Jeton::ConfigError) { dss.as_user("") }
  end

  PARAMETER = { plugin_id: "p", param_set_id: "s", preset_id: "q", param_name: "n" }.freeze

  # Each edit, undone where there is a way.
  def test_settings_of_dataiku_are_edited_and_stored_with_the_digits_that_they_came_with
    document = '{"login":"me","secrets":[],"credentials":{},"userProperties":{},"n":1.50}'
    @server = TokenServer.new { |line, _headers, _body| [200, {}, line.start_with?("GET") ? document : "{}"] }
    dss = Jeton::Dataiku.new(host: @server.url, secrets: { api_key: "k" })
    came = dss.own_settings
    assert_equal "me", came.to_h["login"]
    edited = came.add_secret("name", "value").set_user_property("theme", nil)
                 .set_basic_connection_credential("c", login: "l", password: "p")
                 .set_basic_plugin_credential(PARAMETER, login: "l", password: "p")
                 .set_oauth2_plugin_credential(PARAMETER, refresh_token: "r")
    assert_equal [["name", "value"]], edited.to_h["secrets"].map { |secret| secret.values_at("name", "value") }
    assert_equal [{ "theme" => nil }, 2], edited.to_h.values_at("userProperties", "credentials").then { |set, all| [set, all.size] }
    undone = edited.remove_secret("name").remove_connection_credential("c").remove_plugin_credential(PARAMETER)
    assert_equal [[], {}], undone.to_h.values_at("secrets", "credentials")
    assert_equal "#<Jeton::Dataiku::Settings>", edited.inspect
    assert_nil edited.save
    assert_nil dss.user_settings("bob").save
    sent = Array.new(4) { @server.requests.pop }
    assert_equal [%w[GET PUT GET PUT], true], [sent.map { |request| request.first[/\w+/] }, sent[1].last.include?('"n":1.50')]
    assert_includes sent[3].first, "bob"
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
