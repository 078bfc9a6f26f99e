# frozen_string_literal: true

require "helper"

class KeyTest < Minitest::Test
  include Sample

  # RFC 7638 section 3.1.
  RFC7638 = '{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZ' \
            "CiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qM" \
            'QvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",' \
            '"e":"AQAB","alg":"RS256","kid":"2011-04-29"}'

  def test_from_every_form
    jwk = p256.public.jwk
    {
      Jeton::Key.from_pem(P256.to_pem) => true,
      Jeton::Key.from_pem(P256.public_to_pem) => false,
      Jeton::Key.from_der(P256.private_to_der) => true,
      Jeton::Key.from_der(P256.public_to_der.force_encoding("UTF-8")) => false,
      Jeton::Key.from_jwk(jwk) => false,
      Jeton::Key.from_jwk(JSON.parse(jwk)) => false,
      Jeton::Key.from_jwk(JSON.parse(jwk, symbolize_names: true), algorithm: "ES256") => false
    }.each do |key, is_private|
      assert_equal ["EC", "ES256", is_private], [key.describe.kty, key.describe.algorithm, key.describe.private?]
      assert_equal p256.describe.thumbprint, key.describe.thumbprint
    end
  end

  def test_a_key_set_verifies_and_is_not_one_key
    set = Jeton::Key.from_jwks({ keys: [JSON.parse(p256.public.jwk)] })
    token = Jeton::Signer.new(p256).sign(CLAIMS)
    assert_equal CLAIMS, Jeton::Verifier.new(set, **POLICY, algorithms: ["ES256"]).verify(token, now: NOW)
    assert_raises(Jeton::KeyError) { set.describe }
    assert_equal [nil, nil], [set.public.jwk, set.public.pem]
    assert_equal 1, JSON.parse(set.public.jwks).fetch("keys").size
  end

  def test_describe
    key = Jeton::Key.from_jwk(RFC7638).describe
    assert_equal ["RSA", "RS256", "2011-04-29", false], [key.kty, key.algorithm, key.kid, key.private?]
    assert_equal "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", key.thumbprint
    assert key.frozen?
    assert_nil Jeton::Key.from_pem(RSA.public_to_pem).describe.algorithm
    assert_nil p256.describe.kid
    assert_equal Encoding::UTF_8, key.kty.encoding
  end

  def test_a_secret_is_bytes_in_any_encoding
    binary = "\xFF\0 \r\n".b * 8
    [binary, binary.dup.force_encoding("UTF-8"), binary.dup.force_encoding("UTF-16LE"), binary.dup.force_encoding("Shift_JIS")]
      .each do |bytes|
      key = Jeton::Key.from_secret(bytes, algorithm: "HS256")
      header, payload, signature = Jeton::Signer.new(key).sign_json("{}").split(".")
      assert_equal b64u(OpenSSL::HMAC.digest("SHA256", binary, "#{header}.#{payload}")), signature
    end
  end

  def test_text_comes_in_the_encoding_it_names
    assert_equal "ES256", Jeton::Key.from_pem(P256.to_pem.encode("UTF-16LE"), algorithm: "ES256".encode("UTF-32BE")).describe.algorithm
    error = assert_raises(Jeton::UsageError) { Jeton::Key.from_pem("\xD8".dup.force_encoding("UTF-16LE")) }
    assert_equal ["UTF8", 102], [error.status, error.number]
  end

  def test_public
    public = Jeton::Key.from_pem(P256.to_pem).public
    assert_equal P256.public_to_pem, OpenSSL::PKey.read(public.pem).public_to_pem
    refute_includes JSON.parse(public.jwk), "d"
    assert_equal [JSON.parse(public.jwk)], JSON.parse(public.jwks).fetch("keys")
    assert public.frozen?
    assert_raises(Jeton::KeyError) { secret.public }
  end

  def test_generate
    %w[ES256 ES384 EdDSA].each do |algorithm|
      made = Jeton::Key.generate(algorithm)
      assert made.frozen?
      key = Jeton::Key.from_jwk(made.private_jwk).describe
      assert_equal [algorithm, true, key.thumbprint], [key.algorithm, key.private?, key.kid]
      assert_equal key.thumbprint, Jeton::Key.from_jwk(made.public_jwk).describe.thumbprint
      assert_equal OpenSSL::PKey.read(made.private_pem).public_to_pem, OpenSSL::PKey.read(made.public_pem).public_to_pem
    end
    secret = Jeton::Key.generate("HS512")
    assert_equal 64, parts(JSON.parse(secret.private_jwk).fetch("k")).first.bytesize
    assert_equal [nil, nil, nil], [secret.public_jwk, secret.private_pem, secret.public_pem]
    refute_equal secret.private_jwk, Jeton::Key.generate("HS512").private_jwk
    assert_raises(Jeton::UnsupportedKeyError) { Jeton::Key.generate("RS256") }
    assert_raises(Jeton::ConfigError) { Jeton::Key.generate("none") }
  end

  def test_an_algorithm_may_be_a_symbol
    assert_equal "ES256", Jeton::Key.from_pem(P256.to_pem, algorithm: :ES256).describe.algorithm
    secret = Jeton::Key.from_secret(SECRET, algorithm: :HS256)
    assert_equal "HS256", secret.describe.algorithm
    assert_equal '{"alg":"HS256","typ":"JWT"}', parts(Jeton::Signer.new(secret, algorithm: :HS256).sign({})).first
    assert_equal "EdDSA", Jeton::Key.from_jwk(Jeton::Key.generate(:EdDSA).private_jwk).describe.algorithm
    assert_raises(Jeton::ConfigError) { Jeton::Key.from_pem(P256.to_pem, algorithm: :none) }
  end

  def test_arguments_of_the_wrong_class
    [-> { Jeton::Key.from_pem(nil) }, -> { Jeton::Key.from_der(:der) }, -> { Jeton::Key.from_secret(1, algorithm: "HS256") },
     -> { Jeton::Key.from_pem(P256.to_pem, algorithm: 256) }, -> { Jeton::Key.generate(nil) }].each do |wrong|
      assert_match(/: expected a String, got /, assert_raises(TypeError, &wrong).message)
    end
    [nil, 5, [], Time.now].each do |wrong|
      assert_match(/\Ajwk: expected a Hash, got #{wrong.class};/, assert_raises(TypeError) { Jeton::Key.from_jwk(wrong) }.message)
      assert_match(/\Ajwks: expected a Hash, got #{wrong.class};/, assert_raises(TypeError) { Jeton::Key.from_jwks(wrong) }.message)
    end
    assert_raises(NoMethodError) { Jeton::Key.new(1) }
  end
end
