# frozen_string_literal: true

require "helper"
require "net/http"
require "open3"
require "tmpdir"

# Who is calling: actors, managed tokens, API keys, and the Rack middleware under a real server.
class AccessTest < Minitest::Test
  include Sample

  CONFIG = { tokens: [{ token: { "$env": "BOT_TOKEN" }, actor: { id: "bot", roles: ["a"] } }] }.freeze

  def access(**options)
    Jeton::Access.new(CONFIG, environment: { BOT_TOKEN: "a bot's token" }, **options)
  end

  def bearer(token)
    { "Authorization" => "Bearer #{token}" }
  end

  def test_a_bearer_token_becomes_an_actor_or_nobody
    answer = access.authenticate(headers: bearer("a bot's token"))
    assert_equal [{ "id" => "bot", "roles" => ["a"] }, "token", nil], [answer.actor, answer.scheme, answer.refused]
    nobody = access.authenticate
    assert_equal [nil, nil, "Bearer"], [nobody.actor, nobody.refused, nobody.challenge]
    wrong = access.authenticate(headers: bearer("another"))
    assert_equal [nil, "UNKNOWN", 'Bearer error="invalid_token"'], [wrong.actor, wrong.refused, wrong.challenge]
    refute_includes answer.inspect, "bot"
  end

  def test_a_missing_variable_is_refused_with_its_place
    error = assert_raises(Jeton::ConfigError) { Jeton::Access.new(CONFIG, environment: {}) }
    assert_includes error.message, "tokens[0].token.$env"
  end

  def test_signed_tokens_end_when_they_say
    signing = Jeton::Access.new({}, secret: "a secret of the server")
    token = signing.sign_token(actor_id: "alice", ttl_s: 60, now: NOW).fetch("token")
    assert_equal "alice", signing.authenticate(headers: bearer(token), now: NOW + 60).actor.fetch("id")
    assert_equal "EXPIRED", signing.authenticate(headers: bearer(token), now: NOW + 61).refused
  end

  def test_managed_tokens_are_created_listed_and_revoked
    Dir.mktmpdir do |folder|
      managed = Jeton::Access.new({ manage_tokens: true, manage_tokens_database: "tokens" }, secret: "a secret of the server",
                                  settings: { databases: { tokens: "#{folder}/tokens.db" } })
      made = managed.create_token(actor_id: "alice", description: "for a test", expires_after_s: 60, now: NOW)
      assert_equal "alice", managed.authenticate(headers: bearer(made.fetch("token")), now: NOW).actor.fetch("id")
      assert_equal [made.fetch("id")], managed.list_tokens(actor_id: "alice", now: NOW).fetch("tokens").map { |row| row.fetch("id") }
      assert_raises(Jeton::DeniedError) { managed.revoke_token(id: made.fetch("id"), by: { id: "mallory" }, now: NOW) }
      assert_equal({ "revoked" => true }, managed.revoke_token(id: made.fetch("id"), by: { id: "alice" }, now: NOW))
      assert_equal "REVOKED", managed.authenticate(headers: bearer(made.fetch("token")), now: NOW).refused
      assert_raises(Jeton::UnknownError) { managed.token_details(id: 99, by: { id: "alice" }, now: NOW) }
      assert_raises(Jeton::ConfigError) { managed.create_token(actor_id: "alice", expires_after_s: -1, now: NOW) }
    end
  end

  QUERY = { query: { sql: "select token_secret, actor_id from bots where id = :token_id", database: "bots" } }.freeze

  def looking_up(&rows)
    Jeton::Access.new(QUERY, settings: { databases: { bots: nil } }, rows: rows)
  end

  def test_the_program_looks_up_rows_itself
    asked = []
    own = looking_up do |*question|
      asked << question
      { token_secret: "sesame", actor_id: 7 } if question.last["token_id"] == "1"
    end
    assert_equal({ "id" => 7 }, own.authenticate(headers: bearer("1-sesame")).actor)
    assert_equal [["bots", QUERY.dig(:query, :sql), { "token_id" => "1" }]], asked
    assert_nil own.authenticate(headers: bearer("1-other")).actor
    assert_nil own.authenticate(headers: bearer("2-sesame")).actor
  end

  def test_a_row_that_cannot_be_looked_up_is_a_store_error
    error = assert_raises(Jeton::StoreError) { looking_up { raise IOError, "no database" }.authenticate(headers: bearer("1-x")) }
    assert_instance_of IOError, error.cause
    assert_raises(TypeError) { looking_up { 5 }.authenticate(headers: bearer("1-x")) }
  end

  def test_rack_answers_503_to_what_cannot_be_judged_and_leaves_the_application_its_own_errors
    require "jeton/rack"
    log = StringIO.new
    env = { "HTTP_AUTHORIZATION" => "Bearer 1-x", "rack.errors" => log }
    assert_equal 503, Jeton::Rack.new(nil, access: looking_up { raise IOError }).call(env).first
    assert_includes log.string, "Jeton::StoreError"
    failing = Jeton::Rack.new(->(_) { raise Jeton::StoreError }, access: access, required: false)
    assert_raises(Jeton::StoreError) { failing.call({}) }
  end

  def test_rack_lets_in_whom_the_allow_block_lets_in
    require "jeton/rack"
    status = lambda do |env, **options|
      Jeton::Rack.new(->(given) { [given["jeton.actor"] ? 200 : 204, {}, []] }, access: access, **options).call(env)
    end
    bot = { "HTTP_AUTHORIZATION" => "Bearer a bot's token" }
    assert_equal [401, "Bearer"], status[{}].then { |code, headers| [code, headers["www-authenticate"]] }
    assert_equal 204, status[{}, allow: { unauthenticated: true }].first
    assert_equal [403, 'Bearer error="insufficient_scope"'],
                 status[bot, allow: { id: "x" }].then { |code, headers| [code, headers["www-authenticate"]] }
    assert_equal [403, 200], [status[bot, allow: false].first, status[bot, allow: true].first]
    assert_equal [401, 'Bearer error="invalid_token"'],
                 status[{ "HTTP_AUTHORIZATION" => "Bearer \xFF" }, required: false].then { |code, headers| [code, headers["www-authenticate"]] }
    assert_equal 204, status[{ "QUERY_STRING" => "%" }, required: false].first
  end

  def test_allow_blocks_and_restrictions
    assert Jeton.allowed?({ id: "root" }, { id: ["root", "admin"] })
    refute Jeton.allowed?(nil, { id: "root" })
    refute Jeton.allowed?({ id: "root" }, 5)
    assert Jeton.allowed_action?({ id: "a" }, "view-table", %w[db t])
    refute Jeton.allowed_action?({ id: "a", _r: { a: ["vi"] } }, "insert-row", %w[db t])
  end

  def test_api_keys_tell_a_typo
    made = Jeton::ApiKey.generate("acme")
    checked = Jeton::ApiKey.check(made.api_key)
    assert_equal [true, "acme", made.digest], [checked.valid?, checked.prefix, checked.digest]
    refute_predicate Jeton::ApiKey.check("#{made.api_key}x"), :valid?
    assert_equal OpenSSL::Digest::SHA256.digest(made.api_key), made.digest
    refute_includes made.inspect, made.api_key
    assert_raises(Jeton::ConfigError) { Jeton::ApiKey.generate("A") }
  end

  RACK = <<~RUBY
    require "jeton/rack"
    access = Jeton::Access.new({ tokens: { "bot-token" => { id: "bot" }, "guest-token" => { id: "guest" } }.map { |token, actor| { token: token, actor: actor } } })
    show = ->(env) { [200, { "content-type" => "text/plain" }, [env["jeton.actor"].to_json]] }
    map("/open") { use Jeton::Rack, access: access, required: false; run show }
    map("/members") { use Jeton::Rack, access: access; run show }
    map("/bots") { use Jeton::Rack, access: access, allow: { id: "bot" }; run show }
  RUBY

  def test_the_rack_middleware_under_a_preforking_puma
    Dir.mktmpdir do |folder|
      File.write("#{folder}/config.ru", RACK)
      socket = TCPServer.new("127.0.0.1", 0)
      port = socket.addr[1].tap { socket.close }
      lib = File.expand_path("../lib", __dir__)
      command = ["puma", "--bind", "tcp://127.0.0.1:#{port}", "--workers", "2", "--preload", "--quiet", "#{folder}/config.ru"]
      Open3.popen2e({ "RUBYLIB" => lib }, *command) do |_in, output, server|
        log = Thread.new { output.read }
        wait_for(port)
        [["/open", nil, "200", "null"], ["/open", "bot-token", "200", '{"id":"bot"}'], ["/open", "wrong", "401", nil],
         ["/members", nil, "401", nil], ["/members", "wrong", "401", nil], ["/members", "guest-token", "200", '{"id":"guest"}'],
         ["/bots", nil, "401", nil], ["/bots", "guest-token", "403", nil], ["/bots", "bot-token", "200", '{"id":"bot"}']].each do |path, token, status, body|
          response = Net::HTTP.get_response(URI("http://127.0.0.1:#{port}#{path}"), token ? bearer(token) : {})
          assert_equal status, response.code, "#{path} #{token}"
          assert_equal body, response.body if body
          assert_equal status != "200", response.key?("www-authenticate")
        end
      ensure
        Process.kill("TERM", server.pid)
        log&.join(10)
      end
    end
  end

  def wait_for(port)
    200.times do
      return TCPSocket.new("127.0.0.1", port).close
    rescue SystemCallError
      sleep 0.05
    end
    flunk "no server on #{port}"
  end
end
