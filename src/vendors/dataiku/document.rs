//! A JSON object that is edited: what is not touched keeps its text, and every member its place.

use std::borrow::Cow;

use crate::jose::json::{Members, Value};

/// The members of an object, in their order: names, and values as JSON texts.
pub(super) struct Document<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Document<'a> {
    /// Takes an object apart.
    pub(super) fn read(value: Value<'a>) -> Option<Document<'a>> {
        Some(Document(value.members()?.map(|(name, value)| (name, Cow::Borrowed(value.raw()))).collect()))
    }

    /// An object without members.
    pub(super) fn empty() -> Document<'a> {
        Document(Vec::new())
    }

    /// Replaces the member `name` where it stands, or puts it last.
    pub(super) fn set(&mut self, name: &str, json: String) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, value)) => *value = Cow::Owned(json),
            None => self.0.push((Cow::Owned(name.to_owned()), Cow::Owned(json))),
        }
    }

    /// Removes the member `name`, if it is there.
    pub(super) fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }

    /// The object as a text.
    pub(super) fn into_json(self) -> String {
        let mut members = Members::default();
        for (name, value) in &self.0 {
            members.json(name, value);
        }
        members.into_object()
    }
}
