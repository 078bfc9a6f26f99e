# frozen_string_literal: true

require "helper"
require "jeton/rack"
require "puma_server"
require "stringio"
require "timeout"
require "tmpdir"
require "token_server"

# The Rack middleware, alone and under a real server that forks, and the example that uses it.
class RackTest < Minitest::Test
  include Sample

  BOT = { tokens: [{ token: "a bot's token", actor: { id: "bot" } }] }.freeze
  STORE = { query: { sql: "select token_secret, actor_id from bots where id = :token_id", database: "bots" } }.freeze

  def access
    Jeton::Access.new(BOT)
  end

  def test_rack_answers_503_to_what_cannot_be_judged_and_leaves_the_application_its_own_errors
    log = StringIO.new
    failing = Jeton::Access.new(STORE, settings: { databases: { bots: nil } }, rows: ->(*) { raise IOError })
    env = { "HTTP_AUTHORIZATION" => "Bearer 1-x", "rack.errors" => log }
    assert_equal 503, Jeton::Rack.new(nil, access: failing).call(env).first
    assert_includes log.string, "Jeton::StoreError"
    closed = access.tap(&:close)
    assert_equal [503, ["Service Unavailable\n"]], Jeton::Rack.new(nil, access: closed).call({}).values_at(0, 2)
    application = Jeton::Rack.new(->(_) { raise Jeton::StoreError }, access: access, required: false)
    assert_raises(Jeton::StoreError) { application.call({}) }
  end

  def test_rack_lets_in_whom_the_allow_block_lets_in
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
    assert_equal 204, status[{ "QUERY_STRING" => "%&\xFF" }, required: false].first
  end

  def test_what_was_found_is_there_for_the_log_after_a_refusal
    middleware = Jeton::Rack.new(nil, access: access, allow: false)
    found = %w[wrong a\ bot's\ token].map do |token|
      env = { "HTTP_AUTHORIZATION" => "Bearer #{token}" }
      middleware.call(env).first.then { |status| [status, env["jeton.access"].refused, env["jeton.access"].actor, env["jeton.actor"]] }
    end
    assert_equal [[401, "UNKNOWN", nil, nil], [403, nil, { "id" => "bot" }, nil]], found
  end

  CONFIG = <<~RUBY
    require "jeton/rack"
    tokens = { "bot-token" => "bot", "guest-token" => "guest", "caf\u00e9" => "cafe" }.map { |token, id| { token: token, actor: { id: id } } }
    access = Jeton::Access.new({ tokens: tokens, param: "_auth" })
    show = ->(env) { [200, { "content-type" => "text/plain" }, [env["jeton.actor"].to_json]] }
    map("/open") { use Jeton::Rack, access: access, required: false; run show }
    map("/members") { use Jeton::Rack, access: access; run show }
    map("/bots") { use Jeton::Rack, access: access, allow: { id: "bot" }; run show }
  RUBY

  NOBODY = ["401", "Bearer"].freeze
  REFUSED = ["401", 'Bearer error="invalid_token"'].freeze
  FORBIDDEN = ["403", 'Bearer error="insufficient_scope"'].freeze

  # A path, a token, and the body of an answer 200, or the status and the challenge of another one.
  REQUESTS = [
    ["/open", nil, "null"], ["/open", "bot-token", '{"id":"bot"}'], ["/open", "wrong", REFUSED],
    ["/open", "caf\xE9", '{"id":"cafe"}'], ["/open", "caf\u00e9", REFUSED], ["/open", "\xFF", REFUSED],
    ["/open?_auth=caf%C3%A9", nil, '{"id":"cafe"}'], ["/open?_auth=caf%E9", nil, REFUSED], ["/open?_auth=%FF", nil, REFUSED],
    ["/open?x=%&_auth=b%6ft-token", nil, '{"id":"bot"}'], ["/open?_auth=%", nil, REFUSED], ["/open?_auth=%zz", nil, REFUSED],
    ["/members", nil, NOBODY], ["/members", "wrong", REFUSED], ["/members", "guest-token", '{"id":"guest"}'],
    ["/bots", nil, NOBODY], ["/bots", "wrong", REFUSED], ["/bots", "guest-token", FORBIDDEN], ["/bots", "bot-token", '{"id":"bot"}']
  ].freeze

  def test_the_middleware_under_a_preforking_puma
    Dir.mktmpdir do |folder|
      File.write("#{folder}/config.ru", CONFIG)
      PumaServer.run("#{folder}/config.ru") do |port|
        REQUESTS.each do |path, token, expected|
          code, challenge, body = PumaServer.raw(port, path, token)
          assert_equal expected, code == "200" && challenge.nil? ? body : [code, challenge], "#{path} #{token.inspect}"
        end
      end
    end
  end

  def test_the_example
    tokens = TokenServer.granting
    upstream = TokenServer.new { |_line, headers, _body| [200, {}, headers["authorization"].to_s] }
    environment = { "TOKEN_URL" => tokens.url, "CLIENT_ID" => "me", "CLIENT_SECRET" => "s", "UPSTREAM" => upstream.url }
    PumaServer.run("#{ROOT}/examples/ruby/config.ru", environment) do |port, printed|
      mia = printed[/Authorization: Bearer (\S+)/, 1]
      assert_equal "401", PumaServer.get(port, "/").code
      assert_match(/\Amia sees: Bearer token-\d\z/, PumaServer.get(port, "/", mia).body)
      assert_equal "200", PumaServer.get(port, "/stats", mia).code
      tokens.close
    end
  ensure
    upstream.close
  end

  # The master refreshes on and on; a thread does not survive a fork, so workers do when they are asked.
  REFRESHING = <<~RUBY
    require "jeton"
    tokens = Jeton::Source.new(kind: "oauth2", grant: "refresh_token", token_url: ENV.fetch("TOKEN_URL"), client_id: "app",
                               token_file: ENV.fetch("TOKEN_FILE"), secrets: { refresh_token: "r0" })
    tokens.refresh
    Thread.new { loop { tokens.refresh } }
    run ->(_) { [200, {}, ["\#{Process.pid} \#{tokens.refresh}"]] }
  RUBY

  # JETON_FORKS says how many workers are forked: a tenth of it, for each takes puma a moment.
  def test_s14_a_master_that_refreshes_while_puma_forks
    server = TokenServer.rotating(reused = [])
    Dir.mktmpdir do |folder|
      File.write("#{folder}/config.ru", REFRESHING)
      environment = { "TOKEN_URL" => server.url, "TOKEN_FILE" => "#{folder}/token.json" }
      PumaServer.run("#{folder}/config.ru", environment) do |port, _, master, lines|
        rounds = [1, Integer(ENV.fetch("JETON_FORKS", 100)) / 10].max
        rounds.times { fork_a_worker(port, master, lines) }
      end
    end
    assert_empty reused
  ensure
    server.close
  end

  private

  # Has a third worker forked, hears from it, and ends it.
  def fork_a_worker(port, master, lines)
    Process.kill(:TTIN, master)
    pid = nil
    Timeout.timeout(20) { pid = lines.pop[/Worker 2 \(PID: (\d+)\) booted/, 1] until pid }
    answers = 500.times.lazy.map { PumaServer.get(port, "/") }
    answer = answers.find { |response| response.body.start_with?("#{pid} ") }
    assert_match(/\A#{pid} token-\d+\z/, answer&.body)
    Process.kill(:TTOU, master)
    Timeout.timeout(20) { sleep 0.01 while File.exist?("/proc/#{pid}") }
  end
end
