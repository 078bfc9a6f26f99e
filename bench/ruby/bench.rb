# The Ruby binding and its peer, ruby-jwt: Hash in, token out; token in, Hash out. ruby-jwt has no EdDSA without another gem.

require "json"
require "jeton"
require "jwt"
require "openssl"

ISSUER = "https://issuer.example"
AUDIENCE = "api.example"

def fixture(name) = File.binread("#{__dir__}/../fixtures/#{name}")

# Prints the median of seven batches of about 20 ms.
def measure(lib, operation, alg, &call)
  timed = lambda do |calls|
    start = Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond)
    calls.times(&call)
    Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond) - start
  end
  calls = 1
  calls *= 2 while timed.call(calls) < 10_000_000
  batches = Array.new(7) { timed.call(calls * 2).fdiv(calls * 2) }
  puts format("%s %s %s %.1f", lib, operation, alg, batches.sort[3])
end

claims = JSON.parse(fixture("claims.json"))
%w[HS256 RS256 PS256 ES256 ES384 EdDSA].each do |alg|
  secret = fixture("HS256.secret")
  pem = fixture("#{%w[RS256 PS256].include?(alg) ? "RSA" : alg}.pem") unless alg == "HS256"

  key = pem ? Jeton::Key.from_pem(pem, algorithm: alg) : Jeton::Key.from_secret(secret, algorithm: alg)
  signer = Jeton::Signer.new(key)
  verifier = Jeton::Verifier.new(key, algorithms: [alg], issuer: ISSUER, audience: AUDIENCE)
  token = signer.sign(claims)
  measure("Ruby", "sign", alg) { signer.sign(claims) }
  measure("Ruby", "verify", alg) { verifier.verify(token) }

  next if alg == "EdDSA"

  own = pem ? OpenSSL::PKey.read(pem) : secret
  options = { algorithm: alg, iss: ISSUER, verify_iss: true, aud: AUDIENCE, verify_aud: true }
  measure("ruby-jwt", "sign", alg) { JWT.encode(claims, own, alg, typ: "JWT") }
  measure("ruby-jwt", "verify", alg) { JWT.decode(token, own, true, options) }
end

# What it costs to be given a token that is at hand.
source = Jeton::Source.new(kind: "signed", claims: { sub: "me" }, options: { ttl_s: 3600 },
                           key: Jeton::Key.from_secret(fixture("HS256.secret"), algorithm: "HS256"))
measure("Ruby", "read", "source") { source.token }
