# frozen_string_literal: true

require "helper"
require "token_server"

# Tokens whose keys are fetched.
class RemoteVerifierTest < Minitest::Test
  include Sample

  KEY = Sample.p256

  def setup
    @gate = Queue.new
    @answer = [200, { "Cache-Control" => "max-age=600" }, KEY.public.jwks]
    @server = TokenServer.new do
      @gate.pop
      @answer
    end
    @verifier = Jeton::RemoteVerifier.new([{ issuer: "https://id.example", jwks_url: @server.url("/jwks"), algorithms: ["ES256"],
                                             audience: "api" }])
  end

  def teardown
    @gate.close
    @server.close
  end

  def token(**options)
    Jeton::Signer.new(KEY, issuer: "https://id.example", audience: "api", ttl_s: 60, **options).sign({ "sub" => "alice" })
  end

  def test_keys_are_fetched_once_for_all_and_then_at_hand
    threads = Array.new(20) { Thread.new { @verifier.verify(token).claims["sub"] } }
    @server.requests.pop
    @gate << true
    assert_equal ["alice"], threads.map(&:value).uniq
    assert_equal "ES256", @verifier.verify(token, timeout: 0).header["alg"]
    assert_empty @server.requests
  end

  def test_a_token_that_is_not_good_is_a_token_error
    @gate << true
    assert_raises(Jeton::AudienceError) { @verifier.verify(token(audience: "other")) }
    assert_raises(Jeton::IssuerError) { @verifier.verify(token(issuer: "https://other.example")) }
    assert_raises(Jeton::MalformedError) { @verifier.verify("no token") }
  end

  def test_a_token_is_judged_at_the_time_that_is_named_with_keys_that_are_fetched_as_with_keys_at_hand
    old = Jeton::Signer.new(KEY, issuer: "https://id.example", audience: "api", ttl_s: 60).sign({ "sub" => "alice" }, now: NOW)
    @gate << true
    assert_equal "exp", assert_raises(Jeton::ExpiredError) { @verifier.verify(old, now: NOW + 3600) }.claim
    @server.requests.pop
    [NOW, Time.at(NOW + 59, 999, :millisecond), -1, -(2**63)].each do |now|
      assert_equal "alice", @verifier.verify(old, now: now, timeout: 0).claims["sub"], now
    end
    [NOW + 60, (2**63) - 1].each { |now| assert_raises(Jeton::ExpiredError) { @verifier.verify(old, now: now, timeout: 0) } }
    assert_raises(TypeError) { @verifier.verify(old, now: "1") }
    assert_empty @server.requests
  end

  def test_keys_that_are_not_there_are_no_reason_to_refuse
    @answer = [404, {}, ""]
    @gate << true
    assert_raises(Jeton::KeysUnavailableError) { @verifier.verify(token) }
  end

  def test_what_is_told_of_the_keys_of_each_issuer
    stats = { "issuer" => "https://id.example", "jwks_url" => @server.url("/jwks"), "keys" => nil, "refreshes" => 0, "failures" => {},
              "last_failure" => nil, "is_stale" => false }
    assert_equal [stats], @verifier.stats
    good = @answer
    @answer = [503, {}, ""]
    @gate << true
    assert_raises(Jeton::KeysUnavailableError) { @verifier.verify(token) }
    failed = { "failures" => { "KEYS_UNAVAILABLE" => 1 }, "last_failure" => "the server of the keys gave none (HTTP 503)" }
    assert_equal [stats.merge(failed)], @verifier.stats
    @answer = good
    @gate << true
    @verifier.verify(token)
    assert_equal [stats.merge(failed, "keys" => 1, "refreshes" => 1, "last_failure" => nil)], @verifier.stats
    assert_predicate @verifier.stats, :frozen?
  end

  def test_a_wait_ends_in_time_and_outlives_its_verifier
    assert_raises(Jeton::TimeoutError) { @verifier.verify(token, timeout: 0.05) }
    waiting = Thread.new { @verifier.verify(token).claims["sub"] }
    Thread.pass until waiting.status == "sleep"
    @verifier.close
    @gate << true
    assert_equal "alice", waiting.value
    assert_raises(Jeton::ClosedError) { @verifier.verify(token) }
  end
end
