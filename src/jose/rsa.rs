//! RSA keys: what *ring* does not check (the exact size, the exponent, the private parts against each other).

use std::sync::Arc;

use ring::rand::SystemRandom;
use ring::rsa::KeyPairComponents;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents};

use super::key::{unsound, unsupported, weak};
use super::uint::{from_be, less_than, minus_one, mul, mul_mod, reduce, width};
use crate::error::Result;

/// Bits of a modulus that can be verified with.
const MODULUS_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;
/// Bits of a modulus that can be signed with.
const SIGNING_BITS: usize = 4096;
const EXPONENT: std::ops::RangeInclusive<u64> = 65537..=(1 << 33) - 1;

pub(super) struct RsaKey {
    /// Big-endian without leading zeros.
    pub(super) public: RsaPublicKeyComponents<Arc<[u8]>>,
    private: Option<Private>,
}

enum Private {
    Usable(Arc<RsaKeyPair>),
    /// A sound key of a size or shape that *ring* cannot sign with.
    Unusable,
}

/// The private parts, big-endian.
pub(super) struct Parts<'a> {
    pub(super) d: &'a [u8],
    pub(super) p: &'a [u8],
    pub(super) q: &'a [u8],
    pub(super) dp: &'a [u8],
    pub(super) dq: &'a [u8],
    pub(super) qi: &'a [u8],
}

impl RsaKey {
    /// From the modulus and the exponent, big-endian; `None` stands for one that could not be read, which is looked at only
    /// after the size of the other. Faults come in the order of the status table.
    pub(super) fn new(n: Option<&[u8]>, e: Option<&[u8]>) -> Result<RsaKey> {
        let bits = n.map(bit_length);
        let exponent = e
            .map(|e| if bit_length(e) > 64 { u64::MAX } else { e.iter().fold(0, |e, byte| e << 8 | u64::from(*byte)) });
        if bits.is_some_and(|bits| bits > *MODULUS_BITS.end()) {
            return Err(unsupported("an RSA modulus of more than 8192 bits"));
        }
        if exponent.is_some_and(|e| e > *EXPONENT.end()) {
            return Err(unsupported("an RSA exponent above 2^33 - 1"));
        }
        if bits.is_some_and(|bits| bits < *MODULUS_BITS.start()) {
            return Err(weak("an RSA modulus of less than 2048 bits"));
        }
        if exponent.is_some_and(|e| e < *EXPONENT.start()) {
            return Err(weak("an RSA exponent below 65537"));
        }
        let (Some(n), Some(e)) = (n, e) else { return Err(unsound("the RSA modulus or exponent cannot be read")) };
        if n.first() == Some(&0) || e.first() == Some(&0) {
            return Err(unsound("an RSA modulus or exponent with a leading zero byte"));
        }
        if !is_odd(n) || !is_odd(e) {
            return Err(unsound("an even RSA modulus or exponent"));
        }
        Ok(RsaKey { public: RsaPublicKeyComponents { n: n.into(), e: e.into() }, private: None })
    }

