# frozen_string_literal: true

require "helper"

class ErrorsTest < Minitest::Test
  include Sample

  NUMBERS = File.read(HEADER).scan(/^#define JETON_E_(\w+) (\d+)$/).to_h { |name, number| [name, Integer(number)] }
  ERRORS = Jeton.const_get(:ERRORS)

  def test_every_status_of_the_header_has_a_class
    refute_empty NUMBERS
    assert_empty NUMBERS.values - ERRORS.keys, "statuses without a class"
    assert_empty ERRORS.keys - NUMBERS.values, "classes without a status"
    ERRORS.each_value { |error| assert_operator error, :<, Jeton::Error }
  end

  def test_the_families_follow_the_hundreds
    families = { 1 => [Jeton::UsageError, Jeton::ConfigError, Jeton::KeyError], 2 => [Jeton::TokenError], 3 => [Jeton::TokenError],
                 4 => [Jeton::ClaimError], 5 => [Jeton::FetchError, Jeton::ClosedError], 6 => [Jeton::AccessError],
                 9 => [Jeton::PanicError, Jeton::InternalError] }
    ERRORS.each do |number, error|
      assert families.fetch(number / 100).any? { |family| error <= family }, "#{number} is a #{error}"
    end
  end

  def test_a_failure_has_status_number_claim_and_message
    error = assert_raises(Jeton::ExpiredError) { verifier.verify(token(exp: NOW), now: NOW) }
    assert_equal ["EXPIRED", NUMBERS.fetch("EXPIRED"), "exp"], [error.status, error.number, error.claim]
    refute_empty error.message
    assert_equal Encoding::UTF_8, error.message.encoding
    assert_equal [Jeton::ExpiredError, Jeton::ClaimError, Jeton::TokenError, Jeton::Error, StandardError],
                 error.class.ancestors.grep(Class).first(5)
  end

  def test_a_claim_that_did_not_decide_is_nil
    error = assert_raises(Jeton::MalformedError) { verifier.verify("x") }
    assert_nil error.claim
  end

  # One input for each status that a caller can bring about.
  def test_statuses_and_their_classes
    {
      "UTF8" => -> { Jeton::Signer.from_json(secret, "\xFF") },
      "CONFIG" => -> { verifier(leeway: 1) },
      "KEY" => -> { Jeton::Key.from_pem("no PEM") },
      "KEY_WEAK" => -> { Jeton::Key.from_secret("short", algorithm: "HS256") },
      "KEY_UNSUPPORTED" => -> { Jeton::Key.from_pem(OpenSSL::PKey::EC.generate("secp521r1").to_pem) },
      "TOO_LARGE" => -> { verifier.verify("a" * 65_537) },
      "MALFORMED" => -> { verifier.verify("a.b") },
      "HEADER_UNSUPPORTED" => -> { verifier.verify(hs256("{}", '{"alg":"HS256","crit":["b64"]}')) },
      "ALGORITHM" => -> { verifier.verify(hs256("{}", '{"alg":"none"}')) },
      "KEY_NOT_FOUND" => -> { kid_verifier.verify(hs256("{}", '{"alg":"HS256","kid":"other"}')) },
      "SIGNATURE" => -> { verifier.verify(token.sub(/\.[^.]*\z/, ".#{b64u("\0" * 32)}")) },
      "TYP" => -> { verifier(typ: "at+jwt").verify(token, now: NOW) },
      "CLAIMS_MALFORMED" => -> { verifier.verify(hs256("[]")) },
      "CLAIM_INVALID" => -> { verifier.verify(token(sub: 1), now: NOW) },
      "CLAIM_MISSING" => -> { verifier(required: ["jti"]).verify(token, now: NOW) },
      "EXPIRED" => -> { verifier.verify(token, now: NOW + 60) },
      "NOT_YET_VALID" => -> { verifier.verify(token(nbf: NOW + 1), now: NOW) },
      "ISSUER" => -> { verifier.verify(token(iss: "x"), now: NOW) },
      "SUBJECT" => -> { verifier(subject: "bob").verify(token, now: NOW) },
      "AUDIENCE" => -> { verifier.verify(token(aud: "x"), now: NOW) }
    }.each do |status, failing|
      error = assert_raises(ERRORS.fetch(NUMBERS.fetch(status)), status, &failing)
      assert_equal [status, NUMBERS.fetch(status)], [error.status, error.number]
    end
  end

  def test_a_number_of_a_newer_library_is_an_error
    buffer = [999, 0, "claim", "new"].pack("l2a48a200")
    error = assert_raises(Jeton::Error) { Jeton.const_get(:Native).check(999, buffer) }
    assert_equal [Jeton::Error, nil, 999, "claim", "new"], [error.class, error.status, error.number, error.claim, error.message]
  end

  def test_no_message_says_what_it_was_given
    given = "Zm9vYmFy-sesame"
    [
      -> { verifier.verify("#{given}.#{given}.#{given}") },
      -> { verifier.verify(token(iss: given), now: NOW) },
      -> { verifier.verify(token(aud: [given]), now: NOW) },
      -> { kid_verifier.verify(hs256("{}", %({"alg":"HS256","kid":"#{given}"}))) },
      -> { Jeton::Key.from_secret(given, algorithm: "HS256") },
      -> { Jeton::Key.from_pem(given) },
      -> { Jeton::Key.from_jwk({ kty: "oct", k: given, alg: "HS256" }) },
      -> { Jeton::Signer.new(secret).sign({ "a" => given, "b" => Float::NAN }) },
      -> { Jeton::Signer.new(secret).sign({ "a" => "#{given}\xFF" }) },
      -> { Jeton::Signer.new(secret).sign_json(%({"a":"#{given}")) },
      -> { Jeton::Signer.new(secret).sign_json("{}".encode("UTF-16LE").force_encoding("UTF-8") + given) }
    ].each_with_index do |failing, index|
      error = assert_raises(Jeton::Error, "case #{index}", &failing)
      refute_includes error.full_message.scrub, given, "case #{index}"
      assert_nil error.cause
    end
  end

  private

  def kid_verifier
    jwk = { kty: "oct", k: b64u(SECRET), alg: "HS256", kid: "one" }
    Jeton::Verifier.new(Jeton::Key.from_jwk(jwk), **POLICY)
  end
end
