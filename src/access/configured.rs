//! Secrets that are compared: tokens of the configuration, and the secret half of a token that was looked up.

use std::collections::HashMap;

use ring::digest::{SHA256, digest};

/// Actors by the digest of their token. However many there are, a look-up costs the same, and says nothing about how much of a token
/// was right.
#[derive(Default)]
pub(crate) struct ConfiguredTokens(HashMap<[u8; 32], String>);

impl ConfiguredTokens {
    /// Adds an actor, a JSON object; of two with the same token the first counts.
    pub(crate) fn add(&mut self, token: &str, actor: &str) {
        self.0.entry(digest_of(token)).or_insert_with(|| actor.to_owned());
    }

    /// The actor of a token.
    pub(crate) fn actor(&self, token: &str) -> Option<&str> {
        self.0.get(&digest_of(token)).map(String::as_str)
    }
}

/// Whether two secrets are equal, in a time that depends on their lengths alone. An empty secret equals none: it keeps nothing.
pub(crate) fn same_secret(stored: &str, presented: &str) -> bool {
    let pairs = digest_of(stored).into_iter().zip(digest_of(presented));
    let difference = pairs.fold(0, |sum, (stored, presented)| sum | (stored ^ presented));
    difference == 0 && !stored.is_empty()
}

fn digest_of(token: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_two_counts() {
        let mut tokens = ConfiguredTokens::default();
        tokens.add("a", "1");
        tokens.add("a", "2");
        assert_eq!(tokens.actor("a"), Some("1"));
        assert_eq!(tokens.actor("A"), None);
        assert_eq!(tokens.actor(""), None);
    }

    #[test]
    fn empty_secrets_equal_none() {
        assert!(same_secret("é", "é"));
        assert!(!same_secret("a", "b") && !same_secret("", "") && !same_secret("a", ""));
    }
}
