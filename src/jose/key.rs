//! [`Key`]: one key, checked in full when it is read. An unsound or weak key does not exist.
//!
//! Faults are looked for in three rows, and none looks at anything that a later one is about:
//!
//! | | status | about |
//! |---|---|---|
//! | 1 | `KEY_UNSUPPORTED` | what the key is: its structure, `kty`, `crv` or object identifier, a JWK's `alg`, the upper ends of RSA sizes |
//! | 2 | `KEY_WEAK` | how strong it is: bits of an RSA modulus, its exponent, the length of a secret |
//! | 3 | `KEY` | everything else: its encoding, its arithmetic, what it may be used for, its algorithm |
//!
//! A structure that cannot be read as far as the first two rows need it is row 3. Only then comes a wrong *name* of an algorithm
//! beside the key (`CONFIG`), and last an algorithm that does not fit. What depends on the operation is looked at when the key is
//! made ready for it, in the same rows.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::algorithm::Algorithm;
use super::asn1::{self, Structure};
use super::elliptic::{EcKey, Ed25519Key};
use super::json::Value;
use super::pem::{self, Contents};
use super::rsa::RsaKey;
use super::{jwk, secret};
use crate::error::{Failure, Result, Status};

pub(crate) use super::bound::{SigningKey, VerifyingKey};

/// One key. Immutable; the bytes of a secret are wiped when it is dropped (what *ring* keeps of a private key is not).
pub struct Key {
    pub(super) material: Material,
    pub(super) algorithm: Option<Algorithm>,
    pub(super) kid: Option<Arc<str>>,
    usage: Usage,
}

/// The key itself, and perhaps its private half.
pub(super) enum Material {
    Secret(Zeroizing<Vec<u8>>),
    Rsa(RsaKey),
    Ec(EcKey),
    Ed25519(Ed25519Key),
}

/// What a JWK lets itself be used for.
#[derive(Clone, Copy)]
pub(super) struct Usage {
    pub(super) sign: bool,
    pub(super) verify: bool,
}

impl Usage {
    pub(super) const ANY: Usage = Usage { sign: true, verify: true };
}

impl Key {
    /// Reads the one key block of a PEM text: `PRIVATE KEY`, `EC PRIVATE KEY`, `RSA PRIVATE KEY`, `RSA PUBLIC KEY`, `PUBLIC KEY` or
    /// `CERTIFICATE`. `algorithm` binds the key where it does not name its own.
    pub fn from_pem(pem: &[u8], algorithm: Option<&str>) -> Result<Key> {
        let block = pem::read(pem)?;
        let structure = structure_of_label(block.label)?;
        let Contents::Der(der) = &block.contents else { return Err(unsupported("an encrypted PEM block")) };
        if asn1::structure(der) != Some(structure) {
            return Err(unsound("a PEM block that does not hold what its label says"));
        }
        let material = asn1::read(structure, der)?;
        if !block.alone {
            return Err(unsound("a second PEM block after the key"));
        }
        Key::new(material, None, None, Usage::ANY)?.bound_to(algorithm)
    }

    /// Reads the DER of any structure that [`Key::from_pem`] knows.
    pub fn from_der(der: &[u8], algorithm: Option<&str>) -> Result<Key> {
        let structure = asn1::structure(der).ok_or_else(|| unsound("not the DER of a key"))?;
        Key::new(asn1::read(structure, der)?, None, None, Usage::ANY)?.bound_to(algorithm)
    }

    /// Reads a JWK.
    pub fn from_jwk(jwk: &[u8], algorithm: Option<&str>) -> Result<Key> {
        let jwk = Value::parse(jwk).map_err(|_| unsound("a JWK that is not strict JSON"))?;
        jwk::read(jwk, algorithm.and_then(Algorithm::from_name))?.bound_to(algorithm)
    }

