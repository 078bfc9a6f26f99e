use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::jwt::tests::{NOW, token};
use super::*;
use crate::source::{Fault, Outcome, Response, Step};

mod driven;

const BOTH: &str = r#"{"client_secret":"rt"}"#;
/// SHA-1 of `rt`.
const CACHE: &str = ".descarteslabs/jwt_token_fd01c0d7916f6c1fd4e3a3d8b10cbdeed574632c.json";

/// A home folder of a test's own.
struct Home(PathBuf);

impl Home {
    fn new() -> Home {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let name = format!("jeton-descartes-{}-{}", std::process::id(), LAST.fetch_add(1, Ordering::Relaxed));
        let home = Home(std::env::temp_dir().join(name));
        fs::create_dir_all(home.0.join(".descarteslabs")).unwrap();
        home
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
        fs::set_permissions(self.0.join(name), fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn text(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.0.join(name)).ok()
    }

    /// Opens a source; `variables` are members of an object, in which `HOME` need not be.
    fn open(&self, config: &str, secrets: &str, variables: &str) -> DescartesLabs {
        let comma = if variables.is_empty() { "" } else { "," };
        let environment = format!("{{\"HOME\":\"{}\"{comma}{variables}}}", self.0.display());
        open(&config.replace("~", self.0.to_str().unwrap()), secrets, &environment).unwrap()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn open(config: &str, secrets: &str, environment: &str) -> Result<DescartesLabs> {
    let (config, secrets) = (Config::parse(config, "config")?, Config::parse(secrets, "secrets")?);
    DescartesLabs::open(config, secrets, &Environment::parse(environment)?, NOW)
}

fn codes(source: &DescartesLabs) -> String {
    source.warnings().iter().map(|warning| warning.code).collect::<Vec<_>>().join(" ")
}

/// A token for the client `id`.
fn fresh() -> String {
    token(r#"{"aud":"id","exp":4102444800,"sub":"s"}"#)
}

fn at_hand(source: &DescartesLabs) -> Option<String> {
    source.at_hand(NOW).map(|grant| grant.token.to_string())
}

/// What a fetch sends, and what it makes of an answer.
fn exchange(source: &DescartesLabs, outcome: Outcome) -> (String, Result<String>) {
    let mut fetch = source.fetch(None).unwrap();
    let Step::Ask(request) = fetch.start(NOW).unwrap() else { panic!("nothing is asked") };
    let body = String::from_utf8(request.body.unwrap().to_vec()).unwrap();
    let result = fetch.resume(outcome, NOW).map(|step| match step {
        Step::Done(grant) => grant.token.to_string(),
        Step::Ask(_) => panic!("asked twice"),
    });
    (format!("{} {} {body}", request.method, request.url), result)
}

fn answer(status: u16, body: &str) -> Outcome {
    Ok(Response { status, headers: Vec::new(), body: body.as_bytes().to_vec() })
}

#[test]
fn credentials_come_from_the_first_that_gives_them() {
    let home = Home::new();
    for (config, secrets, variables, client_id, refresh_token, warnings) in [
        (
            r#"{"client_id":"a"}"#,
            r#"{"client_secret":"s"}"#,
            r#""DESCARTESLABS_CLIENT_ID":"b","CLIENT_SECRET":"t""#,
            "a",
            "s",
            "",
        ),
        ("{}", "{}", r#""DESCARTESLABS_CLIENT_ID":"b","CLIENT_ID":"c","CLIENT_SECRET":"t""#, "b", "t", ""),
        ("{}", BOTH, r#""CLIENT_ID":"c""#, "c", "rt", ""),
        ("{}", r#"{"refresh_token":"r"}"#, r#""CLIENT_ID":"c","DESCARTESLABS_REFRESH_TOKEN":"x""#, "c", "r", ""),
        ("{}", BOTH, r#""CLIENT_ID":"c","DESCARTESLABS_REFRESH_TOKEN":"x""#, "c", "x", "SECRET_MISMATCH"),
        ("{}", r#"{"client_secret":"x","refresh_token":"x"}"#, r#""CLIENT_ID":"c""#, "c", "x", ""),
        (
            "{}",
            r#"{"client_secret":"x","refresh_token":""}"#,
            r#""CLIENT_ID":"c","DESCARTESLABS_REFRESH_TOKEN":"y""#,
            "c",
            "x",
            "",
        ),
        ("{}", "{}", r#""DESCARTESLABS_CLIENT_ID":"","CLIENT_ID":"c","CLIENT_SECRET":"t""#, "", "t", "NO_CREDENTIALS"),
        (r#"{"client_id":"a"}"#, r#"{"client_secret":""}"#, r#""CLIENT_SECRET":"t""#, "a", "", "NO_CREDENTIALS"),
        ("{}", "{}", "", "", "", "TOKEN_FILE_UNREADABLE NO_CREDENTIALS"),
        (r#"{"suppress_warning":true}"#, "{}", "", "", "", ""),
        (r#"{"token_info_path":null}"#, "{}", "", "", "", "NO_CREDENTIALS"),
        (r#"{"token_info_path":""}"#, "{}", "", "", "", "NO_CREDENTIALS"),
    ] {
        let source = home.open(config, secrets, variables);
        assert_eq!(
            source.credentials.client_id.as_deref().unwrap_or_default(),
            client_id,
            "{config} {secrets} {variables}"
        );
        let found = source.credentials.refresh_token.as_ref().map_or("", |token| token.as_str());
        assert_eq!(found, refresh_token, "{config} {secrets} {variables}");
        assert_eq!(codes(&source), warnings, "{config} {secrets} {variables}");
        let can_fetch = !client_id.is_empty() && !refresh_token.is_empty();
        let failure = source.fetch(None).err().map(|failure| failure.status());
        assert_eq!(failure, (!can_fetch).then_some(Status::NoCredentials));
    }
}

#[test]
fn where_the_token_file_is() {
    let home = Home::new();
    let path = |config: &str, secrets: &str, variables: &str| {
        let path = home.open(config, secrets, variables).credentials.path;
        path.map(|path| path.to_str().unwrap().replace(home.0.to_str().unwrap(), "~"))
    };
    let default = Some("~/.descarteslabs/token_info.json".to_owned());
    assert_eq!(path("{}", "{}", ""), default);
    assert_eq!(path(r#"{"client_id":"id"}"#, "{}", ""), default);
    assert_eq!(path("{}", BOTH, ""), Some(format!("~/{CACHE}")));
    assert_eq!(
        path(r#"{"token_info_path":"~/x"}"#, BOTH, r#""DESCARTESLABS_TOKEN_INFO_PATH":"/y""#),
        Some("~/x".to_owned())
    );
    assert_eq!(path("{}", BOTH, r#""DESCARTESLABS_TOKEN_INFO_PATH":"/y""#), Some("/y".to_owned()));
    assert_eq!(path(r#"{"token_info_path":null}"#, BOTH, r#""DESCARTESLABS_TOKEN_INFO_PATH":"/y""#), None);
    assert_eq!(path(r#"{"token_info_path":""}"#, BOTH, ""), Some(String::new()));
    let homeless = open("{}", BOTH, "{}").unwrap();
    assert_eq!((homeless.credentials.path.clone(), homeless.token_file().is_some()), (None, false));
}

#[test]
fn a_file_gives_everything_where_nothing_is_given() {
    let home = Home::new();
    let (jwt, file) = (fresh(), ".descarteslabs/token_info.json");
    home.write(
        file,
        &format!(r#"{{"client_id":"id","client_secret":"rt","refresh_token":"rt","jwt_token":"{jwt}","scope":["a"]}}"#),
    );
    let source = home.open(r#"{"client_id":"","token_info_path":"~/.descarteslabs/token_info.json"}"#, "{}", "");
    assert_eq!(
        (codes(&source), at_hand(&source), source.scope.clone()),
        (String::new(), Some(jwt), Some(vec!["a".to_owned()]))
    );
    assert!(source.token_file().is_some());

    let uncached = home.open("{}", "{}", r#""DESCARTESLABS_NO_JWT_CACHE":"TRUE""#);
    assert_eq!((codes(&uncached), at_hand(&uncached), uncached.token_file().is_some()), (String::new(), None, false));
    assert_eq!(uncached.credentials.client_id.as_deref(), Some("id"));

    for damaged in ["{not json", "[]", ""] {
        home.write(file, damaged);
        assert_eq!(codes(&home.open("{}", "{}", "")), "TOKEN_FILE_UNREADABLE NO_CREDENTIALS", "{damaged}");
        assert_eq!(home.text(file).unwrap(), damaged);
    }
}

#[test]
fn a_file_beside_given_credentials_has_to_be_about_them() {
    let home = Home::new();
    for (client_id, refresh_token, is_used) in [("id", "rt", true), ("other", "rt", false), ("id", "other", false)] {
        let jwt = fresh();
        home.write(
            "f",
            &format!(
                r#"{{"client_id":"{client_id}","refresh_token":"{refresh_token}","jwt_token":"{jwt}","scope":["a"]}}"#
            ),
        );
        let source = home.open(r#"{"client_id":"id","token_info_path":"~/f"}"#, BOTH, "");
        assert_eq!(at_hand(&source), is_used.then_some(jwt));
        assert!(source.scope.is_some());
        assert_eq!(codes(&source), "");
    }
    home.write("f", "{");
    assert_eq!(codes(&home.open(r#"{"client_id":"id","token_info_path":"~/f"}"#, BOTH, "")), "TOKEN_FILE_UNREADABLE");
    assert_eq!(codes(&home.open(r#"{"client_id":"id","token_info_path":"~/none"}"#, BOTH, "")), "");
}

#[test]
fn a_given_jwt_is_stored_if_it_is_of_use() {
    for (claims, is_stored) in [
        (r#"{"aud":"id","exp":4102444800}"#, true),
        (r#"{"aud":"x","exp":4102444800}"#, false),
        (r#"{"aud":"id","exp":1}"#, false),
    ] {
        let home = Home::new();
        let secrets = format!(r#"{{"client_secret":"rt","jwt_token":"{}"}}"#, token(claims));
        let source = home.open(r#"{"client_id":"id"}"#, &secrets, "");
        assert_eq!((at_hand(&source).is_some(), home.text(CACHE).is_some()), (is_stored, is_stored), "{claims}");
        let other = home.open(r#"{"client_id":"id"}"#, BOTH, "");
        assert_eq!(at_hand(&other).is_some(), is_stored);

        let home = Home::new();
        home.open(r#"{"client_id":"id","token_info_path":"~/f"}"#, &secrets, "");
        home.open(r#"{"client_id":"id","token_info_path":null}"#, &secrets, "");
        home.open(r#"{"client_id":"id"}"#, &secrets, r#""DESCARTESLABS_NO_JWT_CACHE":"true""#);
        assert_eq!((home.text("f"), home.text(CACHE)), (None, None));
    }
}

#[test]
fn what_is_odd_about_files_is_told() {
    let home = Home::new();
    home.write(CACHE, &format!(r#"{{"jwt_token":"{}"}}"#, fresh()));
    fs::set_permissions(home.0.join(CACHE), fs::Permissions::from_mode(0o644)).unwrap();
    let source = home.open(r#"{"client_id":"id"}"#, BOTH, "");
    assert_eq!((codes(&source).as_str(), at_hand(&source)), ("FILE_MODE", Some(fresh())));

    let secrets = format!(r#"{{"client_secret":"other","jwt_token":"{}"}}"#, fresh());
    let nowhere = format!(r#""HOME":"{}/{CACHE}""#, home.0.display());
    let source = open(r#"{"client_id":"id"}"#, &secrets, &format!("{{{nowhere}}}")).unwrap();
    assert_eq!((codes(&source).as_str(), at_hand(&source)), ("TOKEN_FILE_NOT_SAVED", Some(fresh())));
}

#[test]
fn the_request_is_the_one_of_the_vendors_clients() {
    const LEGACY: &str = "ZOBAi4UROl5gKZIpxxlwOEfx8KpqXf2c";
    let home = Home::new();
    for (client_id, scope, body) in [
        ("id", "", r#"{"client_id":"id","grant_type":"refresh_token","refresh_token":"rt"}"#.to_owned()),
        (
            "id",
            r#","scope":[]"#,
            r#"{"client_id":"id","grant_type":"refresh_token","refresh_token":"rt","scope":""}"#.to_owned(),
        ),
        (
            "id",
            r#","scope":["a","b"]"#,
            r#"{"client_id":"id","grant_type":"refresh_token","refresh_token":"rt","scope":"a b"}"#.to_owned(),
        ),
        (LEGACY, "", legacy("openid name groups org email")),
        (LEGACY, r#","scope":["x"]"#, legacy("x")),
    ] {
        let config = format!(r#"{{"domain":"http://127.0.0.1:1/","client_id":"{client_id}"{scope}}}"#);
        let (asked, _) = exchange(&home.open(&config, BOTH, ""), Err(Fault::Refused));
        assert_eq!(asked, format!("POST http://127.0.0.1:1/token {body}"));
    }
    fn legacy(scope: &str) -> String {
        format!(
            r#"{{"scope":"{scope}","client_id":"{LEGACY}","grant_type":"urn:ietf:params:oauth:grant-type:jwt-bearer","target":"{LEGACY}","api_type":"app","refresh_token":"rt"}}"#
        )
    }
    let (asked, _) = exchange(&home.open(r#"{"client_id":"id"}"#, BOTH, ""), Err(Fault::Refused));
    assert!(asked.starts_with("POST https://iam.production.aws.descarteslabs.com/token {"));
}

#[test]
fn answers_and_what_becomes_of_them() {
    let home = Home::new();
    let source = home.open(r#"{"client_id":"id"}"#, BOTH, "");
    let (jwt, other) = (fresh(), token(r#"{"aud":"id","exp":4102444801}"#));
    for taken in [
        format!(r#"{{"access_token":"{jwt}"}}"#),
        format!(r#"{{"id_token":"{jwt}"}}"#),
        format!(r#"{{"id_token":"{other}","access_token":"{jwt}"}}"#),
        format!(r#"{{"id_token":"{jwt}","access_token":null,"error":false}}"#),
    ] {
        assert_eq!(exchange(&source, answer(200, &taken)).1.unwrap(), jwt, "{taken}");
    }
    let (late, foreign) = (token(r#"{"aud":"id","exp":1}"#), token(r#"{"aud":"x","exp":4102444800}"#));
    for (status, body, expected, code) in [
        (200, "{}".to_owned(), Status::Protocol, None),
        (200, "<html>".to_owned(), Status::Protocol, None),
        (200, "[]".to_owned(), Status::Protocol, None),
        (200, r#"{"access_token":7}"#.to_owned(), Status::Protocol, None),
        (200, format!(r#"{{"access_token":"{late}","id_token":"{jwt}"}}"#), Status::Protocol, None),
        (200, format!(r#"{{"access_token":"{foreign}"}}"#), Status::Protocol, None),
        (200, format!(r#"{{"access_token":"{jwt}","error":"true"}}"#), Status::Refused, None),
        (201, format!(r#"{{"access_token":"{jwt}"}}"#), Status::Protocol, None),
        (204, String::new(), Status::Protocol, None),
        (302, String::new(), Status::Protocol, None),
        (
            400,
            r#"{"error":"invalid_grant","error_description":"rt is no more"}"#.to_owned(),
            Status::Refused,
            Some("invalid_grant"),
        ),
        (401, "nope".to_owned(), Status::Refused, None),
        (408, String::new(), Status::Timeout, None),
        (429, String::new(), Status::Unavailable, None),
        (501, String::new(), Status::Unavailable, None),
    ] {
        let failure = exchange(&source, answer(status, &body)).1.unwrap_err();
        assert_eq!(
            (failure.status(), failure.http_status(), failure.claim()),
            (expected, Some(status), code),
            "{status} {body}"
        );
        for secret in ["rt", &jwt, &late, &foreign] {
            assert!(!failure.message().contains(secret), "{failure}");
        }
    }
}

#[test]
fn settings_are_strict() {
    for (config, message) in [
        (r#"{"domain":"http://h.example"}"#, "config.allow_http: plain http is for loopback, unless this is true"),
        (r#"{"domain":"h"}"#, "config.domain: expected an http or https URL with a host"),
        (r#"{"leeway":-1}"#, "config.leeway: expected an integer from 0 to 315576000"),
        (r#"{"leeway":1.5}"#, "config.leeway: expected an integer from 0 to 315576000"),
        (r#"{"token_info_path":1}"#, "config.token_info_path: expected a string or null"),
        (r#"{"client_id":null}"#, "config.client_id: expected a string"),
        (r#"{"scope":"a"}"#, "config.scope: expected a list of strings"),
        (r#"{"client_secret":"s"}"#, "config: unknown member"),
    ] {
        let failure = open(config, "{}", "{}").err().unwrap();
        assert_eq!(failure.status(), Status::Config, "{config}");
        if !message.ends_with("member") {
            assert_eq!(failure.message(), message);
        }
    }
    assert_eq!(open("{}", r#"{"token":"x"}"#, "{}").err().unwrap().status(), Status::Config);
}

#[test]
fn a_description_holds_no_secret() {
    let home = Home::new();
    let config = r#"{"client_id":"id","scope":["a"],"token_info_path":"~/f","retries":3,"leeway":0}"#;
    let text = home.open(config, BOTH, "").describe();
    let start = format!(
        r#"{{"kind":"descarteslabs","token_url":"https://iam.production.aws.descarteslabs.com/token","client_id":"id","scope":["a"],"leeway_s":0,"token_path":"{}/f","retries":{{"total":3,"#,
        home.0.display()
    );
    assert!(text.starts_with(&start), "{text}");
    assert!(!text.contains("rt\""));
    let bare = open(r#"{"token_info_path":null}"#, "{}", "{}").unwrap().describe();
    assert!(bare.contains(r#""client_id":null,"scope":null,"leeway_s":500,"token_path":null"#), "{bare}");
}

#[test]
fn sources_are_told_apart_by_what_they_ask_with() {
    let home = Home::new();
    let secrets = |jwt: &str| format!(r#"{{"client_secret":"rt","jwt_token":"{jwt}"}}"#);
    let (jwt, other) = (fresh(), token(r#"{"aud":"id","exp":4102444801}"#));
    let identities: Vec<[u8; 32]> = [
        (r#"{"client_id":"id"}"#, BOTH.to_owned()),
        (r#"{"client_id":"id2"}"#, BOTH.to_owned()),
        (r#"{"client_id":"id"}"#, r#"{"client_secret":"r2"}"#.to_owned()),
        (r#"{"client_id":"id","scope":[]}"#, BOTH.to_owned()),
        (r#"{"client_id":"id","scope":["a"]}"#, BOTH.to_owned()),
        (r#"{"client_id":"id","domain":"https://h"}"#, BOTH.to_owned()),
        (r#"{"client_id":"id","token_info_path":null}"#, BOTH.to_owned()),
        (r#"{"client_id":"id","token_info_path":null}"#, secrets(&jwt)),
        (r#"{"client_id":"id","token_info_path":null}"#, secrets(&other)),
    ]
    .iter()
    .map(|(config, secrets)| home.open(config, secrets, "").identity())
    .collect();
    for (index, identity) in identities.iter().enumerate() {
        assert!(!identities[..index].contains(identity), "{index}");
    }
    let again = home.open(r#"{"client_id":"id","leeway":1,"retries":1}"#, BOTH, "").identity();
    assert_eq!(again, identities[0]);
}
