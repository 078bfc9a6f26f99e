# frozen_string_literal: true

module Jeton
  # API keys of a service: a prefix that scanners recognise, random characters, and a checksum that costs a typo no database read.
  module ApiKey
    # A new key.
    class Generated
      # The key's text: to be shown once.
      attr_reader :api_key

      # What the service stores: the 32 bytes of its SHA-256.
      attr_reader :digest

      # Made by the library alone.
      def initialize(parts)
        @api_key = Native.utf8(parts.fetch(:api_key))
        @digest = parts.fetch(:digest).freeze
        freeze
      end

      # The class alone.
      def inspect
        "#<#{self.class}>"
      end
    end

    # What #check found: `valid?` is about form and checksum only.
    class Checked
      # The prefix and the digest to look it up by; nil if the key is not well formed.
      attr_reader :prefix, :digest

      # Made by the library alone.
      def initialize(parts)
        @prefix = Native.utf8(parts.fetch(:prefix))
        @digest = parts.fetch(:digest)&.freeze
        freeze
      end

      # Whether the key is well formed.
      def valid?
        !@prefix.nil?
      end
    end

    # Makes a key.
    #
    # @param prefix [String] 2 to 16 of a-z and 0-9, a letter first
    # @return [Generated]
    # @raise [ConfigError]
    def self.generate(prefix)
      prefix = Native.text(prefix, "prefix")
      Generated.new(Native.result(:api_key, :digest) do |out, error|
        Native.jeton_api_key_generate(prefix, prefix.bytesize, out, error)
      end)
    end

    # Looks at the form and the checksum of a key.
    #
    # @return [Checked]
    def self.check(api_key)
      api_key = Native.bytes(api_key, "api_key")
      Checked.new(Native.result(:prefix, :digest) do |out, error|
        Native.jeton_api_key_check(api_key, api_key.bytesize, out, error)
      end)
    end
  end
end
