# frozen_string_literal: true

require "jeton"
require_relative "request"
require_relative "access_ops"
require_relative "client_ops"
require_relative "source_ops"

# Answers requests through the public API of the binding. It dispatches, converts and prints; it decides nothing.
class Driver
  include AccessOps
  include ClientOps
  include SourceOps

  # One answer, without its line break.
  def answer(line)
    request = Request.new(line)
    %({"id":#{one_line(request.raw("id") || "null")},#{outcome { dispatch(request) }}})
  rescue BadRequest => e
    %({"id":null,#{refusal("BAD_REQUEST", e.message)}})
  end

  private

  def dispatch(request)
    op = request.text!("op")
    case op
    when "version" then object(version: Jeton.version.to_json, abi: Jeton.abi_version.to_s)
    when "sign" then sign(request)
    when "verify" then verify(request)
    when "verify_batch" then verify_batch(request)
    when "sign_begin" then sign_begin(request)
    when "sign_finish" then sign_finish(request)
    when "inspect" then contents(Jeton.inspect_unverified(request.text!("token")))
    when "key" then key(request)
    when "generate" then generate(request)
    when "vizzly" then vizzly(request)
    when "vizzly.identity" then vizzly_identity(request)
    when /\A(allowed|api_key\.|access\.)/ then access_op(op, request)
    when /\A(source|keyset)\./ then source_op(op, request)
    when /\Aclient\./ then client_op(op, request)
    else unsupported
    end
  end

  def unsupported
    refuse("UNSUPPORTED_OP", "this driver does not know the op")
  end

  def refuse(status, message)
    throw :refused, refusal(status, message)
  end

  # What was opened, by its name.
  def opened(kind)
    @opened ||= Hash.new { |all, name| all[name] = {} }
    @opened[kind]
  end

  def find(kind, request, member = kind)
    opened(kind)[request.text!(member)] || raise(Inexpressible, "#{member}: nothing of this name is open")
  end

  # Runs the block for what is to have the name. What had it is closed.
  def give_name(kind, request, member = kind)
    name = request.text!(member)
    earlier = opened(kind)[name]
    opened(kind)[name] = yield
    earlier&.close
    object({})
  end

  def close(kind, request)
    thing = find(kind, request)
    opened(kind).delete(request.text!(kind))
    thing.close
    object({})
  end

  def sign(request)
    signing(request, Jeton::Signer) do |signer, claims, payload, now|
      object(token: (payload ? signer.sign_bytes(payload) : signer.sign_json(claims, now: now)).to_json)
    end
  end

  def sign_begin(request)
    signing(request, Jeton::ExternalSigner) do |signer, claims, payload, now|
      object(signing_input: (payload ? signer.begin_bytes(payload) : signer.begin_json(claims, now: now)).to_json)
    end
  end

  def signing(request, signer_class)
    make_key = request.key!
    now = request.now
    claims = request.raw("claims")
    payload = request.bytes!("payload_b64u") if request.raw("payload_b64u")

    signer = signer_class.from_json(make_key.call, options(request))
    raise Inexpressible, "exactly one of claims and payload_b64u is needed" if claims.nil? == payload.nil?

    yield signer, claims, payload, now
  end

  # The request's options with `algorithm` and `header`, which stand beside them and never in them, at the same level.
  def options(request)
    raw = request.raw("options") || "{}"
    options = RawJSON.new(raw)
    return raw unless options.object?
    if options.member("algorithm") || options.member("header")
      raise Inexpressible, "options: algorithm and header stand beside the options"
    end

    request.join("algorithm", "header", inner: raw)
  end

  def sign_finish(request)
    input = request.text!("signing_input")
    signature = request.bytes!("signature_b64u")
    signer = Jeton::ExternalSigner.from_json(request.key!.call, request.join("algorithm"))
    object(token: signer.finish(input, signature).to_json)
  end

  def verify(request)
    make_key = request.key!
    policy = request.raw!("policy")
    token = request.text!("token")
    now = request.now
    verifier = Jeton::Verifier.from_json(make_key.call, policy)
    bytes = settled { verifier.verify_bytes(token, now: now) }
    opened = settled { verifier.open(token, now: now) }
    failed = [bytes, opened].grep(Jeton::Error)
    raise opened if failed.size == 2 && failed.map { |error| failure(error) }.uniq.size == 1
    return contents(opened) if failed.empty? && bytes == (opened.claims_text || opened.payload).b

    raise "open and verify_bytes differ"
  end

  def settled
    yield
  rescue Jeton::Error => e
    e
  end

  def verify_batch(request)
    make_key = request.key!
    policy = request.raw!("policy")
    tokens = request.texts!("tokens")
    now = request.now
    results = Jeton::Verifier.from_json(make_key.call, policy).verify_batch(tokens, now: now).map do |result|
      result.is_a?(Jeton::Error) ? "{#{failure(result)}}" : object(ok: contents(result))
    end
    object(results: "[#{results.join(",")}]")
  end

  def key(request)
    key = request.key!.call.describe
    object(kty: key.kty.to_json, algorithm: key.algorithm.to_json, kid: key.kid.to_json, private: key.private?.to_json,
           thumbprint: key.thumbprint.to_json)
  end

  def generate(request)
    made = Jeton::Key.generate(request.text!("algorithm"))
    object(private_jwk: made.private_jwk, public_jwk: made.public_jwk || "null", private_pem: made.private_pem.to_json,
           public_pem: made.public_pem.to_json)
  end

  def vizzly(request)
    make_key = request.key!
    args = request.raw!("args")
    now = request.now
    kind = request.text!("token")
    raise BadRequest, "token is none of dashboard, data, query_engine" unless %w[dashboard data query_engine].include?(kind)

    object(token: Jeton::Vizzly.new(make_key.call).public_send("#{kind}_json", args, now: now).to_json)
  end

  def vizzly_identity(request)
    make_key = request.key!
    request.raw!("dashboard")
    args = request.join("dashboard", "data", "query_engine")
    now = request.now
    Jeton::Vizzly.new(make_key.call).identity_json(args, now: now)
  end

  def contents(token)
    payload = token.payload && [token.payload].pack("m0").tr("+/", "-_").delete("=").to_json
    object(header: token.header_text, **(payload ? { payload_b64u: payload } : { claims: token.claims_text }))
  end

  # The second half of an answer, whatever happens.
  def outcome
    catch(:refused) { %("ok":#{one_line(yield)}) }
  rescue Jeton::Error => e
    failure(e)
  rescue Inexpressible => e
    refusal("CONFIG", e.message)
  rescue BadRequest => e
    refusal("BAD_REQUEST", e.message)
  rescue StandardError => e
    refusal("DRIVER", "#{e.class} at #{e.backtrace.first}")
  end

  def failure(error)
    refusal(error.status, error.message, error.claim, error.http_status, error.code)
  end

  def refusal(status, message, claim = nil, http_status = nil, code = nil)
    members = { status: status, claim: claim, message: message, http_status: http_status, code: code }
    %("error":#{object(members.transform_values(&:to_json))})
  end

  def object(members)
    "{#{members.map { |name, raw| "#{name.to_json}:#{raw}" }.join(",")}}"
  end

  # In JSON text CR and LF can only be white space.
  def one_line(json)
    json.tr("\r\n", "  ")
  end
end
