//! The values of a request of a vector: what must not come back in a message.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::Value;

/// A shorter value may be a word that a message has anyway.
const SHORTEST: usize = 8;
/// The end of a range that messages name: ten years in seconds.
const LONGEST_SPAN: &str = "315576000";
/// A longer value may not even come back in part.
const PART: usize = 16;

pub struct Values {
    texts: Vec<String>,
    /// Names of claims, which are what an error says on purpose.
    claims: Vec<String>,
}

impl Values {
    /// Of a line of the protocol; one that is not JSON is a value itself.
    pub fn of(line: &str) -> Values {
        let mut texts = Vec::new();
        let mut claims = vec![];
        match serde_json::from_str::<Value>(line) {
            Ok(Value::Object(members)) => {
                // The name of an operation, or of a kind of token, is no value.
                let is_vizzly = members.get("op").is_some_and(|op| op == "vizzly");
                let named = |name: &str| ["op", "id"].contains(&name) || (is_vizzly && name == "token");
                members.iter().filter(|(name, _)| !named(name)).for_each(|(_, member)| collect(member, &mut texts));
                let policy = members.get("policy").cloned().unwrap_or_default();
                collect(&policy["required"], &mut claims);
                collect(&policy["expiry_claim"], &mut claims);
            }
            _ => texts.push(line.to_owned()),
        }
        let decoded: Vec<String> = texts.iter().flat_map(|text| segments(text)).collect();
        texts.extend(decoded);
        let encoded: Vec<String> = texts.iter().flat_map(|text| encodings(text)).collect();
        texts.extend(encoded);
        texts.retain(|text| text.len() >= SHORTEST && text != LONGEST_SPAN);
        Values { texts, claims }
    }

    /// The first value that an error tells in its message or its claim.
    pub fn told_by(&self, error: &Value) -> Option<&str> {
        let message = error["message"].as_str().unwrap_or_default();
        let claim = error["claim"].as_str().filter(|claim| !self.claims.iter().any(|name| name.starts_with(claim)));
        let told = [message, claim.unwrap_or_default()];
        let is_told = |text: &&String| match text.len() {
            ..PART => told.iter().any(|told| told.contains(text.as_str())),
            _ => told.iter().any(|told| told.as_bytes().windows(PART).any(|part| holds(text, part))),
        };
        self.texts.iter().find(is_told).map(String::as_str)
    }
}

fn holds(text: &str, part: &[u8]) -> bool {
    std::str::from_utf8(part).is_ok_and(|part| text.contains(part))
}

/// The texts anywhere in a value.
fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(members) => members.values().for_each(|member| collect(member, texts)),
        _ => (),
    }
}

/// What the segments of a token say.
fn segments(text: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for segment in text.split('.').filter_map(|segment| URL_SAFE_NO_PAD.decode(segment).ok()) {
        match serde_json::from_slice::<Value>(&segment) {
            Ok(value) => collect(&value, &mut texts),
            Err(_) => texts.push(String::from_utf8_lossy(&segment).into_owned()),
        }
    }
    texts
}

fn encodings(text: &str) -> [String; 3] {
    let hex = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    [STANDARD_NO_PAD.encode(text), URL_SAFE_NO_PAD.encode(text), hex]
}

#[test]
fn a_told_value_is_found() {
    let line = r#"{"id":1,"op":"verify","token":"x.eyJzdWIiOiJhIHN1YmplY3QifQ.y","policy":{"issuer":"https://id.example/of/a/tenant","required":["my claim is here"]}}"#;
    let values = Values::of(line);
    let error = |message: &str, claim: &str| serde_json::json!({"message": message, "claim": claim});
    for told in ["is not a subject!", "not for /id.example/of/a/ but another", "aHR0cHM6Ly9pZC5leGFtcGxl"] {
        assert!(values.told_by(&error(told, "iss")).is_some(), "{told}");
    }
    assert!(values.told_by(&error("something", "https://id.example/of/a/tenant")).is_some());
    assert_eq!(values.told_by(&error("a claim that the policy demands is not there", "my claim is here")), None);
}
