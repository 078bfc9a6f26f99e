//! Five hosts, one behaviour: every vector through the conformance driver of each, and every token of one host through the others.
//!
//! `make drivers`, then `cargo test --test conformance`.

mod support;

use std::collections::HashMap;
use std::thread;

use serde_json::{Value, json};

use support::driver::{HOSTS, ask};
use support::{answer, rust_host, vectors};

/// RSA keys are made elsewhere, so these come from the fixed test keys.
const RSA_ALGORITHMS: [&str; 6] = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];
const GENERATED_ALGORITHMS: [&str; 6] = ["HS256", "HS384", "HS512", "ES256", "ES384", "EdDSA"];
const NOW_S: i64 = 1_800_000_000;

#[test]
fn every_host_answers_every_vector() {
    let cases = vectors::all();
    let lines: Vec<String> = cases.iter().map(|case| case.line.clone()).collect();
    let mut wrong = Vec::new();
    let mut verdicts = Vec::new();
    for (host, answers) in ask_all(&lines) {
        for (case, line) in cases.iter().zip(&answers) {
            if let Err(why) = answer::judge(line, &case.id, &case.expect) {
                wrong.push(format!("{host}: {}\n     why: {}\n{why}\n", case.name, case.why));
            }
        }
        verdicts.push((host, answers.iter().map(|line| answer::verdict(line)).collect::<Vec<_>>()));
    }
    let (first, expected) = &verdicts[0];
    for (host, found) in &verdicts[1..] {
        for (case, (found, expected)) in cases.iter().zip(found.iter().zip(expected)) {
            if found != expected {
                wrong.push(format!("{}: {host} says {found:?}, {first} says {expected:?}\n", case.name));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} cases in {} hosts:\n\n{}",
        wrong.len(),
        cases.len(),
        HOSTS.len(),
        wrong.join("\n")
    );
}

#[test]
#[should_panic(expected = "run `make drivers`")]
fn a_driver_that_is_not_there_is_a_failure() {
    ask("cobol", &[r#"{"id":1,"op":"version"}"#.to_owned()]);
}

/// PKCS#1 signatures, HMAC and Ed25519 are deterministic and there is one core: all hosts make the same token, letter by letter.
#[test]
fn every_host_makes_the_same_deterministic_token() {
    let rsa = include_str!("vectors/keys/rsa2048.pem");
    let edwards = include_str!("vectors/keys/ed25519.pem");
    let secret = json!({"secret": "a secret of the tests, long enough for each of the three hashes!"});
    let keys = [
        ("RS256", json!({"pem": rsa})),
        ("RS512", json!({"pem": rsa})),
        ("EdDSA", json!({"pem": edwards})),
        ("HS256", secret.clone()),
        ("HS512", secret),
    ];
    let requests: Vec<Value> =
        keys.iter().map(|(algorithm, key)| sign_request(&json!({"algorithm": algorithm, "private": key}))).collect();
    let tokens = ask_all_hosts(&requests);
    let (_, expected) = &tokens[0];
    assert!(expected.iter().all(|answer| answer["ok"]["token"].is_string()), "{expected:?}");
    for (host, found) in &tokens[1..] {
        for (found, expected) in found.iter().zip(expected) {
            assert_eq!(found["ok"], expected["ok"], "{host}");
        }
    }
}

/// Keys of every host sign in every host, and every token is verified by all.
#[test]
fn every_host_verifies_what_every_host_signs() {
    let mut keys: Vec<(String, Value)> = Vec::new();
    let questions: Vec<Value> =
        GENERATED_ALGORITHMS.iter().map(|algorithm| json!({"op": "generate", "algorithm": algorithm})).collect();
    for (host, made) in ask_all_hosts(&questions) {
        for (algorithm, made) in GENERATED_ALGORITHMS.iter().zip(made) {
            keys.push((format!("a key of {host}"), key_pair(algorithm, &made["ok"])));
        }
    }
    let pem = include_str!("vectors/keys/rsa2048.pem");
    for algorithm in RSA_ALGORITHMS {
        let key = json!({"pem": pem});
        keys.push((
            "the RSA key".into(),
            json!({"algorithm": algorithm, "private": key, "public": {"pem": pem, "algorithm": algorithm}}),
        ));
    }

    let signing: Vec<Value> = keys.iter().map(|(_, key)| sign_request(key)).collect();
    let mut tokens = Vec::new();
    for (host, answers) in ask_all_hosts(&signing) {
        for ((maker, key), answer) in keys.iter().zip(answers) {
            let token =
                answer["ok"]["token"].as_str().unwrap_or_else(|| panic!("{host} did not sign with {maker}: {answer}"));
            tokens.push((format!("a token of {host} by {maker}, {}", key["algorithm"]), verify_request(key, token)));
        }
    }
    assert_eq!(tokens.len(), keys.len() * (HOSTS.len() + 1));

    let verifying: Vec<Value> = tokens.iter().map(|(_, request)| request.clone()).collect();
    let expected = json!({"iss": "matrix", "iat": NOW_S, "exp": NOW_S + 60, "n": 9_007_199_254_740_991_i64});
    for (host, answers) in ask_all_hosts(&verifying) {
        for ((token, _), answer) in tokens.iter().zip(answers) {
            let claims = answer["ok"].get("claims").unwrap_or_else(|| panic!("{host} refused {token}: {answer}"));
            assert!(support::decimal::equal(claims, &expected), "{host} read {claims} in {token}");
        }
    }
}

/// What a matrix needs of a key: its algorithm, a key object to sign with, and one to verify with.
fn key_pair(algorithm: &str, made: &Value) -> Value {
    let public = match made["public_pem"].as_str() {
        Some(pem) => json!({"pem": pem}),
        None => json!({"jwk": made["private_jwk"]}),
    };
    json!({"algorithm": algorithm, "private": {"jwk": made["private_jwk"]}, "public": public})
}

fn sign_request(key: &Value) -> Value {
    let options = json!({"issuer": "matrix", "ttl_s": 60});
    let claims = json!({"n": 9_007_199_254_740_991_i64});
    json!({"op": "sign", "key": key["private"], "algorithm": key["algorithm"], "claims": claims, "options": options, "now_s": NOW_S})
}

fn verify_request(key: &Value, token: &str) -> Value {
    let policy = json!({"algorithms": [key["algorithm"]], "issuer": "matrix", "any_audience": true, "typ": "JWT"});
    json!({"op": "verify", "key": key["public"], "policy": policy, "token": token, "now_s": NOW_S})
}

/// The answers of the five drivers, asked side by side.
fn ask_all(lines: &[String]) -> HashMap<&'static str, Vec<String>> {
    thread::scope(|scope| {
        let asked = HOSTS.map(|host| (host, scope.spawn(move || ask(host, lines))));
        asked.into_iter().map(|(host, answers)| (host, answers.join().unwrap())).collect()
    })
}

/// The answers of the five drivers and of the Rust API, as values.
fn ask_all_hosts(requests: &[Value]) -> Vec<(&'static str, Vec<Value>)> {
    let lines: Vec<String> = requests.iter().map(Value::to_string).collect();
    let mut answers: Vec<(&str, Vec<String>)> = ask_all(&lines).into_iter().collect();
    answers.push(("rust", lines.iter().map(|line| rust_host::answer(line)).collect()));
    let value = |line: &String| serde_json::from_str(line).expect("an answer is JSON");
    answers.iter().map(|(host, lines)| (*host, lines.iter().map(value).collect())).collect()
}
