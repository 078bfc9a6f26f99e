//! Signing with a key that never leaves a KMS or HSM: the signing input goes out, the signature comes in. No callback, so that
//! a host waits for its KMS the way it waits for anything.

use std::fmt;
use std::sync::Arc;

use super::algorithm::Algorithm;
use super::base64url;
use super::jws::Jws;
use super::key::{Key, VerifyingKey};
use super::signer::{read_options, signing_input};
use super::template::Template;
use crate::error::{Failure, Result, Status};

/// Makes tokens whose signature somebody else computes. Immutable, and shared freely between threads.
pub struct ExternalSigner {
    key: VerifyingKey,
    template: Template,
}

impl ExternalSigner {
    /// Makes an external signer from the public key and the options of a [`Signer`](super::Signer).
    pub fn new(key: &Arc<Key>, options: &str) -> Result<ExternalSigner> {
        // A key that could never verify is said to be so before a fault of the options.
        let (options, asked) = read_options(options).map_err(|fault| key.check_may_verify().err().unwrap_or(fault))?;
        let key = key.verifying_key(asked.algorithm)?;
        let template = Template::read(options, &asked, key.algorithm(), key.kid())?;
        Ok(ExternalSigner { key, template })
    }

    /// The bytes to be signed for claims, a JSON object.
    pub fn begin(&self, claims: &[u8], now_s: i64) -> Result<String> {
        Ok(signing_input(&self.template.claims(claims, now_s)?))
    }

    /// The bytes to be signed for a payload of any bytes.
    pub fn begin_bytes(&self, payload: &[u8]) -> Result<String> {
        Ok(signing_input(&self.template.bytes(payload)?))
    }

    /// Verifies the signature, in the form of RFC 7518 section 3, and joins it to its signing input.
    pub fn finish(&self, signing_input: &[u8], signature: &[u8]) -> Result<String> {
        let signature = base64url::encode(signature);
        let token = [signing_input, b".", signature.as_bytes()].concat();
        let jws = Jws::parse(&token, usize::MAX)?;
        let header = jws.header()?;
        header.refuse_extensions()?;
        if Algorithm::from_name(&header.alg) != Some(self.key.algorithm()) {
            return Err(Failure::new(Status::Algorithm, "the header's alg is not the algorithm of the key"));
        }
        self.key.check_signature_form(jws.signature())?;
        self.key.verify(jws.signing_input, jws.signature())?;
        String::from_utf8(token).map_err(|_| Failure::new(Status::Malformed, "the signing input is not base64url"))
    }
}

impl fmt::Debug for ExternalSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExternalSigner").field("algorithm", &self.key.algorithm()).finish_non_exhaustive()
    }
}
