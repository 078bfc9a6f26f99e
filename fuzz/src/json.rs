//! The library's JSON reader against `serde_json` with the stricter rules on top: both accept a text or both refuse it. It is reached
//! as the payload of a token that nobody verified, which is shown as claims just when it is a sound object.

use jeton::jose::{Payload, inspect_unverified};

use super::reference::{MAX_LEVELS, base64url, json};

/// Any text as a payload, and as the value of a member of one.
pub fn run(text: &[u8]) {
    check(text);
    check(&[b"{\"a\":", text, b"}"].concat());
}

fn check(text: &[u8]) {
    // `{"alg":""}`
    let token = ["eyJhbGciOiIifQ", &base64url::encode(text), ""].join(".");
    let Ok(unverified) = inspect_unverified(token.as_bytes()) else {
        assert!(token.len() > 65_536, "a payload decides whether a token can be read");
        return;
    };
    assert_eq!(unverified.payload(), text);
    let expected = json::object(text, MAX_LEVELS).is_some();
    assert_eq!(unverified.kind() == Payload::Claims, expected, "{}", String::from_utf8_lossy(text));
}
