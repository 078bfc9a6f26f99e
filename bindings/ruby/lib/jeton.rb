# frozen_string_literal: true

require "jeton/version"
require "jeton/errors"
require "jeton/native"
require "jeton/handle"
require "jeton/contents"
require "jeton/redacted"
require "jeton/key"
require "jeton/signer"
require "jeton/external_signer"
require "jeton/verifier"
require "jeton/vizzly"
require "jeton/source"
require "jeton/remote_verifier"
require "jeton/tigergraph"
require "jeton/dataiku"
require "jeton/dataiku_settings"
require "jeton/access"
require "jeton/allowed"
require "jeton/api_key"

# Makes tokens, checks tokens, fetches tokens and keeps them fresh, and says who is calling. Signed tokens are compact JWS (RFC 7515)
# and the JWTs (RFC 7519) in them, nothing else.
#
# Any number of threads may share any object. What comes back is frozen, and text is UTF-8.
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

  # Ends all threads of the library; a later call that needs them starts them again. Waits at most `timeout` seconds.
  #
  # @return [nil]
  # @raise [TimeoutError] if a thread is still busy
  def self.stop(timeout: 5)
    Native.stop(Native.milliseconds(timeout))
  end

  # The ABI that the loaded library speaks; it was compared with this gem's at load.
  def self.abi_version
    Native.jeton_abi_version
  end
end
