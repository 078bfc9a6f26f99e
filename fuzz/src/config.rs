//! Settings of any text: policies, the options of signers, and arguments of Vizzly. The first byte chooses. A failure names the
//! place and never a value; what was accepted works.

use std::sync::{Arc, LazyLock};

use jeton::error::{Result, Status};
use jeton::jose::{ExternalSigner, Key, KeySet, Signer, Verifier};
use jeton::vendors::vizzly::{Vizzly, verifier};

use super::choices::Choices;

/// Stands in a text wherever the input has `@`, and must not come back.
const CANARY: &str = "~s3cr3t!";

const NOW: i64 = 1_800_000_000;

static SECRET: LazyLock<Arc<Key>> = LazyLock::new(|| {
    let jwk = format!(r#"{{"kty":"oct","kid":"{CANARY}","k":"{}"}}"#, "A".repeat(86));
    Arc::new(Key::from_jwk(jwk.as_bytes(), Some("HS256")).expect("a sound secret"))
});

static EC_KEY: LazyLock<Arc<Key>> = LazyLock::new(|| {
    let jwk = Key::generate("ES256").expect("a key").private_jwk;
    Arc::new(Key::from_jwk(jwk.as_bytes(), None).expect("a sound key"))
});

static VIZZLY: LazyLock<Vizzly> = LazyLock::new(|| Vizzly::new(&EC_KEY).expect("a sound key"));

/// A choice and a text.
pub fn run(input: &[u8]) {
    let mut choices = Choices::new(input);
    let choice = choices.below(6);
    let Ok(text) = std::str::from_utf8(choices.bytes(usize::MAX)) else { return };
    let text = text.replace('@', CANARY);
    match choice {
        0 => drop(looked_at(Verifier::new(&SECRET.clone().into(), &text), "policy", &[Status::Config])),
        1 => options(&text),
        2 => vizzly_token(VIZZLY.dashboard(&text, NOW)),
        3 => vizzly_token(VIZZLY.data(&text, NOW)),
        4 => vizzly_token(VIZZLY.query_engine(&text, NOW)),
        _ => {
            let Some(identity) = looked_at(VIZZLY.identity(&text, NOW), "args", &[Status::Config]) else { return };
            assert!(serde_json::from_str::<serde_json::Value>(&identity.to_json()).is_ok());
            [Some(identity.dashboard), identity.data, identity.query_engine].into_iter().flatten().for_each(is_vizzly);
        }
    }
}

fn looked_at<T>(result: Result<T>, path: &str, statuses: &[Status]) -> Option<T> {
    result
        .inspect_err(|failure| {
            super::check_failure(failure);
            assert!(statuses.contains(&failure.status()), "{failure}");
            assert!(failure.status() != Status::Config || failure.message().starts_with(path), "{failure}");
            assert!(failure.message().contains(": ") && !failure.message().contains(CANARY), "{failure}");
        })
        .ok()
}

fn options(text: &str) {
    let signer = Signer::new(&SECRET, text);
    let external = ExternalSigner::new(&SECRET, text);
    assert_eq!(signer.as_ref().err(), external.as_ref().err());
    if let Err(failure) = &signer
        && failure.status() == Status::Key
    {
        // An algorithm that is not that of the key.
        return super::check_failure(failure);
    }
    let Some(signer) = looked_at(signer, "options", &[Status::Config]) else { return };
    let policy = r#"{"algorithms":["HS256"],"payload":"bytes","max_token_bytes":1048576}"#;
    // A key without a name, since options may give the token another one than the key's.
    let nameless = Key::from_secret(&[0; 64], Some("HS256")).expect("a sound secret");
    let verifier = Verifier::new(&KeySet::from(nameless), policy).expect("a sound policy");
    for (payload, token) in [("{ \"n\" : [] } ", signer.sign(b"{ \"n\" : [] } ", NOW)), ("", signer.sign_bytes(b""))] {
        let Ok(token) = token.inspect_err(super::check_failure) else {
            assert!(payload.is_empty(), "options that add claims do not go with bytes, but they go with claims");
            continue;
        };
        assert!(token.len() <= signer.bound(payload.len()));
        if token.len() <= 1_048_576 {
            verifier.verify(token.as_bytes(), NOW).unwrap_or_else(|failure| panic!("{failure}: {token}"));
        }
    }
}

fn vizzly_token(token: Result<String>) {
    looked_at(token, "args", &[Status::Config]).into_iter().for_each(is_vizzly);
}

/// It is good; but of a lifetime below a second nothing is left in the second it was made in.
fn is_vizzly(token: String) {
    let verifier = verifier(&KeySet::from(EC_KEY.clone())).expect("a sound key");
    if token.len() <= 65_536 {
        verifier.verify(token.as_bytes(), NOW - 1).unwrap_or_else(|failure| panic!("{failure}: {token}"));
    }
}
