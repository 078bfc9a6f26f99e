//! Allow blocks: which actors a resource lets in, by Datasette's rules. Where Datasette raises, nobody is let in.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::jose::json::{Kind, Value};

/// What Datasette cannot judge: it raises, and this library lets nobody in.
struct Raises;

/// Whether the block lets the actor in. `None` stands for the anonymous actor.
pub(crate) fn allowed(actor: Option<Value<'_>>, allow: Value<'_>) -> bool {
    matches(actor, allow).unwrap_or(false)
}

fn matches(actor: Option<Value<'_>>, allow: Value<'_>) -> Result<bool, Raises> {
    if let Some(everybody) = allow.as_bool() {
        return Ok(everybody);
    }
    if allow.kind() == Kind::Null {
        return Ok(true);
    }
    let rules = allow.members().ok_or(Raises)?;
    let anonymous_may = || allow.get("unauthenticated").and_then(|may| may.as_bool()) == Some(true);
    if actor.is_none() && anonymous_may() {
        return Ok(true);
    }
    for (name, wanted) in rules {
        let Some(own) = actor.and_then(|actor| actor.get(&name)) else { continue };
        if wanted.as_str().as_deref() == Some("*") || (own.kind() != Kind::Null && shares_one(own, wanted)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a member of the actor and a rule, each one value or a list, have a value in common.
fn shares_one(own: Value<'_>, wanted: Value<'_>) -> Result<bool, Raises> {
    let own = each(own).map(Scalar::read).collect::<Result<HashSet<_>, _>>()?;
    let mut missing: HashSet<&Scalar<'_>> = own.iter().collect();
    for wanted in each(wanted) {
        // As the original, which looks no further once all values of the actor are found: what stands behind may be of any type.
        if !own.is_empty() && missing.is_empty() {
            break;
        }
        missing.remove(&Scalar::read(wanted)?);
    }
    Ok(missing.len() < own.len())
}

fn each<'a>(value: Value<'a>) -> impl Iterator<Item = Value<'a>> {
    let (items, one) = match value.items() {
        Some(items) => (Some(items), None),
        None => (None, Some(value)),
    };
    items.into_iter().flatten().chain(one)
}

/// A value that can be compared, as Python compares them: `true` is 1, `5.0` is 5, and `"5"` is neither.
#[derive(PartialEq, Eq, Hash)]
enum Scalar<'a> {
    Null,
    Text(Cow<'a, str>),
    /// All its digits.
    Integer(Cow<'a, str>),
    /// The bits of a double that is no integer, and so neither zero nor no number.
    Fraction(u64),
}

impl<'a> Scalar<'a> {
    fn read(value: Value<'a>) -> Result<Scalar<'a>, Raises> {
        match value.kind() {
            Kind::Null => Ok(Scalar::Null),
            Kind::String => Ok(Scalar::Text(value.as_str().ok_or(Raises)?)),
            Kind::Bool => Ok(Scalar::Integer(if value.raw() == "true" { "1" } else { "0" }.into())),
            Kind::Number => Scalar::number(value.raw()).ok_or(Raises),
            Kind::Array | Kind::Object => Err(Raises),
        }
    }

    fn number(raw: &'a str) -> Option<Scalar<'a>> {
        if !raw.contains(['.', 'e', 'E']) {
            return Some(Scalar::Integer(if raw == "-0" { "0" } else { raw }.into()));
        }
        let double: f64 = raw.parse().ok()?;
        if double.fract() != 0.0 {
            return Some(Scalar::Fraction(double.to_bits()));
        }
        // Written out without an exponent, a double that is an integer has exactly its digits.
        Some(Scalar::Integer(if double == 0.0 { "0".into() } else { format!("{double:.0}").into() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value<'_> {
        Value::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn values_are_equal_as_in_python() {
        let table = [
            ("5", "5.0", true),
            ("5", "50e-1", true),
            ("5", "\"5\"", false),
            ("1", "true", true),
            ("0", "false", true),
            ("-0", "0", true),
            ("-0.0", "false", true),
            ("0.1", "1e-1", true),
            ("9007199254740993", "9007199254740993", true),
            ("9007199254740993", "9007199254740992", false),
            ("9007199254740992", "9007199254740993.0", true),
            ("\"a\"", r#""\u0061""#, true),
            ("\"a\"", r#"["b","a"]"#, true),
            (r#"["a",1]"#, "[1]", true),
            ("[null]", "null", true),
            ("null", "[null]", false),
            ("[]", "[]", false),
            ("{}", "\"*\"", true),
            (r#"["a"]"#, r#"["a",{}]"#, true),
            (r#"["a","b"]"#, r#"["a",{}]"#, false),
            ("{}", "{}", false),
        ];
        for (own, wanted, expected) in table {
            let actor = format!(r#"{{"id":{own}}}"#);
            let allow = format!(r#"{{"id":{wanted}}}"#);
            assert_eq!(allowed(Some(value(&actor)), value(&allow)), expected, "{own} {wanted}");
        }
    }

    /// As many steps as there are values, not as there are pairs of them.
    #[test]
    fn long_lists_are_compared_in_no_time() {
        let list = |prefix: &str| -> String {
            let items: Vec<String> = (0..200_000).map(|number| format!("\"{prefix}{number}\"")).collect();
            format!(r#"{{"id":[{}]}}"#, items.join(","))
        };
        let begun = std::time::Instant::now();
        assert!(!allowed(Some(value(&list("a"))), value(&list("b"))));
        assert!(begun.elapsed() < std::time::Duration::from_secs(10), "{:?}", begun.elapsed());
    }

    #[test]
    fn the_anonymous_actor() {
        let table = [
            ("true", true),
            ("false", false),
            ("null", true),
            ("{}", false),
            (r#"{"unauthenticated":true}"#, true),
            (r#"{"unauthenticated":1}"#, false),
            (r#"{"id":"*"}"#, false),
            ("[]", false),
            ("\"\"", false),
            ("1", false),
        ];
        for (allow, expected) in table {
            assert_eq!(allowed(None, value(allow)), expected, "{allow}");
        }
    }
}
