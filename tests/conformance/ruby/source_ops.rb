# frozen_string_literal: true

# The operations on sources and remote key sets.
module SourceOps
  private

  def source_op(op, request)
    case op
    when "source.open" then give_name("source", request) { open_source(request) } && warned(request, {})
    when "source.token" then token(request) { |source| source.token(timeout: request.timeout) }
    when "source.refresh" then token(request) { |source| source.refresh(timeout: request.timeout) }
    when "source.identity" then warned_json(request, find("source", request).identity_json(timeout: request.timeout))
    when "source.describe" then warned_json(request, find("source", request).describe_json)
    when "source.stats" then warned(request, find("source", request).stats.transform_values(&:to_json))
    when "source.invalidate" then warned(request, invalidated: find("source", request).invalidate(request.text?("token")).to_json)
    when "source.revoke" then warned(request, revoked: revoke(request).to_json)
    when "source.close" then close("source", request)
    when "keyset.open" then open_keyset(request)
    when "keyset.verify" then verify_remote(request)
    else unsupported
    end
  end

  def open_source(request)
    key = request.key!.call if request.raw("key")
    secrets = request.raw("secrets") || request.join("secret")
    Jeton::Source.from_json(request.raw!("config"), secrets: secrets, environment: request.raw("environment"), key: key)
  end

  def token(request)
    token = yield find("source", request)
    warned(request, token: token.to_s.to_json, expires_at_s: token.expires_at.to_json)
  end

  def revoke(request)
    find("source", request).revoke(request.text?("token"), timeout: request.timeout)
  end

  # An answer with the source's warnings, if there are any.
  def warned(request, members)
    warnings = find("source", request).events.select { |event| event["warning"] }
    warnings = warnings.map { |event| { code: event["code"], message: event["message"] } }
    object(warnings.empty? ? members : members.merge(warnings: warnings.to_json))
  end

  # The same for an answer that is an object already.
  def warned_json(request, json)
    more = warned(request, {})[1..]
    more == "}" ? json : "#{json.chomp("}")},#{more}"
  end

  def open_keyset(request)
    give_name("keyset", request) do
      Jeton::RemoteVerifier.from_json(request.raw!("issuers"), environment: request.raw("environment"))
    end
  end

  def verify_remote(request)
    contents(find("keyset", request).verify(request.text!("token"), timeout: request.timeout, now: request.now))
  end
end
