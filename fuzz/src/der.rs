//! Any bytes as DER, with any algorithm beside them, and the same bytes as PEM: the first byte chooses.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jeton::jose::Key;

use super::choices::Choices;
use super::key::{ALGORITHMS, check};

const LABELS: [&str; 6] =
    ["PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY", "RSA PUBLIC KEY", "PUBLIC KEY", "CERTIFICATE"];

/// A choice and DER.
pub fn run(input: &[u8]) {
    let mut choices = Choices::new(input);
    let algorithm = choices.of(&ALGORITHMS);
    let der = choices.bytes(usize::MAX);
    let key = check(Key::from_der(der, algorithm));
    let base64 = STANDARD.encode(der);
    let pem = |label| format!("-----BEGIN {label}-----\n{base64}\n-----END {label}-----\n");
    let keys: Vec<Key> =
        LABELS.iter().filter_map(|label| Key::from_pem(pem(label).as_bytes(), algorithm).ok()).collect();
    // Just one label says what the structure is.
    assert_eq!(keys.len(), usize::from(key.is_some()));
    for (one, other) in keys.iter().zip(key) {
        assert_eq!((one.thumbprint(), one.is_private()), (other.thumbprint(), other.is_private()));
        assert!(Key::from_secret(der, None).is_err(), "a key that is taken for a secret");
    }
}
