//! The attacks of `tests/vectors/attack-ids.txt`: that each has its cases, and those that are too large or too many for a file.
//!
//! Where an attack is about memory, what the call under test allocates is counted; nothing here is timed.

#[path = "attacks/heap.rs"]
mod heap;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use jeton::error::Status;
use jeton::jose::{Key, KeySet, Verifier};
use serde_json::{Value, json};

use heap::{Spent, spent};
use support::rust_host;

const NOW_S: i64 = 1_800_000_000;
const SECRET: &[u8] = b"only for tests: the secret of the attacks that are made in memory";
const CLAIMS: &str = r#"{"exp":1800000060}"#;
/// The greatest `max_token_bytes` that a policy can have.
const GREATEST: usize = 1 << 20;
const MIB: usize = 1 << 20;
/// What a refusal may allocate: its sentence, and little more.
const LITTLE: usize = 4096;

// --- every attack is there -------------------------------------------------------------------------------------------------

#[test]
fn every_attack_has_cases_of_its_verdict_or_a_reason_to_wait() {
    let file = attacks();
    let mut outcomes: BTreeMap<&str, BTreeSet<bool>> = BTreeMap::new();
    for case in file["cases"].as_array().unwrap() {
        let expect = &case["expect"];
        let accepted = expect.get("ok").is_some();
        assert!(accepted || expect["error"]["status"].is_string(), "{}: neither ok nor error", case["name"]);
        outcomes.entry(case["attack"].as_str().unwrap()).or_default().insert(accepted);
    }
    let listed = listed();
    assert_eq!(listed.len(), 211);
    for (attack, (verdict, description)) in &listed {
        let wanted: &[bool] = match verdict.as_str() {
            "reject" => &[false],
            "accept" => &[true],
            "both" => &[false, true],
            "steps" | "wait" => &[],
            other => panic!("{attack}: {other} is no verdict"),
        };
        let found: Vec<bool> = outcomes.remove(attack.as_str()).into_iter().flatten().collect();
        assert_eq!(found, wanted, "{attack}: {description}");
        let reason = file["waits"].get(attack).map(|reason| reason.as_str().unwrap().len());
        assert_eq!(reason.is_some_and(|length| length > 20), verdict == "wait", "{attack} waits without a reason");
        assert!(verdict != "steps" || file["steps"].get(attack).is_some(), "{attack} has no tests");
    }
    assert!(outcomes.is_empty(), "not in the list: {:?}", outcomes.keys());
}

/// What takes more than one step, or is about what is fetched, stands elsewhere, and is there.
#[test]
fn every_attack_in_steps_has_its_tests() {
    let (file, listed) = (attacks(), listed());
    for (attack, places) in file["steps"].as_object().unwrap() {
        assert!(listed.contains_key(attack), "{attack} is not in the list");
        for place in places.as_array().unwrap() {
            let (path, name) = place.as_str().unwrap().split_once(": ").unwrap();
            let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(path)).unwrap();
            let is_there = if path.ends_with(".rs") {
                text.contains(&format!("#[test]\nfn {name}()"))
            } else {
                let cases: Value = serde_json::from_str(&text).unwrap();
                cases["cases"].as_array().unwrap().iter().any(|case| case["name"] == name)
            };
            assert!(is_there, "{attack}: {place}");
        }
    }
}

#[test]
fn a_refusal_is_short_and_quotes_nothing() {
    for case in attacks()["cases"].as_array().unwrap() {
        let answer: Value = serde_json::from_str(&rust_host::answer(&case["request"].to_string())).unwrap();
        let Some(message) = answer["error"]["message"].as_str() else { continue };
        assert!(message.len() < 200, "{}: {} bytes", case["name"], message.len());
        let segments = case["request"]["token"].as_str().unwrap_or_default().split('.').map(str::to_owned);
        for segment in segments.filter(|segment| segment.len() > 7) {
            assert!(!message.contains(&segment), "{} quotes the token", case["name"]);
            let decoded = BASE64URL.decode(&segment).unwrap_or_default();
            for quoted in texts(&serde_json::from_slice(&decoded).unwrap_or(Value::Null)) {
                assert!(quoted.len() < 6 || !message.contains(&quoted), "{} quotes {quoted:?}", case["name"]);
            }
        }
    }
}

/// Every text in a value, names of members left out.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

// --- too many for a file ---------------------------------------------------------------------------------------------------

