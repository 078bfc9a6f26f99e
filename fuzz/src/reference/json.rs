//! JSON by `serde_json`, and on top of it what is refused beyond RFC 8259: members of one name, numbers that are no double, depth.

use std::collections::HashSet;

use serde_json::value::RawValue;

/// A JSON value; numbers keep their text.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Members),
}

/// The members of an object, in their order.
pub type Members = Vec<(String, Json)>;

/// Reads a text that is one object of at most so many levels.
pub fn object(text: &[u8], levels: usize) -> Option<Members> {
    let text = std::str::from_utf8(text).ok()?;
    let raw: &RawValue = serde_json::from_str(text).ok()?;
    match read(raw.get(), levels)? {
        Json::Object(members) => Some(members),
        _ => None,
    }
}

/// One member.
pub fn get<'a>(members: &'a Members, name: &str) -> Option<&'a Json> {
    members.iter().find(|(member, _)| member == name).map(|(_, value)| value)
}

impl Json {
    /// The text of a text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The texts of a list of nothing else.
    pub fn texts(&self) -> Option<Vec<String>> {
        match self {
            Json::List(items) => items.iter().map(|item| item.text().map(str::to_owned)).collect(),
            _ => None,
        }
    }

    /// The integer of a number that is written as one.
    pub fn integer(&self) -> Option<i64> {
        match self {
            Json::Number(text) => text.parse().ok(),
            _ => None,
        }
    }
}

/// Reads a value whose syntax is known to be right, but for the escapes of texts.
fn read(text: &str, levels: usize) -> Option<Json> {
    match text.as_bytes()[0] {
        b'{' => {
            let inside = levels.checked_sub(1)?;
            let mut object = Members::new();
            for (name, value) in members(text)? {
                object.push((name, read(value.get(), inside)?));
            }
            let names: HashSet<&str> = object.iter().map(|(name, _)| name.as_str()).collect();
            (names.len() == object.len()).then_some(Json::Object(object))
        }
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            let inside = levels.checked_sub(1)?;
            items.into_iter().map(|item| read(item.get(), inside)).collect::<Option<_>>().map(Json::List)
        }
        b'"' => serde_json::from_str(text).ok().map(Json::Text),
        b't' => Some(Json::Bool(true)),
        b'f' => Some(Json::Bool(false)),
        b'n' => Some(Json::Null),
        _ => text.parse::<f64>().ok().filter(|number| number.is_finite()).map(|_| Json::Number(text.to_owned())),
    }
}

/// The members of an object whose syntax is known to be right, duplicates included.
fn members(object: &str) -> Option<Vec<(String, &RawValue)>> {
    let mut members = Vec::new();
    let mut rest = object[1..].trim_start_matches(SPACE);
    while !rest.starts_with('}') {
        let (name, after_name) = first_value(rest)?;
        let (value, after_value) = first_value(after_name.trim_start_matches(SPACE).strip_prefix(':')?)?;
        members.push((serde_json::from_str(name.get()).ok()?, value));
        rest = after_value.trim_start_matches(SPACE).trim_start_matches(',').trim_start_matches(SPACE);
    }
    Some(members)
}

const SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// The value that a text begins with, and what follows it.
fn first_value(text: &str) -> Option<(&RawValue, &str)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    let value = values.next()?.ok()?;
    Some((value, &text[values.byte_offset()..]))
}