    /// The same key with its private half, if that belongs to it.
    pub(super) fn with_private(self, parts: &Parts<'_>) -> Result<RsaKey> {
        if !self.is_consistent(parts) {
            return Err(unsound("the private parts of the RSA key do not belong together"));
        }
        let Parts { d, p, q, dp, dq, qi } = parts;
        let [d, p, q, dp, dq, qi] = [d, p, q, dp, dq, qi].map(|part| without_zeros(part));
        let (n, e) = (&*self.public.n, &*self.public.e);
        let public_key = RsaPublicKeyComponents { n, e };
        let private =
            match RsaKeyPair::from_components(&KeyPairComponents { public_key, d, p, q, dP: dp, dQ: dq, qInv: qi }) {
                Ok(pair) => {
                    // A first signature, which ring compares with the public half, is the last word on the key.
                    let mut signature = vec![0; pair.public().modulus_len()];
                    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), b"", &mut signature)
                        .map_err(|_| unsound("the private half of the RSA key makes no signature of it"))?;
                    Private::Usable(Arc::new(pair))
                }
                Err(_) => Private::Unusable,
            };
        Ok(RsaKey { private: Some(private), ..self })
    }

    pub(super) fn is_private(&self) -> bool {
        self.private.is_some()
    }

    /// The pair to sign with; `None` for a public key.
    pub(super) fn signing(&self) -> Result<Option<&Arc<RsaKeyPair>>> {
        let bits = bit_length(&self.public.n);
        match &self.private {
            _ if bits > SIGNING_BITS => Err(unsupported("an RSA key of more than 4096 bits can only verify")),
            _ if !bits.is_multiple_of(512) => {
                Err(unsupported("an RSA key whose size is not a multiple of 512 bits can only verify"))
            }
            Some(Private::Unusable) => {
                Err(unsupported("an RSA key whose primes are not both a multiple of 512 bits can only verify"))
            }
            Some(Private::Usable(pair)) => Ok(Some(pair)),
            None => Ok(None),
        }
    }

    /// n = pq, and d, dp, dq and qi are what they must be for n and e. Whether p and q are primes is not asked.
    fn is_consistent(&self, parts: &Parts<'_>) -> bool {
        let (n, e) = (&*self.public.n, &*self.public.e);
        let prime_parts = [parts.p, parts.q, parts.dp, parts.dq, parts.qi].map(without_zeros);
        let d = without_zeros(parts.d);
        // A half is as wide as the larger prime; nothing that is wider can be right.
        let half = width(without_zeros(parts.p).len().max(without_zeros(parts.q).len()));
        if prime_parts.iter().any(|part| width(part.len()) > half) || width(n.len()) > 2 * half || d.len() > n.len() {
            return false;
        }
        let d = from_be(d, width(n.len()));
        let [p, q, dp, dq, qi] = prime_parts.map(|part| from_be(part, half));
        if !is_odd(parts.p) || !is_odd(parts.q) || mul(&p, &q)[..] != from_be(n, 2 * half)[..] {
            return false;
        }
        let e = from_be(e, 1);
        let one = from_be(&[1], half);
        let is_exponent = |prime: &[u64], exponent: &[u64]| {
            let order = minus_one(prime);
            less_than(&one, &order)
                && less_than(exponent, &order)
                && mul_mod(exponent, &e, &order) == one
                && reduce(&d, &order)[..] == *exponent
        };
        is_exponent(&p, &dp) && is_exponent(&q, &dq) && less_than(&qi, &p) && mul_mod(&qi, &q, &p) == one
    }
}

fn bit_length(be: &[u8]) -> usize {
    let be = without_zeros(be);
    be.first().map_or(0, |first| be.len() * 8 - first.leading_zeros() as usize)
}

fn without_zeros(be: &[u8]) -> &[u8] {
    let zeros = be.iter().take_while(|byte| **byte == 0).count();
    &be[zeros..]
}

