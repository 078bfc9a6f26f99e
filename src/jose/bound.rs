//! Keys that are ready for use: bound to one algorithm and one operation, everything parsed that *ring* lets be parsed beforehand.

use std::sync::Arc;

use ring::hmac;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{self, EcdsaKeyPair, Ed25519KeyPair, RsaEncoding, RsaKeyPair, RsaParameters, UnparsedPublicKey};

use super::algorithm::Algorithm;
use super::key::{Key, Material, public_key, unsound};
use super::random::{self, no_random_bytes};
use crate::error::{Failure, Result, Status};

/// A key to sign with. It keeps nothing of the [`Key`] but what it needs, so that a key that was given up is wiped.
pub(crate) struct SigningKey {
    kid: Option<Arc<str>>,
    algorithm: Algorithm,
    signer: Signer,
}

enum Signer {
    Hmac(hmac::Key),
    Rsa(Arc<RsaKeyPair>, &'static dyn RsaEncoding),
    Ec(Arc<EcdsaKeyPair>),
    Ed25519(Arc<Ed25519KeyPair>),
}

impl SigningKey {
    pub(super) fn new(key: &Key, asked: Option<Algorithm>) -> Result<SigningKey> {
        key.check_strength(asked)?;
        key.check_may_sign()?;
        let algorithm = key.settled(asked)?;
        let signer = match &key.material {
            Material::Secret(bytes) => hmac_key(algorithm, bytes).map(Signer::Hmac),
            Material::Rsa(rsa) => {
                rsa.signing()?.cloned().zip(rsa_encoding(algorithm)).map(|(pair, encoding)| Signer::Rsa(pair, encoding))
            }
            Material::Ec(ec) => ec.private.clone().map(Signer::Ec),
            Material::Ed25519(ed25519) => ed25519.private.clone().map(Signer::Ed25519),
        };
        let signer = signer.ok_or_else(public_key)?;
        Ok(SigningKey { kid: key.kid.clone(), algorithm, signer })
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(crate) fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// How many bytes each signature has.
    pub(crate) fn signature_len(&self) -> usize {
        match &self.signer {
            Signer::Hmac(key) => key.algorithm().digest_algorithm().output_len(),
            Signer::Rsa(pair, _) => pair.public().modulus_len(),
            Signer::Ec(_) if self.algorithm == Algorithm::Es384 => 96,
            Signer::Ec(_) | Signer::Ed25519(_) => 64,
        }
    }

    /// Signs a message into `signature`, which has exactly [`SigningKey::signature_len`] bytes.
    pub(crate) fn sign(&self, message: &[u8], signature: &mut [u8]) -> Result<()> {
        assert_eq!(signature.len(), self.signature_len(), "room for another length than a signature's");
        match &self.signer {
            Signer::Hmac(key) => signature.copy_from_slice(hmac::sign(key, message).as_ref()),
            Signer::Rsa(pair, encoding) => {
                // RSASSA-PKCS1-v1_5 asks for none.
                let random = if self.algorithm.is_pss() { random::system()? } else { SystemRandom::new() };
                pair.sign(*encoding, &random, message, signature).map_err(|_| no_random_bytes())?;
            }
            Signer::Ec(pair) => {
                let made = pair.sign(&random::system()?, message).map_err(|_| no_random_bytes())?;
                signature.copy_from_slice(made.as_ref());
            }
            Signer::Ed25519(pair) => signature.copy_from_slice(pair.sign(message).as_ref()),
        }
        Ok(())
    }
}

/// A key to verify with. It keeps nothing of the [`Key`] but what it needs, and no private half.
pub(crate) struct VerifyingKey {
    kid: Option<Arc<str>>,
    algorithm: Algorithm,
    verifier: Verifier,
}

enum Verifier {
    Hmac(hmac::Key),
    /// *ring* has no parsed form of an RSA public key, so the modulus is prepared in each call.
    Rsa(PublicKeyComponents<Arc<[u8]>>, &'static RsaParameters),
    Ec(UnparsedPublicKey<Arc<[u8]>>),
    Ed25519(UnparsedPublicKey<[u8; 32]>),
}

impl VerifyingKey {
    pub(super) fn new(key: &Key, asked: Option<Algorithm>) -> Result<VerifyingKey> {
        key.check_strength(asked)?;
        key.check_may_verify()?;
        let algorithm = key.settled(asked)?;
        let verifier = match &key.material {
            Material::Secret(bytes) => hmac_key(algorithm, bytes).map(Verifier::Hmac),
            Material::Rsa(rsa) => {
                rsa_parameters(algorithm).map(|parameters| Verifier::Rsa(rsa.public.clone(), parameters))
            }
            Material::Ec(ec) => Some(Verifier::Ec(UnparsedPublicKey::new(ec.curve.verification(), ec.point.clone()))),
            Material::Ed25519(key) => Some(Verifier::Ed25519(UnparsedPublicKey::new(&signature::ED25519, key.point))),
        };
        let verifier = verifier.ok_or_else(|| unsound("the algorithm is not for keys of this type"))?;
        Ok(VerifyingKey { kid: key.kid.clone(), algorithm, verifier })
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(crate) fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Says what is wrong with an ECDSA signature that is not of RFC 7518 section 3.4: most others make them as DER.
    pub(crate) fn check_signature_form(&self, signature: &[u8]) -> Result<()> {
        let len = match self.algorithm {
            Algorithm::Es256 => 64,
            Algorithm::Es384 => 96,
            _ => return Ok(()),
        };
        match signature.len() == len {
            true => Ok(()),
            false => Err(Failure::new(Status::Signature, format!("expected R and S in {len} bytes, not DER"))),
        }
    }

    /// Whether this is the key's signature over the message; if not, no more is said than that.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<()> {
        match &self.verifier {
            Verifier::Hmac(key) => hmac::verify(key, message, signature),
            Verifier::Rsa(key, parameters) => key.verify(parameters, message, signature),
            Verifier::Ec(key) => key.verify(message, signature),
            Verifier::Ed25519(key) => key.verify(message, signature),
        }
        .map_err(|_| Failure::new(Status::Signature, "the signature is not that of the key over these bytes"))
    }
}

fn hmac_key(algorithm: Algorithm, secret: &[u8]) -> Option<hmac::Key> {
    let algorithm = match algorithm {
        Algorithm::Hs256 => hmac::HMAC_SHA256,
        Algorithm::Hs384 => hmac::HMAC_SHA384,
        Algorithm::Hs512 => hmac::HMAC_SHA512,
        _ => return None,
    };
    Some(hmac::Key::new(algorithm, secret))
}

fn rsa_encoding(algorithm: Algorithm) -> Option<&'static dyn RsaEncoding> {
    match algorithm {
        Algorithm::Rs256 => Some(&signature::RSA_PKCS1_SHA256),
        Algorithm::Rs384 => Some(&signature::RSA_PKCS1_SHA384),
        Algorithm::Rs512 => Some(&signature::RSA_PKCS1_SHA512),
        Algorithm::Ps256 => Some(&signature::RSA_PSS_SHA256),
        Algorithm::Ps384 => Some(&signature::RSA_PSS_SHA384),
        Algorithm::Ps512 => Some(&signature::RSA_PSS_SHA512),
        _ => None,
    }
}

fn rsa_parameters(algorithm: Algorithm) -> Option<&'static RsaParameters> {
    match algorithm {
        Algorithm::Rs256 => Some(&signature::RSA_PKCS1_2048_8192_SHA256),
        Algorithm::Rs384 => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
        Algorithm::Rs512 => Some(&signature::RSA_PKCS1_2048_8192_SHA512),
        Algorithm::Ps256 => Some(&signature::RSA_PSS_2048_8192_SHA256),
        Algorithm::Ps384 => Some(&signature::RSA_PSS_2048_8192_SHA384),
        Algorithm::Ps512 => Some(&signature::RSA_PSS_2048_8192_SHA512),
        _ => None,
    }
}