    /// Takes bytes as an HMAC secret. Bytes that are a key of another kind, in any form, are refused.
    pub fn from_secret(secret: &[u8], algorithm: Option<&str>) -> Result<Key> {
        let secret = secret::read(secret, algorithm.and_then(Algorithm::from_name))?;
        Key::new(Material::Secret(secret), None, None, Usage::ANY)?.bound_to(algorithm)
    }

    /// A key of sound material, if the algorithm that it names for itself fits.
    pub(super) fn new(material: Material, own: Option<Algorithm>, kid: Option<Arc<str>>, usage: Usage) -> Result<Key> {
        let algorithm = match &material {
            Material::Secret(_) | Material::Rsa(_) => None,
            Material::Ec(key) => Some(key.curve.algorithm()),
            Material::Ed25519(_) => Some(Algorithm::EdDsa),
        };
        let mut key = Key { material, algorithm, kid, usage };
        if own.is_some() {
            key.algorithm = Some(key.settled(own)?);
        }
        Ok(key)
    }

    /// The same key, bound to the algorithm of this name.
    pub(super) fn bound_to(self, name: Option<&str>) -> Result<Key> {
        match name {
            Some(name) => algorithm_named(name).and_then(|algorithm| self.bound(Some(algorithm))),
            None => Ok(self),
        }
    }

    /// The same key, bound to the algorithm that it names itself or else to this one.
    pub(super) fn bound(mut self, algorithm: Option<Algorithm>) -> Result<Key> {
        self.algorithm = Some(self.settled(algorithm)?);
        Ok(self)
    }

    /// The one algorithm that the key and the one who asks agree on.
    pub(super) fn settled(&self, asked: Option<Algorithm>) -> Result<Algorithm> {
        match (self.algorithm, asked) {
            (Some(own), Some(asked)) if own != asked => {
                Err(unsound("the key is for another algorithm than the one beside it"))
            }
            (None, Some(asked)) if !self.fits(asked) => {
                Err(unsound("the algorithm beside the key is not for keys of its type"))
            }
            (own, asked) => {
                own.or(asked).ok_or_else(|| unsound("the key names no algorithm, and none is named beside it"))
            }
        }
    }

    fn fits(&self, algorithm: Algorithm) -> bool {
        use Algorithm::*;
        match &self.material {
            Material::Secret(_) => matches!(algorithm, Hs256 | Hs384 | Hs512),
            Material::Rsa(_) => matches!(algorithm, Rs256 | Rs384 | Rs512 | Ps256 | Ps384 | Ps512),
            Material::Ec(key) => algorithm == key.curve.algorithm(),
            Material::Ed25519(_) => algorithm == EdDsa,
        }
    }

