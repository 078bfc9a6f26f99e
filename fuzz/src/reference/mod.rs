//! The specification once more, slow and straightforward, for secrets and HMAC: what every verdict of the library is compared with.
//! It shares no code with the library; where it can do a thing in another way, it does.

pub mod base64url;
pub mod claims;
pub mod json;
pub mod policy;
pub mod time;
pub mod token;
pub mod verify;

/// How deep the JSON of a header or of claims may go.
pub const MAX_LEVELS: usize = 32;

/// How long a token may be, unless a policy says otherwise.
pub const DEFAULT_MAX_TOKEN_BYTES: usize = 65_536;

/// A verdict that is not yes.
#[derive(Debug, PartialEq, Eq)]
pub struct No {
    /// The name of the status.
    pub status: &'static str,
    /// The claim that decided, if one did.
    pub claim: Option<String>,
}

impl No {
    /// About no claim in particular.
    pub fn new(status: &'static str) -> No {
        No { status, claim: None }
    }

    /// About one claim.
    pub fn about(status: &'static str, claim: &str) -> No {
        No { status, claim: Some(claim.to_owned()) }
    }
}
