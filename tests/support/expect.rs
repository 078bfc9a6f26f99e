//! What a scenario expects, compared with what came. An object of one member that begins with `~` is a rule instead of a value:
//! `{"~near": n}` a number within 10 of it, `{"~any": true}` anything, `{"~text": true}` some text that is not empty, `{"~one_of": […]}`,
//! `{"~set": […]}` a list in any order, `{"~has": {…}}` an object with these members and perhaps others, `{"~contains": "…"}` a text that holds it.

use serde_json::Value;

use super::decimal::equal;

/// Whether `found` is what `wanted` says; if not, where and why.
pub fn matches(found: &Value, wanted: &Value, place: &str) -> Result<(), String> {
    let differs = || Err(format!("{place}: got {found}, expected {wanted}"));
    match rule(wanted) {
        Some(("~near", number)) => match (found.as_f64(), number.as_f64()) {
            (Some(found), Some(number)) if (found - number).abs() <= 10.0 => Ok(()),
            _ => differs(),
        },
        Some(("~any", _)) => Ok(()),
        Some(("~text", _)) if found.as_str().is_some_and(|text| !text.is_empty()) => Ok(()),
        Some(("~contains", part)) => match (found.as_str(), part.as_str()) {
            (Some(found), Some(part)) if found.contains(part) => Ok(()),
            _ => differs(),
        },
        Some(("~one_of", Value::Array(choices))) => {
            if choices.iter().any(|choice| matches(found, choice, place).is_ok()) { Ok(()) } else { differs() }
        }
        Some(("~set", Value::Array(wanted))) => match found.as_array() {
            Some(found) if found.len() == wanted.len() && wanted.iter().all(|item| found.contains(item)) => Ok(()),
            _ => differs(),
        },
        Some(("~has", Value::Object(members))) => {
            let member = |name: &String| found.get(name).unwrap_or(&Value::Null);
            members.iter().try_for_each(|(name, wanted)| matches(member(name), wanted, &format!("{place}.{name}")))
        }
        Some(_) => differs(),
        None => match (found, wanted) {
            (Value::Object(found), Value::Object(wanted)) => {
                if found.len() != wanted.len() || !wanted.keys().all(|name| found.contains_key(name)) {
                    return differs();
                }
                wanted.iter().try_for_each(|(name, wanted)| matches(&found[name], wanted, &format!("{place}.{name}")))
            }
            (Value::Array(found), Value::Array(wanted)) if found.len() == wanted.len() => found
                .iter()
                .zip(wanted)
                .enumerate()
                .try_for_each(|(index, (found, wanted))| matches(found, wanted, &format!("{place}[{index}]"))),
            _ if equal(found, wanted) => Ok(()),
            _ => differs(),
        },
    }
}

fn rule(wanted: &Value) -> Option<(&str, &Value)> {
    let members = wanted.as_object().filter(|members| members.len() == 1)?;
    members.iter().next().filter(|(name, _)| name.starts_with('~')).map(|(name, rule)| (name.as_str(), rule))
}
