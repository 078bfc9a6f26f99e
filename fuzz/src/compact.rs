//! Taking a compact token apart: `inspect_unverified` on any text against the reference, verdict and contents.

use jeton::jose::{Payload, inspect_unverified};

use super::reference::{DEFAULT_MAX_TOKEN_BYTES, MAX_LEVELS, json, token::Token};

/// Any text as a token.
pub fn run(text: &[u8]) {
    match (inspect_unverified(text), Token::read(text, DEFAULT_MAX_TOKEN_BYTES)) {
        (Ok(unverified), Ok(token)) => {
            assert_eq!((unverified.header(), unverified.payload()), (&token.header[..], &token.payload[..]));
            let is_claims = json::object(&token.payload, MAX_LEVELS).is_some();
            assert_eq!(unverified.kind() == Payload::Claims, is_claims);
        }
        (Err(failure), Err(no)) => {
            super::check_failure(&failure);
            assert_eq!((failure.status().name(), failure.claim()), (no.status, no.claim.as_deref()));
        }
        (Ok(_), Err(no)) => panic!("read, but the reference says {no:?}"),
        (Err(failure), Ok(_)) => panic!("the reference reads it: {failure}"),
    }
}
