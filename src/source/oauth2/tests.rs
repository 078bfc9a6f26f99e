//! Requests and answers by tables, without a socket.

use super::*;
use crate::error::Status;
use crate::jose::json::Value;
use crate::jose::{Key, KeySet, Verifier};
use crate::source::{Lifetime, Request, Response};

const NOW: Now = Now { unix_ms: 1_800_000_000_000, steady_ms: 5_000 };
const URL: &str = "https://id.example/token";

fn open(config: &str, secrets: &str) -> Result<OAuth2> {
    let config = format!("{{\"token_url\":\"{URL}\",{config}}}");
    let environment = Environment::parse("{}").unwrap();
    OAuth2::open(Config::parse(&config, "config")?, Config::parse(secrets, "secrets")?, &environment)
}

fn asked<T>(operation: &mut dyn Operation<Output = T>) -> Request {
    match operation.start(NOW).unwrap() {
        Step::Ask(request) => request,
        Step::Done(_) => panic!("nothing was asked"),
    }
}

fn body(request: &Request) -> String {
    String::from_utf8(request.body.as_ref().unwrap().to_vec()).unwrap()
}

fn header(request: &Request, name: &str) -> Option<String> {
    let value = request.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.to_vec());
    value.map(|value| String::from_utf8(value).unwrap())
}

