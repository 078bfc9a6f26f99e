//! The only list of status numbers, and [`Failure`]: what went wrong in one call.
//!
//! Numbers are for ever: a new status gets a new number, none is reused. The hundreds say whose fault it is: 1xx the
//! caller's, 2xx a token that cannot be read, 3xx algorithm, key and signature, 4xx claims, 5xx what is fetched or stored, 6xx who
//! may do what, 9xx the library's own.

use std::fmt;

macro_rules! statuses {
    ($($(#[doc = $doc:literal])+ $variant:ident = $number:literal $name:literal;)+) => {
        /// Why a call failed. Its number is the C constant `JETON_E_<name>`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(i32)]
        pub enum Status {
            $($(#[doc = $doc])+ $variant = $number,)+
        }

        impl Status {
            /// Every status, in the order of their numbers.
            pub const ALL: &'static [Status] = &[$(Status::$variant),+];

            /// The name in capitals, as in the C constant without its `JETON_E_`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Status::$variant => $name,)+
                }
            }

            /// The name as C wants it, with a NUL at its end.
            pub(crate) const fn name_with_nul(self) -> &'static str {
                match self {
                    $(Status::$variant => concat!($name, "\0"),)+
                }
            }
        }
    };
}

statuses! {
    /// A pointer that must not be NULL is NULL.
    Null = 101 "NULL";
    /// A text is not UTF-8.
    Utf8 = 102 "UTF8";
    /// A length is larger than any object in memory can be.
    Length = 103 "LENGTH";
    /// The output buffer is too small; the needed length was written, nothing else happened.
    Buffer = 104 "BUFFER";
    /// A policy, an option, an argument or the claims to sign contradict themselves or the documentation; the message names the path.
    Config = 105 "CONFIG";
    /// A key cannot be read, is inconsistent, or does not fit its algorithm or the operation.
    Key = 106 "KEY";
    /// A key is too weak: a short HMAC secret, an RSA modulus below 2048 bits or an exponent below 65537.
    KeyWeak = 107 "KEY_WEAK";
    /// A well-formed key outside this library, such as P-521, secp256k1 or an encrypted PEM.
    KeyUnsupported = 108 "KEY_UNSUPPORTED";

    /// The token is longer than the policy's `max_token_bytes`.
    TooLarge = 201 "TOO_LARGE";
    /// Not a compact JWS: segments, base64url, or a header that is not a JSON object with a text `alg`.
    Malformed = 202 "MALFORMED";
    /// The header has `crit`, `b64` or `zip`; no extension is supported.
    HeaderUnsupported = 203 "HEADER_UNSUPPORTED";

    /// The header's `alg` is not allowed by the policy, or is not the algorithm of the key.
    Algorithm = 301 "ALGORITHM";
    /// No key, or more than one, answers to the token.
    KeyNotFound = 302 "KEY_NOT_FOUND";
    /// The signature is not that key's over these bytes.
    Signature = 303 "SIGNATURE";

    /// The policy names a `typ` and the header has none or another.
    Typ = 401 "TYP";
    /// The verified payload is not a JSON object.
    ClaimsMalformed = 402 "CLAIMS_MALFORMED";
    /// A claim has the wrong type or is out of range.
    ClaimInvalid = 403 "CLAIM_INVALID";
    /// A claim that the policy demands is not there.
    ClaimMissing = 404 "CLAIM_MISSING";
    /// The token has ended, or is older than the policy allows.
    Expired = 405 "EXPIRED";
    /// The token is not valid yet, or, where its age is limited, was issued in the future.
    NotYetValid = 406 "NOT_YET_VALID";
    /// `iss` is not one of the policy's issuers.
    Issuer = 407 "ISSUER";
    /// `sub` is not the policy's subject.
    Subject = 408 "SUBJECT";
    /// `aud` holds none of the policy's audiences.
    Audience = 409 "AUDIENCE";

    /// The server cannot be reached, or says that it cannot answer now: connection, TLS, HTTP 429 or 5xx, retries used up.
    Unavailable = 501 "UNAVAILABLE";
    /// The caller's time or a network timeout passed, or HTTP 408.
    Timeout = 502 "TIMEOUT";
    /// The server refuses: HTTP 4xx, or an answer whose body says that it is an error.
    Refused = 503 "REFUSED";
    /// An answer that is none: another HTTP status, a body that is not JSON, lacks what was asked for or is too large.
    Protocol = 504 "PROTOCOL";
    /// A token file or database that must be read or written cannot be.
    Store = 505 "STORE";
    /// There is nothing to fetch with, and no token that is still valid.
    NoCredentials = 506 "NO_CREDENTIALS";
    /// This server, or this build of the library, does not offer the operation.
    Unsupported = 507 "UNSUPPORTED";
    /// There are no keys to judge the token by, for they could not be fetched.
    KeysUnavailable = 508 "KEYS_UNAVAILABLE";
    /// The caller cancelled the wait.
    Cancelled = 509 "CANCELLED";
    /// The source or client was closed.
    Closed = 510 "CLOSED";

    /// There is no such token.
    Unknown = 601 "UNKNOWN";
    /// The token was revoked.
    Revoked = 602 "REVOKED";
    /// The actor may not do that.
    Denied = 603 "DENIED";

    /// A defect of the library was caught at its boundary. The call had no effect; every handle stays usable.
    Panic = 901 "PANIC";
    /// The operating system did not give what the call needs, such as random bytes.
    Internal = 902 "INTERNAL";
}

impl Status {
    /// The stable number.
    pub const fn number(self) -> i32 {
        self as i32
    }

    /// The status of a number.
    pub fn from_number(number: i32) -> Option<Status> {
        Status::ALL.iter().copied().find(|status| status.number() == number)
    }
}

/// One failure: a status, the claim it is about, and a sentence that holds no byte of a token, key or secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    status: Status,
    http_status: Option<u16>,
    claim: Option<String>,
    message: String,
}

