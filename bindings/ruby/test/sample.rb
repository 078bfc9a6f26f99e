# frozen_string_literal: true

require "openssl"
require "jeton"

# Keys and tokens that OpenSSL makes, so that the library is not judged by itself.
module Sample
  ROOT = File.expand_path("../../..", __dir__)
  HEADER = "#{ROOT}/include/jeton.h"

  NOW = 1_800_000_000
  SECRET = "a secret of 32 bytes for HS256 --"
  POLICY = { algorithms: ["HS256"], issuer: "https://id.example", audience: "api" }.freeze
  CLAIMS = { "iss" => "https://id.example", "aud" => "api", "sub" => "alice", "exp" => NOW + 60 }.freeze

  P256 = OpenSSL::PKey::EC.generate("prime256v1")
  RSA = OpenSSL::PKey::RSA.new(2048)

  module_function

  def b64u(bytes)
    [bytes].pack("m0").tr("+/", "-_").delete("=")
  end

  # A token of SECRET over a payload's exact text, and over a header's.
  def hs256(payload, header = '{"alg":"HS256"}')
    input = "#{b64u(header)}.#{b64u(payload)}"
    "#{input}.#{b64u(OpenSSL::HMAC.digest("SHA256", SECRET, input))}"
  end

  def token(**claims)
    hs256(JSON.generate(CLAIMS.merge(claims.transform_keys(&:to_s)).compact))
  end

  def secret
    Jeton::Key.from_secret(SECRET, algorithm: "HS256")
  end

  def p256
    Jeton::Key.from_pem(P256.to_pem)
  end

  def p256_public
    Jeton::Key.from_pem(P256.public_to_pem)
  end

  def verifier(**policy)
    Jeton::Verifier.new(secret, **POLICY, **policy)
  end

  # Header, payload and signature of a token.
  def parts(token)
    token.split(".", -1).map { |part| part.tr("-_", "+/").unpack1("m") }
  end

  # Whether OpenSSL finds an ES256 signature, R and S side by side (RFC 7518 section 3.4), to be that of P256.
  def es256_good?(token)
    r, s = parts(token).last.unpack("a32a32").map { |half| OpenSSL::BN.new(half, 2) }
    der = OpenSSL::ASN1::Sequence([OpenSSL::ASN1::Integer(r), OpenSSL::ASN1::Integer(s)]).to_der
    P256.verify("SHA256", der, token[/\A(.*)\./, 1])
  end
end
