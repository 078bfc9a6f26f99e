//! Whether a text tells a secret, whole or in part, in any spelling that a programmer might print it in.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

type Spell = fn(&[u8]) -> String;

/// The spelling in which `text` tells a part of `secret`, if it does.
pub fn leak(text: &str, secret: &[u8]) -> Option<&'static str> {
    let spellings: [(&str, usize, Spell); 7] = [
        ("plain", 8, |part| String::from_utf8_lossy(part).into_owned()),
        ("base64", 9, |part| STANDARD_NO_PAD.encode(part)),
        ("base64url", 9, |part| URL_SAFE_NO_PAD.encode(part)),
        ("hex", 6, |part| join(part, "", |byte| format!("{byte:02x}"))),
        ("hex with spaces", 6, |part| join(part, " ", |byte| format!("{byte:02x}"))),
        ("a list", 6, |part| join(part, ", ", |byte| byte.to_string())),
        ("a list with spaces", 6, |part| join(part, " ", |byte| byte.to_string())),
    ];
    let lower = text.to_ascii_lowercase();
    spellings.into_iter().find_map(|(name, len, spell)| {
        // Three bytes are four letters of base64, so parts that begin at every byte meet each alignment.
        let text = if name.starts_with("hex") { &lower } else { text };
        secret.windows(len).any(|part| text.contains(&spell(part))).then_some(name)
    })
}

fn join(part: &[u8], separator: &str, spell: fn(&u8) -> String) -> String {
    part.iter().map(spell).collect::<Vec<_>>().join(separator)
}

#[test]
fn every_spelling_is_found() {
    const SECRET: &[u8] = b"qZ7vK2mX9pL4wT8rB3nY6cH1sD5fG0jE";
    let longer = [b"{\"k\":\"", SECRET, b"\"}"].concat();
    for text in [
        String::from_utf8_lossy(SECRET).into_owned(),
        "... L4wT8rB3".to_owned(),
        STANDARD_NO_PAD.encode(&longer),
        URL_SAFE_NO_PAD.encode(&longer[1..]),
        URL_SAFE_NO_PAD.encode(&longer[2..]),
        join(SECRET, "", |byte| format!("{byte:02X}")),
        format!("<Buffer {} ...>", join(&SECRET[..9], " ", |byte| format!("{byte:02x}"))),
        format!("{:?}", &SECRET[10..20]),
        format!("&{{{}}}", join(SECRET, " ", |byte| byte.to_string())),
    ] {
        assert!(leak(&text, SECRET).is_some(), "{text}");
    }
    assert_eq!(leak("CONFIG: policy.issuer: expected a text; qZ7vK2m is too short to tell", SECRET), None);
}
