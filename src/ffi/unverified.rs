//! Looking at a token that nobody verified.

use std::ffi::c_char;

use super::boundary::{Out, bytes_in, guard, jeton_error};
use super::result::jeton_result;
use super::status::jeton_status;
use crate::jose::{Payload, inspect_unverified};

/// Shows what a token says. NOTHING IS VERIFIED: anyone can have written it. For logs, for choosing a verifier, never for
/// deciding anything.
///
/// Parts of the result: `header` (JSON), and either `claims` (JSON), if the payload is a JSON object, or `payload` (the bytes). On
/// success the caller frees `*out` with jeton_result_free. Returns JETON_OK, JETON_E_TOO_LARGE (above 65536 bytes) or JETON_E_MALFORMED.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_inspect_unverified(
    token: *const c_char,
    token_len: usize,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        // SAFETY: the contract of this function.
        let token = unsafe { bytes_in(token.cast(), token_len, "token") }?;
        let out = Out::new(out, "out")?;
        let unverified = inspect_unverified(token)?;
        let payload = match unverified.kind() {
            Payload::Claims => "claims",
            Payload::Bytes => "payload",
        };
        out.give(jeton_result::of([
            ("header", Some(unverified.header().to_vec())),
            (payload, Some(unverified.payload().to_vec())),
        ]));
        Ok(())
    })
}
