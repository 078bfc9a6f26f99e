# frozen_string_literal: true

require "helper"

# Tests that are named after the classes of failures in docs/FFI.md.
class FFIClassesTest < Minitest::Test
  include Sample

  # Whatever the collector frees or moves, at every single allocation inside the calls.
  def test_f14_the_collector_at_every_allocation
    token = self.token
    claims = {}
    [false, true].each do |compact|
      GC.auto_compact = compact
      claims = stressed { verify_anew(token) }
      assert_equal CLAIMS, claims
      assert_raises(Jeton::ExpiredError) { stressed { verifier.open(token, now: NOW + 60) } }
    end
    GC.compact
    assert_equal "alice", claims["sub"]
  ensure
    GC.auto_compact = false
  end

  # What a call gave stays when all that made it is gone.
  def test_f14_results_outlive_their_makers
    texts = Array.new(20) do
      verifier = self.verifier
      verifier.open(token, now: NOW).claims_text.tap { verifier.close }
    end
    GC.start
    texts.each { |text| assert_equal CLAIMS, JSON.parse(text) }
  end

  # A hundred threads of a new process are the first to use the library and to start its runtime, all at once.
  def test_f13_first_uses_at_the_same_moment
    program = <<~RUBY
      require "jeton"
      gate = Queue.new
      config = { kind: "oauth2", grant: "client_credentials", token_url: "http://127.0.0.1:1/", client_id: "me", retries: 0 }
      fetch = lambda do
        Jeton::Source.new(**config, secrets: { client_secret: "secret" }).token(timeout: 10)
      rescue Jeton::Error => e
        e.class
      end
      threads = Array.new(100) { Thread.new { gate.pop; fetch.call } }
      threads.size.times { gate << true }
      print threads.map(&:value).uniq
    RUBY
    output = IO.popen([RbConfig.ruby, *$LOAD_PATH.map { |path| "-I#{path}" }, "-e", program], &:read)
    assert_equal "[Jeton::UnavailableError]", output
  end

  # Ruby's own errors quote what they are about.
  def test_f03_a_token_in_the_wrong_place_is_not_quoted
    [-> { verifier.verify_batch(token) }, -> { verifier.verify_batch([[token]]) }, -> { verifier.verify([token]) }].each do |call|
      refute_includes assert_raises(TypeError, &call).full_message, token
    end
  end

  def test_f31_a_nul_ends_no_text
    one, other = %w[a b].map { |last| Jeton::Key.from_secret("\0#{"s" * 30}#{last}", algorithm: "HS256") }
    policy = { algorithms: ["HS256"], any_issuer: true, any_audience: true, allow_missing_exp: true }
    token = Jeton::Signer.new(one).sign({ "sub" => "a\0b" })
    assert_equal "a\0b", Jeton::Verifier.new(one, **policy, subject: "a\0b").verify(token)["sub"]
    assert_raises(Jeton::SubjectError) { Jeton::Verifier.new(one, **policy, subject: "a").verify(token) }
    assert_raises(Jeton::SignatureError) { Jeton::Verifier.new(other, **policy).verify(token) }
    assert_raises(Jeton::MalformedError) { Jeton::Verifier.new(one, **policy).verify("#{token}\0") }
    assert_raises(Jeton::ConfigError) { Jeton::Key.from_secret(SECRET, algorithm: "HS256\0") }
  end

  private

  def verify_anew(token)
    Jeton::Verifier.new(Jeton::Key.from_secret(SECRET, algorithm: "HS256"), **POLICY).verify(token, now: NOW)
  end

  def stressed
    GC.stress = true
    yield
  ensure
    GC.stress = false
  end
end
