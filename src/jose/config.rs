//! Strict reading of settings: a JSON object whose every member is known, of its type and in range. A failure names the path,
//! `policy.audience[1]: expected a string`, and never a value.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use super::json::{Kind, MAX_LEVELS, Value};
use crate::error::{Failure, Result, Status};

/// The members of an object that have not been taken yet.
pub(crate) struct Config<'a> {
    path: String,
    members: Vec<(Cow<'a, str>, Value<'a>)>,
}

/// A failure of status CONFIG about the place `path`.
pub(crate) fn config_failure(path: &str, what: &str) -> Failure {
    Failure::new(Status::Config, format!("{path}: {what}"))
}

/// The name of a member, for a message. One that nobody would choose may be anything that went astray, so it is not repeated.
pub(crate) fn speakable(name: &str) -> &str {
    let plain = name.len() <= 24 && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if plain { name } else { "(an odd name)" }
}

impl<'a> Config<'a> {
    /// Reads an object that is called `path` in messages.
    pub(crate) fn parse(text: &'a str, path: &str) -> Result<Config<'a>> {
        // A header or a claim that comes in settings is one level deeper than where it goes.
        let value = Value::parse_levels(text.as_bytes(), MAX_LEVELS + 1).map_err(|malformed| {
            config_failure(path, &format!("at byte {}: {}", malformed.offset, malformed.reason))
        })?;
        Config::read(value, path.to_owned())
    }

    fn read(value: Value<'a>, path: String) -> Result<Config<'a>> {
        match value.members() {
            Some(members) => Ok(Config { members: members.collect(), path }),
            None => Err(config_failure(&path, "expected an object")),
        }
    }

    /// Takes a member, whatever it is.
    pub(crate) fn take(&mut self, name: &str) -> Option<Value<'a>> {
        let index = self.members.iter().position(|(member, _)| member == name)?;
        Some(self.members.swap_remove(index).1)
    }

    /// Takes a member that is null. Whether there was one.
    pub(crate) fn drop_null(&mut self, name: &str) -> bool {
        self.drop_where(name, |value| value.kind() == Kind::Null)
    }

    /// Takes a member that is nothing to Python: null, false, 0, or an empty text, list or object.
    pub(crate) fn drop_empty(&mut self, name: &str) {
        self.drop_where(name, |value| match value.kind() {
            Kind::Null => true,
            Kind::String => value.as_str().is_some_and(|text| text.is_empty()),
            Kind::Array => value.items().is_some_and(|mut items| items.next().is_none()),
            Kind::Object => value.members().is_some_and(|mut members| members.next().is_none()),
            _ => value.as_bool() == Some(false) || value.as_integer() == Some(0),
        });
    }

    fn drop_where(&mut self, name: &str, is_dropped: impl Fn(Value<'a>) -> bool) -> bool {
        let found = self.members.iter().position(|(member, value)| member == name && is_dropped(*value));
        found.map(|index| self.members.swap_remove(index)).is_some()
    }

    /// Takes a text.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<Cow<'a, str>>> {
        self.typed(name, "expected a string", |value| value.as_str())
    }

    /// Takes a text that is not empty.
    pub(crate) fn filled_text(&mut self, name: &str) -> Result<Option<Cow<'a, str>>> {
        self.typed(name, "expected a string that is not empty", |value| value.as_str().filter(|text| !text.is_empty()))
    }

    /// Takes `true` or `false`.
    pub(crate) fn flag(&mut self, name: &str) -> Result<Option<bool>> {
        self.typed(name, "expected true or false", |value| value.as_bool())
    }

    /// Takes an integer within a range.
    pub(crate) fn integer(&mut self, name: &str, range: RangeInclusive<i64>) -> Result<Option<i64>> {
        let what = format!("expected an integer from {} to {}", range.start(), range.end());
        self.typed(name, &what, |value| value.as_integer().filter(|integer| range.contains(integer)))
    }

    /// Takes a list of texts.
    pub(crate) fn texts(&mut self, name: &str) -> Result<Option<Vec<String>>> {
        self.list(name, "expected a list of strings")
    }

