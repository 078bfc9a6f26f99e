//! Writing objects.

use super::write_string;

/// The members of a JSON object in the making, with a comma between each two.
#[derive(Clone, Default)]
pub(crate) struct Members(String);

impl Members {
    /// Adds a string.
    pub(crate) fn text(&mut self, name: &str, text: &str) {
        write_string(self.begin(name), text);
    }

    /// Adds a string, or null.
    pub(crate) fn text_or_null(&mut self, name: &str, text: Option<&str>) {
        match text {
            Some(text) => self.text(name, text),
            None => self.json(name, "null"),
        }
    }

    /// Adds a list of strings.
    pub(crate) fn texts(&mut self, name: &str, texts: &[String]) {
        let out = self.begin(name);
        out.push('[');
        for (index, text) in texts.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            write_string(out, text);
        }
        out.push(']');
    }

    /// Adds a value that is JSON already.
    pub(crate) fn json(&mut self, name: &str, json: &str) {
        self.begin(name).push_str(json);
    }

    /// Adds the members of another object.
    pub(crate) fn extend(&mut self, others: &Members) {
        if !self.0.is_empty() && !others.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(&others.0);
    }

    /// The object.
    pub(crate) fn into_object(self) -> String {
        format!("{{{}}}", self.0)
    }

    /// The members alone, to be put behind those of another object.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    fn begin(&mut self, name: &str) -> &mut String {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        write_string(&mut self.0, name);
        self.0.push(':');
        &mut self.0
    }
}
