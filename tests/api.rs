//! What no vector can ask of the Rust API: how a handle prints, which says what kind of thing it is and nothing that is in it; how
//! the strings of our JSON are spelled; the verifiers of Vizzly's tokens.

use std::sync::Arc;

use jeton::error::Status;
use jeton::jose::{ExternalSigner, Key, KeySet, Payload, Signer, Verifier, inspect_unverified};
use jeton::vendors::vizzly::{self, Vizzly};

const NOW_S: i64 = 1_800_000_000;
const MARK: &str = "canary";

#[test]
fn debug_shows_no_byte_of_a_key_a_token_or_a_claim() {
    let jwk = format!(r#"{{"kty":"oct","alg":"HS256","kid":"{MARK}","k":"{}"}}"#, MARK.repeat(10));
    let key = Arc::new(Key::from_jwk(jwk.as_bytes(), None).unwrap());
    let options = format!(r#"{{"issuer":"{MARK}","audience":"{MARK}","ttl_s":60}}"#);
    let signer = Signer::new(&key, &options).unwrap();
    let token = signer.sign(format!(r#"{{"{MARK}":1}}"#).as_bytes(), NOW_S).unwrap();
    let policy = format!(r#"{{"algorithms":["HS256"],"issuer":"{MARK}","audience":"{MARK}"}}"#);
    let keys = KeySet::from(key.clone());
    let verifier = Verifier::new(&keys, &policy).unwrap();
    let verified = verifier.verify(token.as_bytes(), NOW_S).unwrap();
    let unverified = inspect_unverified(token.as_bytes()).unwrap();
    let outside = Arc::new(Key::from_pem(include_bytes!("../examples/demo-key.pem"), None).unwrap());
    let external = ExternalSigner::new(&outside, &format!(r#"{{"kid":"{MARK}"}}"#)).unwrap();
    let vizzly = Vizzly::new(&outside).unwrap();
    let dashboard =
        format!(r#"{{"dashboard":{{"project_id":"{MARK}","user_reference":"{MARK}","expiry_ttl_in_minutes":1}}}}"#);
    let identity = vizzly.identity(&dashboard, NOW_S);

    let shown = [
        format!("{key:?}"),
        format!("{keys:?}"),
        format!("{signer:?}"),
        format!("{verifier:?}"),
        format!("{verified:?}"),
        format!("{unverified:?}"),
        format!("{external:?}"),
        format!("{vizzly:?}"),
        format!("{identity:?}"),
    ];
    for (shown, name) in shown.iter().zip([
        "Key",
        "KeySet",
        "Signer",
        "Verifier",
        "Verified",
        "Unverified",
        "ExternalSigner",
        "Vizzly",
        "Ok(Identity",
    ]) {
        assert!(shown.starts_with(name), "{shown}");
        assert!(!shown.to_lowercase().contains(MARK), "{shown}");
    }
}

#[test]
fn a_verifier_says_what_its_payloads_are() {
    let key = Arc::new(Key::from_pem(include_bytes!("../examples/demo-key.pem"), None).unwrap());
    let keys = KeySet::from(key);
    let bytes = Verifier::new(&keys, r#"{"algorithms":["ES256"],"payload":"bytes"}"#).unwrap();
    assert_eq!(bytes.payload(), Payload::Bytes);
    assert_eq!(vizzly::verifier(&keys).unwrap().payload(), Payload::Claims);
}

#[test]
fn strings_are_escaped_where_json_demands_it_and_nowhere_else() {
    let key = Arc::new(Key::from_secret(&[b'k'; 32], Some("HS256")).unwrap());
    let options = r#"{"issuer":"\u0000\u0008\u000b\f\u001f \n\r\t!\"\/\\\u007f\u00e9\u2028\ud83d\ude00"}"#;
    let token = Signer::new(&key, options).unwrap().sign(b"{}", NOW_S).unwrap();
    let written = "{\"iss\":\"\\u0000\\u0008\\u000b\\u000c\\u001f \\n\\r\\t!\\\"/\\\\\u{7f}\u{e9}\u{2028}\u{1f600}\"}";
    assert_eq!(inspect_unverified(token.as_bytes()).unwrap().payload(), written.as_bytes());
}

#[test]
fn a_vizzly_verifier_is_made_of_a_key_for_es256_alone() {
    for algorithm in ["HS256", "ES384", "EdDSA"] {
        let generated = Key::generate(algorithm).unwrap();
        let key = Key::from_jwk(generated.private_jwk.as_bytes(), None).unwrap();
        let status = vizzly::verifier(&KeySet::from(key)).unwrap_err().status();
        assert_eq!(status, Status::Key, "{algorithm}");
    }
}
