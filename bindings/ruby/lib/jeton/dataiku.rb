# frozen_string_literal: true

require "jeton/client"

module Jeton
  # Who is who at a Dataiku server: identities, impersonation, and the settings of users. What a method gives is what the server said, frozen.
  #
  #   dss = Jeton::Dataiku.new(host: "https://dss.example", secrets: { api_key: key })
  #   dss.auth_info["authIdentifier"]
  #
  # Methods that edit settings send nothing: they take a document and give the edited one, which #save_own_settings stores.
  class Dataiku < Client
    # The library's name of the vendor.
    VENDOR = "dataiku"

    # A client of the same server that acts as another user.
    #
    # @return [Dataiku]
    def as_user(login)
      login = Native.text(login, "login")
      other = use do |client|
        Native.handle(Native::ClientPointer) do |out, error|
          Native.jeton_client_as_user(client, login, login.bytesize, out, error)
        end
      end
      self.class.allocate.tap { |client| client.send(:own, other) }
    end

    # Who this client is.
    def auth_info(with_secrets: nil, timeout: 30)
      call("auth_info", timeout, with_secrets: with_secrets)
    end

    # Who the browser is whose request headers these are.
    def auth_info_from_browser_headers(headers, with_secrets: nil, timeout: 30)
      call("auth_info_from_browser_headers", timeout, headers: headers, with_secrets: with_secrets)
    end

    # A ticket for the user of that browser.
    def ticket_from_browser_headers(headers, timeout: 30)
      call("ticket_from_browser_headers", timeout, headers: headers)
    end

    # The settings of this client's own user.
    def own_settings(timeout: 30)
      call("own_settings", timeout)
    end

    # The settings of a user, for an administrator.
    def user_settings(login, timeout: 30)
      call("user_settings", timeout, login: login)
    end

    # Stores settings as #own_settings gave them, edited.
    def save_own_settings(settings, timeout: 30)
      call("save_own_settings", timeout, settings: settings)
    end

    # Stores settings as #user_settings gave them, edited.
    def save_user_settings(login, settings, timeout: 30)
      call("save_user_settings", timeout, login: login, settings: settings)
    end

    # Settings with a secret added or replaced.
    def add_secret(settings, name, value)
      edit("add_secret", settings: settings, name: name, value: value)
    end

    # Settings without a secret.
    def remove_secret(settings, name)
      edit("remove_secret", settings: settings, name: name)
    end

    # Settings with a property of the user set.
    def set_user_property(settings, name, value)
      edit("set_user_property", settings: settings, name: name, value: value)
    end

    # Settings with login and password for a connection.
    def set_basic_connection_credential(settings, connection, login:, password:)
      edit("set_basic_connection_credential", settings: settings, connection: connection, login: login, password: password)
    end

    # Settings without the credential of a connection.
    def remove_connection_credential(settings, connection)
      edit("remove_connection_credential", settings: settings, connection: connection)
    end

    # Settings with login and password for a plugin's preset. `preset` is a Hash of `plugin_id`, `param_set_id`, `preset_id`, `param_name`.
    def set_basic_plugin_credential(settings, preset, login:, password:)
      edit("set_basic_plugin_credential", settings: settings, **preset, login: login, password: password)
    end

    # Settings with a refresh token for a plugin's preset.
    def set_oauth2_plugin_credential(settings, preset, refresh_token:)
      edit("set_oauth2_plugin_credential", settings: settings, **preset, refresh_token: refresh_token)
    end

    # Settings without the credential of a plugin's preset.
    def remove_plugin_credential(settings, preset)
      edit("remove_plugin_credential", settings: settings, **preset)
    end

    private

    # An argument that is nil is one, here: a property may be set to it.
    def edit(operation, **args)
      Native.value(call_json(operation, Native.json(args, "args")))
    end
  end
end