fn answered(status: u16, body: &str) -> Result<Grant> {
    let source = open(r#""grant":"client_credentials","client_id":"app""#, r#"{"client_secret":"s3cret"}"#).unwrap();
    let mut fetch = source.fetch(None).unwrap();
    asked(&mut *fetch);
    let response = Response { status, headers: Vec::new(), body: body.as_bytes().to_vec() };
    match fetch.resume(Ok(response), NOW)? {
        Step::Done(grant) => Ok(grant),
        Step::Ask(_) => panic!("asked again"),
    }
}

#[test]
fn each_grant_and_each_way_to_authenticate_is_a_form() {
    for (config, secrets, authorization, form) in [
        (
            r#""grant":"client_credentials","client_id":"app""#,
            r#"{"client_secret":"s"}"#,
            Some("Basic YXBwOnM="),
            "grant_type=client_credentials",
        ),
        (
            r#""grant":"client_credentials","client_id":"a p:p","client_auth":"basic","scope":["read","write all"]"#,
            r#"{"client_secret":"s/ü"}"#,
            // RFC 6749 section 2.3.1: both are form-encoded first.
            Some("Basic YStwJTNBcDpzJTJGJUMzJUJD"),
            "grant_type=client_credentials&scope=read+write+all",
        ),
        (
            r#""grant":"client_credentials","client_id":"app","client_auth":"post","audience":"api","extra":{"resource":"urn:a&b"}"#,
            r#"{"client_secret":"s&s"}"#,
            None,
            "grant_type=client_credentials&audience=api&resource=urn%3Aa%26b&client_id=app&client_secret=s%26s",
        ),
        (
            r#""grant":"refresh_token","client_id":"app""#,
            r#"{"refresh_token":"r 1"}"#,
            None,
            "grant_type=refresh_token&refresh_token=r+1&client_id=app",
        ),
        (
            r#""grant":"jwt_bearer""#,
            r#"{"assertion":"a.b.c"}"#,
            None,
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b.c",
        ),
    ] {
        let request = asked(&mut *open(config, secrets).unwrap().fetch(None).unwrap());
        assert_eq!((request.method, request.url.as_str()), ("POST", URL));
        assert_eq!(header(&request, "Authorization").as_deref(), authorization, "{config}");
        assert_eq!(header(&request, "Content-Type").unwrap(), "application/x-www-form-urlencoded");
        assert_eq!(body(&request), form);
    }
}

#[test]
fn a_rotated_refresh_token_takes_the_place_of_the_first() {
    let source = open(r#""grant":"refresh_token","client_id":"app""#, r#"{"refresh_token":"first"}"#).unwrap();
    let request = asked(&mut *source.fetch(Some("second")).unwrap());
    assert_eq!(body(&request), "grant_type=refresh_token&refresh_token=second&client_id=app");
    assert!(source.rotates());
}

#[test]
fn assertions_are_signed_anew_for_each_request() {
    let key = Key::generate("ES256").unwrap();
    let pem = key.private_pem.unwrap().replace('\n', "\\n");
    let kid = Value::parse(key.public_jwk.as_ref().unwrap().as_bytes())
        .unwrap()
        .get("kid")
        .unwrap()
        .as_str()
        .unwrap()
        .into_owned();
    let config = format!(
        r#""grant":"jwt_bearer","client_id":"app","client_auth":"private_key_jwt","private_key_id":"{kid}",
        "assertion_claims":{{"iss":"app","sub":"alice","aud":"urn:other"}}"#
    );
    let source = open(&config, &format!("{{\"private_key\":\"{pem}\"}}")).unwrap();
    let keys = KeySet::from_jwks(format!("{{\"keys\":[{}]}}", key.public_jwk.unwrap()).as_bytes(), None).unwrap();
    let mut seen = Vec::new();
    for _ in 0..2 {
        let body = body(&asked(&mut *source.fetch(None).unwrap()));
        for (name, subject, audience) in [("assertion", "alice", "urn:other"), ("client_assertion", "app", URL)] {
            let token = body.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).unwrap();
            let policy = format!(
                r#"{{"algorithms":["ES256"],"issuer":"app","subject":"{subject}","audience":"{audience}","required":["jti"],"max_age_s":1}}"#
            );
            Verifier::new(&keys, &policy).unwrap().verify(token.as_bytes(), 1_800_000_000).unwrap();
            seen.push(token.to_owned());
        }
        assert!(
            body.contains("client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer")
        );
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 4, "every assertion has a jti of its own");
}

#[test]
fn s20_odd_lifetimes_are_read_as_documented() {
    for (expires_in, lifetime) in [
        (r#","expires_in":3600"#, Some(Lifetime::In(3600))),
        (r#","expires_in":"3600""#, Some(Lifetime::In(3600))),
        (r#","expires_in":59.9"#, Some(Lifetime::In(59))),
        (r#","expires_in":1e300"#, Some(Lifetime::In(i64::MAX))),
        ("", Some(Lifetime::Unknown)),
        (r#","expires_in":0"#, Some(Lifetime::Unknown)),
        (r#","expires_in":-0"#, Some(Lifetime::Unknown)),
        (r#","expires_in":0.0e5"#, Some(Lifetime::Unknown)),
        (r#","expires_in":0.9"#, Some(Lifetime::In(0))),
        (r#","expires_in":null"#, Some(Lifetime::Unknown)),
        (r#","expires_in":"soon""#, Some(Lifetime::Unknown)),
        (r#","expires_in":true"#, Some(Lifetime::Unknown)),
        (r#","expires_in":-1"#, None),
        (r#","expires_in":"-1""#, None),
    ] {
        let grant = answered(200, &format!("{{\"access_token\":\"t\"{expires_in}}}"));
        assert_eq!(grant.ok().map(|grant| grant.lifetime), lifetime, "{expires_in}");
    }
}

#[test]
fn s13_a_refresh_token_is_read_whatever_is_wrong_with_the_access_token() {
    for answer in [
        r#"{"refresh_token":"r1"}"#,
        r#"{"refresh_token":"r1","access_token":"a b"}"#,
        r#"{"refresh_token":"r1","access_token":"t","token_type":"mac"}"#,
        r#"{"refresh_token":"r1","access_token":"t","expires_in":-1}"#,
    ] {
        let grant = answered(200, answer).unwrap();
        assert_eq!(grant.refresh_token.as_deref().map(String::as_str), Some("r1"), "{answer}");
        assert_eq!((grant.token.as_str(), grant.unfit.unwrap().status()), ("", Status::Protocol), "{answer}");
    }
    let endless = format!(r#"{{"access_token":"t","refresh_token":"{}"}}"#, "r".repeat(70_000));
    assert_eq!(answered(200, &endless).err().unwrap().status(), Status::Protocol);
}

#[test]
fn answers_are_read_or_refused() {
    let grant = answered(200, r#"{"access_token":"t","token_type":"bearer","refresh_token":"r"}"#).unwrap();
    assert_eq!((grant.token.as_str(), grant.refresh_token.unwrap().as_str()), ("t", "r"));
    for (status, body, expected, code) in [
        (400, r#"{"error":"invalid_grant"}"#, Status::Refused, Some("invalid_grant")),
        (401, r#"{"error":"invalid_client","error_description":"no s3cret"}"#, Status::Refused, Some("invalid_client")),
        (400, "no JSON", Status::Refused, None),
        (408, "", Status::Timeout, None),
        (503, "", Status::Unavailable, None),
        (302, "", Status::Protocol, None),
        (201, r#"{"access_token":"t"}"#, Status::Protocol, None),
        (200, "no JSON", Status::Protocol, None),
        (200, r#"{"error":"true","access_token":"token"}"#, Status::Refused, None),
        (200, r#"{"access_token":""}"#, Status::Protocol, None),
        (200, r#"{"access_token":"a\r\nX: y"}"#, Status::Protocol, None),
        (200, r#"{"access_token":"t","token_type":"mac"}"#, Status::Protocol, None),
        (200, r#"{"access_token":5}"#, Status::Protocol, None),
    ] {
        let failure = answered(status, body).err().unwrap();
        assert_eq!((failure.status(), failure.claim()), (expected, code), "{status} {body}");
        assert_eq!(failure.http_status(), Some(status));
        assert!(!failure.message().contains("s3cret"), "{failure}");
    }
}

#[test]
fn what_is_missing_is_a_warning_and_then_a_failure() {
    for (config, secrets) in [
        (r#""grant":"refresh_token","client_id":"app""#, "{}"),
        (r#""grant":"refresh_token","client_id":"app""#, r#"{"refresh_token":""}"#),
        (r#""grant":"client_credentials","client_id":"app","client_auth":"basic""#, "{}"),
        (r#""grant":"client_credentials","client_id":"app","client_auth":"private_key_jwt""#, "{}"),
        (r#""grant":"jwt_bearer""#, "{}"),
    ] {
        let source = open(config, secrets).unwrap();
        assert_eq!(source.warnings()[0].code, "NO_CREDENTIALS", "{config}");
        assert_eq!(source.fetch(None).err().unwrap().status(), Status::NoCredentials);
    }
}

#[test]
fn settings_that_cannot_be_are_refused_with_their_place() {
    for (config, message) in [
        (r#""client_id":"app""#, "config.grant: missing"),
        (r#""grant":"password""#, "config.grant: expected refresh_token, client_credentials or jwt_bearer"),
        (r#""grant":"client_credentials","client_auth":"basic""#, "config.client_id: missing"),
        (
            r#""grant":"client_credentials","client_auth":"tls""#,
            "config.client_auth: expected basic, post, private_key_jwt or none",
        ),
        (r#""grant":"client_credentials","extra":{"scope":"x"}"#, "config.extra.scope: is sent by other means"),
        (r#""grant":"client_credentials","extra":{"n":1}"#, "config.extra.n: expected a string"),
        (r#""grant":"client_credentials","surprise":1"#, "config.surprise: unknown member"),
    ] {
        let failure = open(config, "{}").err().unwrap();
        assert_eq!(failure.status(), Status::Config);
        assert_eq!(failure.message(), message);
    }
}

#[test]
fn a_revocation_is_a_form_of_its_own() {
    let config = r#""grant":"client_credentials","client_id":"app","revocation_url":"https://id.example/revoke""#;
    let source = open(config, r#"{"client_secret":"s"}"#).unwrap();
    let mut revocation = source.revoke("t t").unwrap();
    let request = asked(&mut *revocation);
    assert_eq!(request.url, "https://id.example/revoke");
    assert_eq!(body(&request), "token=t+t&token_type_hint=access_token");
    let response = Response { status: 200, headers: Vec::new(), body: Vec::new() };
    assert!(matches!(revocation.resume(Ok(response), NOW), Ok(Step::Done(true))));
    let without = open(r#""grant":"client_credentials","client_id":"app""#, r#"{"client_secret":"s"}"#).unwrap();
    assert_eq!(without.revoke("t").err().unwrap().status(), Status::Unsupported);
}

#[test]
fn a_token_file_holds_what_was_written_and_nothing_else() {
    let config = r#""grant":"refresh_token","client_id":"app","client_auth":"post","token_file":"/t.json""#;
    let source = open(config, r#"{"refresh_token":"r0"}"#).unwrap();
    let file = source.token_file().unwrap();
    let grant = Grant {
        token: "t".to_owned().into(),
        lifetime: Lifetime::Until(1_800_000_600),
        refresh_token: Some("r1".to_owned().into()),
        unfit: None,
    };
    let bytes = file.write(None, &grant, NOW);
    let read = file.read(&bytes, NOW).unwrap();
    assert_eq!((read.token.as_str(), read.lifetime), ("t", Lifetime::Until(1_800_000_600)));
    assert_eq!(read.refresh_token.unwrap().as_str(), "r1");

    let text = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(!text.contains("r0"));
    for damaged in
        [text.replace("\"t\"", "\"u\""), text.replace("r1", "r2"), text.replace("600", "601"), text[1..].to_owned()]
    {
        assert!(file.read(damaged.as_bytes(), NOW).is_none(), "{damaged}");
    }
    let unrotated =
        Grant { token: "t2".to_owned().into(), lifetime: Lifetime::In(60), refresh_token: None, unfit: None };
    let kept = file.read(&file.write(Some(&bytes), &unrotated, NOW), NOW).unwrap();
    assert_eq!((kept.token.as_str(), kept.lifetime), ("t2", Lifetime::Until(1_800_000_060)));
    assert_eq!(kept.refresh_token.unwrap().as_str(), "r1", "a refresh token stays until there is another");

    let reopened = open(config, r#"{"refresh_token":"r0","client_secret":"a new one"}"#).unwrap();
    let read = reopened.token_file().unwrap().read(&bytes, NOW).unwrap();
    assert_eq!(read.refresh_token.unwrap().as_str(), "r1", "a session outlives its client's secret");

    let other = open(config, r#"{"refresh_token":"another login"}"#).unwrap();
    assert!(other.token_file().unwrap().read(&bytes, NOW).is_none(), "new credentials do not go on with old tokens");
}

/// Whatever a token depends on parts the cache, and nothing else does.
#[test]
fn s26_sources_that_get_different_tokens_share_none() {
    let identity = |config: &str, secrets: &str| open(config, secrets).unwrap().identity();
    let plain = r#""grant":"client_credentials","client_id":"app""#;
    let secret = r#"{"client_secret":"s"}"#;
    let mut seen = vec![identity(plain, secret)];
    for (config, secrets) in [
        (plain, r#"{"client_secret":"t"}"#),
        (r#""grant":"client_credentials","client_id":"apps""#, secret),
        (r#""grant":"client_credentials","client_id":"app","client_auth":"none""#, "{}"),
        (r#""grant":"client_credentials","client_id":"app","scope":["a"]"#, secret),
        (r#""grant":"client_credentials","client_id":"app","scope":["b"]"#, secret),
        (r#""grant":"client_credentials","client_id":"app","audience":"a""#, secret),
        (r#""grant":"client_credentials","client_id":"app","extra":{"tenant":"a"}"#, secret),
        (r#""grant":"client_credentials","client_id":"app","extra":{"tenant":"b"}"#, secret),
        (r#""grant":"refresh_token","client_id":"app""#, r#"{"client_secret":"s","refresh_token":"r"}"#),
        (r#""grant":"refresh_token","client_id":"app""#, r#"{"client_secret":"s","refresh_token":"q"}"#),
        (r#""grant":"jwt_bearer","client_id":"app""#, r#"{"client_secret":"s","assertion":"a"}"#),
        (r#""grant":"client_credentials","client_id":"app","token_file":"/a.json""#, secret),
        (r#""grant":"client_credentials","client_id":"app","ca_file":"/a.pem""#, secret),
        (r#""grant":"client_credentials","client_id":"app","client_certificate":"/a.pem""#, secret),
        (r#""grant":"client_credentials","client_id":"app","client_certificate":"/b.pem""#, secret),
        (r#""grant":"client_credentials","client_id":"app","proxy":"http://a.example""#, secret),
    ] {
        let identity = identity(config, secrets);
        assert!(!seen.contains(&identity), "{config} {secrets}");
        seen.push(identity);
    }
    let timeouts = format!(r#"{plain},"request_timeout_ms":1,"retries":0,"leeway_s":9"#);
    assert_eq!(identity(&timeouts, secret), seen[0]);
}
