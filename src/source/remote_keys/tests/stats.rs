//! What is told of a key set whose server is away, before the first token is refused for it.

use super::*;

impl Bench {
    /// What is told of the keys of the issuer, from `keys` on.
    fn told(&self) -> String {
        let json = self.verifier.stats()[1].to_json();
        let head = r#"{"issuer":"https://id.example","jwks_url":"https://id.example/keys","#;
        json.strip_prefix(head).unwrap_or_else(|| panic!("{json}")).trim_end_matches('}').to_owned()
    }
}

#[test]
fn issuers_are_told_of_in_order_and_for_themselves() {
    let (mut bench, alice) = (Bench::new(), Party::new("a"));
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    bench.serve(&[&alice]);
    let stats = bench.verifier.stats();
    let names: Vec<_> = stats.iter().map(|stats| (stats.issuer.as_str(), stats.refreshes)).collect();
    assert_eq!(names, [("https://other.example", 0), (ISSUER, 1)]);
    assert_eq!(
        stats[0].to_json(),
        r#"{"issuer":"https://other.example","jwks_url":"https://other.example/keys","keys":null,"refreshes":0,"failures":{},"last_failure":null,"is_stale":false}"#
    );
}

#[test]
fn a_server_that_is_away_is_seen_long_before_tokens_are_refused() {
    let (mut bench, alice, bob) = (Bench::new(), Party::new("a"), Party::new("b"));
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    assert_eq!(bench.told(), r#""keys":null,"refreshes":0,"failures":{},"last_failure":null,"is_stale":false"#);
    bench.answer(503, &[], "hush-hush");
    let why = "the server of the keys gave none (HTTP 503)";
    assert_eq!(
        bench.told(),
        format!(
            r#""keys":null,"refreshes":0,"failures":{{"KEYS_UNAVAILABLE":1}},"last_failure":"{why}","is_stale":false"#
        )
    );
    assert_eq!(bench.verdict(&alice.token()), "KEYS_UNAVAILABLE");
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    bench.serve(&[&alice, &bob]);
    let well = |refreshes: u32| {
        format!(
            r#""keys":2,"refreshes":{refreshes},"failures":{{"KEYS_UNAVAILABLE":1}},"last_failure":null,"is_stale":false"#
        )
    };
    assert_eq!(bench.told(), well(1), "what was counted stays, the failure is over");

    bench.pass(545);
    assert_eq!(bench.verdict(&alice.token()), "OK");
    bench.answer(304, &[], "");
    assert_eq!(bench.told(), well(2));

    bench.pass(545);
    assert_eq!(bench.verdict(&alice.token()), "OK");
    let (lease, _) = bench.asked().unwrap();
    bench.cache.complete(lease, Err(Fault::Refused), bench.now);
    let away = |keys: &str, failures: u32, why: &str, is_stale: bool| {
        format!(
            r#""keys":{keys},"refreshes":2,"failures":{{"KEYS_UNAVAILABLE":{failures}}},"last_failure":"{why}","is_stale":{is_stale}"#
        )
    };
    let refused = "the connection was refused";
    assert_eq!(bench.told(), away("2", 2, refused, false), "the set is not old yet");
    for failures in 3..10 {
        bench.pass(3600);
        assert_eq!(bench.verdict(&alice.token()), "WAIT");
        let (lease, _) = bench.asked().unwrap();
        bench.cache.complete(lease, Err(Fault::Refused), bench.now);
        assert_eq!(bench.verdict(&alice.token()), "OK");
        assert_eq!(bench.told(), away("2", failures, refused, true));
    }
    bench.pass(86_400);
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    bench.answer(503, &[], "");
    assert_eq!(bench.verdict(&alice.token()), "KEYS_UNAVAILABLE");
    assert_eq!(bench.told(), away("null", 10, why, false), "a set that may not serve is none");

    bench.pass(30);
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    bench.answer(304, &[], "");
    assert_eq!(
        bench.told(),
        r#""keys":2,"refreshes":3,"failures":{"KEYS_UNAVAILABLE":10},"last_failure":null,"is_stale":false"#
    );
}

#[test]
fn an_old_set_that_serves_while_a_server_hangs_is_told() {
    let (mut bench, alice) = (Bench::new(), Party::new("a"));
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    bench.serve(&[&alice]);
    bench.pass(600);
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    let (lease, _) = bench.asked().unwrap();
    bench.pass(1);
    assert_eq!(bench.verdict(&alice.token()), "OK");
    assert_eq!(bench.told(), r#""keys":1,"refreshes":1,"failures":{},"last_failure":null,"is_stale":true"#);
    let response = Response { status: 200, headers: Vec::new(), body: set(&[&alice]).into_bytes() };
    bench.cache.complete(lease, Ok(response), bench.now);
    assert_eq!(bench.told(), r#""keys":1,"refreshes":2,"failures":{},"last_failure":null,"is_stale":false"#);
}

#[test]
fn keys_that_were_withdrawn_are_none_and_only_those_that_can_be_used_are_counted() {
    let (mut bench, alice) = (Bench::new(), Party::new("a"));
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    bench.answer(200, &[], &format!(r#"{{"keys":[{{"kty":"magic"}},{}]}}"#, alice.jwk));
    assert_eq!(bench.told(), r#""keys":1,"refreshes":1,"failures":{},"last_failure":null,"is_stale":false"#);
    bench.pass(600);
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    bench.answer(200, &[], r#"{"keys":[]}"#);
    assert_eq!(
        bench.told(),
        r#""keys":null,"refreshes":1,"failures":{"KEYS_UNAVAILABLE":1},"last_failure":"the key set holds no key that can be used (HTTP 200)","is_stale":false"#
    );
}
