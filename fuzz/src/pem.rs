//! Any text as PEM, with any algorithm beside it: the first byte chooses.

use jeton::jose::Key;

use super::choices::Choices;
use super::key::{ALGORITHMS, check};

/// A choice and a text.
pub fn run(input: &[u8]) {
    let mut choices = Choices::new(input);
    let algorithm = choices.of(&ALGORITHMS);
    let text = choices.bytes(usize::MAX);
    let Some(key) = check(Key::from_pem(text, algorithm)) else { return };
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let lines = text.split(|byte| *byte == b'\n').collect::<Vec<_>>();
    let surrounded = [b"Subject: a key\n\n", text, b"\nthe end"].concat();
    for other in [lines.join(&b"\r\n"[..]), surrounded] {
        let other = Key::from_pem(&other, algorithm).expect("the same key in another setting");
        assert_eq!((other.thumbprint(), other.is_private()), (key.thumbprint(), key.is_private()));
    }
    assert!(Key::from_secret(text, None).is_err(), "a key that is taken for a secret");
}
