//! Key sets under a virtual clock: what is fetched when, and by which keys is judged.

use std::sync::{Arc, Mutex};

use super::*;
use crate::jose::json::Value;
use crate::jose::{Generated, Key, Signer};
use crate::source::environment::Environment;
use crate::source::{Poll, Response};

mod stats;
mod trouble;

const BEGIN: Now = Now { unix_ms: 1_900_000_000_000, steady_ms: 7_000_000 };
const ISSUER: &str = "https://id.example";

/// A key, and the way to sign with it.
struct Party {
    jwk: String,
    signer: Signer,
}

impl Party {
    fn new(kid: &str) -> Party {
        let Generated { private_jwk, public_jwk, .. } = Key::generate("ES256").unwrap();
        let named = |jwk: String| {
            let own = Value::parse(jwk.as_bytes()).unwrap().get("kid").unwrap().raw().to_owned();
            jwk.replace(&own, &format!("\"{kid}\""))
        };
        let key = Arc::new(Key::from_jwk(named(private_jwk).as_bytes(), None).unwrap());
        let signer = Signer::new(&key, &format!(r#"{{"issuer":"{ISSUER}","audience":"api","ttl_s":100000}}"#)).unwrap();
        Party { jwk: named(public_jwk.unwrap()), signer }
    }

    fn token(&self) -> Vec<u8> {
        self.signer.sign(b"{}", BEGIN.unix_ms / 1000).unwrap().into_bytes()
    }
}

/// A verifier, the host that drives its cache, and the clock.
struct Bench {
    cache: Arc<Cache>,
    verifier: Arc<RemoteVerifier>,
    now: Now,
    fetches: usize,
}

impl Bench {
    fn new() -> Bench {
        Bench::with("")
    }

    /// With these members more in the policy.
    fn with(policy: &str) -> Bench {
        let cache = Cache::new(r#"{"driven_by":"host"}"#).unwrap();
        let issuers = format!(
            r#"[{{"issuer":"https://other.example","jwks_url":"https://other.example/keys","algorithms":["ES256"],"audience":"api"}},
                {{"issuer":"{ISSUER}","jwks_url":"{ISSUER}/keys","algorithms":["ES256"],"audience":"api"{policy}}}]"#
        );
        let verifier = RemoteVerifier::open(&cache, &issuers, &Environment::parse("{}").unwrap()).unwrap();
        Bench { cache, verifier: Arc::new(verifier), now: BEGIN, fetches: 0 }
    }

    fn pass(&mut self, seconds: i64) {
        self.now.unix_ms += 1000 * seconds;
        self.now.steady_ms += 1000 * seconds;
    }

    /// What the verifier says: with keys, a status, or that it wants keys first.
    fn verdict(&self, token: &[u8]) -> &'static str {
        match self.verifier.verify(token, self.now) {
            Ok(Some(_)) => "OK",
            Ok(None) => "WAIT",
            Err(failure) => failure.status().name(),
        }
    }

    /// The keys of the issuer that are at hand.
    fn keys(&self) -> Arc<Verifier> {
        let issuer = self.verifier.keys_of(ISSUER);
        Arc::clone(&issuer.state().set.as_ref().unwrap().verifier)
    }

    /// The exchange that is wanted, if one is.
    fn asked(&mut self) -> Option<(u64, Request)> {
        match self.cache.poll(self.now) {
            Poll::Do { lease, todo: Todo::Send(request) } => {
                self.fetches += 1;
                Some((lease, request))
            }
            Poll::Do { .. } => panic!("key sets have no files"),
            Poll::Idle { .. } => None,
        }
    }

    fn answer(&mut self, status: u16, headers: &[(&str, &str)], body: &str) -> Request {
        let (lease, request) = self.asked().expect("a fetch");
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.cache.complete(lease, Ok(Response { status, headers, body: body.as_bytes().to_vec() }), self.now);
        request
    }

    fn serve(&mut self, parties: &[&Party]) -> Request {
        self.answer(200, &[("ETag", "\"v1\"")], &set(parties))
    }
}

fn set(parties: &[&Party]) -> String {
    let keys: Vec<&str> = parties.iter().map(|party| party.jwk.as_str()).collect();
    format!("{{\"keys\":[{}]}}", keys.join(","))
}

#[test]
fn keys_are_fetched_once_and_kept() {
    let (mut bench, alice) = (Bench::new(), Party::new("a"));
    assert_eq!(bench.asked().map(|_| ()), None, "opening fetches nothing");
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    let request = bench.serve(&[&alice]);
    assert_eq!((request.method, request.url.as_str()), ("GET", "https://id.example/keys"));
    for _ in 0..100 {
        assert_eq!(bench.verdict(&alice.token()), "OK");
        bench.pass(5);
        assert!(bench.asked().is_none());
    }
    assert_eq!(bench.fetches, 1);
}

#[test]
fn those_who_wait_are_told_by_the_one_fetch() {
    let (mut bench, alice) = (Bench::new(), Party::new("a"));
    let told = Arc::new(Mutex::new(Vec::new()));
    for token in [alice.token(), Party::new("a").token(), b"no token".to_vec()] {
        let told = Arc::clone(&told);
        let note = move |outcome: Result<crate::jose::Verified>| {
            told.lock().unwrap().push(outcome.map_or_else(|failure| failure.status().name(), |_| "OK"));
        };
        bench.verifier.wait(&token, note, bench.now);
    }
    assert_eq!(*told.lock().unwrap(), ["MALFORMED"]);
    bench.serve(&[&alice]);
    assert_eq!(*told.lock().unwrap(), ["MALFORMED", "OK", "SIGNATURE"]);
    assert_eq!(bench.fetches, 1);
}

#[test]
fn who_is_told_to_come_back_hears_of_the_failure_once() {
    let (mut bench, alice) = (Bench::new(), Party::new("a"));
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    bench.answer(503, &[], "");
    assert_eq!(bench.verdict(&alice.token()), "KEYS_UNAVAILABLE", "whose fetch it was");
    assert_eq!(bench.verdict(&alice.token()), "WAIT", "a later call tries again");
    let told = Arc::new(Mutex::new(Vec::new()));
    let note = Arc::clone(&told);
    bench.verifier.wait(
        &alice.token(),
        move |outcome: Result<crate::jose::Verified>| note.lock().unwrap().push(outcome.is_ok()),
        bench.now,
    );
    bench.answer(503, &[], "");
    assert_eq!(*told.lock().unwrap(), [false], "who stayed was told");
    bench.pass(1);
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    bench.answer(503, &[], "");
    bench.pass(5);
    assert_eq!(bench.verdict(&alice.token()), "WAIT", "what failed so long ago is no news");
}

#[test]
fn what_needs_no_key_needs_no_fetch() {
    let mut bench = Bench::new();
    let token = String::from_utf8(Party::new("a").token()).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let header = |json: &str| format!("{}.{}.{}", crate::jose::base64url::encode(json), parts[1], parts[2]);
    let stranger = crate::jose::base64url::encode(r#"{"iss":"https://evil.example"}"#);
    for (token, status) in [
        ("no token".to_owned(), "MALFORMED"),
        (format!("{}.{stranger}.{}", parts[0], parts[2]), "ISSUER"),
        (header(r#"{"alg":"none"}"#), "ALGORITHM"),
        (header(r#"{"alg":"HS256"}"#), "ALGORITHM"),
        (header(r#"{"alg":"ES256","crit":["x"]}"#), "HEADER_UNSUPPORTED"),
    ] {
        assert_eq!(bench.verdict(token.as_bytes()), status, "{token}");
        assert!(bench.asked().is_none(), "{status}");
    }
}

#[test]
fn s23_a_withdrawn_key_is_gone_with_the_next_fetch() {
    let (mut bench, old, new) = (Bench::new(), Party::new("old"), Party::new("new"));
    assert_eq!(bench.verdict(&old.token()), "WAIT");
    bench.serve(&[&old]);
    assert_eq!(bench.verdict(&old.token()), "OK");
    bench.pass(600);
    assert_eq!(bench.verdict(&old.token()), "WAIT", "nobody is judged by a set that may be out of date");
    bench.serve(&[&new]);
    assert_eq!(bench.verdict(&old.token()), "WAIT", "it may have come back");
    bench.serve(&[&new]);
    assert_eq!(bench.verdict(&old.token()), "KEY_NOT_FOUND");
    assert_eq!(bench.verdict(&new.token()), "OK");
}

/// RFC 7517 section 5: a key that a reader cannot use is passed over, and a set of such keys alone is a set without a key for it.
#[test]
fn s23_a_set_without_a_key_for_us_withdraws_all_keys() {
    let other = r#"{"kty":"EC","crv":"P-521","x":"AA","y":"AA"},{"kty":"magic"}"#;
    let alice = Party::new("a");
    let for_encryption = alice.jwk.replacen('{', r#"{"use":"enc","#, 1);
    for keys in ["", other, &for_encryption, &format!("{other},{for_encryption}")] {
        let mut bench = Bench::new();
        assert_eq!(bench.verdict(&alice.token()), "WAIT");
        bench.serve(&[&alice]);
        bench.pass(600);
        assert_eq!(bench.verdict(&alice.token()), "WAIT");
        bench.answer(200, &[], &format!("{{\"keys\":[{keys}]}}"));
        assert_eq!(bench.verdict(&alice.token()), "KEYS_UNAVAILABLE", "{keys}");
    }
}

/// CACHE-02: what a verifier remembers goes with the keys that it was made of.
#[test]
fn a_withdrawn_key_takes_the_tokens_along_that_it_was_seen_to_have_signed() {
    let (mut bench, old, new) = (Bench::with(r#","verified_cache_bytes":65536"#), Party::new("old"), Party::new("new"));
    let token = old.token();
    assert_eq!(bench.verdict(&token), "WAIT");
    bench.serve(&[&old, &new]);
    for _ in 0..3 {
        assert_eq!(bench.verdict(&token), "OK");
    }
    bench.pass(600);
    assert_eq!(bench.verdict(&token), "WAIT");
    let with_hits = bench.keys();
    bench.answer(304, &[], "");
    assert_eq!(bench.verdict(&token), "OK");
    assert!(Arc::ptr_eq(&with_hits, &bench.keys()), "the same set is the same verifier, hits and all");
    bench.pass(600);
    assert_eq!(bench.verdict(&token), "WAIT");
    bench.serve(&[&new]);
    assert_eq!(bench.verdict(&token), "WAIT", "it may have come back");
    bench.serve(&[&new]);
    assert_eq!(bench.verdict(&token), "KEY_NOT_FOUND");
    assert!(with_hits.verify(&token, bench.now.unix_ms / 1000).is_ok(), "it was a hit, and good in time");
    bench.pass(600);
    assert_eq!(bench.verdict(&new.token()), "WAIT");
    bench.serve(&[&Party::new("old")]);
    assert_eq!(bench.verdict(&token), "SIGNATURE", "another key of the same name");
}

#[test]
fn s24_an_old_set_serves_a_day_and_no_longer() {
    let (mut bench, alice) = (Bench::new(), Party::new("a"));
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    bench.serve(&[&alice]);
    bench.pass(600);
    for (status, body) in [(503, ""), (200, "<html>"), (302, ""), (404, "")] {
        assert_eq!(bench.verdict(&alice.token()), "WAIT");
        bench.answer(status, &[], body);
        assert_eq!(bench.verdict(&alice.token()), "OK", "after {status} {body}");
        bench.pass(30);
    }
    bench.pass(86_400 - 120 - 1);
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    bench.answer(503, &[], "");
    assert_eq!(bench.verdict(&alice.token()), "OK", "the last second");
    bench.pass(30);
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    bench.answer(503, &[], "");
    assert_eq!(bench.verdict(&alice.token()), "KEYS_UNAVAILABLE");
}

#[test]
fn s25_unknown_names_of_keys_cause_one_fetch_in_thirty_seconds() {
    let (mut bench, alice) = (Bench::new(), Party::new("a"));
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    bench.serve(&[&alice]);
    for round in 0..3 {
        assert_eq!(bench.verdict(&Party::new("unknown").token()), "WAIT", "round {round}");
        bench.serve(&[&alice]);
        for n in 0..100 {
            let forged = Party::new(&format!("unknown {n}"));
            assert_eq!(bench.verdict(&forged.token()), "KEY_NOT_FOUND");
            assert!(bench.asked().is_none());
        }
        bench.pass(30);
    }
    let fetches = bench.fetches;
    let added = Party::new("added");
    assert_eq!(bench.verdict(&added.token()), "WAIT");
    bench.serve(&[&alice, &added]);
    assert_eq!(bench.verdict(&added.token()), "OK", "a key that was added is found at once");
    assert_eq!(bench.fetches, fetches + 1);
}

#[test]
fn a_failed_fetch_leaves_the_set_and_slows_down() {
    let (mut bench, alice) = (Bench::new(), Party::new("a"));
    for pause in [0, 1, 2, 4, 8, 16, 30, 30] {
        assert_eq!(bench.verdict(&alice.token()), "WAIT");
        bench.answer(503, &[], "");
        assert_eq!(bench.verdict(&alice.token()), "KEYS_UNAVAILABLE", "at once, without a request");
        bench.pass(pause);
    }
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    bench.serve(&[&alice]);
    assert_eq!(bench.verdict(&alice.token()), "OK");
    assert_eq!(bench.verdict(&Party::new("b").token()), "WAIT");
    bench.answer(503, &[], "");
    assert_eq!(bench.verdict(&alice.token()), "OK", "a fetch for an unknown key that fails costs nothing");
}

#[test]
fn a_set_that_did_not_change_is_kept() {
    let (mut bench, alice) = (Bench::new(), Party::new("a"));
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    let first = bench.serve(&[&alice]);
    assert!(first.headers.iter().all(|(name, _)| name != "If-None-Match"));
    bench.pass(545);
    assert_eq!(bench.verdict(&alice.token()), "OK", "it is renewed ahead of its end, and nobody waits");
    let second = bench.answer(304, &[("Cache-Control", "max-age=3600")], "");
    let tag = second.headers.iter().find(|(name, _)| name == "If-None-Match").map(|(_, value)| value.to_vec());
    assert_eq!(tag.as_deref(), Some(&b"\"v1\""[..]));
    bench.pass(3000);
    assert_eq!(bench.verdict(&alice.token()), "OK");
    assert!(bench.asked().is_none());
}

#[test]
fn a_lease_that_nobody_answers_ends() {
    let (mut bench, alice) = (Bench::new(), Party::new("a"));
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    let (lost, _) = bench.asked().unwrap();
    bench.pass(37);
    assert!(bench.asked().is_none(), "the fetch has failed");
    assert_eq!(bench.verdict(&alice.token()), "KEYS_UNAVAILABLE");
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    bench.serve(&[&alice]);
    bench.cache.complete(lost, Err(Fault::Dropped), bench.now);
    assert_eq!(bench.verdict(&alice.token()), "OK", "a late answer is ignored");
}

#[test]
fn issuers_that_cannot_be_are_refused_with_their_place() {
    let cache = Cache::new(r#"{"driven_by":"host"}"#).unwrap();
    let good = r#""issuer":"i","jwks_url":"https://i.example/k","algorithms":["ES256"],"any_audience":true"#;
    for (issuers, message) in [
        ("{}".to_owned(), "issuers: expected a list of objects"),
        ("[]".to_owned(), "issuers: expected at least one issuer"),
        ("[{}]".to_owned(), "issuers[0].issuer: missing"),
        (r#"[{"issuer":"i"}]"#.to_owned(), "issuers[0].jwks_url: missing"),
        (
            r#"[{"issuer":"i","jwks_url":"http://i.example/k"}]"#.to_owned(),
            "config.allow_http: plain http is for loopback, unless this is true",
        ),
        (format!("[{{{good}}},{{{good}}}]"), "issuers[1].issuer: is listed twice"),
        (format!("[{{{good},\"surprise\":1}}]"), "issuers[0].surprise: unknown member"),
        (
            format!("[{{{}}}]", good.replace("ES256", "HS256")),
            "issuers[0].algorithms: a secret that is published is none",
        ),
    ] {
        let failure = RemoteVerifier::open(&cache, &issuers, &Environment::parse("{}").unwrap()).err().unwrap();
        assert_eq!((failure.status(), failure.message()), (Status::Config, message), "{issuers}");
    }
}
