# frozen_string_literal: true

# The operations on actors, managed tokens and API keys. JSON documents are handed on as they stood.
module AccessOps
  MANAGED = %w[create_token list_tokens token_details revoke_token auth_info act_as].freeze
  private_constant :MANAGED

  private

  def access_op(op, request)
    case op
    when "allowed" then object(allowed: Jeton.allowed_json?(request.raw!("actor"), request.raw!("allow")).to_json)
    when "allowed_action" then allowed_action(request)
    when "api_key.generate" then generate_api_key(request)
    when "api_key.check" then check_api_key(request)
    when "access.open" then give_name("access", request) { open_access(request) }
    when "access.authenticate" then authenticate(request)
    when "access.sign_token" then access_call("sign_token", request, request.join("actor_id", "ttl_s", "restrictions"))
    when "access.close" then close("access", request)
    else
      operation = op.delete_prefix("access.")
      MANAGED.include?(operation) ? access_call(operation, request, request.raw("args") || "{}") : unsupported
    end
  end

  def allowed_action(request)
    actor, resource = request.raw!("actor"), request.raw("resource") || "[]"
    object(allowed: Jeton.allowed_action_json?(actor, request.text!("action"), resource).to_json)
  end

  def generate_api_key(request)
    made = Jeton::ApiKey.generate(request.text!("prefix"))
    object(api_key: made.api_key.to_json, digest_b64u: [made.digest].pack("m0").tr("+/", "-_").delete("=").to_json)
  end

  def check_api_key(request)
    checked = Jeton::ApiKey.check(request.text!("api_key"))
    object(valid: checked.valid?.to_json, prefix: checked.prefix.to_json)
  end

  def open_access(request)
    environment = request.raw("environment")
    settings = request.join("databases", inner: request.raw("settings"))
    Jeton::Access.from_json(request.raw!("config"), settings: settings, secret: request.text?("secret"), environment: environment)
  end

  def authenticate(request)
    now = request.now
    find("access", request).authenticate_json(request.join("headers", "query"), now: now).json
  end

  def access_call(operation, request, args)
    now = request.now
    find("access", request).call_json(operation, args, now: now)
  end
end
