# frozen_string_literal: true

require "jeton/client"

module Jeton
  # Who is who at a Dataiku server: identities, impersonation, and the settings of users. What a method gives is what the server said,
  # frozen.
  #
  #   dss = Jeton::Dataiku.new(host: "https://dss.example", secrets: { api_key: key })
  #   dss.auth_info["authIdentifier"]
  #   dss.own_settings.add_secret("name", "value").save
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
    #
    # @return [Redacted]
    def auth_info(with_secrets: nil, timeout: 30)
      call_redacted("auth_info", timeout, with_secrets: with_secrets)
    end

    # Who the browser is whose request headers these are.
    #
    # @return [Redacted]
    def auth_info_from_browser_headers(headers, with_secrets: nil, timeout: 30)
      call_redacted("auth_info_from_browser_headers", timeout, headers: headers, with_secrets: with_secrets)
    end

    # A ticket for the user of that browser.
    def ticket_from_browser_headers(headers, timeout: 30)
      call("ticket_from_browser_headers", timeout, headers: headers)
    end

    # The settings of this client's own user.
    #
    # @return [Settings]
    def own_settings(timeout: 30)
      Settings.new(self, {}, call_json("own_settings", timeout: timeout))
    end

    # The settings of a user, for an administrator.
    #
    # @return [Settings]
    def user_settings(login, timeout: 30)
      of = { login: Native.text(login, "login") }
      Settings.new(self, of, call_json("user_settings", Native.json(of, "args"), timeout: timeout))
    end
  end
end
