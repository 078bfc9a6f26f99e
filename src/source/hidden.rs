//! What a server says, made fit for a message: without secrets, on one line, and short.

use std::fmt;

use zeroize::Zeroizing;

use super::url::percent_encoded;

/// How much of a server's text is repeated, in bytes.
const MAX_TEXT: usize = 160;

/// Stands for a secret.
const MARK: &str = "[hidden]";

/// Secrets that no message may repeat, however short they are.
#[derive(Clone, Default)]
pub(crate) struct Hidden(Vec<Zeroizing<String>>);

impl Hidden {
    /// Hides `secret` from now on, as it is and as it stands in a URL.
    pub(crate) fn add(&mut self, secret: &str) {
        let encoded = percent_encoded(secret);
        if encoded != secret {
            self.insert(encoded);
        }
        self.insert(secret.to_owned());
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
    fn insert(&mut self, secret: String) {
        if !secret.is_empty() && !self.0.iter().any(|known| **known == secret) {
            let place = self.0.partition_point(|known| known.len() >= secret.len());
            self.0.insert(place, Zeroizing::new(secret));
        }
    }
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
        for secret in ["s3cr3t", "s3cr3t and more", "a+b", "", "é"] {
            hidden.add(secret);
        }
        for (text, shown) in [
            ("the s3cr3t", "the [hidden]"),
            ("s3cr3t and more s3cr3t", "[hidden] [hidden]"),
            ("/requesttoken?secret=a%2Bb&x", "/requesttoken?secret=[hidden]&x"),
            ("caf\u{e9}\r\nX: 1", "caf[hidden]  X: 1"),
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