    fn list(&mut self, name: &str, what: &str) -> Result<Option<Vec<String>>> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let items = value.items().ok_or_else(|| self.failure(name, what))?;
        let text = |(index, item): (usize, Value<'a>)| {
            item.as_str()
                .map(Cow::into_owned)
                .ok_or_else(|| self.failure(&format!("{name}[{index}]"), "expected a string"))
        };
        items.enumerate().map(text).collect::<Result<_>>().map(Some)
    }

    /// Takes one text or a list of at least one; none of them is empty.
    pub(crate) fn text_or_texts(&mut self, name: &str) -> Result<Option<Vec<String>>> {
        let is_text = |(member, value): &(Cow<'_, str>, Value<'_>)| member == name && value.kind() == Kind::String;
        let texts = match self.members.iter().any(is_text) {
            true => self.text(name)?.map(|text| vec![text.into_owned()]),
            false => self.list(name, "expected a string or a list of strings")?,
        };
        match &texts {
            Some(texts) if texts.is_empty() => Err(self.failure(name, "expected at least one string")),
            Some(texts) if texts.iter().any(String::is_empty) => Err(self.failure(name, "a string is empty")),
            _ => Ok(texts),
        }
    }

    /// Takes an object.
    pub(crate) fn object(&mut self, name: &str) -> Result<Option<Config<'a>>> {
        let path = self.path_of(name);
        self.take(name).map(|value| Config::read(value, path)).transpose()
    }

    /// The type of a member, which stays.
    pub(crate) fn kind(&self, name: &str) -> Option<Kind> {
        self.members.iter().find(|(member, _)| member == name).map(|(_, value)| value.kind())
    }

    /// The names of what is left, in no order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(name, _)| &**name)
    }

    /// What is left, in no order, for objects of free names.
    pub(crate) fn rest(self) -> Vec<(Cow<'a, str>, Value<'a>)> {
        self.members
    }

    /// Refuses members that are none of these.
    pub(crate) fn refuse_others(&self, known: &[&str]) -> Result<()> {
        match self.members.iter().find(|(name, _)| !known.contains(&&**name)) {
            Some((name, _)) => Err(self.unwanted(name, "unknown member")),
            None => Ok(()),
        }
    }

    /// Refuses members that nobody took.
    pub(crate) fn finish(self) -> Result<()> {
        self.finish_where("unknown member")
    }

    /// As [`Config::finish`], in a place where members that are known elsewhere may not stand either.
    pub(crate) fn finish_where(self, what: &str) -> Result<()> {
        match self.members.first() {
            Some((name, _)) => Err(self.unwanted(name, what)),
            None => Ok(()),
        }
    }

    /// A failure about a member that is there.
    fn unwanted(&self, name: &str, what: &str) -> Failure {
        self.failure(speakable(name), what)
    }

    /// A failure about one member.
    pub(crate) fn failure(&self, name: &str, what: &str) -> Failure {
        config_failure(&self.path_of(name), what)
    }

    fn typed<T>(&mut self, name: &str, what: &str, read: impl FnOnce(Value<'a>) -> Option<T>) -> Result<Option<T>> {
        match self.take(name) {
            Some(value) => read(value).map(Some).ok_or_else(|| self.failure(name, what)),
            None => Ok(None),
        }
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message<T>(result: Result<T>) -> String {
        result.err().expect("a failure").to_string()
    }

    #[test]
    fn failures_name_the_place_and_no_value() {
        let mut config = Config::parse(r#"{"a":1,"b":["x",2],"c":{"d":null},"e":400,"f":""}"#, "policy").unwrap();
        assert_eq!(message(config.text("a")), "CONFIG: policy.a: expected a string");
        assert_eq!(message(config.text_or_texts("b")), "CONFIG: policy.b[1]: expected a string");
        assert_eq!(message(config.integer("e", 0..=300)), "CONFIG: policy.e: expected an integer from 0 to 300");
        assert_eq!(message(config.filled_text("f")), "CONFIG: policy.f: expected a string that is not empty");
        let mut inner = config.object("c").unwrap().unwrap();
        assert_eq!(message(inner.flag("d")), "CONFIG: policy.c.d: expected true or false");
        assert!(config.finish().is_ok());
        assert_eq!(
            message(Config::parse("{\"s3cr3t key\":1}", "").unwrap().finish()),
            "CONFIG: (an odd name): unknown member"
        );
        assert_eq!(message(Config::parse("[]", "policy")), "CONFIG: policy: expected an object");
        assert_eq!(message(Config::parse("{\"a\":}", "policy")), "CONFIG: policy: at byte 5: expected a value");
    }
}
