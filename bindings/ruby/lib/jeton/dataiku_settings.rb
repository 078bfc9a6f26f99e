# frozen_string_literal: true

require "jeton/dataiku"

module Jeton
  class Dataiku < Client
    # A document with the settings of a user. It is never changed: each edit sends nothing and gives an edited document, in which all else
    # stands as the server wrote it, to the digits of its numbers.
    class Settings
      # The document as JSON text.
      attr_reader :text

      # Made by a client alone.
      def initialize(client, of, text)
        @client = client
        @of = of
        @text = text
        freeze
      end

      # The document as a frozen Hash.
      def to_h
        Native.value(@text)
      end

      # Stores the document at the server.
      #
      # @return [nil]
      def save(timeout: 30)
        operation = @of.empty? ? "save_own_settings" : "save_user_settings"
        @client.call_json(operation, args(@of), timeout: timeout)
        nil
      end

      # Adds a secret, or replaces it.
      def add_secret(name, value)
        edited("add_secret", name: name, value: value)
      end

      # Removes a secret.
      def remove_secret(name)
        edited("remove_secret", name: name)
      end

      # Sets a property of the user to what JSON can say.
      def set_user_property(name, value)
        edited("set_user_property", name: name, value: value)
      end

      # Sets login and password for a connection.
      def set_basic_connection_credential(connection, login:, password:)
        edited("set_basic_connection_credential", connection: connection, login: login, password: password)
      end

      # Removes the credential of a connection.
      def remove_connection_credential(connection)
        edited("remove_connection_credential", connection: connection)
      end

      # Sets login and password for a parameter of a plugin: a Hash of `plugin_id`, `param_set_id`, `preset_id`, `param_name`.
      def set_basic_plugin_credential(parameter, login:, password:)
        edited("set_basic_plugin_credential", **parameter, login: login, password: password)
      end

      # Sets a refresh token for a parameter of a plugin.
      def set_oauth2_plugin_credential(parameter, refresh_token:)
        edited("set_oauth2_plugin_credential", **parameter, refresh_token: refresh_token)
      end

      # Removes the credential of a parameter of a plugin.
      def remove_plugin_credential(parameter)
        edited("remove_plugin_credential", **parameter)
      end

      # The class alone.
      def inspect
        "#<#{self.class}>"
      end

      private

      def edited(operation, **members)
        Settings.new(@client, @of, @client.call_json(operation, args(members)))
      end

      # The document is handed on as it stands.
      def args(members)
        members = Native.json(members, "args")[1...-1]
        %({"settings":#{@text}#{"," unless members.empty?}#{members}})
      end
    end
  end
end
