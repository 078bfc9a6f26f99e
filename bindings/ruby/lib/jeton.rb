# frozen_string_literal: true

require "jeton/version"
require "jeton/errors"
require "jeton/native"
require "jeton/handle"
require "jeton/contents"
require "jeton/key"
require "jeton/signer"
require "jeton/external_signer"
require "jeton/verifier"
require "jeton/vizzly"

# Makes tokens, checks tokens, says what a key is. Compact JWS (RFC 7515) and the JWTs (RFC 7519) in them, nothing else.
#
# Keys, signers and verifiers are immutable; any number of threads may share one. What comes back is frozen, and text is UTF-8.
# Every failure is a Jeton::Error, except that an argument of the wrong Ruby class is a TypeError.
module Jeton
  # Shows what a token says. NOTHING IS VERIFIED: anyone can have written it. For logs, for choosing a verifier, never for
  # deciding anything.
  #
  # @param token [String] taken byte for byte, whatever its encoding
  # @return [Unverified] with `claims` if the payload is a JSON object, else with `payload`
  # @raise [TooLargeError, MalformedError]
  def self.inspect_unverified(token)
    token = Native.bytes(token, "token")
    Unverified.new(Native.result(*Contents::PARTS) do |out, error|
      Native.jeton_inspect_unverified(token, token.bytesize, out, error)
    end)
  end

  # The version of the loaded library, such as "0.1.0".
  def self.version
    Native.utf8(Native.jeton_version)
  end

  # The ABI that the loaded library speaks; it was compared with this gem's at load.
  def self.abi_version
    Native.jeton_abi_version
  end
end
