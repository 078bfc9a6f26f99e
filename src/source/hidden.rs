//! What a server says, made fit for a message: without secrets, on one line, and short.

use std::fmt;

use zeroize::Zeroizing;

use super::url::{form_encoded, percent_encoded};
use crate::jose::json::write_string;

/// How much of a server's text is repeated, in bytes.
const MAX_TEXT: usize = 160;

/// Stands for a secret.
const MARK: &str = "[hidden]";

/// Secrets that no message may repeat, however short they are.
#[derive(Clone, Default)]
pub(crate) struct Hidden(Vec<Zeroizing<String>>);

impl Hidden {
    /// Hides `secret` from now on, as it is and as it stands in a URL, a form or JSON.
    pub(crate) fn add(&mut self, secret: &str) {
        let encoded = [secret.to_owned(), percent_encoded(secret), form_encoded(secret)];
        for form in encoded.into_iter().map(Zeroizing::new).chain(in_json(secret)) {
            self.insert(form);
        }
    }

    /// The beginning of `text`, without secrets and control characters.
    pub(crate) fn cut(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text.trim();
        while out.len() < MAX_TEXT {
            if let Some(behind) = self.0.iter().find_map(|secret| rest.strip_prefix(secret.as_str())) {
                out.push_str(MARK);
                rest = behind;
                continue;
            }
            let mut chars = rest.chars();
            let Some(char) = chars.next() else { return out };
            out.push(if char.is_control() { ' ' } else { char });
            rest = chars.as_str();
        }
        out
    }

    /// Longer ones come first, for a secret may begin with another.
    fn insert(&mut self, secret: Zeroizing<String>) {
        if !secret.is_empty() && !self.0.contains(&secret) {
            let place = self.0.partition_point(|known| known.len() >= secret.len());
            self.0.insert(place, secret);
        }
    }
}

/// A text as it stands between the quotes of JSON, and the same in ASCII alone.
fn in_json(text: &str) -> [Zeroizing<String>; 2] {
    const LONGEST_ESCAPE: usize = 6;
    let mut quoted = Zeroizing::new(String::with_capacity(LONGEST_ESCAPE * text.len() + 2));
    write_string(&mut quoted, text);
    let bare = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default();
    let mut ascii = Zeroizing::new(String::with_capacity(LONGEST_ESCAPE * bare.len()));
    for char in bare.chars() {
        if char.is_ascii() {
            ascii.push(char);
            continue;
        }
        for unit in char.encode_utf16(&mut [0; 2]) {
            ascii.push_str(&format!("\\u{unit:04x}"));
        }
    }
    [Zeroizing::new(bare.to_owned()), ascii]
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hidden").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_repeats_no_secret() {
        let mut hidden = Hidden::default();
        for secret in ["s3cr3t", "s3cr3t and more", "a+b", "", "é", "x\"\u{1f511}/ y"] {
            hidden.add(secret);
        }
        for (text, shown) in [
            ("the s3cr3t", "the [hidden]"),
            ("s3cr3t and more s3cr3t", "[hidden] [hidden]"),
            ("/requesttoken?secret=a%2Bb&x", "/requesttoken?secret=[hidden]&x"),
            ("caf\u{e9}\r\nX: 1", "caf[hidden]  X: 1"),
            ("{\"k\":\"x\\\"\u{1f511}/ y\"}", "{\"k\":\"[hidden]\"}"),
            ("{\"k\":\"x\\\"\\ud83d\\udd11/ y\"}", "{\"k\":\"[hidden]\"}"),
            ("k=x%22%F0%9F%94%91%2F+y&", "k=[hidden]&"),
            ("", ""),
        ] {
            assert_eq!(hidden.cut(text), shown);
        }
    }

    #[test]
    fn a_cut_leaves_no_piece_of_a_secret() {
        let mut hidden = Hidden::default();
        hidden.add("abcdefghij");
        for before in MAX_TEXT - 12..MAX_TEXT + 2 {
            let shown = hidden.cut(&format!("{}abcdefghij{}", "-".repeat(before), "x".repeat(9000)));
            assert!(shown.len() < MAX_TEXT + MARK.len());
            assert!(!shown.contains("ab"), "{shown}");
        }
    }
}
