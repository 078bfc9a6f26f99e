# frozen_string_literal: true

# Prints every object of the Ruby binding in every way that Ruby has.

require "jeton"
require "json"
require "pp"

INPUT = JSON.parse($stdin.read)
NOW = INPUT.fetch("now_s")
SECRET = INPUT.fetch("secret")

def show(value)
  p value
  pp value
  puts value.inspect, value.to_s, value.pretty_inspect, "#{value}", value.instance_variables.inspect, [value].inspect, { value => value }.to_s
  warn value.inspect
end

def failure
  yield
rescue StandardError => e
  show(e)
  puts e.message, e.full_message(highlight: false), e.backtrace, e.cause.inspect
  puts e.status.inspect, e.claim.inspect if e.is_a?(Jeton::Error)
else
  raise "that was no failure"
end

secret = Jeton::Key.from_secret(SECRET, algorithm: "HS256")
pair = Jeton::Key.from_pem(INPUT["pem"])
verifier = Jeton::Verifier.from_json(Jeton::Key.from_jwks(INPUT["jwks"]), INPUT["policy"])
vizzly = Jeton::Vizzly.new(pair)
signer = Jeton::Signer.from_json(secret, INPUT["options"])
opened = verifier.open(INPUT["token"], now: NOW)
[secret, pair, Jeton::Key.from_jwk(INPUT["jwk"]), signer, Jeton::ExternalSigner.from_json(pair, INPUT["options"]), verifier, vizzly, opened,
 Jeton.inspect_unverified(INPUT["token"]), Jeton::Key.from_jwk(INPUT["jwk"]).public, Jeton::Key.from_jwk(INPUT["jwk"]).describe].each do |value|
  show(value)
  failure { value.no_such_method(SECRET) }
end
generated = Jeton::Key.generate("HS256")
puts generated.inspect.include?(JSON.parse(generated.private_jwk)["k"]) ? SECRET : generated.inspect

failure { verifier.verify(INPUT["expired"], now: NOW) }
failure { verifier.verify(INPUT["forged"], now: NOW) }
failure { verifier.verify(SECRET, now: NOW) }
failure { verifier.verify([SECRET], now: NOW) }
failure { verifier.verify(SECRET.encode("UTF-16LE"), now: NOW) }
failure { verifier.verify(INPUT["token"], now: SECRET) }
failure { verifier.verify_batch(SECRET, now: NOW) }
failure { verifier.verify_batch([[SECRET]], now: NOW) }
failure { Jeton::Verifier.from_json(secret, INPUT["wrong_policy"]) }
failure { Jeton::Verifier.new(secret, issuer: SECRET, no_such_option: SECRET) }
failure { Jeton::Verifier.new(SECRET, issuer: SECRET) }
failure { Jeton::Verifier.new(secret, issuer: Float::NAN, audience: SECRET) }
failure { Jeton::Verifier.new(secret, issuer: "#{SECRET}\xFF") }
failure { Jeton::Signer.new(secret, issuer: [SECRET]) }
failure { Jeton::Signer.from_json(secret, SECRET) }
failure { Jeton::Signer.from_json(secret, "#{SECRET}\xFF") }
failure { signer.sign(SECRET) }
failure { signer.sign("sub" => "#{SECRET}\xFF") }
failure { signer.sign("sub" => SECRET, "n" => Float::INFINITY) }
failure { signer.sign("iss" => SECRET) }
failure { signer.sign("aud" => { "is" => SECRET }) }
failure { signer.sign_json(SECRET) }
failure { signer.sign_json([SECRET]) }
failure { signer.sign_bytes([SECRET]) }
failure { Jeton::ExternalSigner.new(pair).finish(SECRET, SECRET) }
failure { Jeton::ExternalSigner.new(pair).finish([SECRET], nil) }
failure { Jeton::Key.from_pem(SECRET) }
failure { Jeton::Key.from_pem([SECRET]) }
failure { Jeton::Key.from_pem("#{SECRET}\u{100}".encode("UTF-16LE").force_encoding("UTF-16BE")) }
failure { Jeton::Key.from_der(SECRET) }
failure { Jeton::Key.from_jwk(SECRET) }
failure { Jeton::Key.from_jwk({ "kty" => "oct", "k" => SECRET }) }
failure { Jeton::Key.from_jwk({ "k" => "#{SECRET}\xFF" }) }
failure { Jeton::Key.from_secret(SECRET, algorithm: SECRET) }
failure { Jeton::Key.from_secret(SECRET, algorithm: [SECRET]) }
failure { Jeton::Key.from_secret([SECRET]) }
failure { Jeton::Key.generate(SECRET) }
failure { vizzly.dashboard(project_id: SECRET) }
failure { vizzly.data_json(SECRET) }
failure { secret.dup }
failure { Marshal.dump(secret) }
failure do
  native = Jeton.const_get(:Native)
  memory = "\0".b * 256
  native.check(native.jeton_testing_panic(memory), memory)
end
secret.close
failure { secret.describe }
verifier.verify_batch([INPUT["expired"], SECRET], now: NOW).each { |entry| show(entry) }
