//! Arithmetic on unsigned integers of any size, for the checks that are made once when a key is read.
//!
//! Small rather than fast. What may be a private value is handled without a branch or an index that depends on it; only its
//! length shows.

use std::cmp::Ordering;

use zeroize::Zeroizing;

/// An unsigned integer, least significant limb first. Operations take integers of equal width unless they say otherwise.
pub(super) type Uint = Zeroizing<Vec<u64>>;

/// How many limbs hold that many bytes.
pub(super) fn width(bytes: usize) -> usize {
    bytes.div_ceil(8)
}

/// From big-endian bytes, which must fit.
pub(super) fn from_be(bytes: &[u8], width: usize) -> Uint {
    let mut out = Zeroizing::new(vec![0; width]);
    for (limb, chunk) in out.iter_mut().zip(bytes.rchunks(8)) {
        *limb = chunk.iter().fold(0, |limb, byte| limb << 8 | u64::from(*byte));
    }
    out
}

pub(super) fn is_zero(a: &[u64]) -> bool {
    a.iter().fold(0, |all, limb| all | limb) == 0
}

pub(super) fn less_than(a: &[u64], b: &[u64]) -> bool {
    sub(&mut Zeroizing::new(a.to_vec()), b) == 1
}

/// `a - 1`, for an odd `a`.
pub(super) fn minus_one(a: &[u64]) -> Uint {
    let mut out = Zeroizing::new(a.to_vec());
    if let Some(lowest) = out.first_mut() {
        *lowest &= !1;
    }
    out
}

/// `a * b`, as wide as both together.
pub(super) fn mul(a: &[u64], b: &[u64]) -> Uint {
    let mut out = Zeroizing::new(vec![0; a.len() + b.len()]);
    for (offset, a) in a.iter().enumerate() {
        let mut carry = 0;
        // The last limb of this row is still zero, so that zip ends with the carry of the whole row.
        for (out, b) in out[offset..].iter_mut().zip(b.iter().chain([&0])) {
            let sum = u128::from(*a) * u128::from(*b) + u128::from(*out) + u128::from(carry);
            *out = sum as u64;
            carry = (sum >> 64) as u64;
        }
    }
    out
}

/// `a * b mod m` for `a < m`; `b` may have any width.
pub(super) fn mul_mod(a: &[u64], b: &[u64], m: &[u64]) -> Uint {
    let mut out = Zeroizing::new(vec![0; m.len()]);
    for limb in b.iter().rev() {
        for bit in (0..64).rev() {
            let carry = double(&mut out);
            reduce_once(&mut out, carry, m);
            let carry = add(&mut out, a, (limb >> bit & 1).wrapping_neg());
            reduce_once(&mut out, carry, m);
        }
    }
    out
}

/// `a mod m`; `a` may have any width, and `m` is above 1.
pub(super) fn reduce(a: &[u64], m: &[u64]) -> Uint {
    mul_mod(&from_be(&[1], m.len()), a, m)
}

/// `a + b mod m` for `a, b < m`.
pub(super) fn add_mod(a: &[u64], b: &[u64], m: &[u64]) -> Uint {
    let mut out = Zeroizing::new(a.to_vec());
    let carry = add(&mut out, b, u64::MAX);
    reduce_once(&mut out, carry, m);
    out
}

/// `a - b mod m` for `a, b < m`.
pub(super) fn sub_mod(a: &[u64], b: &[u64], m: &[u64]) -> Uint {
    let mut out = Zeroizing::new(a.to_vec());
    let borrow = sub(&mut out, b);
    add(&mut out, m, borrow.wrapping_neg());
    out
}

