# frozen_string_literal: true

module Jeton
  # The root of everything that this library raises by itself. Its message is one line for people and holds no byte of a
  # token, key, secret or claim value.
  class Error < StandardError
    # The name of the library's status, such as "EXPIRED"; nil where the library was not asked (ClosedError, #verify of bytes).
    attr_reader :status

    # The number of that status, JETON_E_… in jeton.h; nil where the library was not asked.
    attr_reader :number

    # The claim or header member that decided, such as "exp"; nil if none did.
    attr_reader :claim

    # The HTTP status of the server that answered, such as 401; nil if none did.
    attr_reader :http_status

    # The server's own error code, such as "invalid_grant"; nil if it named none.
    attr_reader :code

    # Keyword arguments are the readers of the same names.
    def initialize(message = nil, status: nil, number: nil, claim: nil, http_status: nil, code: nil)
      super(message)
      @status = status
      @number = number
      @claim = claim
      @http_status = http_status
      @code = code
    end
  end

  # The object was closed before or while it was used, or while somebody waited for it.
  class ClosedError < Error; end

  # An argument cannot be taken as it is, such as text that is not UTF-8, or a method does not go with what the object is.
  class UsageError < Error; end

  # A policy, an option, an argument or the claims to sign contradict themselves or the documentation; the message names the path.
  class ConfigError < Error; end

  # A key cannot be read, is inconsistent, or does not fit its algorithm or the operation.
  class KeyError < Error; end

  # A short HMAC secret, an RSA modulus below 2048 bits or an exponent below 65537.
  class WeakKeyError < KeyError; end

  # A well-formed key outside this library, such as P-521, secp256k1 or an encrypted PEM.
  class UnsupportedKeyError < KeyError; end

  # A token is not accepted. Rescue this one to answer 401.
  class TokenError < Error; end

  # The token is longer than the policy's `max_token_bytes`.
  class TooLargeError < TokenError; end

  # Not a compact JWS: segments, base64url, or a header that is not a JSON object with a text `alg`.
  class MalformedError < TokenError; end

  # The header has `crit`, `b64` or `zip`; no extension is supported.
  class UnsupportedHeaderError < TokenError; end

  # The header's `alg` is not allowed by the policy, or is not the algorithm of the key.
  class AlgorithmError < TokenError; end

  # No key, or more than one, answers to the token.
  class KeyNotFoundError < TokenError; end

  # The signature is not that key's over these bytes.
  class SignatureError < TokenError; end

  # The signature is good, but the token is not for here and now. `claim` says what decided.
  class ClaimError < TokenError; end

  # The policy names a `typ` and the header has none or another.
  class TypError < ClaimError; end

  # The verified payload is not a JSON object.
  class MalformedClaimsError < ClaimError; end

  # A claim has the wrong type or is out of range. Signing raises it too.
  class InvalidClaimError < ClaimError; end

  # A claim that the policy demands is not there.
  class MissingClaimError < ClaimError; end

  # The token has ended, or is older than the policy allows.
  class ExpiredError < ClaimError; end

  # The token is not valid yet, or was issued in the future.
  class NotYetValidError < ClaimError; end

  # `iss` is not one of the policy's issuers.
  class IssuerError < ClaimError; end

  # `sub` is not the policy's subject.
  class SubjectError < ClaimError; end

  # `aud` holds none of the policy's audiences.
  class AudienceError < ClaimError; end

  # What was to be fetched, stored or asked for is not there. Rescue this one to answer 502 or 503.
  class FetchError < Error; end

  # The server cannot be reached, or says that it cannot answer now.
  class UnavailableError < FetchError; end

  # The caller's time or a network timeout passed. What was asked for goes on for those who still wait.
  class TimeoutError < FetchError; end

  # The server refuses; `http_status` and `code` say how.
  class RefusedError < FetchError; end

  # An answer that is none.
  class ProtocolError < FetchError; end

  # A token file or database that must be read or written cannot be.
  class StoreError < FetchError; end

  # There is nothing to fetch with, and no token that is still valid.
  class NoCredentialsError < FetchError; end

  # This server, or this build of the library, does not offer the operation.
  class UnsupportedError < FetchError; end

  # There are no keys to judge the token by.
  class KeysUnavailableError < FetchError; end

  # The wait was cancelled.
  class CancelledError < FetchError; end

  # An operation on managed tokens is not possible for who asked.
  class AccessError < Error; end

  # There is no such token.
  class UnknownError < AccessError; end

  # The token was revoked.
  class RevokedError < AccessError; end

  # The actor may not do that.
  class DeniedError < AccessError; end

  # A defect of the library was caught at its boundary. The call had no effect; every object stays usable.
  class PanicError < Error; end

  # The operating system did not give what the call needs, such as random bytes.
  class InternalError < Error; end

  # From the numbers of jeton.h to classes. A number that is not here, from a newer library, is an Error.
  ERRORS = {
    101 => UsageError, 102 => UsageError, 103 => UsageError, 104 => UsageError,
    105 => ConfigError,
    106 => KeyError, 107 => WeakKeyError, 108 => UnsupportedKeyError,
    201 => TooLargeError, 202 => MalformedError, 203 => UnsupportedHeaderError,
    301 => AlgorithmError, 302 => KeyNotFoundError, 303 => SignatureError,
    401 => TypError, 402 => MalformedClaimsError, 403 => InvalidClaimError, 404 => MissingClaimError,
    405 => ExpiredError, 406 => NotYetValidError, 407 => IssuerError, 408 => SubjectError, 409 => AudienceError,
    501 => UnavailableError, 502 => TimeoutError, 503 => RefusedError, 504 => ProtocolError, 505 => StoreError,
    506 => NoCredentialsError, 507 => UnsupportedError, 508 => KeysUnavailableError, 509 => CancelledError, 510 => ClosedError,
    601 => UnknownError, 602 => RevokedError, 603 => DeniedError,
    901 => PanicError, 902 => InternalError
  }.freeze
  private_constant :ERRORS
end
