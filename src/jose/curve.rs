//! What makes a public key a point: the checks that *ring* leaves to the moment of use, or does not make at all.
//!
//! P-256 and P-384: both coordinates below the field prime, and on the curve. As their cofactor is 1, that is all there is to
//! check. Ed25519: *y* below the field prime, an *x* exists, and the point is not one of the eight of small order, under which
//! a signature can be good for any message.

use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED, ECDSA_P384_SHA384_FIXED_SIGNING,
    EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm,
};

use super::algorithm::Algorithm;
use super::uint::{self, add_mod, is_square, less_than, mul_mod, sub_mod};

/// A curve of ECDSA keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Curve {
    P256,
    P384,
}

impl Curve {
    pub(super) const ALL: [Curve; 2] = [Curve::P256, Curve::P384];

    /// The name in a JWK (RFC 7518 section 6.2.1.1).
    pub(super) const fn name(self) -> &'static str {
        match self {
            Curve::P256 => "P-256",
            Curve::P384 => "P-384",
        }
    }

    /// The contents of its object identifier (RFC 5480 section 2.1.1.1).
    pub(super) const fn oid(self) -> &'static [u8] {
        match self {
            Curve::P256 => &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
            Curve::P384 => &[0x2b, 0x81, 0x04, 0x00, 0x22],
        }
    }

    /// How many bytes a coordinate or a private key has.
    pub(super) const fn len(self) -> usize {
        match self {
            Curve::P256 => 32,
            Curve::P384 => 48,
        }
    }

    pub(super) const fn algorithm(self) -> Algorithm {
        match self {
            Curve::P256 => Algorithm::Es256,
            Curve::P384 => Algorithm::Es384,
        }
    }

    pub(super) fn signing(self) -> &'static EcdsaSigningAlgorithm {
        match self {
            Curve::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
            Curve::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
        }
    }

    pub(super) fn verification(self) -> &'static EcdsaVerificationAlgorithm {
        match self {
            Curve::P256 => &ECDSA_P256_SHA256_FIXED,
            Curve::P384 => &ECDSA_P384_SHA384_FIXED,
        }
    }

    /// Whether these bytes are an uncompressed point (SEC 1 section 2.3.3) that lies on the curve: y² = x³ - 3x + b.
    pub(super) fn holds(self, point: &[u8]) -> bool {
        let [4, coordinates @ ..] = point else { return false };
        if coordinates.len() != 2 * self.len() {
            return false;
        }
        let (p, b): (&[u64], &[u64]) = match self {
            Curve::P256 => (&P256_PRIME, &P256_B),
            Curve::P384 => (&P384_PRIME, &P384_B),
        };
        let (x, y) = coordinates.split_at(self.len());
        let (x, y) = (uint::from_be(x, p.len()), uint::from_be(y, p.len()));
        if !less_than(&x, p) || !less_than(&y, p) {
            return false;
        }
        let three = uint::from_be(&[3], p.len());
        let x_squared_minus_3 = sub_mod(&mul_mod(&x, &x, p), &three, p);
        mul_mod(&y, &y, p) == add_mod(&mul_mod(&x_squared_minus_3, &x, p), b, p)
    }
}

/// Whether these bytes are the canonical encoding (RFC 8032 section 5.1.2) of a point of Ed25519 that is not of small order.
pub(super) fn is_ed25519_point(encoded: &[u8; 32]) -> bool {
    let mut be = *encoded;
    be.reverse();
    be[0] &= 0x7f;
    let p: &[u64] = &ED25519_PRIME;
    let y = uint::from_be(&be, p.len());
    let minus_y = sub_mod(&uint::from_be(&[], p.len()), &y, p);
    let small_order = |small: &[u64; 4]| y[..] == *small || minus_y[..] == *small;
    if !less_than(&y, p) || ED25519_SMALL_ORDER.iter().any(small_order) {
        return false;
    }
    let one = uint::from_be(&[1], p.len());
    let y_squared = mul_mod(&y, &y, p);
    // x² = (y² - 1) / (d y² + 1), which is a square exactly where the product of the two is.
    let numerator = sub_mod(&y_squared, &one, p);
    let denominator = add_mod(&mul_mod(&y_squared, &ED25519_D, p), &one, p);
    is_square(&mul_mod(&numerator, &denominator, p), p)
}

