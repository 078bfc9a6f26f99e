# frozen_string_literal: true

# The operations on the clients of servers. Results are printed as the library gave them.
module ClientOps
  VENDORS = { "dataiku" => Jeton::Dataiku, "tigergraph" => Jeton::TigerGraph }.freeze
  OPERATIONS = {
    Jeton::TigerGraph => %w[get_token refresh_token delete_token check_token get_version get_secrets create_secret drop_secret],
    Jeton::Dataiku => %w[
      auth_info auth_info_from_browser_headers ticket_from_browser_headers own_settings user_settings save_own_settings
      save_user_settings add_secret remove_secret set_user_property set_basic_connection_credential
      remove_connection_credential set_basic_plugin_credential set_oauth2_plugin_credential remove_plugin_credential
    ]
  }.freeze
  private_constant :VENDORS, :OPERATIONS

  private

  def client_op(op, request)
    case op
    when "client.open" then give_name("client", request) { open_client(request) }
    when "client.as_user" then as_user(request)
    when "client.call" then call_client(request)
    when "client.close" then close("client", request)
    else unsupported
    end
  end

  def open_client(request)
    vendor = VENDORS[request.text!("vendor")] || raise(Inexpressible, "vendor: not one of this binding's")
    vendor.from_json(request.raw!("config"), secrets: request.raw("secrets"), environment: request.raw("environment"))
  end

  def as_user(request)
    client = find("client", request)
    login = request.text!("login")
    give_name("client", request, "as") do
      refuse("UNSUPPORTED", "the vendor's class has no such method") unless client.respond_to?(:as_user)

      client.as_user(login)
    end
  end

  def call_client(request)
    client = find("client", request)
    operation = request.text!("operation")
    refuse("UNSUPPORTED_OP", "the vendor has no such operation") unless OPERATIONS.fetch(client.class).include?(operation)

    object(result: client.call_json(operation, request.raw("args") || "{}", timeout: request.timeout))
  end
end
