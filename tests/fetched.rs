//! Attacks by way of what is fetched, as a host sees them that does the fetching itself: every address that is asked passes through its
//! hands. The ids are those of `tests/vectors/attack-ids.txt`.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use jeton::error::Status;
use jeton::source::remote_keys::RemoteVerifier;
use jeton::source::{Answer, Cache, Environment, Now, Poll, Response, Source, Todo};
use jeton::vendors::source::open_kind;

const NOW: Now = Now { unix_ms: 1_900_000_000_000, steady_ms: 5_000_000 };
const KEYS_URL: &str = "https://id.example/keys";
/// RFC 8037, appendix A.2.
const JWK: &str = r#"{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

#[test]
fn kid_12_a_thousand_unknown_kids_cause_one_fetch() {
    let (cache, verifier) = remote();
    assert_eq!(verdict(&verifier, &forged(r#","kid":"a""#)), None);
    assert_eq!(serve(&cache, 200, &[], set()), [KEYS_URL]);
    let mut fetches = 0;
    for number in 0..1000_u32 {
        let token = forged(&format!(r#","kid":"{:08x}""#, number.wrapping_mul(0x9E37_79B9)));
        if verdict(&verifier, &token).is_none() {
            fetches += serve(&cache, 200, &[], set()).len();
        }
        assert_eq!(verdict(&verifier, &token), Some(Status::KeyNotFound));
    }
    assert_eq!(fetches, 1);
}

#[test]
fn emb_04_05_07_no_address_in_a_token_is_asked() {
    for member in ["jku", "x5u"] {
        for address in ["https://evil.example/keys", "file:///etc/passwd", "ftp://evil.example/k", "data:,x", "//evil"]
        {
            let (cache, verifier) = remote();
            let token = forged(&format!(r#","kid":"a","{member}":"{address}""#));
            assert_eq!(verdict(&verifier, &token), None);
            assert_eq!(serve(&cache, 200, &[], set()), [KEYS_URL], "{member} {address}");
            assert_eq!(verdict(&verifier, &token), Some(Status::Signature));
            assert!(asked(&cache).is_none());
        }
    }
}

#[test]
fn dos_07_a_redirect_of_a_key_set_leads_nowhere() {
    for location in ["https://evil.example/keys", "http://id.example/keys", "file:///etc/passwd"] {
        for status in [301, 302, 303, 307, 308] {
            assert_unusable(status, &[("Location", location)], set());
        }
    }
}

#[test]
fn dos_08_a_compressed_key_set_stays_compressed() {
    // Ten bytes of gzip's header, and what could be a hundred megabytes.
    assert_unusable(200, &[("Content-Encoding", "gzip")], b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc1".to_vec());
}

#[test]
fn dos_09_an_answer_that_is_deep_or_huge_gives_no_token() {
    let levels = |depth: usize| format!(r#"{{"access_token":"t","x":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    let huge = format!(r#"{{"access_token":"{}","token_type":"Bearer"}}"#, "t".repeat(10 << 20));
    for answer in [levels(1000), levels(1 << 20), "[".repeat(1 << 20), huge] {
        let cache = Cache::new(r#"{"driven_by":"host"}"#).unwrap();
        let source = oauth2(&cache);
        assert!(matches!(source.token(NOW), Ok(Answer::Wait)));
        assert_eq!(serve(&cache, 200, &[], answer.into()).len(), 1);
        assert_eq!(source.token(NOW).err().map(|failure| failure.status()), Some(Status::Protocol));
    }
}

/// A key set of this answer is none: nobody else is asked, and no verdict is about the token.
fn assert_unusable(status: u16, headers: &[(&str, &str)], body: Vec<u8>) {
    let (cache, verifier) = remote();
    let token = forged(r#","kid":"a""#);
    // After the first failure a call may try again, then there is a pause.
    for _ in 0..2 {
        assert_eq!(verdict(&verifier, &token), None);
        assert_eq!(serve(&cache, status, headers, body.clone()), [KEYS_URL]);
        assert_eq!(verdict(&verifier, &token), Some(Status::KeysUnavailable), "{status} {headers:?}");
    }
    assert_eq!(verdict(&verifier, &token), Some(Status::KeysUnavailable), "{status} {headers:?}");
    assert!(asked(&cache).is_none());
}

fn remote() -> (Arc<Cache>, RemoteVerifier) {
    let cache = Cache::new(r#"{"driven_by":"host"}"#).unwrap();
    let issuers = format!(
        r#"[{{"issuer":"https://id.example","jwks_url":"{KEYS_URL}","algorithms":["EdDSA"],"any_audience":true}}]"#
    );
    let verifier = RemoteVerifier::open(&cache, &issuers, &Environment::parse("{}").unwrap()).unwrap();
    (cache, verifier)
}

fn oauth2(cache: &Arc<Cache>) -> Source {
    let config = r#"{"kind":"oauth2","grant":"client_credentials","token_url":"https://id.example/token","client_id":"app",
        "retries":0}"#;
    let environment = Environment::parse("{}").unwrap();
    cache.open(open_kind(config, r#"{"client_secret":"s"}"#, &environment, None, NOW).unwrap(), NOW).unwrap()
}

fn set() -> Vec<u8> {
    format!(r#"{{"keys":[{JWK}]}}"#).into_bytes()
}

/// A token of the issuer that nobody has signed, with more members in its header.
fn forged(members: &str) -> String {
    let header = BASE64URL.encode(format!(r#"{{"alg":"EdDSA"{members}}}"#));
    format!("{header}.{}.{}", BASE64URL.encode(r#"{"iss":"https://id.example","exp":2000000000}"#), "A".repeat(86))
}

/// What the verifier says; `None` where it wants keys first.
fn verdict(verifier: &RemoteVerifier, token: &str) -> Option<Status> {
    match verifier.verify(token.as_bytes(), NOW) {
        Ok(None) => None,
        Ok(Some(_)) => panic!("a forged token is good"),
        Err(failure) => Some(failure.status()),
    }
}

/// The exchange that is wanted now, if one is: its lease and its address.
fn asked(cache: &Cache) -> Option<(u64, String)> {
    match cache.poll(NOW) {
        Poll::Do { lease, todo: Todo::Send(request) } => Some((lease, request.url.clone())),
        Poll::Do { .. } => panic!("something else than a request"),
        Poll::Idle { .. } => None,
    }
}

/// Answers every request that is wanted with this; says which addresses were asked.
fn serve(cache: &Cache, status: u16, headers: &[(&str, &str)], body: Vec<u8>) -> Vec<String> {
    let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let mut addresses = Vec::new();
    while let Some((lease, address)) = asked(cache) {
        addresses.push(address);
        let _ = cache.complete(lease, Ok(Response { status, headers: headers.clone(), body: body.clone() }), NOW);
    }
    addresses
}
