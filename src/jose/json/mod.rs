//! Strict JSON (RFC 8259), read in place: the bytes that were verified are the bytes that are read.
//!
//! Refused are invalid UTF-8, a byte order mark, anything after the value, two members of one name in an object (compared
//! after unescaping, at any depth), lone surrogates, unescaped control characters, numbers beyond an IEEE double, and more
//! than 32 levels. Nothing is built: a [`Value`] is the text of a value that has been read once and is known to be sound.
//!
//! Time is linear in the text, but for objects of more than 16 members, whose names are sorted.

use std::borrow::Cow;

use self::escape::unescape;
pub(crate) use self::escape::write_string;
pub(crate) use self::members::Members;
pub(crate) use self::object::Object;
use self::scanner::Scanner;

mod escape;
mod members;
mod object;
mod scanner;
#[cfg(test)]
mod tests;

/// Objects and lists within each other, the outermost one included.
pub(crate) const MAX_LEVELS: usize = 32;

/// Text that is not strict JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// What is wrong, in a few words that hold nothing of the text.
    pub(crate) reason: &'static str,
    /// Where, as a byte offset.
    pub(crate) offset: usize,
}

/// The six types of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number.
    Number,
    /// A string.
    String,
    /// A list of values.
    Array,
    /// Named members.
    Object,
}

/// A value in a text that was read strictly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'a> {
    raw: &'a str,
    /// Whether it is a string with escapes in it.
    escaped: bool,
}

impl<'a> Value<'a> {
    /// Reads a whole text that holds one value.
    pub(crate) fn parse(text: &'a [u8]) -> Result<Value<'a>, Malformed> {
        Value::parse_levels(text, MAX_LEVELS)
    }

    /// As [`Value::parse`], with another limit to how deep the text may go.
    pub(crate) fn parse_levels(text: &'a [u8], levels: usize) -> Result<Value<'a>, Malformed> {
        let mut scanner = Scanner::new(text, levels)?;
        scanner.document().map_err(|_| scanner.malformed())
    }

    /// Its text, as it stands.
    pub(crate) fn raw(&self) -> &'a str {
        self.raw
    }

    /// Its type.
    pub(crate) fn kind(&self) -> Kind {
        match self.raw.as_bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::String,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'n') => Kind::Null,
            _ => Kind::Number,
        }
    }

    /// The truth of a bool.
    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self.raw {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// The text of a string, unescaped.
    pub(crate) fn as_str(&self) -> Option<Cow<'a, str>> {
        let inside = self.raw.strip_prefix('"')?.strip_suffix('"')?;
        Some(if self.escaped { Cow::Owned(unescape(inside)) } else { Cow::Borrowed(inside) })
    }

    /// A number that is written as an integer and fits 64 bits.
    pub(crate) fn as_integer(&self) -> Option<i64> {
        match self.kind() {
            Kind::Number => self.raw.parse().ok(),
            _ => None,
        }
    }

    /// The values of a list.
    pub(crate) fn items(&self) -> Option<impl Iterator<Item = Value<'a>> + use<'a>> {
        let mut inside = self.inside(Kind::Array)?;
        Some(std::iter::from_fn(move || inside.next_item()))
    }

    /// The members of an object, names unescaped, in their order.
    pub(crate) fn members(&self) -> Option<impl Iterator<Item = (Cow<'a, str>, Value<'a>)> + use<'a>> {
        let mut inside = self.inside(Kind::Object)?;
        Some(std::iter::from_fn(move || {
            let name = inside.name().ok()?;
            Some((name.unescaped(), inside.next_item()?))
        }))
    }

    /// One member of an object.
    pub(crate) fn get(&self, name: &str) -> Option<Value<'a>> {
        self.members()?.find(|(member, _)| member == name).map(|(_, value)| value)
    }

    /// A scanner behind the opening bracket of a value that is sound, so that it may walk without checking again.
    fn inside(&self, kind: Kind) -> Option<Scanner<'a>> {
        (self.kind() == kind).then(|| Scanner::behind_bracket(self.raw))
    }
}

/// Reads a text that holds one object and shows its members to `visit`, names unescaped, as they come. One pass: when it
/// returns an error, members may have been shown already.
pub(crate) fn read_object<'a>(text: &'a [u8], mut visit: impl FnMut(&str, Value<'a>)) -> Result<(), Malformed> {
    let mut scanner = Scanner::new(text, MAX_LEVELS)?;
    scanner.object_document(&mut visit).map_err(|_| scanner.malformed())
}