    /// `oct`, `RSA`, `EC` or `OKP`.
    pub fn kty(&self) -> &'static str {
        match &self.material {
            Material::Secret(_) => "oct",
            Material::Rsa(_) => "RSA",
            Material::Ec(_) => "EC",
            Material::Ed25519(_) => "OKP",
        }
    }

    /// The algorithm it is bound to. Only RSA keys and secrets may be unbound.
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    /// The `kid` of its JWK.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Whether it can sign by what it is; a secret can.
    pub fn is_private(&self) -> bool {
        match &self.material {
            Material::Secret(_) => true,
            Material::Rsa(key) => key.is_private(),
            Material::Ec(key) => key.private.is_some(),
            Material::Ed25519(key) => key.private.is_some(),
        }
    }

    /// The thumbprint of RFC 7638 with SHA-256, in base64url.
    pub fn thumbprint(&self) -> String {
        jwk::thumbprint(&self.material)
    }

    /// The JWK of the public half, with `alg` and `kid` if the key has them.
    pub fn public_jwk(&self) -> Result<String> {
        match &self.material {
            Material::Secret(_) => Err(secret_is_not_public()),
            _ => Ok(jwk::write(self, None)),
        }
    }

    /// The SPKI of the public half as PEM.
    pub fn public_pem(&self) -> Result<String> {
        let spki = asn1::write_spki(&self.material).ok_or_else(secret_is_not_public)?;
        Ok(pem::write("PUBLIC KEY", &spki))
    }

    /// Makes the key ready to sign with the algorithm that it is bound to, or else with `asked`.
    pub(crate) fn signing_key(&self, asked: Option<Algorithm>) -> Result<SigningKey> {
        SigningKey::new(self, asked)
    }

    /// Makes the key ready to verify with the algorithm that it is bound to, or else with `asked`.
    pub(crate) fn verifying_key(&self, asked: Option<Algorithm>) -> Result<VerifyingKey> {
        VerifyingKey::new(self, asked)
    }

    /// Fails if the key can sign with no algorithm at all.
    pub(crate) fn check_may_sign(&self) -> Result<()> {
        if let Material::Rsa(key) = &self.material {
            key.signing()?;
        }
        if !self.is_private() {
            return Err(public_key());
        }
        if self.usage.sign { Ok(()) } else { Err(unsound("the `key_ops` of the key do not hold `sign`")) }
    }

    /// Fails if the key can verify with no algorithm at all.
    pub(crate) fn check_may_verify(&self) -> Result<()> {
        if self.usage.verify { Ok(()) } else { Err(unsound("the `key_ops` of the key do not hold `verify`")) }
    }

    /// Fails if the key is a secret that is too short for the algorithm it would be used with.
    pub(super) fn check_strength(&self, asked: Option<Algorithm>) -> Result<()> {
        match &self.material {
            Material::Secret(secret) => secret::check_length(secret, self.algorithm.or(asked)),
            _ => Ok(()),
        }
    }
}

/// Shows what kind of key it is and nothing that is in it.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("kty", &self.kty())
            .field("algorithm", &self.algorithm)
            .field("private", &self.is_private())
            .finish_non_exhaustive()
    }
}

/// The algorithm of a name that a caller gave.
pub(super) fn algorithm_named(name: &str) -> Result<Algorithm> {
    Algorithm::from_name(name).ok_or_else(|| Failure::new(Status::Config, "algorithm: not the name of an algorithm"))
}

fn structure_of_label(label: &[u8]) -> Result<Structure> {
    match label {
        b"PRIVATE KEY" => Ok(Structure::Pkcs8),
        b"EC PRIVATE KEY" => Ok(Structure::Sec1),
        b"RSA PRIVATE KEY" => Ok(Structure::Pkcs1Private),
        b"RSA PUBLIC KEY" => Ok(Structure::Pkcs1Public),
        b"PUBLIC KEY" => Ok(Structure::Spki),
        b"CERTIFICATE" => Ok(Structure::Certificate),
        b"ENCRYPTED PRIVATE KEY" => Err(unsupported("an encrypted private key")),
        b"OPENSSH PRIVATE KEY" => Err(unsupported("a private key in the format of OpenSSH")),
        [b'D', b'S', b'A', b' ', ..] => Err(unsupported("a DSA key")),
        _ => Err(unsound("a PEM block that is no key")),
    }
}

pub(super) fn public_key() -> Failure {
    unsound("a public key cannot sign")
}

fn secret_is_not_public() -> Failure {
    unsound("a secret has no public half")
}

pub(super) fn unsupported(message: &str) -> Failure {
    Failure::new(Status::KeyUnsupported, message)
}

pub(super) fn weak(message: &str) -> Failure {
    Failure::new(Status::KeyWeak, message)
}

