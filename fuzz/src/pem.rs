//! Any text as PEM, with any algorithm beside it: the first byte chooses.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jeton::jose::Key;

use super::choices::Choices;
use super::key::{ALGORITHMS, check};

/// A choice and a text.
pub fn run(input: &[u8]) {
    let mut choices = Choices::new(input);
    let algorithm = choices.of(&ALGORITHMS);
    let text = choices.bytes(usize::MAX);
    let Some(key) = check(Key::from_pem(text, algorithm)) else { return };
    let same = |other: Key| assert_eq!((other.thumbprint(), other.is_private()), (key.thumbprint(), key.is_private()));
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let block = block(text).expect("a key from a text without a block");
    same(Key::from_der(&block, algorithm).expect("a key from a block of no key"));
    let lines = text.split(|byte| *byte == b'\n').collect::<Vec<_>>();
    let surrounded = [b"Subject: a key\n\n", text, b"\nthe end"].concat();
    for other in [lines.join(&b"\r\n"[..]), surrounded] {
        same(Key::from_pem(&other, algorithm).expect("the same key in another setting"));
    }
    assert!(Key::from_secret(text, None).is_err(), "a key that is taken for a secret");
}

/// What is in the one block that is not `EC PARAMETERS`, line by line.
fn block(text: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(text);
    let mut lines = text.split('\n').map(|line| line.trim_matches([' ', '\t', '\r', '\x0c']));
    let mut blocks = Vec::new();
    while let Some(line) = lines.next() {
        if line.starts_with("-----BEGIN ") && line.ends_with("-----") {
            let end = line.replacen("BEGIN", "END", 1);
            let body: String = lines.by_ref().take_while(|line| *line != end).collect();
            blocks.push((line, body));
        }
    }
    blocks.retain(|(line, _)| *line != "-----BEGIN EC PARAMETERS-----");
    match &blocks[..] {
        [(_, body)] => STANDARD.decode(body).ok(),
        _ => None,
    }
}
