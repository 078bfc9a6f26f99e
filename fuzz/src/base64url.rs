//! base64url against a reader that works bit by bit: the signature segment, which must only be well formed, and the payload.

use jeton::error::Status;
use jeton::jose::inspect_unverified;

use super::reference::base64url;

/// `{"alg":""}`
const HEADER: &[u8] = b"eyJhbGciOiIifQ";

/// Any text as a segment.
pub fn run(text: &[u8]) {
    let bytes = base64url::decode(text);
    for token in [[HEADER, b"..", text].concat(), [HEADER, b".", text, b"."].concat()] {
        match inspect_unverified(&token) {
            Ok(unverified) => {
                let bytes = bytes.as_deref().expect("a segment that the reference refuses");
                let payload: &[u8] = if token.ends_with(b".") { bytes } else { b"" };
                assert_eq!(unverified.payload(), payload);
            }
            Err(failure) => {
                super::check_failure(&failure);
                let too_large = token.len() > 65_536;
                assert_eq!(failure.status(), if too_large { Status::TooLarge } else { Status::Malformed });
                assert!(too_large || bytes.is_none(), "a segment that the reference reads");
            }
        }
    }
}
