# frozen_string_literal: true

require "helper"

class VerifierTest < Minitest::Test
  include Sample

  def test_verify
    assert_equal CLAIMS, verifier.verify(token, now: NOW)
    assert_equal CLAIMS, verifier.verify(token, now: Time.at(NOW + 59.9))
    assert_raises(Jeton::ExpiredError) { verifier.verify(token, now: NOW + 60) }
    assert_raises(Jeton::TokenError) { verifier.verify(token, now: 2**63 - 1) }
    assert_raises(RangeError) { verifier.verify(token, now: -2**63 - 1) }
  end

  def test_without_now_the_clock_counts
    assert_equal "alice", verifier.verify(token(exp: Time.now.to_i + 60))["sub"]
    assert_raises(Jeton::ExpiredError) { verifier.verify(token(exp: Time.now.to_i - 1)) }
    assert_raises(Jeton::ExpiredError) { verifier.open(token(exp: Time.now.to_i - 1)) }
    assert_instance_of Jeton::ExpiredError, verifier.verify_batch([token(exp: Time.now.to_i - 1)]).first
  end

  def test_a_token_is_bytes_in_any_encoding
    good = token
    [good, good.b, good.dup.force_encoding("UTF-16LE"), good.dup.force_encoding("Shift_JIS"), +good, Class.new(String).new(good)]
      .each { |text| assert_equal CLAIMS, verifier.verify(text, now: NOW) }
    ["#{good}\0", "\0#{good}", "#{good}é", "\xFF\xFE".b, "\u{FEFF}#{good}", good.encode("UTF-16LE"), "#{good}\n", "", "Bearer #{good}"]
      .each { |text| assert_raises(Jeton::MalformedError, text.b.inspect) { verifier.verify(text, now: NOW) } }
    [nil, 1, :token, [good]].each { |wrong| assert_raises(TypeError) { verifier.verify(wrong, now: NOW) } }
  end

  def test_numbers
    text = '{"big":18446744073709551617, "n":9007199254740993,"f":1.50,"e":1E3}'
    opened = verifier_of_anything.open(hs256(text))
    assert_equal text, opened.claims_text
    assert_equal({ "big" => 18_446_744_073_709_551_617, "n" => 9_007_199_254_740_993, "f" => 1.5, "e" => 1000.0 }, opened.claims)
    assert_instance_of Float, opened.claims["e"]
  end

  def test_text
    claims = verifier_of_anything.verify(hs256('{"é":"\ud83d\ude00\u0000","raw":"😀"}'))
    assert_equal({ "é" => "😀\0", "raw" => "😀" }, claims)
    assert_equal [Encoding::UTF_8], claims.flatten.map(&:encoding).uniq
  end

  def test_no_class_is_made_from_a_claim
    claims = { "json_class" => "String", "o" => { "json_class" => "Range", "a" => [1, 2, false] } }
    assert_equal "json_class", JSON.create_id
    assert_equal claims, verifier_of_anything.verify(hs256(JSON.generate(claims)))
  end

  def test_results_are_frozen_through_and_through
    opened = verifier.open(hs256(JSON.generate(CLAIMS.merge("l" => [{ "s" => "t" }]))), now: NOW)
    assert Ractor.shareable?(opened)
    assert Ractor.shareable?(verifier.verify(token, now: NOW))
    assert_raises(FrozenError) { opened.claims["sub"] = "mallory" }
    assert_raises(FrozenError) { opened.claims["l"][0]["s"] << "!" }
    assert_raises(FrozenError) { opened.claims_text << "!" }
    assert verifier.verify_bytes(token, now: NOW).frozen?
  end

  def test_open
    header = %({ "alg":"HS256", "kid":"é", "n":1.50 })
    opened = verifier.open(hs256(JSON.generate(CLAIMS), header), now: NOW)
    assert_instance_of Jeton::Verified, opened
    assert_equal [header, { "alg" => "HS256", "kid" => "é", "n" => 1.5 }], [opened.header_text, opened.header]
    assert_equal [JSON.generate(CLAIMS), CLAIMS, nil], [opened.claims_text, opened.claims, opened.payload]
    assert_equal [Encoding::UTF_8] * 2, [opened.header_text, opened.claims_text].map(&:encoding)
  end

  def test_payloads_that_are_bytes
    verifier = Jeton::Verifier.new(secret, algorithms: ["HS256"], payload: "bytes")
    ["", "\xFF\0".b, "x" * 40_000, '{"sub":"alice"}'].each do |payload|
      opened = verifier.open(hs256(payload))
      assert_equal [payload.b, nil, nil], [opened.payload, opened.claims, opened.claims_text]
      assert_equal [payload.b, Encoding::BINARY], verifier.verify_bytes(hs256(payload)).then { |bytes| [bytes, bytes.encoding] }
    end
    error = assert_raises(Jeton::UsageError) { verifier.verify(hs256('{"sub":"alice"}')) }
    assert_equal [nil, nil], [error.status, error.number] # the library was not asked
    assert_raises(Jeton::UsageError) { Jeton::Verifier.from_json(secret, '{"algorithms":["HS256"],"payload":"bytes"}').verify("x") }
  end

  def test_verify_bytes_is_the_exact_payload
    text = JSON.generate(CLAIMS).gsub(",", " , ")
    assert_equal text.b, verifier.verify_bytes(hs256(text), now: NOW)
  end

  def test_batch
    stale = token(exp: NOW)
    results = verifier.verify_batch([token, stale, "", "\xFF".b, token(sub: "bob")], now: NOW)
    assert_equal [Jeton::Verified, Jeton::ExpiredError, Jeton::MalformedError, Jeton::MalformedError, Jeton::Verified],
                 results.map(&:class)
    assert_equal %w[alice bob], results.values_at(0, 4).map { |verified| verified.claims["sub"] }
    assert_equal "exp", results[1].claim
    assert_empty verifier.verify_batch([])
    assert_instance_of Jeton::MalformedError, verifier.verify_batch([""]).first
    assert_raises(TypeError) { verifier.verify_batch([token, nil]) }
    assert_equal 1000, verifier.verify_batch([token] * 1000, now: NOW).count { |result| result.claims == CLAIMS }
  end

  def test_the_library_judges_the_policy
    assert_match(/leeway_s/, assert_raises(Jeton::ConfigError) { verifier(leeway_s: "60") }.message)
    [{ no_such: 1 }, { issuer: nil }, { audience: [] }, { algorithms: ["none"] }].each do |policy|
      assert_raises(Jeton::ConfigError, policy) { verifier(**policy) }
    end
    assert_raises(Jeton::ConfigError) { Jeton::Verifier.new(secret) }
    assert_equal CLAIMS, verifier(algorithms: [:HS256], issuer: ["x", "https://id.example"]).verify(token, now: NOW)
  end

  def test_from_json
    assert_equal CLAIMS, Jeton::Verifier.from_json(secret, JSON.generate(POLICY)).verify(token, now: NOW)
    [%({"algorithms":["HS256"],"algorithms":["HS256"]}), "[]", "", "{", "null"].each do |policy|
      assert_raises(Jeton::ConfigError, policy) { Jeton::Verifier.from_json(secret, policy) }
    end
    assert_raises(TypeError) { Jeton::Verifier.from_json(secret, POLICY) }
    assert_raises(TypeError) { Jeton::Verifier.from_json("key", "{}") }
  end

  def test_inspect_unverified
    seen = Jeton.inspect_unverified("#{b64u('{"alg":"none"}')}.#{b64u('{"n":1.50}')}.")
    assert_instance_of Jeton::Unverified, seen
    refute_kind_of Jeton::Verified, seen
    assert_equal [{ "alg" => "none" }, { "n" => 1.5 }, '{"n":1.50}', nil], [seen.header, seen.claims, seen.claims_text, seen.payload]
    assert_equal [nil, "[]"], Jeton.inspect_unverified(hs256("[]")).then { |other| [other.claims, other.payload] }
    assert_raises(Jeton::MalformedError) { Jeton.inspect_unverified("x") }
    assert_raises(TypeError) { Jeton.inspect_unverified(nil) }
  end

  private

  def verifier_of_anything
    Jeton::Verifier.new(secret, algorithms: ["HS256"], any_issuer: true, any_audience: true, allow_missing_exp: true)
  end
end
