//! JSON values compared as the conformance protocol says: member order is free, numbers count by exact decimal value.

use serde_json::{Number, Value};

/// Whether two documents are one value.
pub fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => Decimal::of(left) == Decimal::of(right),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, member)| right.get(name).is_some_and(|other| equal(member, other)))
        }
        _ => left == right,
    }
}

/// `digits` * 10^`exponent`, without zeros at either end; zero has no digits and no sign.
#[derive(PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    fn of(number: &Number) -> Decimal {
        let text = number.to_string();
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.as_str()),
        };
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let exponent: i64 = exponent.parse().expect("an exponent of 64 bits");
        let digits = format!("{whole}{fraction}");
        let significant = digits.trim_end_matches('0');
        let dropped = digits.len() - significant.len();
        let digits = significant.trim_start_matches('0').to_owned();
        match digits.is_empty() {
            true => Decimal { negative: false, digits, exponent: 0 },
            false => Decimal { negative, digits, exponent: exponent - fraction.len() as i64 + dropped as i64 },
        }
    }
}

#[test]
fn numbers_are_equal_by_value_alone() {
    let same = |left, right| equal(&serde_json::from_str(left).unwrap(), &serde_json::from_str(right).unwrap());
    for (left, right) in
        [("1e2", "100"), ("1.10", "1.1"), ("-0.0", "0"), ("5.0", "5"), ("12e-1", "1.2"), ("0.10E+1", "1")]
    {
        assert!(same(left, right), "{left} is {right}");
    }
    for (left, right) in
        [("9007199254740993", "9007199254740992"), ("1", "-1"), ("1e2", "1e3"), ("0.1", "0.1000000000000000055")]
    {
        assert!(!same(left, right), "{left} is not {right}");
    }
    assert!(same(r#"{"a":[1,{"b":null}],"c":"x"}"#, r#"{"c":"\u0078","a":[1.0,{"b":null}]}"#));
    assert!(!same(r#"{"a":1}"#, r#"{"a":1,"b":1}"#));
}