/// SIG-26: each bit of the three segments for each algorithm, and each of the letters that they are written in for one.
#[test]
fn no_bit_of_a_good_token_can_be_turned() {
    let mut algorithms = 0;
    for case in of("OK-01") {
        let (verifier, token) = (verifier_of(&case), case["request"]["token"].as_str().unwrap());
        assert!(verifier.verify(token.as_bytes(), NOW_S).is_ok());
        let refused = |token: &[u8], bit: usize| {
            assert!(verifier.verify(token, NOW_S).is_err(), "{}, bit {bit} of {} bytes", case["name"], token.len());
        };
        if case["name"] == "OK-01: HS256" {
            each_bit(token.as_bytes(), |turned, bit| refused(turned, bit));
        }
        let segments: Vec<Vec<u8>> = token.split('.').map(|segment| BASE64URL.decode(segment).unwrap()).collect();
        for (place, segment) in segments.iter().enumerate() {
            each_bit(segment, |turned, bit| {
                let parts =
                    (0..3).map(|other| BASE64URL.encode(if other == place { turned } else { &segments[other] }));
                refused(parts.collect::<Vec<_>>().join(".").as_bytes(), bit);
            });
        }
        algorithms += 1;
    }
    assert_eq!(algorithms, 13);
}

/// Calls with these bytes, one bit of which is turned, for each bit.
fn each_bit(bytes: &[u8], mut call: impl FnMut(&[u8], usize)) {
    let mut turned = bytes.to_vec();
    for bit in 0..8 * bytes.len() {
        turned[bit / 8] ^= 1 << (bit % 8);
        call(&turned, bit);
        turned[bit / 8] ^= 1 << (bit % 8);
    }
}

