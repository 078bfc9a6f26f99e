//! The verifier: one path from the text of a token to what it says, and no other way to get there.

use std::fmt;

use super::algorithm::Algorithm;
use super::jws::{Decoded, Header, Jws, Payload};
use super::key::VerifyingKey;
use super::keyset::KeySet;
use super::policy::Policy;
use super::verified_cache::VerifiedCache;
use crate::error::{Failure, Result, Status};

/// Checks tokens against keys and a policy. Immutable, and shared freely between threads.
///
/// ```
/// use jeton::jose::{Key, KeySet, Signer, Verifier};
/// use std::sync::Arc;
///
/// let key = Arc::new(Key::from_secret(b"a secret of at least 32 bytes, kept", Some("HS256"))?);
/// let signer = Signer::new(&key, r#"{"issuer":"https://id.example","audience":"api","ttl_s":600}"#)?;
/// let token = signer.sign(br#"{"sub":"alice"}"#, 1_700_000_000)?;
///
/// let policy = r#"{"algorithms":["HS256"],"issuer":"https://id.example","audience":"api"}"#;
/// let verifier = Verifier::new(&KeySet::from(key), policy)?;
/// let verified = verifier.verify(token.as_bytes(), 1_700_000_100)?;
/// assert!(verified.payload().starts_with(br#"{"sub":"alice","#));
/// # Ok::<(), jeton::error::Failure>(())
/// ```
pub struct Verifier {
    keys: Vec<VerifyingKey>,
    policy: Policy,
    /// Of this verifier alone: what its keys found good says nothing about those of another.
    cache: Option<VerifiedCache>,
}

/// Header and payload of a token that verified. Only a verifier makes one.
pub struct Verified(Decoded);

impl Verifier {
    /// Makes a verifier from keys and a policy, a JSON object whose members are listed at `jeton_verifier_new`.
    pub fn new(keys: &KeySet, policy: &str) -> Result<Verifier> {
        let keys = keys.verifying_keys()?;
        let policy = Policy::parse(policy)?;
        let cache = VerifiedCache::new(policy.verified_cache_bytes);
        Ok(Verifier { keys, policy, cache })
    }

    /// A verifier that finds no key: it refuses a token for what can be said without one, and any other as KEY_NOT_FOUND.
    pub(crate) fn without_keys(policy: Policy) -> Verifier {
        Verifier { keys: Vec::new(), policy, cache: None }
    }

    /// How many keys it judges by.
    pub(crate) fn key_count(&self) -> usize {
        self.keys.len()
    }

    #[cfg(test)]
    pub(super) fn cache(&self) -> Option<&VerifiedCache> {
        self.cache.as_ref()
    }

    /// What the payload of every token is that it accepts, as the policy says.
    pub fn payload(&self) -> Payload {
        self.policy.payload()
    }

    /// Verifies a token at the time `now_s`, in Unix seconds.
    ///
    /// The first failure in this order is the answer: the form of the token (2xx), algorithm, key and signature (3xx), typ and
    /// claims (4xx). Claims are not looked at before the signature is known to be good.
    pub fn verify(&self, token: &[u8], now_s: i64) -> Result<Verified> {
        let jws = Jws::parse(token, self.policy.max_token_bytes)?;
        let header = jws.header()?;
        header.refuse_extensions()?;
        let algorithm = self.policy.allowed(&header.alg)?;
        let is_known = self.cache.as_ref().is_some_and(|cache| cache.holds(token));
        if !is_known {
            self.check_signature(&jws, &header, algorithm)?;
        }
        self.policy.check(&header, jws.payload(), now_s)?;
        if let (Some(cache), false) = (&self.cache, is_known) {
            cache.keep(token);
        }
        Ok(Verified(jws.into_decoded(self.policy.payload())))
    }

    /// Finds the one key that the token is to be judged by, and judges.
    fn check_signature(&self, jws: &Jws<'_>, header: &Header<'_>, algorithm: Algorithm) -> Result<()> {
        let kid = header.kid.as_deref();
        let named = kid.is_some() && self.keys.iter().any(|key| key.kid() == kid);
        let answers = |key: &&VerifyingKey| match (kid, key.kid()) {
            (Some(_), None) => !named,
            (Some(kid), Some(own)) => kid == own,
            (None, _) => true,
        };
        let mut fitting = self.keys.iter().filter(answers).filter(|key| key.algorithm() == algorithm);
        match fitting.clone().count() {
            0 if self.keys.iter().any(|key| answers(&key)) => {
                Err(Failure::new(Status::Algorithm, "the header's alg is not the algorithm of the key"))
            }
            0 => Err(Failure::new(Status::KeyNotFound, "no key answers to the token")),
            1 => fitting.try_for_each(|key| key.verify(jws.signing_input, jws.signature())),
            // Trying keys is a way out for issuers that name none; a token that names its key is never tried against another.
            count if kid.is_none() && count <= self.policy.try_keys => {
                match fitting.any(|key| key.verify(jws.signing_input, jws.signature()).is_ok()) {
                    true => Ok(()),
                    false => Err(Failure::new(Status::Signature, "the signature is not one of the keys'")),
                }
            }
            _ => Err(Failure::new(Status::KeyNotFound, "more than one key answers to the token")),
        }
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("keys", &self.keys.len()).finish_non_exhaustive()
    }
}

impl Verified {
    /// The header, a JSON object, as it stood.
    pub fn header(&self) -> &[u8] {
        self.0.header()
    }

    /// The payload, as it stood: the claims, a JSON object, unless the policy said `bytes`.
    pub fn payload(&self) -> &[u8] {
        self.0.payload()
    }

    /// What the payload is, as the policy said.
    pub fn kind(&self) -> Payload {
        self.0.kind
    }
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified").field("kind", &self.kind()).finish_non_exhaustive()
    }
}
