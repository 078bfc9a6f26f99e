//! What a scenario cannot know before it runs, written in braces: ports, the home folder, times and tokens.
//!
//! In any text: `{HOME}`; `{name}` (the base URL of a server), `{name:port}`; `{now+60}` and `{now-60}` (Unix seconds); `{JWT {…}}` (an unsigned
//! token with these claims, in which a text `now+60` is the number); `{$name}` (what a step saved). A text that is nothing but `{now+60}` or `{name:port}` becomes a
//! number. Anything else in braces stays.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use serde_json::{Value, json};

/// What the names in braces stand for in one run of one scenario.
pub struct Placeholders {
    now_s: i64,
    names: HashMap<String, Value>,
}

impl Placeholders {
    pub fn new(now_s: i64) -> Placeholders {
        Placeholders { now_s, names: HashMap::new() }
    }

    /// Gives a name its value, a text or a number.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.names.insert(name.into(), value.into());
    }

    /// The value with everything in braces replaced, in member names too.
    pub fn fill(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.whole(text).unwrap_or_else(|| Value::from(self.text(text))),
            Value::Array(items) => items.iter().map(|item| self.fill(item)).collect(),
            Value::Object(members) => {
                members.iter().map(|(name, member)| (self.text(name), self.fill(member))).collect()
            }
            _ => value.clone(),
        }
    }

    /// A text that is one placeholder, which may be a number.
    fn whole(&self, text: &str) -> Option<Value> {
        let name = text.strip_prefix('{')?.strip_suffix('}')?;
        self.moment(name).map(Value::from).or_else(|| self.names.get(name).cloned())
    }

    fn text(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            filled += &rest[..at];
            let (value, used) = self.read(&rest[at..]).unwrap_or_else(|| ("{".to_owned(), 1));
            filled += &value;
            rest = &rest[at + used..];
        }
        filled + rest
    }

    /// The placeholder at the start of `text`: its value, and how long it is.
    fn read(&self, text: &str) -> Option<(String, usize)> {
        if let Some(claims) = text.strip_prefix("{JWT ") {
            let mut values = serde_json::Deserializer::from_str(claims).into_iter::<Value>();
            let value = values.next()?.ok()?;
            let used = values.byte_offset();
            claims[used..].strip_prefix('}')?;
            return Some((self.token(&value), "{JWT ".len() + used + 1));
        }
        let end = text.find('}')?;
        let name = &text[1..end];
        let value = match (self.moment(name), self.names.get(name)) {
            (Some(moment), _) => moment.to_string(),
            (None, Some(Value::String(value))) => value.clone(),
            (None, Some(value)) => value.to_string(),
            (None, None) => return None,
        };
        Some((value, end + 1))
    }

    fn moment(&self, name: &str) -> Option<i64> {
        let offset = name.strip_prefix("now")?;
        if offset.is_empty() { Some(self.now_s) } else { Some(self.now_s + offset.parse::<i64>().ok()?) }
    }

    /// The form of the recordings: unsigned, and with a third part.
    fn token(&self, claims: &Value) -> String {
        let claims = match claims {
            Value::Object(members) => {
                let moment = |value: &Value| value.as_str().and_then(|text| self.moment(text)).map(Value::from);
                members.iter().map(|(name, value)| (name.clone(), moment(value).unwrap_or(value.clone()))).collect()
            }
            _ => claims.clone(),
        };
        let part = |value: &Value| BASE64URL.encode(value.to_string());
        format!("{}.{}.c2ln", part(&json!({"alg": "none", "typ": "JWT"})), part(&claims))
    }
}