/// Whether `a` is a square modulo the odd prime `p`: the Jacobi symbol, computed with shifts and subtractions. Public values only.
pub(super) fn is_square(a: &[u64], p: &[u64]) -> bool {
    let (mut a, mut n) = (a.to_vec(), p.to_vec());
    if is_zero(&a) {
        return true;
    }
    let mut square = true;
    let low = |n: &[u64]| n.first().copied().unwrap_or_default();
    while !is_zero(&a) {
        while low(&a) & 1 == 0 {
            halve(&mut a);
            square ^= matches!(low(&n) & 7, 3 | 5);
        }
        if a.iter().rev().cmp(n.iter().rev()) == Ordering::Less {
            std::mem::swap(&mut a, &mut n);
            square ^= low(&a) & low(&n) & 3 == 3;
        }
        sub(&mut a, &n);
    }
    square
}

/// Subtracts `m` once if `carry` and `a` together are not below it. They are below `2 * m`.
fn reduce_once(a: &mut [u64], carry: u64, m: &[u64]) {
    let borrow = sub(a, m);
    add(a, m, (borrow & !carry).wrapping_neg());
}

/// `a += b` where `mask` is all ones, `a += 0` where it is zero. Gives the carry.
fn add(a: &mut [u64], b: &[u64], mask: u64) -> u64 {
    let mut carry = false;
    for (a, b) in a.iter_mut().zip(b) {
        let (sum, first) = a.overflowing_add(b & mask);
        let (sum, second) = sum.overflowing_add(u64::from(carry));
        (*a, carry) = (sum, first | second);
    }
    u64::from(carry)
}

/// `a -= b`. Gives the borrow.
fn sub(a: &mut [u64], b: &[u64]) -> u64 {
    let mut borrow = false;
    for (a, b) in a.iter_mut().zip(b) {
        let (difference, first) = a.overflowing_sub(*b);
        let (difference, second) = difference.overflowing_sub(u64::from(borrow));
        (*a, borrow) = (difference, first | second);
    }
    u64::from(borrow)
}

/// `a *= 2`. Gives the carry.
fn double(a: &mut [u64]) -> u64 {
    let mut carry = 0;
    for a in a.iter_mut() {
        (*a, carry) = (*a << 1 | carry, *a >> 63);
    }
    carry
}

fn halve(a: &mut [u64]) {
    let mut carry = 0;
    for a in a.iter_mut().rev() {
        (*a, carry) = (*a >> 1 | carry, *a << 63);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(value: u128) -> Uint {
        from_be(&value.to_be_bytes(), 2)
    }

    #[test]
    fn agrees_with_arithmetic_on_small_values() {
        let p = 0xffff_ffff_ffff_ffc5_u128;
        let values = [0, 1, 2, 3, 0x8000_0000_0000_0000, 0x1234_5678_9abc_def0, p - 2, p - 1];
        for a in values {
            assert_eq!(reduce(&wide(a << 64 | a), &wide(p)), wide((a << 64 | a) % p));
            for b in values {
                let (wide_a, wide_b, wide_p) = (wide(a), wide(b), wide(p));
                assert_eq!(add_mod(&wide_a, &wide_b, &wide_p), wide((a + b) % p));
                assert_eq!(sub_mod(&wide_a, &wide_b, &wide_p), wide((a + p - b) % p));
                assert_eq!(mul_mod(&wide_a, &wide_b, &wide_p), wide(a * b % p));
                assert_eq!(mul(&wide_a, &wide_b)[..2], wide(a * b)[..]);
                assert_eq!(less_than(&wide_a, &wide_b), a < b);
            }
        }
        assert_eq!(mul(&[u64::MAX; 3], &[u64::MAX; 2])[..], [1, 0, u64::MAX, u64::MAX - 1, u64::MAX]);
    }

    #[test]
    fn squares_are_told_from_the_rest() {
        for p in [3_u128, 5, 7, 11, 13, 17, 101, 8191] {
            let squares: Vec<u128> = (0..p).map(|a| a * a % p).collect();
            for a in 0..p {
                assert_eq!(is_square(&wide(a), &wide(p)), squares.contains(&a), "{a} modulo {p}");
            }
        }
    }
}
