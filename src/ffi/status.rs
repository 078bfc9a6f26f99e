//! Status numbers as C sees them. `error.rs` is their home; the compiler checks below that this list is equal to it.

use std::ffi::c_char;
use std::ptr;

use crate::error::Status;

/// What every fallible function returns: `JETON_OK`, one of `JETON_E_…`, or where a function says so `JETON_WAIT` or `JETON_ASK`. Numbers are for ever; new ones may be added.
#[allow(non_camel_case_types)]
pub type jeton_status = i32;

/// Done.
pub const JETON_OK: jeton_status = 0;

/// No failure: the answer is not there yet.
pub const JETON_WAIT: jeton_status = 1;
/// No failure: the library asks for something, such as an HTTP exchange, and goes on when it is answered.
pub const JETON_ASK: jeton_status = 2;

/// A pointer that must not be NULL is NULL.
pub const JETON_E_NULL: jeton_status = 101;
/// A text is not UTF-8.
pub const JETON_E_UTF8: jeton_status = 102;
/// A length is larger than any object in memory can be.
pub const JETON_E_LENGTH: jeton_status = 103;
/// The output buffer is too small; the needed length was written to its length, and nothing else happened.
pub const JETON_E_BUFFER: jeton_status = 104;
/// A policy, an option, an argument or the claims to sign contradict themselves or the documentation; the message names the path.
pub const JETON_E_CONFIG: jeton_status = 105;
/// A key cannot be read, is inconsistent, or does not fit its algorithm or the operation.
pub const JETON_E_KEY: jeton_status = 106;
/// A key is too weak: a short HMAC secret, an RSA modulus below 2048 bits or an exponent below 65537.
pub const JETON_E_KEY_WEAK: jeton_status = 107;
/// A well-formed key outside this library, such as P-521, secp256k1 or an encrypted PEM.
pub const JETON_E_KEY_UNSUPPORTED: jeton_status = 108;

/// The token is longer than the policy's `max_token_bytes`.
pub const JETON_E_TOO_LARGE: jeton_status = 201;
/// Not a compact JWS: segments, base64url, or a header that is not a JSON object with a text `alg`.
pub const JETON_E_MALFORMED: jeton_status = 202;
/// The header has `crit`, `b64` or `zip`; no extension is supported.
pub const JETON_E_HEADER_UNSUPPORTED: jeton_status = 203;

/// The header's `alg` is not allowed by the policy, or is not the algorithm of the key.
pub const JETON_E_ALGORITHM: jeton_status = 301;
/// No key, or more than one, answers to the token.
pub const JETON_E_KEY_NOT_FOUND: jeton_status = 302;
/// The signature is not that key's over these bytes.
pub const JETON_E_SIGNATURE: jeton_status = 303;

/// The policy names a `typ` and the header has none or another.
pub const JETON_E_TYP: jeton_status = 401;
/// The verified payload is not a JSON object.
pub const JETON_E_CLAIMS_MALFORMED: jeton_status = 402;
/// A claim has the wrong type or is out of range.
pub const JETON_E_CLAIM_INVALID: jeton_status = 403;
/// A claim that the policy demands is not there.
pub const JETON_E_CLAIM_MISSING: jeton_status = 404;
/// The token has ended, or is older than the policy allows.
pub const JETON_E_EXPIRED: jeton_status = 405;
/// The token is not valid yet, or, where its age is limited, was issued in the future.
pub const JETON_E_NOT_YET_VALID: jeton_status = 406;
/// `iss` is not one of the policy's issuers.
pub const JETON_E_ISSUER: jeton_status = 407;
/// `sub` is not the policy's subject.
pub const JETON_E_SUBJECT: jeton_status = 408;
/// `aud` holds none of the policy's audiences.
pub const JETON_E_AUDIENCE: jeton_status = 409;

/// The server cannot be reached, or says that it cannot answer now: connection, TLS, HTTP 429 or 5xx, retries used up.
pub const JETON_E_UNAVAILABLE: jeton_status = 501;
/// The caller's time or a network timeout passed, or HTTP 408.
pub const JETON_E_TIMEOUT: jeton_status = 502;
/// The server refuses: HTTP 4xx, or an answer whose body says that it is an error.
pub const JETON_E_REFUSED: jeton_status = 503;
/// An answer that is none: another HTTP status, a body that is not JSON, lacks what was asked for or is too large.
pub const JETON_E_PROTOCOL: jeton_status = 504;
/// A token file or database that must be read or written cannot be.
pub const JETON_E_STORE: jeton_status = 505;
/// There is nothing to fetch with, and no token that is still valid.
pub const JETON_E_NO_CREDENTIALS: jeton_status = 506;
/// This server, or this build of the library, does not offer the operation.
pub const JETON_E_UNSUPPORTED: jeton_status = 507;
/// There are no keys to judge the token by, for they could not be fetched.
pub const JETON_E_KEYS_UNAVAILABLE: jeton_status = 508;
/// The caller cancelled the wait.
pub const JETON_E_CANCELLED: jeton_status = 509;
/// The source or client was closed.
pub const JETON_E_CLOSED: jeton_status = 510;