pub(super) fn unsound(message: &str) -> Failure {
    Failure::new(Status::Key, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"a secret of exactly thirty-two b";

    fn status(key: Result<Key>) -> Option<Status> {
        key.err().map(|failure| failure.status())
    }

    #[test]
    fn a_key_is_bound_to_one_algorithm_that_fits() {
        let pem = include_bytes!("../../tests/vectors/keys/p256.pem");
        assert_eq!(Key::from_pem(pem, None).unwrap().algorithm(), Some(Algorithm::Es256));
        assert_eq!(status(Key::from_pem(pem, Some("ES256"))), None);
        assert_eq!(status(Key::from_pem(pem, Some("ES384"))), Some(Status::Key));
        assert_eq!(status(Key::from_pem(pem, Some("es256"))), Some(Status::Config));
        assert_eq!(status(Key::from_secret(SECRET, Some("RS256"))), Some(Status::Key));
        assert_eq!(
            status(Key::from_secret(&SECRET[1..], Some("es256"))),
            Some(Status::KeyWeak),
            "the key comes before the name"
        );

        let unbound = Arc::new(Key::from_secret(SECRET, None).unwrap());
        let signing = |asked| unbound.signing_key(asked).map(|key| key.algorithm()).map_err(|failure| failure.status());
        assert_eq!(signing(Some(Algorithm::Hs256)), Ok(Algorithm::Hs256));
        assert_eq!(signing(Some(Algorithm::Hs384)), Err(Status::KeyWeak));
        assert_eq!(signing(Some(Algorithm::Es256)), Err(Status::Key));
        assert_eq!(signing(None), Err(Status::Key));
        let bound = Arc::new(Key::from_secret(SECRET, Some("HS256")).unwrap());
        assert_eq!(
            bound.verifying_key(Some(Algorithm::Hs512)).err().map(|failure| failure.status()),
            Some(Status::Key)
        );
    }

    #[test]
    fn a_label_says_what_is_in_a_block() {
        let pem = include_str!("../../tests/vectors/keys/p256.pem");
        let renamed = |label: &str| Key::from_pem(pem.replace("PRIVATE KEY", label).as_bytes(), None);
        assert_eq!(status(renamed("PRIVATE KEY")), None);
        for (label, expected) in [
            ("EC PRIVATE KEY", Status::Key),
            ("PUBLIC KEY", Status::Key),
            ("CERTIFICATE REQUEST", Status::Key),
            ("ENCRYPTED PRIVATE KEY", Status::KeyUnsupported),
            ("DSA PRIVATE KEY", Status::KeyUnsupported),
            ("OPENSSH PRIVATE KEY", Status::KeyUnsupported),
        ] {
            assert_eq!(status(renamed(label)), Some(expected), "{label}");
        }
    }

    #[test]
    fn a_second_block_is_the_last_fault() {
        let sound = include_str!("../../tests/vectors/keys/p256.pem");
        let weak = include_str!("../../tests/vectors/keys/rsa1024.pem");
        assert_eq!(status(Key::from_pem([sound, weak].concat().as_bytes(), None)), Some(Status::Key));
        assert_eq!(status(Key::from_pem([weak, sound].concat().as_bytes(), None)), Some(Status::KeyWeak));
    }

    #[test]
    fn a_public_key_cannot_sign() {
        let private = Key::from_pem(include_bytes!("../../tests/vectors/keys/p256.pem"), None).unwrap();
        let public = Arc::new(Key::from_pem(private.public_pem().unwrap().as_bytes(), None).unwrap());
        assert!(private.is_private() && !public.is_private());
        assert_eq!(private.thumbprint(), public.thumbprint());
        assert!(public.check_may_sign().is_err() && public.signing_key(None).is_err());
        assert!(public.verifying_key(None).is_ok() && Arc::new(private).verifying_key(None).is_ok());
    }

    #[test]
    fn debug_shows_nothing_that_is_in_a_key() {
        let key = Key::from_jwk(
            br#"{"kty":"oct","k":"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0","kid":"name","alg":"HS256"}"#,
            None,
        )
        .unwrap();
        assert_eq!(format!("{key:?}"), r#"Key { kty: "oct", algorithm: Some(Hs256), private: true, .. }"#);
    }
}
