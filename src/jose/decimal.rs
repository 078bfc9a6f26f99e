//! JSON numbers by their decimal digits. A float made of 1700000000.99999999999 would lie in the next second; its digits do not.

use super::json::{Kind, Value};

/// How many digits before the point are read; a number that needs more is of no use to anyone here.
const WHOLE_DIGITS: i64 = 12;

/// How many digits after the point are read; of the others only whether one is not zero.
const FRACTION_DIGITS: u32 = 18;

/// A number of at most 12 digits before its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    whole: u64,
    /// In units of 10^-18.
    fraction: u64,
    /// Whether the number is below `whole` + `fraction` because digits were left out.
    inexact: bool,
    negative: bool,
}

impl Decimal {
    /// Reads a JSON number; `None` for another type or too many digits.
    pub(crate) fn read(value: Value<'_>) -> Option<Decimal> {
        if value.kind() != Kind::Number {
            return None;
        }
        if let Some(whole) = plain_integer(value.raw()) {
            return Some(Decimal { whole, fraction: 0, inexact: false, negative: false });
        }
        let (negative, magnitude) = match value.raw().strip_prefix('-') {
            Some(magnitude) => (true, magnitude),
            None => (false, value.raw()),
        };
        let (mantissa, exponent) = match magnitude.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, saturating_integer(exponent)),
            None => (magnitude, 0),
        };
        let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));

        // The number is 0.d₁d₂d₃… × 10^point, with d₁ not zero.
        let digits = before.bytes().chain(after.bytes()).map(|digit| u64::from(digit - b'0'));
        let zeros = digits.clone().take_while(|digit| *digit == 0).count();
        let mut digits = digits.skip(zeros).peekable();
        if digits.peek().is_none() {
            return Some(Decimal { whole: 0, fraction: 0, inexact: false, negative: false });
        }
        let point = before.len() as i64 + exponent - zeros as i64;
        if point > WHOLE_DIGITS {
            return None;
        }
        let append = |sum: u64, digits: &mut dyn Iterator<Item = u64>| sum * 10 + digits.next().unwrap_or(0);
        let whole = (0..point).fold(0, |sum, _| append(sum, &mut digits));
        let gap = point.min(0).unsigned_abs().min(u64::from(FRACTION_DIGITS)) as u32;
        let fraction = (gap..FRACTION_DIGITS).fold(0, |sum, _| append(sum, &mut digits));
        Some(Decimal { whole, fraction, inexact: digits.any(|digit| digit != 0), negative })
    }

    /// Whether it is below zero.
    pub(crate) fn is_negative(self) -> bool {
        self.negative
    }

    /// Whether anything but zeros is behind the point.
    pub(crate) fn has_fraction(self) -> bool {
        self.fraction != 0 || self.inexact
    }

    /// The digits before the point, as a number.
    pub(crate) fn whole(self) -> u64 {
        self.whole
    }

    /// Whether it is neither zero nor below it.
    pub(crate) fn is_positive(self) -> bool {
        !self.negative && (self.whole != 0 || self.has_fraction())
    }

    /// The magnitude times `factor`, rounded down. What is less than 10^-9 below an integer counts as it: a third, as a double
    /// writes it, times 60 is 20.
    pub(crate) fn times(self, factor: u32) -> u64 {
        const SLACK: u128 = 10u128.pow(FRACTION_DIGITS - 9);
        let fraction = (u128::from(self.fraction) * u128::from(factor) + SLACK) / 10u128.pow(FRACTION_DIGITS);
        self.whole * u64::from(factor) + fraction as u64
    }
}

/// What nearly every number in a token is: a few digits and nothing else.
fn plain_integer(text: &str) -> Option<u64> {
    let digit = |sum: u64, byte: u8| byte.is_ascii_digit().then(|| sum * 10 + u64::from(byte - b'0'));
    (text.len() <= WHOLE_DIGITS as usize).then(|| text.bytes().try_fold(0, digit))?
}

/// An integer of any length, held within ±10^9, beyond which it decides no differently.
fn saturating_integer(text: &str) -> i64 {
    const MOST: i64 = 1_000_000_000;
    let (sign, digits) = match text.as_bytes() {
        [b'-', digits @ ..] => (-1, digits),
        [b'+', digits @ ..] => (1, digits),
        digits => (1, digits),
    };
    sign * digits.iter().fold(0, |sum, digit| (sum * 10 + i64::from(digit - b'0')).min(MOST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Decimal> {
        Decimal::read(Value::parse(text.as_bytes()).unwrap())
    }

    #[test]
    fn digits_and_points() {
        let table = [
            ("0", 0, false),
            ("-0.000", 0, false),
            ("0e999999999999999999999", 0, false),
            ("17", 17, false),
            ("17.0", 17, false),
            ("17.01", 17, true),
            ("1.7e1", 17, false),
            ("170E-1", 17, false),
            ("171E-1", 17, true),
            ("0.00017e+5", 17, false),
            ("1e-300", 0, true),
            ("0.0000000000000000001", 0, true),
            ("999999999999.9999999999999999999999", 999_999_999_999, true),
        ];
        for (text, whole, has_fraction) in table {
            let decimal = read(text).unwrap();
            assert_eq!((decimal.whole(), decimal.has_fraction()), (whole, has_fraction), "{text}");
        }
        assert!(read("1000000000000").is_none() && read("1e12").is_none() && read("1e300").is_none());
        assert!(read("\"1\"").is_none() && read("null").is_none() && read("[1]").is_none());
        assert!(read("-1e-300").unwrap().is_negative() && !read("-0.0").unwrap().is_negative());
    }

    #[test]
    fn times_rounds_down_by_digits() {
        for (text, seconds) in [
            ("1.15", 69),
            ("0.5", 30),
            ("0.7", 42),
            ("20", 1200),
            ("0.0166", 0),
            ("0.01667", 1),
            ("1.1", 66),
            ("0.3333333333333333", 20),
            ("0.016666666666666666", 1),
            ("0.01666666", 0),
        ] {
            assert_eq!(read(text).unwrap().times(60), seconds, "{text} minutes");
        }
    }
}
