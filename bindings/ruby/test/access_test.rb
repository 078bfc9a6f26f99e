# frozen_string_literal: true

require "helper"
require "stringio"
require "tmpdir"

# Who is calling: actors, managed tokens, API keys.
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
      assert_equal "#<Jeton::Redacted>", made.inspect
      assert_equal "alice", managed.authenticate(headers: bearer(made.fetch("token")), now: NOW).actor.fetch("id")
      assert_equal [made.fetch("id")], managed.list_tokens(actor_id: "alice", now: NOW).fetch("tokens").map { |row| row.fetch("id") }
      assert_raises(Jeton::DeniedError) { managed.revoke_token(id: made.fetch("id"), by: { id: "mallory" }, now: NOW) }
      assert_equal({ "revoked" => true }, managed.revoke_token(id: made.fetch("id"), by: { id: "alice" }, now: NOW))
      assert_equal "REVOKED", managed.authenticate(headers: bearer(made.fetch("token")), now: NOW).refused
      assert_raises(Jeton::UnknownError) { managed.token_details(id: 99, by: { id: "alice" }, now: NOW) }
      assert_raises(Jeton::ConfigError) { managed.create_token(actor_id: "alice", expires_after_s: -1, now: NOW) }
      { expires_after_s: nil, restrictions: nil }.each do |name, nothing|
        assert_raises(Jeton::ConfigError) { managed.create_token(actor_id: "alice", name => nothing, now: NOW) }
      end
      assert_raises(Jeton::ConfigError) { managed.list_tokens(actor_id: nil, now: NOW) }
    end
  end

  def managing(path, **options)
    Jeton::Access.new({ manage_tokens: true }, secret: "a secret of the server", settings: { databases: { tokens: path } }, **options)
  end

  # Yields while another process has the file for itself, and a way to end that.
  def locked(path)
    lock = "import sqlite3, sys; file = sqlite3.connect(sys.argv[1], isolation_level=None); file.execute('begin exclusive'); " \
           "print(1, flush=True); sys.stdin.read()"
    IO.popen(["python3", "-c", lock, path], "r+") do |other|
      other.gets
      yield -> { other.close_write }
    end
  end

  # What a thread does that has to wait for the file, while this one goes on.
  def while_others_run(path)
    locked(path) do |unlock|
      waiting = Thread.new { yield }
      started = Process.clock_gettime(Process::CLOCK_MONOTONIC)
      20.times { sleep 0.005 }
      assert_operator Process.clock_gettime(Process::CLOCK_MONOTONIC) - started, :<, 3, "other threads wait for the database too"
      assert_predicate waiting, :alive?, "the database was not locked"
      unlock.call
      waiting.value
    end
  end

  def test_other_threads_run_while_one_waits_for_a_database
    Dir.mktmpdir do |folder|
      path = "#{folder}/tokens.db"
      File.write(path, "") # a file of somebody else keeps its mode, in which writers keep readers out
      never = ->(*) { flunk "no row is the program's" }
      [managing(path), managing(path, rows: never)].each do |managed|
        token = managed.create_token(actor_id: "alice").fetch("token")
        assert_equal "dsatok", while_others_run(path) { managed.authenticate(headers: bearer(token)).scheme }
      end
      assert_equal 2, while_others_run(path) { managing(path) }.list_tokens.fetch("tokens").size
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
end
