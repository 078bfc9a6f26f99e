//! What holds for every key that was accepted, whatever form it came in.

use std::sync::Arc;

use jeton::error::Status;
use jeton::jose::{Key, KeySet, Signer, Verifier};

/// What a caller may name beside a key.
pub const ALGORITHMS: [Option<&str>; 9] = [
    None,
    Some("HS256"),
    Some("HS512"),
    Some("RS256"),
    Some("PS512"),
    Some("ES256"),
    Some("ES384"),
    Some("EdDSA"),
    Some("es256"),
];

/// Looks at what came of reading a key.
pub fn check(read: jeton::error::Result<Key>) -> Option<Arc<Key>> {
    match read {
        Ok(key) => {
            let key = Arc::new(key);
            check_key(&key);
            Some(key)
        }
        Err(failure) => {
            super::check_failure(&failure);
            let statuses = [Status::Key, Status::KeyWeak, Status::KeyUnsupported, Status::Config];
            assert!(statuses.contains(&failure.status()), "{failure}");
            None
        }
    }
}

/// It describes itself, and what is public of it is a key of the same thumbprint, for the same algorithm.
fn check_key(key: &Arc<Key>) {
    assert_eq!(key.thumbprint().len(), 43);
    assert!(format!("{key:?}").len() < 100);
    if key.kty() == "oct" {
        assert!(key.is_private() && key.public_jwk().is_err() && key.public_pem().is_err());
        return check_pair(key, key, key.algorithm().map_or("HS256", |algorithm| algorithm.name()));
    }
    let public =
        Arc::new(Key::from_jwk(key.public_jwk().expect("a JWK").as_bytes(), None).expect("a JWK that can be read"));
    let pem = Key::from_pem(key.public_pem().expect("a PEM").as_bytes(), None).expect("a PEM that can be read");
    for other in [&*public, &pem] {
        assert!(!other.is_private());
        assert_eq!((other.kty(), other.thumbprint()), (key.kty(), key.thumbprint()));
    }
    assert_eq!((public.algorithm(), public.kid()), (key.algorithm(), key.kid()));
    if key.is_private() {
        check_pair(key, &public, key.algorithm().map_or("RS256", |algorithm| algorithm.name()));
    }
}

/// What the private half signs, the public half verifies, if the key may and can sign at all.
fn check_pair(private: &Arc<Key>, public: &Arc<Key>, algorithm: &str) {
    let signer = match Signer::new(private, &format!(r#"{{"algorithm":"{algorithm}"}}"#)) {
        Ok(signer) => signer,
        Err(failure) => {
            super::check_failure(&failure);
            return assert!(
                [Status::Key, Status::KeyUnsupported, Status::KeyWeak].contains(&failure.status()),
                "{failure}"
            );
        }
    };
    let token = signer.sign(b"{}", 0).expect("a token");
    assert_eq!(token.len(), token.len().min(signer.bound(2)));
    let public = match public.algorithm() {
        Some(_) => KeySet::from(public.clone()),
        None if public.kty() == "oct" => return,
        None => {
            KeySet::from(Key::from_jwk(public.public_jwk().expect("a JWK").as_bytes(), Some(algorithm)).expect("a key"))
        }
    };
    let policy = format!(r#"{{"algorithms":["{algorithm}"],"payload":"bytes"}}"#);
    match Verifier::new(&public, &policy) {
        Ok(verifier) => assert_eq!(verifier.verify(token.as_bytes(), 0).expect("a good token").payload(), b"{}"),
        // A secret whose `key_ops` hold `sign` alone.
        Err(failure) => assert!(private.kty() == "oct" && failure.status() == Status::Key, "{failure}"),
    }
}