fn is_odd(be: &[u8]) -> bool {
    be.last().is_some_and(|last| last & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Status;
    use crate::jose::asn1::tests::pkcs1_integers;
    use crate::jose::pem::{self, Contents};

    /// n, e, d, p, q, dp, dq, qi of a key of 2048 bits.
    fn integers() -> [Vec<u8>; 8] {
        let block = pem::read(include_bytes!("../../tests/vectors/keys/rsa2048.pem")).unwrap();
        let Contents::Der(der) = block.contents else { panic!("an encrypted key") };
        pkcs1_integers(&der).unwrap()
    }

    fn private([n, e, d, p, q, dp, dq, qi]: &[Vec<u8>; 8]) -> Result<RsaKey> {
        RsaKey::new(Some(n), Some(e))?.with_private(&Parts { d, p, q, dp, dq, qi })
    }

    fn status(n: &[u8], e: &[u8]) -> Option<Status> {
        RsaKey::new(Some(n), Some(e)).err().map(|failure| failure.status())
    }

    /// An odd number of that many bits.
    fn odd(bits: usize) -> Vec<u8> {
        let mut be = vec![0; bits.div_ceil(8)];
        be[0] = 1 << ((bits - 1) % 8);
        *be.last_mut().unwrap() |= 1;
        be
    }

    #[test]
    fn sizes_are_counted_in_bits() {
        const E: &[u8] = &[1, 0, 1];
        for (bits, expected) in [
            (1024, Some(Status::KeyWeak)),
            (2041, Some(Status::KeyWeak)),
            (2047, Some(Status::KeyWeak)),
            (2048, None),
            (2049, None),
            (8192, None),
            (8193, Some(Status::KeyUnsupported)),
            (16384, Some(Status::KeyUnsupported)),
        ] {
            assert_eq!(status(&odd(bits), E), expected, "{bits}");
            let padded = [&[0], &odd(bits)[..]].concat();
            assert_eq!(status(&padded, E), expected.or(Some(Status::Key)), "{bits} and a zero byte");
        }
        let n = odd(2048);
        for (e, expected) in [
            (&[][..], Status::KeyWeak),
            (&[0], Status::KeyWeak),
            (&[3], Status::KeyWeak),
            (&[0xff, 0xff], Status::KeyWeak),
            (&[1, 0, 2], Status::Key),
            (&[0, 1, 0, 1], Status::Key),
            (&[2, 0, 0, 0, 1], Status::KeyUnsupported),
            (&[1; 80], Status::KeyUnsupported),
        ] {
            assert_eq!(status(&n, e), Some(expected), "{e:?}");
        }
        assert_eq!(status(&n, &[1, 0xff, 0xff, 0xff, 0xff]), None);
        assert_eq!(status(&[&odd(2040)[..], &[0]].concat(), E), Some(Status::Key), "an even modulus");
    }

    #[test]
    fn an_unreadable_half_is_looked_at_after_the_size_of_the_other() {
        let status = |n: Option<&[u8]>, e: Option<&[u8]>| RsaKey::new(n, e).err().map(|failure| failure.status());
        assert_eq!(status(Some(&odd(1024)), None), Some(Status::KeyWeak));
        assert_eq!(status(None, Some(&[3])), Some(Status::KeyWeak));
        assert_eq!(status(Some(&odd(2048)), None), Some(Status::Key));
    }

    #[test]
    fn each_private_part_belongs_to_the_others() {
        let sound = integers();
        assert!(private(&sound).unwrap().signing().unwrap().is_some());
        for part in 2..8 {
            for damaged in [
                {
                    let mut be = sound[part].clone();
                    *be.last_mut().unwrap() ^= 2;
                    be
                },
                vec![],
                vec![0],
                vec![1],
                sound[0].clone(),
                vec![0xff; 300],
            ] {
                let mut integers = sound.clone();
                integers[part] = damaged;
                assert_eq!(private(&integers).err().map(|failure| failure.status()), Some(Status::Key), "part {part}");
            }
            let mut padded = sound.clone();
            padded[part].insert(0, 0);
            assert!(private(&padded).is_ok(), "part {part} with a zero byte");
        }
        let mut other_exponent = sound.clone();
        other_exponent[1] = vec![1, 0, 3];
        assert!(private(&other_exponent).is_err());
    }

    #[test]
    fn only_some_sizes_can_sign() {
        for (bits, sound) in [(2048, true), (2056, false), (3072, true), (4096, true), (4608, false), (8192, false)] {
            let key = RsaKey::new(Some(&odd(bits)), Some(&[1, 0, 1])).unwrap();
            assert_eq!(
                key.signing().err().map(|failure| failure.status()),
                (!sound).then_some(Status::KeyUnsupported),
                "{bits}"
            );
        }
    }
}
