//! Who is calling: every scenario of tests/vectors/scenarios/access.json on the core itself, rows that the host looks up, and the known
//! failures of others by their names.

mod support;

use std::path::Path;

use jeton::access::api_key;
use jeton::error::{Failure, Status};
use jeton::source::Now;
use jeton::source::environment::Environment;
use jeton::vendors::datasette::{Access, Answer, Progress, Question};
use serde_json::{Value, json};

use support::scenario::{self, Scenario};

const NOW: Now = Now { unix_ms: 1_900_000_000_000, steady_ms: 0 };
const SECRET: &[u8] = b"dummy-datasette-secret";

#[test]
fn the_core_plays_every_scenario() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/scenarios/access.json");
    let scenarios: Vec<Scenario> = scenario::read(&file);
    let only = std::env::var("ONLY").unwrap_or_default();
    let mut wrong = Vec::new();
    let mut session = None;
    for scenario in scenarios.iter().filter(|scenario| scenario.name.contains(&only)) {
        if let Err(why) = scenario.run("core", &mut session) {
            wrong.push(format!("{}\n     why: {}\n     {why}\n", scenario.name, scenario.why));
        }
    }
    assert!(wrong.is_empty(), "{} of {} scenarios:\n\n{}", wrong.len(), scenarios.len(), wrong.join("\n"));
}

// --- rows that the host looks up -------------------------------------------------------------------------------------------

