//! Make and check tokens: compact JWS (RFC 7515) with JWT claims (RFC 7519), and the keys for them (RFC 7517, 7518, 8037).
//!
//! A token goes one way through this room: `Jws` takes its text apart, `Policy` allows its algorithm, a [`Key`] judges its signature,
//! `Claims` are read from the bytes that were signed, and the policy judges them. A [`Verifier`] is that path; a [`Signer`] is the way
//! back.

mod algorithm;
mod asn1;
pub(crate) mod base64url;
mod bound;
mod claims;
pub(crate) mod config;
mod curve;
pub(crate) mod decimal;
mod der;
mod elliptic;
mod external_signer;
mod generate;
pub(crate) mod json;
mod jwk;
mod jws;
mod key;
mod keyset;
mod pem;
pub(crate) mod policy;
pub(crate) mod random;
mod rsa;
mod secret;
mod signer;
mod template;
pub(crate) mod time;
mod uint;
mod unverified;
mod verified_cache;
mod verifier;
#[cfg(test)]
mod wycheproof;

pub use algorithm::Algorithm;
pub use external_signer::ExternalSigner;
pub use generate::Generated;
pub use jws::Payload;
pub use key::Key;
pub use keyset::KeySet;
pub use signer::Signer;
pub use unverified::{Unverified, inspect_unverified};
pub use verifier::{Verified, Verifier};
