//! Looking at a token that nobody verified.

use std::fmt;

use super::json;
use super::jws::{Decoded, Jws, Payload};
use super::policy::DEFAULT_MAX_TOKEN_BYTES;
use crate::error::Result;

/// What a token says about itself. Anyone can have written it; nothing may be decided by it.
pub struct Unverified(Decoded);

/// Shows what a token of at most 64 KiB says, be it signed, expired, or made up. `none`, `crit` and unknown algorithms are shown,
/// not judged.
pub fn inspect_unverified(token: &[u8]) -> Result<Unverified> {
    let jws = Jws::parse(token, DEFAULT_MAX_TOKEN_BYTES)?;
    jws.header()?;
    let kind = match json::read_object(jws.payload(), |_, _| ()) {
        Ok(()) => Payload::Claims,
        Err(_) => Payload::Bytes,
    };
    Ok(Unverified(jws.into_decoded(kind)))
}

impl Unverified {
    /// The header, a JSON object, as it stood.
    pub fn header(&self) -> &[u8] {
        self.0.header()
    }

    /// The payload, as it stood.
    pub fn payload(&self) -> &[u8] {
        self.0.payload()
    }

    /// Whether the payload is a JSON object.
    pub fn kind(&self) -> Payload {
        self.0.kind
    }
}

impl fmt::Debug for Unverified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unverified").field("kind", &self.kind()).finish_non_exhaustive()
    }
}