/// KID-12: nothing is remembered of a token whose key is not there.
#[test]
fn a_thousand_unknown_kids_are_refused_alike() {
    let verifier = named(GREATEST);
    for number in 0..1000_u32 {
        let token = signed(&format!(r#"{{"alg":"HS256","kid":"{:08x}"}}"#, number.wrapping_mul(0x9E37_79B9)), CLAIMS);
        let (answer, spent) = verify(&verifier, &token);
        assert_eq!(answer, Err(Status::KeyNotFound));
        assert!(spent.bytes <= LITTLE, "{spent:?}");
    }
}

/// DOS-04: nothing adds up, and the worst case is bounded.
#[test]
fn a_flood_for_the_largest_key_costs_the_same_each_time() {
    for case in of("DOS-04") {
        let (verifier, token) = (verifier_of(&case), case["request"]["token"].as_str().unwrap());
        let first = verify(&verifier, token);
        assert_eq!(first.0.is_ok(), case["expect"].get("ok").is_some());
        assert!(first.1.peak <= 16 * 1024, "{}: {:?}", case["name"], first.1);
        for _ in 0..20 {
            assert_eq!(verify(&verifier, token), first, "{}", case["name"]);
        }
    }
}

// --- too large for a file --------------------------------------------------------------------------------------------------

/// DOS-01 to DOS-03, B64-04, KID-06: what is too long is not looked at, however long it is.
#[test]
fn a_giant_is_refused_before_any_work() {
    let good = signed(r#"{"alg":"HS256"}"#, CLAIMS);
    let (head, rest) = good.split_once('.').unwrap();
    let (body, mac) = rest.split_once('.').unwrap();
    let unencoded = BASE64URL.encode(r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#);
    let kid = BASE64URL.encode(format!(r#"{{"alg":"HS256","kid":"{}"}}"#, "k".repeat(MIB)));
    let a = |count: usize| "A".repeat(count);
    let giants: [&dyn Fn() -> String; 9] = [
        &|| ".".repeat(GREATEST + 1),
        &|| ".".repeat(64 * MIB),
        &|| format!("{}.{body}.{mac}", a(100 * MIB)),
        &|| format!("{head}.{}.{mac}", a(100 * MIB)),
        &|| format!("{head}.{body}.{}", a(100 * MIB)),
        &|| format!("{}{good}", ".".repeat(64 * MIB)),
        &|| format!("{unencoded}.{}.AAAA", a(MIB)),
        &|| format!("{unencoded}.{}.AAAA", a(64 * MIB)),
        &|| format!("{kid}.{body}.{mac}"),
    ];
    let verifier = named(GREATEST);
    for giant in giants {
        let token = giant();
        let (answer, spent) = verify(&verifier, &token);
        assert_eq!(answer, Err(Status::TooLarge), "{} bytes", token.len());
        assert!(spent.bytes <= LITTLE, "{} bytes: {spent:?}", token.len());
    }
}

/// DOS-01 and DOS-03 where the policy lets a token be as long as any policy can: no dot costs anything by itself.
#[test]
fn dots_are_no_segments() {
    let good = signed(r#"{"alg":"HS256"}"#, CLAIMS);
    let verifier = named(GREATEST);
    for token in
        [".".repeat(1_000_000), ".".repeat(GREATEST), format!("{}{good}", ".".repeat(1_000_000)), format!("....{good}")]
    {
        let (answer, spent) = verify(&verifier, &token);
        assert_eq!(answer, Err(Status::Malformed));
        assert!(spent.calls <= 2 && spent.bytes <= token.len() + LITTLE, "{} bytes: {spent:?}", token.len());
    }
}

/// DOS-02, again where it is allowed: a segment is decoded once, and nothing grows beyond the token.
#[test]
fn a_giant_segment_is_held_once() {
    let good = signed(r#"{"alg":"HS256"}"#, CLAIMS);
    let (input, mac) = good.rsplit_once('.').unwrap();
    let (head, body) = input.split_once('.').unwrap();
    let giant = "A".repeat(1_000_000);
    let verifier = unnamed(GREATEST);
    for (token, status) in [
        (format!("{giant}.{body}.{mac}"), Status::Malformed),
        (format!("{head}.{giant}.{mac}"), Status::Signature),
        (format!("{head}.{body}.{giant}"), Status::Signature),
    ] {
        let (answer, spent) = verify(&verifier, &token);
        assert_eq!(answer, Err(status));
        assert!(spent.bytes <= token.len() + LITTLE, "{status:?}: {spent:?}");
    }
}

/// JSON-14: a hundred thousand levels, on the stack of a small thread.
#[test]
fn deep_nesting_does_not_need_a_stack() {
    let deep = |depth: usize| {
        [
            format!("{}{}", "[".repeat(depth), "]".repeat(depth)),
            "[".repeat(depth),
            format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth)),
            r#"{"a":["#.repeat(depth),
        ]
    };
    let small = thread::Builder::new().stack_size(128 * 1024);
    let tried = small.spawn(move || {
        let verifier = unnamed(GREATEST);
        for text in deep(17).into_iter().chain(deep(100_000)) {
            let payload = verifier.verify(signed(r#"{"alg":"HS256"}"#, &text).as_bytes(), NOW_S);
            assert!(matches!(payload.unwrap_err().status(), Status::ClaimsMalformed | Status::ClaimMissing));
            let header = format!(r#"{{"alg":"HS256","x":{text}}}"#);
            let answer = verifier.verify(signed(&header, CLAIMS).as_bytes(), NOW_S).map(drop);
            assert!(answer.is_ok() || answer.unwrap_err().status() == Status::Malformed);
        }
        let allowed = format!(r#"{{"exp":1800000060,"a":{}{}}}"#, "[".repeat(31), "]".repeat(31));
        assert!(verifier.verify(signed(r#"{"alg":"HS256"}"#, &allowed).as_bytes(), NOW_S).is_ok());
    });
    tried.unwrap().join().unwrap();
}

/// JSON-15: members cost memory by the text that they are in, and a million of them are too long a token.
#[test]
fn members_cost_what_their_text_does() {
    let verifier = unnamed(GREATEST);
    let with = |count: usize, more: &str| {
        let members: String = (0..count).map(|number| format!(r#","{number:x}":0"#)).collect();
        signed(r#"{"alg":"HS256"}"#, &format!(r#"{{"exp":1800000060{members}{more}}}"#))
    };
    let (answer, million) = verify(&verifier, &with(1_000_000, ""));
    assert_eq!(answer, Err(Status::TooLarge));
    assert!(million.bytes <= LITTLE, "{million:?}");
    let many = with(75_000, "");
    assert!(many.len() > 900_000 && many.len() <= GREATEST);
    let (answer, spent) = verify(&verifier, &many);
    assert_eq!(answer, Ok(()));
    assert!(spent.peak <= 8 * many.len(), "{} bytes: {spent:?}", many.len());
    assert_eq!(verify(&verifier, &with(75_000, r#","0":0"#)).0, Err(Status::ClaimsMalformed));
}

/// JSON-16: names that collide in the hash functions of others cost what any names cost.
#[test]
fn colliding_names_cost_what_others_cost() {
    let verifier = unnamed(GREATEST);
    let payload = |names: Vec<String>| {
        let members: String = names.iter().map(|name| format!(r#","{name}":0"#)).collect();
        signed(r#"{"alg":"HS256"}"#, &format!(r#"{{"exp":1800000060{members}}}"#))
    };
    let colliding = (0..1 << 14)
        .map(|number: u32| (0..14).map(|bit| if number >> bit & 1 == 0 { "Aa" } else { "BB" }).collect::<String>());
    let ordinary =
        (0..1 << 14).map(|number: u32| format!("{:028x}", u128::from(number.wrapping_mul(0x9E37_79B9)) << 80 | 7));
    let (one, other) = (payload(colliding.collect()), payload(ordinary.collect()));
    assert_eq!(one.len(), other.len());
    let ((first, collided), (second, random)) = (verify(&verifier, &one), verify(&verifier, &other));
    assert_eq!((first, second), (Ok(()), Ok(())));
    assert_eq!(collided, random);
}

/// DOS-05: a key set is counted before its keys are read.
#[test]
fn a_key_set_of_any_size_is_refused_cheaply() {
    let unknown = r#"{"kty":"AKP","pub":"AA"}"#;
    let set = |count: usize| format!(r#"{{"keys":[{}]}}"#, vec![unknown; count].join(","));
    for (name, jwks) in [
        ("65 keys", set(65)),
        ("10000 keys", set(10_000)),
        ("10 MiB of keys", set(10 * MIB / unknown.len())),
        ("10 MiB of dots", ".".repeat(10 * MIB)),
        ("10 MiB of one list", format!(r#"{{"keys":[{}0]}}"#, "0,".repeat(5 * MIB))),
        ("10 MiB of levels", "[".repeat(10 * MIB)),
    ] {
        let (answer, spent) = spent(|| KeySet::from_jwks(jwks.as_bytes(), Some("HS256")).map(drop));
        assert_eq!(answer.unwrap_err().status(), Status::Key, "{name}");
        assert!(spent.bytes <= 2 * LITTLE, "{name}: {spent:?}");
    }
}

// --- what the tests share --------------------------------------------------------------------------------------------------

fn vector(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name)).unwrap()
}

fn attacks() -> Value {
    serde_json::from_str(&vector("attacks.json")).unwrap()
}

/// The list: id to verdict and description.
fn listed() -> BTreeMap<String, (String, String)> {
    let text = vector("attack-ids.txt");
    let rows = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let split = |row: &str| {
        let (attack, rest) = row.split_once(' ').unwrap();
        let (verdict, description) = rest.trim_start().split_once(' ').unwrap();
        (attack.to_owned(), (verdict.to_owned(), description.trim().to_owned()))
    };
    rows.map(split).collect()
}

/// The cases of one attack.
fn of(attack: &str) -> Vec<Value> {
    let file = attacks();
    file["cases"].as_array().unwrap().iter().filter(|case| case["attack"] == attack).cloned().collect()
}

/// The verifier of a case whose key is a secret or a JWK.
fn verifier_of(case: &Value) -> Verifier {
    let (key, policy) = (&case["request"]["key"], case["request"]["policy"].to_string());
    let algorithm = key["algorithm"].as_str();
    let key = match key["secret"].as_str() {
        Some(secret) => Key::from_secret(secret.as_bytes(), algorithm).unwrap(),
        None => Key::from_jwk(key["jwk"].to_string().as_bytes(), algorithm).unwrap(),
    };
    Verifier::new(&key.into(), &policy).unwrap()
}

fn policy(max_token_bytes: usize) -> String {
    json!({"algorithms": ["HS256"], "any_issuer": true, "any_audience": true, "max_token_bytes": max_token_bytes})
        .to_string()
}

/// A verifier whose key has a `kid`.
fn named(max_token_bytes: usize) -> Verifier {
    let jwk = json!({"kty": "oct", "k": BASE64URL.encode(SECRET), "alg": "HS256", "kid": "k"}).to_string();
    Verifier::new(&Key::from_jwk(jwk.as_bytes(), None).unwrap().into(), &policy(max_token_bytes)).unwrap()
}

/// A verifier whose key has none.
fn unnamed(max_token_bytes: usize) -> Verifier {
    let key = Key::from_secret(SECRET, Some("HS256")).unwrap();
    Verifier::new(&key.into(), &policy(max_token_bytes)).unwrap()
}

/// A token of these texts with a good MAC.
fn signed(header: &str, payload: &str) -> String {
    let input = format!("{}.{}", BASE64URL.encode(header), BASE64URL.encode(payload));
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET);
    format!("{input}.{}", BASE64URL.encode(ring::hmac::sign(&key, input.as_bytes())))
}

/// Verifies, and counts what that took.
fn verify(verifier: &Verifier, token: &str) -> (Result<(), Status>, Spent) {
    spent(|| verifier.verify(token.as_bytes(), NOW_S).map(drop).map_err(|failure| failure.status()))
}
