//! Any text as a JWK and as a JWKS, with any algorithm beside it: the first byte chooses.

use jeton::jose::{Key, KeySet};
use serde_json::value::RawValue;

use super::choices::Choices;
use super::key::{ALGORITHMS, check};

/// A choice and a text.
pub fn run(input: &[u8]) {
    let mut choices = Choices::new(input);
    let algorithm = choices.of(&ALGORITHMS);
    let text = choices.bytes(usize::MAX);
    let key = check(Key::from_jwk(text, algorithm));
    check_set(text, algorithm);
    // A set of one key is none if that key is none.
    if key.is_none() && serde_json::from_slice::<&RawValue>(text).is_ok() {
        let set = [b"{\"keys\":[", text, b"]}"].concat();
        assert!(!check_set(&set, algorithm) || algorithm.is_some(), "a set of a key that is none");
    }
}

fn check_set(text: &[u8], algorithm: Option<&str>) -> bool {
    let keys = match KeySet::from_jwks(text, algorithm) {
        Ok(keys) => keys,
        Err(failure) => {
            super::check_failure(&failure);
            return false;
        }
    };
    assert!(keys.only().is_err());
    match keys.public_jwks() {
        Ok(jwks) => {
            let again = KeySet::from_jwks(jwks.as_bytes(), None).expect("a set that can be read");
            assert_eq!(again.public_jwks().expect("a JWKS"), jwks);
        }
        Err(failure) => super::check_failure(&failure),
    }
    true
}