/// There is no such token.
pub const JETON_E_UNKNOWN: jeton_status = 601;
/// The token was revoked.
pub const JETON_E_REVOKED: jeton_status = 602;
/// The actor may not do that.
pub const JETON_E_DENIED: jeton_status = 603;

/// A defect of the library was caught at its boundary. The call had no effect; every handle stays usable.
pub const JETON_E_PANIC: jeton_status = 901;
/// The operating system did not give what the call needs, such as random bytes.
pub const JETON_E_INTERNAL: jeton_status = 902;

/// The name of a status: `"EXPIRED"` for JETON_E_EXPIRED; `"OK"`, `"WAIT"` and `"ASK"` for the answers; NULL for a number that this library does not
/// know. The text is static: never freed, valid for ever. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_status_name(status: jeton_status) -> *const c_char {
    match Status::from_number(status) {
        _ if status == JETON_OK => c"OK".as_ptr(),
        _ if status == JETON_WAIT => c"WAIT".as_ptr(),
        _ if status == JETON_ASK => c"ASK".as_ptr(),
        Some(status) => status.name_with_nul().as_ptr().cast(),
        None => ptr::null(),
    }
}

// The header needs literals, so the numbers stand here once more; they cannot differ.
const _: () = {
    let mirror = [
        (JETON_E_NULL, Status::Null),
        (JETON_E_UTF8, Status::Utf8),
        (JETON_E_LENGTH, Status::Length),
        (JETON_E_BUFFER, Status::Buffer),
        (JETON_E_CONFIG, Status::Config),
        (JETON_E_KEY, Status::Key),
        (JETON_E_KEY_WEAK, Status::KeyWeak),
        (JETON_E_KEY_UNSUPPORTED, Status::KeyUnsupported),
        (JETON_E_TOO_LARGE, Status::TooLarge),
        (JETON_E_MALFORMED, Status::Malformed),
        (JETON_E_HEADER_UNSUPPORTED, Status::HeaderUnsupported),
        (JETON_E_ALGORITHM, Status::Algorithm),
        (JETON_E_KEY_NOT_FOUND, Status::KeyNotFound),
        (JETON_E_SIGNATURE, Status::Signature),
        (JETON_E_TYP, Status::Typ),
        (JETON_E_CLAIMS_MALFORMED, Status::ClaimsMalformed),
        (JETON_E_CLAIM_INVALID, Status::ClaimInvalid),
        (JETON_E_CLAIM_MISSING, Status::ClaimMissing),
        (JETON_E_EXPIRED, Status::Expired),
        (JETON_E_NOT_YET_VALID, Status::NotYetValid),
        (JETON_E_ISSUER, Status::Issuer),
        (JETON_E_SUBJECT, Status::Subject),
        (JETON_E_AUDIENCE, Status::Audience),
        (JETON_E_UNAVAILABLE, Status::Unavailable),
        (JETON_E_TIMEOUT, Status::Timeout),
        (JETON_E_REFUSED, Status::Refused),
        (JETON_E_PROTOCOL, Status::Protocol),
        (JETON_E_STORE, Status::Store),
        (JETON_E_NO_CREDENTIALS, Status::NoCredentials),
        (JETON_E_UNSUPPORTED, Status::Unsupported),
        (JETON_E_KEYS_UNAVAILABLE, Status::KeysUnavailable),
        (JETON_E_CANCELLED, Status::Cancelled),
        (JETON_E_CLOSED, Status::Closed),
        (JETON_E_UNKNOWN, Status::Unknown),
        (JETON_E_REVOKED, Status::Revoked),
        (JETON_E_DENIED, Status::Denied),
        (JETON_E_PANIC, Status::Panic),
        (JETON_E_INTERNAL, Status::Internal),
    ];
    assert!(mirror.len() == Status::ALL.len());
    let mut index = 0;
    while index < mirror.len() {
        assert!(mirror[index].0 == mirror[index].1.number() && mirror[index].0 == Status::ALL[index].number());
        index += 1;
    }
};
