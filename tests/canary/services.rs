//! Conversations with sources, clients, key sets and access whose every secret is the marker, in part with a server that sends back what
//! it was sent. Each line with the status that answers it; none for one that succeeds.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::secrets::{EC_PEM, MARKER, b64u};

pub type Line = (Option<&'static str>, Value);

pub fn all() -> Vec<Line> {
    let server = start();
    // Nobody listens there.
    let nowhere = "http://127.0.0.1:1";
    let mut lines = Vec::new();
    for (status, grant, url) in [
        ("REFUSED", "client_credentials", format!("{server}/refuse")),
        ("REFUSED", "refresh_token", format!("{server}/refuse")),
        ("PROTOCOL", "client_credentials", format!("{server}/odd")),
        ("PROTOCOL", "refresh_token", format!("{server}/garbled")),
        ("TIMEOUT", "client_credentials", format!("{server}/hang")),
        ("UNAVAILABLE", "refresh_token", format!("{nowhere}/token")),
    ] {
        for auth in ["basic", "post"] {
            let mut secrets = json!({ "client_secret": MARKER });
            if grant == "refresh_token" {
                secrets["refresh_token"] = json!(MARKER);
            }
            lines.extend(source(Some(status), config(grant, auth, &url), secrets));
        }
    }
    let asserting = json!({"kind": "oauth2", "grant": "jwt_bearer", "token_url": format!("{server}/refuse"), "client_id": "app",
        "client_auth": "private_key_jwt", "assertion_claims": {"iss": "app", "sub": "alice"}, "retries": {"total": 0}});
    lines.extend(source(Some("REFUSED"), asserting, json!({"private_key": EC_PEM})));
    let secret = json!({"client_secret": MARKER});
    lines.extend(source(Some("NO_CREDENTIALS"), config("refresh_token", "basic", nowhere), secret.clone()));
    lines.push((None, open("t", json!({"kind": "static"}), &json!({"token": MARKER}))));
    lines.push((Some("UNSUPPORTED"), json!({"op": "source.revoke", "source": "t"})));
    lines.push((None, json!({"op": "source.describe", "source": "t"})));
    lines.extend(access());
    lines.extend(clients(&server));
    let issuers = json!([{"issuer": "joe", "jwks_url": format!("{nowhere}/keys"), "algorithms": ["ES256"], "any_audience": true, "allow_http": true}]);
    let header = b64u(r#"{"alg":"ES256","kid":"k"}"#);
    let token = format!("{header}.{}.{}", b64u(json!({"iss": "joe", "sub": MARKER}).to_string()), b64u([1; 64]));
    lines.push((None, json!({"op": "keyset.open", "keyset": "k", "issuers": issuers, "environment": {}})));
    lines.push((Some("KEYS_UNAVAILABLE"), json!({"op": "keyset.verify", "keyset": "k", "token": token})));
    lines
}

fn config(grant: &str, auth: &str, url: &str) -> Value {
    json!({"kind": "oauth2", "grant": grant, "token_url": url, "client_id": "app", "client_auth": auth, "allow_http": true,
        "request_timeout_ms": 300, "retries": {"total": 0}})
}

fn open(name: &str, config: Value, secrets: &Value) -> Value {
    json!({"op": "source.open", "source": name, "config": config, "secrets": secrets, "environment": {}})
}

/// What a source says of itself before and after it failed.
fn source(status: Option<&'static str>, config: Value, secrets: Value) -> Vec<Line> {
    let ask = |op: &str| json!({"op": format!("source.{op}"), "source": "s"});
    vec![
        (None, open("s", config, &secrets)),
        (None, ask("describe")),
        (status, ask("token")),
        (status, ask("refresh")),
        (None, ask("stats")),
        (None, ask("close")),
    ]
}

fn access() -> Vec<Line> {
    let tokens =
        json!({"tokens": [{"token": MARKER, "actor": {"id": "a"}}, {"token": {"$env": "BOT"}, "actor": {"id": "b"}}]});
    let environment = json!({"BOT": format!("{MARKER}-bot"), "DATASETTE_SECRET": MARKER});
    let database = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("canary-{}.db", std::process::id()));
    let managed = |op: &str, args: Value| json!({"op": format!("access.{op}"), "access": "a", "args": args});
    let request = |token: &str| json!({"op": "access.authenticate", "access": "a", "headers": {"Authorization": format!("Bearer {token}")}});
    let open = |config: &Value, settings: Value| json!({"op": "access.open", "access": "a", "config": config, "settings": settings, "environment": environment});
    vec![
        (Some("CONFIG"), open(&json!({"tokens": [{"token": MARKER, "actor": MARKER}]}), json!({}))),
        (Some("STORE"), open(&json!({"manage_tokens": true}), json!({"databases": {"d": "/proc/none/tokens.db"}}))),
        (None, open(&tokens, json!({}))),
        (None, request(MARKER)),
        (None, request(&format!("{MARKER}-"))),
        (None, request(&format!("dstok_{MARKER}.{MARKER}"))),
        (None, request(&format!("dsatok_{MARKER}.{MARKER}"))),
        (None, json!({"op": "access.close", "access": "a"})),
        (None, open(&json!({"manage_tokens": true}), json!({ "databases": { "d": database } }))),
        (None, managed("create_token", json!({"actor_id": "alice"}))),
        (Some("DENIED"), managed("revoke_token", json!({"id": 1, "by": {"id": MARKER}}))),
        (Some("UNKNOWN"), managed("revoke_token", json!({"id": 1_000_000, "by": {"id": MARKER}}))),
        (None, json!({"op": "access.close", "access": "a"})),
    ]
}

fn clients(server: &str) -> Vec<Line> {
    let open = |vendor: &str, config: Value, secrets: Value| json!({"op": "client.open", "client": "c", "vendor": vendor, "config": config, "secrets": secrets, "environment": {}});
    let call = |operation: &str| json!({"op": "client.call", "client": "c", "operation": operation, "args": {}});
    vec![
        (
            None,
            open(
                "dataiku",
                json!({"host": format!("{server}/refuse"), "allow_http": true}),
                json!({"api_key": MARKER}),
            ),
        ),
        (Some("REFUSED"), call("auth_info")),
        (None, json!({"op": "client.close", "client": "c"})),
    ]
}

/// A server that answers as the path says, and repeats what it was sent.
fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(|| serve(stream.unwrap()));
        }
    });
    url
}

fn serve(mut stream: TcpStream) {
    stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    let mut request = Vec::new();
    // The timeout ends it: what a request is made of is all the same here.
    let _ = stream.read_to_end(&mut request);
    let request = String::from_utf8_lossy(&request);
    let echo = json!(request);
    let (status, body) = match request.split(['/', ' ']).find(|word| ["refuse", "odd", "hang"].contains(word)) {
        Some("refuse") => (
            400,
            json!({"error": "invalid_client", "error_description": echo, "message": echo, "errorType": echo})
                .to_string(),
        ),
        Some("odd") => {
            (200, json!({"access_token": [MARKER], "expires_in": MARKER, "refresh_token": echo}).to_string())
        }
        Some("hang") => return thread::sleep(Duration::from_secs(2)),
        _ => (200, format!("<p>{echo}")),
    };
    let _ = write!(
        stream,
        "HTTP/1.1 {status} {MARKER}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
}
