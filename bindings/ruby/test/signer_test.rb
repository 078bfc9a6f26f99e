# frozen_string_literal: true

require "helper"

class SignerTest < Minitest::Test
  include Sample

  def test_sign_with_a_key_that_openssl_checks
    token = Jeton::Signer.new(p256, kid: "k", header: { "x" => 1 }).sign(CLAIMS)
    header, payload, = parts(token)
    assert_equal({ "alg" => "ES256", "typ" => "JWT", "kid" => "k", "x" => 1 }, JSON.parse(header))
    assert_equal CLAIMS, JSON.parse(payload)
    assert es256_good?(token)
    assert_equal [Encoding::UTF_8, true], [token.encoding, token.frozen?]
  end

  def test_options_add_claims
    signer = Jeton::Signer.new(secret, issuer: "i", subject: "s", audience: %w[a b], ttl_s: 60, jti: true)
    claims = JSON.parse(parts(signer.sign({ n: 1 }, now: NOW))[1])
    assert_equal({ "n" => 1, "iss" => "i", "sub" => "s", "aud" => %w[a b], "iat" => NOW, "exp" => NOW + 60 }, claims.except("jti"))
    refute_equal claims["jti"], JSON.parse(parts(signer.sign({}, now: NOW))[1])["jti"]
  end

  def test_now_is_unix_seconds_or_a_time_or_the_clock
    signer = Jeton::Signer.new(secret, ttl_s: 1)
    iat = ->(**now) { JSON.parse(parts(signer.sign({}, **now))[1]).fetch("iat") }
    assert_equal NOW, iat.call(now: NOW)
    assert_equal NOW, iat.call(now: Time.at(NOW, 999, :millisecond))
    before = Time.now.to_i
    assert_includes before..Time.now.to_i, iat.call
    assert_raises(TypeError) { iat.call(now: "1800000000") }
    assert_raises(TypeError) { iat.call(now: 1.5) }
    assert_raises(RangeError) { iat.call(now: 2**63) }
  end

  def test_nil_options_reach_the_library
    assert_equal({ "alg" => "HS256" }, JSON.parse(parts(Jeton::Signer.new(secret, typ: nil, kid: nil).sign({})).first))
    assert_raises(Jeton::ConfigError) { Jeton::Signer.new(secret, issuer: nil) }
  end

  def test_sign_json_is_byte_for_byte
    text = %({ "n" : 1.50 , "big":9007199254740993, "é":"\\u00e9" })
    [text, text.b, text.encode("UTF-16BE"), text.encode("ISO-8859-1")].each do |claims|
      assert_equal text.b, parts(Jeton::Signer.new(secret).sign_json(claims))[1]
    end
    assert_raises(Jeton::ConfigError) { Jeton::Signer.new(secret).sign_json('{"a":1,"a":2}') }
    assert_raises(Jeton::InvalidClaimError) { Jeton::Signer.new(secret).sign_json('{"exp":"soon"}') }
  end

  def test_sign_what_has_no_json_form
    deep = {}
    101.times { deep = { "a" => deep } }
    [{ "a" => Float::NAN }, { "a" => Float::INFINITY }, { "a" => "\xFF" }, deep].each do |claims|
      error = assert_raises(Jeton::ConfigError) { Jeton::Signer.new(secret).sign(claims) }
      assert_equal ["CONFIG", 105], [error.status, error.number]
    end
  end

  def test_claims_are_a_hash
    external = Jeton::ExternalSigner.new(p256_public)
    [nil, [], 5, "{}"].each do |claims|
      { "sign_json" => -> { Jeton::Signer.new(secret).sign(claims) }, "begin_json" => -> { external.begin(claims) } }.each do |other, wrong|
        message = "claims: expected a Hash, got #{claims.class}; #{other} takes JSON text"
        assert_equal message, assert_raises(TypeError, &wrong).message
      end
    end
  end

  def test_sign_bytes
    ["", "\0\xFF".b, "é", "x" * 100_000].each do |payload|
      assert_equal payload.b, parts(Jeton::Signer.new(secret).sign_bytes(payload))[1]
    end
    assert_raises(Jeton::ConfigError) { Jeton::Signer.new(secret, ttl_s: 60).sign_bytes("x") }
  end

  def test_from_json
    signer = Jeton::Signer.from_json(Jeton::Key.from_secret(SECRET), '{"algorithm":"HS256","typ":null}')
    assert_equal '{"alg":"HS256"}', parts(signer.sign({})).first
    assert_raises(Jeton::ConfigError) { Jeton::Signer.from_json(secret, '{"typ":"a","typ":"b"}') }
    assert_raises(TypeError) { Jeton::Signer.from_json(secret, { typ: "a" }) }
    assert_raises(TypeError) { Jeton::Signer.from_json(SECRET, "{}") }
    assert_raises(TypeError) { Jeton::Signer.new(nil) }
  end

  def test_a_public_key_does_not_sign
    assert_raises(Jeton::KeyError) { Jeton::Signer.new(p256_public) }
  end

  def test_an_external_signature
    external = Jeton::ExternalSigner.new(p256_public, ttl_s: 60)
    input = external.begin({ "sub" => "bob" }, now: NOW)
    halves = OpenSSL::ASN1.decode(P256.sign("SHA256", input)).value.map { |half| half.value.to_s(2).rjust(32, "\0") }
    token = external.finish(input, halves.join)
    assert es256_good?(token)
    assert_equal({ "sub" => "bob", "iat" => NOW, "exp" => NOW + 60 }, JSON.parse(parts(token)[1]))
    assert_raises(Jeton::SignatureError) { external.finish(input, halves.reverse.join) }
    assert_raises(Jeton::SignatureError) { external.finish(input, "") }
    assert_raises(Jeton::MalformedError) { external.finish("x", halves.join) }
  end

  def test_external_inputs
    external = Jeton::ExternalSigner.from_json(p256_public, '{"typ":null}')
    assert_equal ['{"alg":"ES256"}', '{"n":1.50}'], parts(external.begin_json('{"n":1.50}'))
    assert_equal ['{"alg":"ES256"}', "\xFF".b], parts(external.begin_bytes("\xFF"))
    assert_equal [Encoding::UTF_8, true], external.begin({}).then { |input| [input.encoding, input.frozen?] }
    assert_raises(Jeton::ConfigError) { external.begin({ "a" => Float::NAN }) }
    assert_raises(TypeError) { external.finish(external.begin({}), nil) }
  end
end
