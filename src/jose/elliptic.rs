//! EC keys (P-256, P-384) and Ed25519 keys: a public point, and perhaps the private key that belongs to it.

use std::sync::Arc;

use ring::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair};

use super::curve::{Curve, is_ed25519_point};
use super::key::{unsound, unsupported};
use super::random;
use crate::error::Result;

/// A key for ECDSA.
pub(super) struct EcKey {
    pub(super) curve: Curve,
    /// Uncompressed: 4, x, y.
    pub(super) point: Arc<[u8]>,
    pub(super) private: Option<Arc<EcdsaKeyPair>>,
}

impl EcKey {
    /// From a point in the encoding of SEC 1, and perhaps a private key. A compressed point is a sound key, but *ring* cannot
    /// expand it.
    pub(super) fn new(curve: Curve, point: &[u8], private: Option<&[u8]>) -> Result<EcKey> {
        if matches!(point, [2 | 3, x @ ..] if x.len() == curve.len()) {
            return Err(unsupported("an EC key with a compressed point; only uncompressed points are supported"));
        }
        if !curve.holds(point) {
            return Err(unsound("the EC public key is not an uncompressed point on its curve"));
        }
        let pair = private.map(|private| {
            EcdsaKeyPair::from_private_key_and_public_key(curve.signing(), private, point, &random::system()?)
                .map_err(|_| unsound("the EC private key is not one, or its public half does not belong to it"))
        });
        Ok(EcKey { curve, point: point.into(), private: pair.transpose()?.map(Arc::new) })
    }

    /// The two coordinates.
    pub(super) fn coordinates(&self) -> (&[u8], &[u8]) {
        self.point.get(1..).unwrap_or_default().split_at(self.curve.len())
    }
}

/// A key for EdDSA on Ed25519.
pub(super) struct Ed25519Key {
    pub(super) point: [u8; 32],
    pub(super) private: Option<Arc<Ed25519KeyPair>>,
}

impl Ed25519Key {
    pub(super) fn public(point: &[u8]) -> Result<Ed25519Key> {
        let point = point.try_into().map_err(|_| unsound("an Ed25519 public key is 32 bytes"))?;
        if !is_ed25519_point(&point) {
            return Err(unsound("the Ed25519 public key is not a canonical point, or one of small order"));
        }
        Ok(Ed25519Key { point, private: None })
    }

    /// From a seed, and the public half where there is one to compare.
    pub(super) fn private(seed: &[u8], point: Option<&[u8]>) -> Result<Ed25519Key> {
        let point = point.map(Ed25519Key::public).transpose()?.map(|public| public.point);
        let pair =
            Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| unsound("an Ed25519 private key is 32 bytes"))?;
        let derived = Ed25519Key::public(pair.public_key().as_ref())?;
        if point.is_some_and(|point| point != derived.point) {
            return Err(unsound("the Ed25519 public half does not belong to the private key"));
        }
        Ok(Ed25519Key { private: Some(Arc::new(pair)), ..derived })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use ring::rand::SystemRandom;

    use super::*;
    use crate::jose::asn1;

    /// A new private key on P-256 and its point.
    pub(in crate::jose) fn p256() -> (Vec<u8>, Vec<u8>) {
        let rng = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(Curve::P256.signing(), &rng).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(Curve::P256.signing(), pkcs8.as_ref(), &rng).unwrap();
        (asn1::ec_private_key(pkcs8.as_ref()).unwrap().to_vec(), pair.public_key().as_ref().to_vec())
    }

    /// A seed and its point.
    pub(in crate::jose) fn ed25519() -> ([u8; 32], [u8; 32]) {
        let seed = [7; 32];
        (seed, Ed25519Key::private(&seed, None).unwrap().point)
    }

    #[test]
    fn the_public_half_belongs_to_the_private_half() {
        let (d, point) = p256();
        let (other_d, _) = p256();
        assert!(EcKey::new(Curve::P256, &point, Some(&d)).is_ok());
        for d in [&other_d[..], &[0; 32], &[0xff; 32], &d[1..], &[&[0], &d[..]].concat()] {
            assert!(EcKey::new(Curve::P256, &point, Some(d)).is_err());
        }
        let (seed, point) = ed25519();
        assert!(Ed25519Key::private(&seed, Some(&point)).is_ok());
        assert!(Ed25519Key::private(&[8; 32], Some(&point)).is_err());
        assert!(Ed25519Key::private(&seed[1..], None).is_err());
    }
}
