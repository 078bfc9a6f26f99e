//! Makes new keys.

use ring::signature::EcdsaKeyPair;
use zeroize::Zeroizing;

use super::algorithm::Algorithm;
use super::asn1::{self, Structure};
use super::curve::Curve;
use super::elliptic::Ed25519Key;
use super::key::{Key, Material, Usage, algorithm_named, unsupported};
use super::random::{self, no_random_bytes};
use super::{jwk, pem, secret};
use crate::error::Result;

/// A new key as texts. The caller keeps the private ones secret, and wipes them.
pub struct Generated {
    /// A JWK with the private half, or of a secret.
    pub private_jwk: String,
    /// A JWK of the public half; a secret has none, and no PEM either.
    pub public_jwk: Option<String>,
    /// PKCS#8.
    pub private_pem: Option<String>,
    /// SPKI.
    pub public_pem: Option<String>,
}

impl Key {
    /// Makes a new key for an algorithm: ES256, ES384, EdDSA, HS256, HS384 or HS512. Its JWKs have `alg` and, as `kid`, the thumbprint.
    pub fn generate(algorithm: &str) -> Result<Generated> {
        let algorithm = algorithm_named(algorithm)?;
        match algorithm {
            Algorithm::Es256 => ec(Curve::P256),
            Algorithm::Es384 => ec(Curve::P384),
            Algorithm::EdDsa => ed25519(),
            _ => match secret::hash_len(algorithm) {
                Some(len) => hmac(algorithm, len),
                None => Err(unsupported("RSA keys are made elsewhere, such as with `openssl genpkey -algorithm RSA`")),
            },
        }
    }
}

fn ec(curve: Curve) -> Result<Generated> {
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(curve.signing(), &random::system()?).map_err(|_| no_random_bytes())?;
    let pkcs8 = pkcs8.as_ref();
    let d = asn1::ec_private_key(pkcs8).expect("ring writes PKCS#8 of SEC 1");
    pair(curve.algorithm(), asn1::read(Structure::Pkcs8, pkcs8)?, d, pkcs8)
}

fn ed25519() -> Result<Generated> {
    let seed = random_bytes(32)?;
    pair(
        Algorithm::EdDsa,
        Material::Ed25519(Ed25519Key::private(&seed, None)?),
        &seed,
        &asn1::write_ed25519_pkcs8(&seed),
    )
}

fn hmac(algorithm: Algorithm, len: usize) -> Result<Generated> {
    let key = named(algorithm, Material::Secret(random_bytes(len)?))?;
    Ok(Generated { private_jwk: jwk::write(&key, None), public_jwk: None, private_pem: None, public_pem: None })
}

fn pair(algorithm: Algorithm, material: Material, d: &[u8], pkcs8: &[u8]) -> Result<Generated> {
    let key = named(algorithm, material)?;
    Ok(Generated {
        private_jwk: jwk::write(&key, Some(d)),
        public_jwk: Some(key.public_jwk()?),
        private_pem: Some(pem::write("PRIVATE KEY", pkcs8)),
        public_pem: Some(key.public_pem()?),
    })
}

/// The key with its thumbprint as `kid`.
fn named(algorithm: Algorithm, material: Material) -> Result<Key> {
    let kid = jwk::thumbprint(&material);
    Key::new(material, Some(algorithm), Some(kid.into()), Usage::ANY)
}

fn random_bytes(len: usize) -> Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; len]);
    random::fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Status;
    use crate::jose::{KeySet, Signer, Verifier};
    use std::sync::Arc;

    #[test]
    fn a_new_key_signs_and_verifies_in_each_of_its_forms() {
        for name in ["ES256", "ES384", "EdDSA", "HS256", "HS384", "HS512"] {
            let Generated { private_jwk, public_jwk, private_pem, public_pem } = Key::generate(name).unwrap();
            let jwk = Key::from_jwk(private_jwk.as_bytes(), None).unwrap();
            assert_eq!(jwk.algorithm().unwrap().name(), name);
            assert_eq!(jwk.kid(), Some(&*jwk.thumbprint()));
            let mut private = vec![jwk];
            let mut public = vec![Key::from_jwk(private_jwk.as_bytes(), None).unwrap()];
            private.extend(private_pem.map(|pem| Key::from_pem(pem.as_bytes(), None).unwrap()));
            public.extend(public_pem.map(|pem| Key::from_pem(pem.as_bytes(), None).unwrap()));
            public.extend(public_jwk.map(|jwk| Key::from_jwk(jwk.as_bytes(), None).unwrap()));
            assert_eq!((private.len(), public.len()), if name.starts_with('H') { (1, 1) } else { (2, 3) });
            let keys: Vec<KeySet> = public.into_iter().map(KeySet::from).collect();
            let policy = format!(r#"{{"algorithms":["{name}"],"payload":"bytes"}}"#);
            for private in private {
                let token = Signer::new(&Arc::new(private), "").unwrap().sign_bytes(b"payload").unwrap();
                for keys in &keys {
                    Verifier::new(keys, &policy).unwrap().verify(token.as_bytes(), 0).unwrap();
                }
            }
        }
    }

    #[test]
    fn rsa_keys_are_made_elsewhere_and_unknown_names_are_refused() {
        let status = |name| Key::generate(name).err().map(|failure| failure.status());
        assert_eq!(status("RS256"), Some(Status::KeyUnsupported));
        assert_eq!(status("PS512"), Some(Status::KeyUnsupported));
        assert_eq!(status("ES512"), Some(Status::Config));
    }
}