/// What a fallible call of this crate returns.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// A failure about no claim in particular.
    pub fn new(status: Status, message: impl Into<String>) -> Failure {
        Failure { status, http_status: None, claim: None, message: message.into() }
    }

    /// A failure about one claim or header member.
    pub fn about(status: Status, claim: &str, message: impl Into<String>) -> Failure {
        Failure { status, http_status: None, claim: Some(claim.to_owned()), message: message.into() }
    }

    /// A failure that a server answered with, by its HTTP status and its own error code, if it named one.
    pub fn answered(status: Status, http_status: u16, code: Option<&str>, message: impl Into<String>) -> Failure {
        Failure { status, http_status: Some(http_status), claim: code.map(str::to_owned), message: message.into() }
    }

    /// Which failure it is.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The HTTP status, if a server answered.
    pub fn http_status(&self) -> Option<u16> {
        self.http_status
    }

    /// The name of the claim (or of the header's `typ`) that decided, if one did; where a server answered, its own error code.
    pub fn claim(&self) -> Option<&str> {
        self.claim.as_deref()
    }

    /// What failed, in one line for people; its wording is not part of the contract.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.status.name(), self.message)
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unique_and_lead_back_to_their_status() {
        for (index, status) in Status::ALL.iter().enumerate() {
            assert_eq!(Status::from_number(status.number()), Some(*status));
            assert!(Status::ALL[..index].iter().all(|earlier| earlier.number() < status.number()));
        }
        assert_eq!(Status::from_number(0), None);
    }

    #[test]
    fn a_failure_reads_as_its_name_and_its_sentence() {
        let failure = Failure::about(Status::Expired, "exp", "the token has expired");
        assert_eq!(failure.to_string(), "EXPIRED: the token has expired");
        assert_eq!(failure.claim(), Some("exp"));
    }
}