#[test]
fn the_host_is_asked_for_the_row() {
    let access = host_rows();
    let question = ask(&access, "7-a-b");
    assert_eq!((question.database.as_str(), question.sql.as_str()), ("theirs", "select …"));
    assert_eq!(question.parameters, r#"{"token_id":"7"}"#);
    let row = r#"{"token_secret":"a-b","actor_id":7,"actor_name":"Zoë","other":1,"actor_x":[1,{"y":null}]}"#;
    let answer = question.answer(Some(row)).unwrap();
    assert_eq!(answer.actor.as_deref(), Some(r#"{"id":7,"name":"Zoë","x":[1,{"y":null}]}"#));
    assert_eq!(answer.challenge, Some(r#"Bearer error="insufficient_scope""#));
}

#[test]
fn a_row_that_does_not_match_is_nobody() {
    let access = host_rows();
    for row in [
        None,
        Some(r#"{"token_secret":"b","actor_id":7}"#),
        Some(r#"{"token_secret":"A","actor_id":7}"#),
        Some(r#"{"token_secret":"","actor_id":7}"#),
        Some(r#"{"token_secret":null,"actor_id":7}"#),
        Some(r#"{"token_secret":1,"actor_id":7}"#),
        Some(r#"{"token_secret":["a"],"actor_id":7}"#),
    ] {
        let answer = ask(&access, "7-a").answer(row).unwrap();
        assert_eq!(read(&answer), json!({"actor": null, "scheme": null, "refused": "UNKNOWN"}), "{row:?}");
        assert_eq!(answer.challenge, Some(r#"Bearer error="invalid_token""#));
    }
    // An empty actor is nobody, as in Datasette.
    let answer = ask(&access, "7-a").answer(Some(r#"{"token_secret":"a","name":"x"}"#)).unwrap();
    assert_eq!(read(&answer), json!({"actor": null, "scheme": null, "refused": "UNKNOWN"}));
    for odd in ["", "null", "[]", "1", "{", r#"{"actor_id":7}"#] {
        let failure = ask(&access, "7-a").answer(Some(odd)).map(|_| ()).unwrap_err();
        assert_eq!(failure.status(), Status::Config, "{odd}");
    }
}

// --- what others did wrong -------------------------------------------------------------------------------------------------

/// CVE-2026-27840: truncated opaque tokens stayed valid. Also OPQ-03 and OPQ-04.
#[test]
fn a_signed_token_is_whole_or_nobody() {
    let access = open(json!({}), json!({}));
    let args = json!({"actor_id": "alice", "restrictions": {"a": ["view-instance", "view-database", "view-table"]}});
    let token = read(&call(&access, "sign_token", args))["token"].as_str().unwrap().to_owned();
    assert!(token.starts_with("dstok_."), "it is compressed");
    assert!(authenticate(&access, &token).actor.is_some());
    let cut = (0..token.len()).map(|len| token[..len].to_owned());
    let extended = ["x", "A", "=", "\0", "\n", ".", "é"].map(|more| format!("{token}{more}"));
    let respelt = [token.to_uppercase(), token.replace('.', "%2E"), token.replacen("dstok_", "dsatok_", 1)];
    let mut tried = 0;
    for other in cut.chain(extended).chain(respelt) {
        assert_eq!(authenticate(&access, &other).actor, None, "{other}");
        tried += 1;
    }
    assert!(tried > 100);
}

/// CVE-2023-48312, GHSA-hrm3-3xm6-x33h: an empty token, or an empty configured one, let everybody in.
#[test]
fn nothing_is_no_token() {
    let access = open(json!({"tokens": [{"token": "t", "actor": {"id": "x"}}], "param": "p"}), json!({}));
    for headers in
        [json!({}), json!({"Authorization": ""}), json!({"Authorization": "Bearer "}), json!({"Authorization": []})]
    {
        let answer = call(&access, "authenticate", json!({"headers": headers, "query": {"p": ""}}));
        assert_eq!((answer.actor.as_deref(), answer.challenge), (None, Some("Bearer")), "{headers}");
    }
    let config = json!({"tokens": [{"token": "", "actor": {"id": "x"}}]});
    assert_eq!(try_open(config, json!({}), SECRET).err(), Some(Status::Config));
    for config in [json!({"tokens": []}), json!([]), json!({"tokens": ""})] {
        assert_eq!(try_open(config.clone(), json!({}), SECRET).err(), Some(Status::Config), "{config}");
    }
    let access = open(json!({"tokens": null}), json!({}));
    for token in ["", "null", "[]", "None"] {
        assert_eq!(authenticate(&access, token).actor, None, "{token}");
    }
    assert_eq!(try_open(json!({}), json!({}), b"").err(), Some(Status::Config));
}

/// GHSA-f28g-86hc-823q: a secret could be guessed.
#[test]
fn a_generated_key_has_more_than_128_bits() {
    let key = api_key::generate("jet").unwrap();
    let random = key.strip_prefix("jet_").unwrap();
    let bits = 62f64.log2() * (random.len() - 6) as f64;
    assert!(bits > 128.0, "{bits}");
}

/// GHSA-r766-3v88-pfcf: the id of the actor was taken from a parameter of the request.
#[test]
fn a_request_says_nothing_about_its_actor_but_the_token() {
    let access = open(json!({"tokens": [{"token": "t", "actor": {"id": "x"}}], "param": "p"}), json!({}));
    let request = json!({
        "headers": {"Authorization": "Bearer t", "X-Actor": "root", "actor": "{\"id\":\"root\"}"},
        "query": {"id": "root", "actor": "root", "actor_id": "root", "p": "u"},
    });
    assert_eq!(call(&access, "authenticate", request).actor.as_deref(), Some(r#"{"id":"x"}"#));
    let args = json!({"headers": {}, "query": {}, "actor": {"id": "root"}}).to_string();
    assert_eq!(access.call("authenticate", &args, NOW).err().map(|failure| failure.status()), Some(Status::Config));
}

/// CVE-2022-29165: claims were trusted where anonymous access was on. An answer has an actor and its scheme, or neither.
#[test]
fn an_actor_is_authenticated_or_anonymous() {
    let access = open(json!({"tokens": [{"token": "t", "actor": {"id": "x"}}]}), json!({}));
    let unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.";
    let table = [
        (
            "t",
            json!({"actor": {"id": "x"}, "scheme": "token", "refused": null}),
            Some(r#"Bearer error="insufficient_scope""#),
        ),
        (
            unsigned,
            json!({"actor": null, "scheme": null, "refused": "UNKNOWN"}),
            Some(r#"Bearer error="invalid_token""#),
        ),
        ("", json!({"actor": null, "scheme": null, "refused": null}), Some("Bearer")),
    ];
    for (token, expected, challenge) in table {
        let answer = authenticate(&access, token);
        assert_eq!((read(&answer), answer.challenge), (expected, challenge), "{token}");
    }
}

/// OPQ-07: whatever is wrong with a token, its sender is told the same.
#[test]
fn a_challenge_never_says_what_was_wrong() {
    let access = open(json!({}), json!({"max_signed_tokens_ttl": 60}));
    let disabled = open(json!({}), json!({"allow_signed_tokens": false}));
    let good = "dstok_eyJhIjoiYWxpY2UiLCJ0IjoxOTAwMDAwMDAwfQ.EFHnvZqaKW36383nRJRVPKMwVro";
    let late = Now { unix_ms: NOW.unix_ms + 61_000, ..NOW };
    let authenticate_late =
        |access: &Access, token: &str| match access.call("authenticate", &request(token).to_string(), late).unwrap() {
            Progress::Done(answer) => answer,
            _ => panic!("a question"),
        };
    let file = std::env::temp_dir().join(format!("jeton-challenges-{}.db", std::process::id()));
    let managed = open(json!({"manage_tokens": true}), json!({"databases": {"tokens": file}}));
    let create = |args: Value| read(&call(&managed, "create_token", args))["token"].as_str().unwrap().to_owned();
    let short = create(json!({"actor_id": "alice", "expires_after_s": 60}));
    let revoked = create(json!({"actor_id": "alice"}));
    call(&managed, "revoke_token", json!({"id": 2, "by_admin": true}));
    let answers = [
        ("EXPIRED", authenticate_late(&access, good)),
        ("EXPIRED", authenticate_late(&managed, &short)),
        ("REVOKED", authenticate(&managed, &revoked)),
        ("SIGNATURE", authenticate(&managed, &format!("{revoked}A"))),
        ("DISABLED", authenticate(&disabled, good)),
        ("SIGNATURE", authenticate(&access, &good.replace("VPKMwVro", "VPKMwVrA"))),
        ("MALFORMED", authenticate(&access, "dstok_x")),
        ("UNKNOWN", authenticate(&access, "x")),
    ];
    for (refused, answer) in answers {
        assert_eq!(read(&answer)["refused"], refused);
        assert_eq!(answer.challenge, Some(r#"Bearer error="invalid_token""#), "{refused}");
    }
    drop(managed);
    std::fs::remove_file(&file).unwrap();
}

// --- the tools -------------------------------------------------------------------------------------------------------------

fn open(config: Value, settings: Value) -> Access {
    try_open(config, settings, SECRET).unwrap()
}

fn try_open(config: Value, settings: Value, secret: &[u8]) -> Result<Access, Status> {
    let nobody = || Err(Failure::new(Status::Unsupported, "nobody fetches keys here"));
    let environment = Environment::parse("{}").unwrap();
    Access::open(&config.to_string(), Some(&settings.to_string()), Some(secret), &environment, nobody)
        .map_err(|failure| failure.status())
}

fn host_rows() -> Access {
    open(json!({"query": {"sql": "select …", "database": "theirs"}}), json!({"databases": {"theirs": null}}))
}

fn request(token: &str) -> Value {
    json!({"headers": {"Authorization": format!("Bearer {token}")}})
}

fn ask(access: &Access, token: &str) -> Question {
    match access.call("authenticate", &request(token).to_string(), NOW).unwrap() {
        Progress::Row(question) => question,
        _ => panic!("no question"),
    }
}

fn call(access: &Access, operation: &str, args: Value) -> Answer {
    match access.call(operation, &args.to_string(), NOW).unwrap() {
        Progress::Done(answer) => answer,
        _ => panic!("a question"),
    }
}

fn authenticate(access: &Access, token: &str) -> Answer {
    call(access, "authenticate", request(token))
}

fn read(answer: &Answer) -> Value {
    serde_json::from_str(&answer.json).unwrap()
}
