//! Every vector through the Rust API, in this process: the core against the specification, without any binding.

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use jeton::error::Status;
use jeton::jose::{Key, KeySet, Signer, Verifier};
use serde_json::Value;

use support::{answer, rust_host, vectors};

#[test]
fn the_core_answers_every_vector() {
    let cases = vectors::all();
    let mut wrong = Vec::new();
    for case in &cases {
        if let Err(why) = answer::judge(&rust_host::answer(&case.line), &case.id, &case.expect) {
            wrong.push(format!("{}\n     why: {}\n{why}\n", case.name, case.why));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn names_are_unique() {
    let cases = vectors::all();
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), cases.len());
}

#[test]
fn every_status_of_a_token_and_every_operation_occurs() {
    let cases = vectors::all();
    let found: BTreeSet<&str> = cases.iter().filter_map(|case| case.expect["error"]["status"].as_str()).collect();
    // What only a C caller can provoke, and what needs a broken machine.
    let others = [Status::Null, Status::Utf8, Status::Length, Status::Buffer, Status::Panic, Status::Internal];
    // What is fetched, and who is calling, is the scenarios' matter.
    let is_of_a_token = |status: &&Status| status.number() < Status::Unavailable.number() && !others.contains(status);
    for status in Status::ALL.iter().filter(is_of_a_token) {
        assert!(found.contains(status.name()), "no vector expects {}", status.name());
    }
    for op in [
        "verify",
        "verify_batch",
        "sign",
        "sign_begin",
        "sign_finish",
        "inspect",
        "key",
        "generate",
        "vizzly",
        "vizzly.identity",
        "allowed",
        "allowed_action",
        "api_key.generate",
        "api_key.check",
        "version",
    ] {
        assert!(cases.iter().any(|case| case.op.as_deref() == Some(op)), "no vector for {op}");
    }
}

#[test]
fn every_claim_that_the_table_names_occurs() {
    let cases = vectors::all();
    let found: BTreeSet<(&str, &str)> = cases
        .iter()
        .filter_map(|case| Some((case.expect["error"]["status"].as_str()?, case.expect["error"]["claim"].as_str()?)))
        .collect();
    for pair in [
        ("TYP", "typ"),
        ("EXPIRED", "exp"),
        ("EXPIRED", "iat"),
        ("EXPIRED", "expires"),
        ("NOT_YET_VALID", "nbf"),
        ("NOT_YET_VALID", "iat"),
        ("ISSUER", "iss"),
        ("SUBJECT", "sub"),
        ("AUDIENCE", "aud"),
    ] {
        assert!(found.contains(&pair), "no vector expects {pair:?}");
    }
    for claim in ["exp", "nbf", "iat", "iss", "sub", "aud", "jti", "expires"] {
        assert!(found.contains(&("CLAIM_INVALID", claim)), "no vector expects CLAIM_INVALID for {claim}");
    }
}

#[test]
fn a_judge_that_expects_something_else_says_no() {
    let case = vectors::all().into_iter().find(|case| case.expect.get("ok").is_some()).unwrap();
    let line = rust_host::answer(&case.line);
    assert!(answer::judge(&line, &case.id, &case.expect).is_ok());
    assert!(answer::judge(&line, &Value::from("another id"), &case.expect).is_err());
    assert!(answer::judge(&line, &case.id, &serde_json::json!({"ok": {}})).is_err());
    assert!(answer::judge(&line, &case.id, &serde_json::json!({"error": {"status": "KEY", "claim": null}})).is_err());
}

#[test]
fn no_two_jti_are_equal() {
    let key = Arc::new(Key::from_secret(&[b'k'; 32], Some("HS256")).unwrap());
    let signer = Signer::new(&key, r#"{"jti":true}"#).unwrap();
    let tokens: BTreeSet<String> = (0..100).map(|_| signer.sign(b"{}", 0).unwrap()).collect();
    assert_eq!(tokens.len(), 100);
}

/// Times that the protocol cannot carry to every host, since JavaScript's numbers end at 2^53.
#[test]
fn the_arithmetic_does_not_wrap_at_the_ends_of_i64() {
    let key = Arc::new(Key::from_secret(&[b'k'; 32], Some("HS256")).unwrap());
    let signer = Signer::new(&key, "{}").unwrap();
    let policy = r#"{"algorithms":["HS256"],"any_issuer":true,"any_audience":true,"leeway_s":300,"max_age_s":315576000,"allow_missing_exp":true}"#;
    let verifier = Verifier::new(&KeySet::from(key), policy).unwrap();
    let status = |claims: &str, now_s| {
        let token = signer.sign(claims.as_bytes(), 0).unwrap();
        verifier
            .verify(token.as_bytes(), now_s)
            .err()
            .map(|failure| (failure.status(), failure.claim().unwrap().to_owned()))
    };
    let answer = |status, claim: &str| Some((status, claim.to_owned()));
    for claims in [r#"{"exp":253402300799,"iat":0}"#, r#"{"exp":0,"iat":0}"#] {
        assert_eq!(status(claims, i64::MAX), answer(Status::Expired, "exp"));
        assert_eq!(status(claims, i64::MIN), answer(Status::NotYetValid, "iat"));
    }
    assert_eq!(status(r#"{"iat":253402300799}"#, i64::MAX), answer(Status::Expired, "iat"));
    assert_eq!(status(r#"{"nbf":0,"iat":0}"#, i64::MIN), answer(Status::NotYetValid, "nbf"));
}
