# frozen_string_literal: true

module Jeton
  # What is in a token: a Verified or an Unverified. Frozen, through and through.
  class Contents
    # The parts that a result has for a token.
    PARTS = %i[header claims payload].freeze

    # The header as a Hash.
    attr_reader :header

    # The claims as a Hash; nil where the payload was not read as JSON. Integers are exact; a number with a fraction or an
    # exponent is a Float, whose own digits are in `claims_text`.
    attr_reader :claims

    # The payload's bytes, where they were not read as JSON; else nil.
    attr_reader :payload

    # The header's JSON text as it stood in the token.
    attr_reader :header_text

    # The claims' JSON text as it stood in the token; nil where the payload was not read as JSON.
    attr_reader :claims_text

    # Made by the library alone, from the parts of a result.
    def initialize(parts)
      @header_text = Native.utf8(parts.fetch(:header))
      @claims_text = Native.utf8(parts.fetch(:claims))
      @payload = parts.fetch(:payload)&.freeze
      @header = Native.value(@header_text)
      @claims = Native.value(@claims_text) if @claims_text
      freeze
    end

    # The class alone: nothing of what the token says.
    def inspect
      "#<#{self.class}>"
    end
  end

  # A token that a Verifier accepted.
  class Verified < Contents; end

  # A token that nobody verified. It is not a Verified, so that one cannot be taken for the other.
  class Unverified < Contents; end
end