// Least significant limb first, as everything in `uint`.
const P256_PRIME: [u64; 4] = [0xffffffffffffffff, 0x00000000ffffffff, 0x0000000000000000, 0xffffffff00000001];
const P256_B: [u64; 4] = [0x3bce3c3e27d2604b, 0x651d06b0cc53b0f6, 0xb3ebbd55769886bc, 0x5ac635d8aa3a93e7];
const P384_PRIME: [u64; 6] = [
    0x00000000ffffffff,
    0xffffffff00000000,
    0xfffffffffffffffe,
    0xffffffffffffffff,
    0xffffffffffffffff,
    0xffffffffffffffff,
];
const P384_B: [u64; 6] = [
    0x2a85c8edd3ec2aef,
    0xc656398d8a2ed19d,
    0x0314088f5013875a,
    0x181d9c6efe814112,
    0x988e056be3f82d19,
    0xb3312fa7e23ee7e4,
];
const ED25519_PRIME: [u64; 4] = [0xffffffffffffffed, 0xffffffffffffffff, 0xffffffffffffffff, 0x7fffffffffffffff];
const ED25519_D: [u64; 4] = [0x75eb4dca135978a3, 0x00700a4d4141d8ab, 0x8cc740797779e898, 0x52036cee2b6ffe73];
/// The *y* of the points of order 4, 1 and 8; the negatives of the last two are those of the points of order 2 and 8.
const ED25519_SMALL_ORDER: [[u64; 4]; 3] =
    [[0; 4], [1, 0, 0, 0], [0xb027b2c28f95e826, 0xf098eff289f4c345, 0x3933c6d305acdfd5, 0x05fc536d880238b1]];

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair};

    use super::*;

    #[test]
    fn what_ring_generates_is_on_the_curve_and_its_neighbours_are_not() {
        let rng = SystemRandom::new();
        for curve in Curve::ALL {
            for _ in 0..8 {
                let pkcs8 = EcdsaKeyPair::generate_pkcs8(curve.signing(), &rng).unwrap();
                let pair = EcdsaKeyPair::from_pkcs8(curve.signing(), pkcs8.as_ref(), &rng).unwrap();
                let mut point = pair.public_key().as_ref().to_vec();
                assert!(curve.holds(&point));
                assert!(!curve.holds(&point[..point.len() - 1]));
                *point.last_mut().unwrap() ^= 1;
                assert!(!curve.holds(&point));
            }
        }
    }

    #[test]
    fn a_coordinate_is_below_the_prime() {
        // x = 0 is on P-256 with y = sqrt(b); x = p would be the same point.
        let y = "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4";
        let p = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
        assert!(Curve::P256.holds(&hex(&format!("04{}{y}", "00".repeat(32)))));
        assert!(!Curve::P256.holds(&hex(&format!("04{p}{y}"))));
        assert!(!Curve::P256.holds(&hex(&"00".repeat(65))));
    }

    #[test]
    fn ed25519_points_are_canonical_and_of_large_order() {
        for seed in 0..16 {
            let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
            let point: [u8; 32] = pair.public_key().as_ref().try_into().unwrap();
            assert!(is_ed25519_point(&point));
        }
        let ends = |low: u8, high: u8| {
            let mut point = [if low == 0 || low == 1 { 0 } else { 0xff }; 32];
            (point[0], point[31]) = (low, high);
            point
        };
        // Orders 4, 1 and 2 in both signs, and the encodings of y = p, p + 1 up to 2^255 - 1.
        let mut bad: Vec<[u8; 32]> = Vec::new();
        for sign in [0, 0x80] {
            bad.extend([ends(0, sign), ends(1, sign)]);
            bad.extend((0xec..=0xff).map(|low| ends(low, 0x7f | sign)));
            for order_8 in [
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            ] {
                let mut point: [u8; 32] = hex(order_8).try_into().unwrap();
                point[31] |= sign;
                bad.push(point);
            }
        }
        for point in bad {
            assert!(!is_ed25519_point(&point), "{point:02x?}");
        }
        // About half of all y have no x: 2 is the first.
        let mut two = [0; 32];
        two[0] = 2;
        assert!(!is_ed25519_point(&two));
    }

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    }
}
