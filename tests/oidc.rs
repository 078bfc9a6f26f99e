//! Sources and remote key sets against an OpenID provider that no one here wrote: the npm package `oidc-provider`, on loopback, with rotation,
//! introspection and revocation. Every host's driver plays each part.
//!
//! `make drivers` and `npm ci` in tests/oidc, then `cargo test --test oidc`.

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::{env, fs};

use serde_json::{Value, json};

use support::driver::HOSTS;
use support::session::Session;

#[test]
fn every_host_gets_renews_and_revokes_tokens_of_a_real_provider() {
    let provider = Provider::start();
    for host in HOSTS.iter().filter(|host| env::var("HOST").map_or(true, |only| only == **host)) {
        let mut driver = Driver { host, session: Session::start(host, Path::new("/"), None) };
        for (client, auth) in [
            ("basic client:1", json!({"client_auth": "basic"})),
            ("post", json!({"client_auth": "post"})),
            (
                "private",
                json!({"client_auth": "private_key_jwt", "private_key_algorithm": "ES256", "private_key_id": "client-1"}),
            ),
        ] {
            client_credentials(&mut driver, &provider, client, &auth);
        }
        jwt_bearer(&mut driver, &provider);
        rotation(&mut driver, &provider);
        wrong_secret(&mut driver, &provider);
        remote_keys(&mut driver, &provider);
    }
    assert_eq!(provider.faults(), json!([]), "what the provider complained of, wrong secrets aside");
}

/// One refresh token, shared by a process of each host through a token file: each use rotates it, and none is used twice.
#[test]
fn hosts_share_one_rotating_refresh_token() {
    let provider = Provider::start();
    let folder = env::temp_dir().join(format!("jeton-oidc-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("tokens.json");
    let first = provider.refresh_token("public");
    let mut drivers: Vec<Driver> =
        HOSTS.iter().map(|host| Driver { host, session: Session::start(host, &folder, None) }).collect();
    for driver in &mut drivers {
        let config = json!({"kind": "oauth2", "grant": "refresh_token", "token_url": provider.url("/token"), "client_id": "public",
            "client_auth": "none", "token_file": file});
        driver.ok(
            json!({"op": "source.open", "source": "shared", "config": config, "secrets": {"refresh_token": first}}),
        );
    }
    let tokens: Vec<Value> =
        drivers.iter_mut().map(|driver| driver.ok(json!({"op": "source.token", "source": "shared"}))).collect();
    assert!(tokens.iter().all(|token| token["token"] == tokens[0]["token"]), "one fetch serves all: {tokens:?}");
    for driver in &mut drivers {
        let renewed = driver.ok(json!({"op": "source.refresh", "source": "shared"}));
        assert_eq!(provider.introspect(&renewed["token"])["active"], true, "{}", driver.host);
    }
    assert_eq!(provider.faults(), json!([]));
    fs::remove_dir_all(&folder).unwrap();
}

fn client_credentials(driver: &mut Driver, provider: &Provider, client: &str, auth: &Value) {
    let mut config = json!({"kind": "oauth2", "grant": "client_credentials", "token_url": provider.url("/token"),
        "client_id": client, "scope": ["read"],
        "revocation_url": provider.url("/token/revocation")});
    config.as_object_mut().unwrap().extend(auth.as_object().unwrap().clone());
    let secrets = match client {
        "private" => json!({"private_key": provider.said["private_key"]}),
        _ => json!({"client_secret": provider.said["secret"]}),
    };
    driver.ok(json!({"op": "source.open", "source": client, "config": config, "secrets": secrets}));
    let token = driver.ok(json!({"op": "source.token", "source": client}));
    let seen = provider.introspect(&token["token"]);
    assert_eq!((&seen["active"], &seen["client_id"]), (&json!(true), &json!(client)), "{}", driver.host);
    let (theirs, ours) = (seen["exp"].as_i64().unwrap(), token["expires_at_s"].as_i64().unwrap());
    assert!(
        (theirs - 1..=theirs).contains(&ours),
        "{}: the end {ours} is counted from the request, {theirs}",
        driver.host
    );
    let revoked = driver.ok(json!({"op": "source.revoke", "source": client}));
    assert_eq!(revoked["revoked"], true);
    assert_eq!(provider.introspect(&token["token"])["active"], false, "{}", driver.host);
    driver.ok(json!({"op": "source.close", "source": client}));
}

fn jwt_bearer(driver: &mut Driver, provider: &Provider) {
    let config = json!({"kind": "oauth2", "grant": "jwt_bearer", "token_url": provider.url("/token"), "client_id": "private",
        "client_auth": "private_key_jwt", "private_key_algorithm": "ES256", "private_key_id": "client-1",
        "assertion_claims": {"iss": "private", "sub": "alice", "aud": provider.url("/token")}, "scope": ["read"]});
    let secrets = json!({"private_key": provider.said["private_key"]});
    driver.ok(json!({"op": "source.open", "source": "bearer", "config": config, "secrets": secrets}));
    let token = driver.ok(json!({"op": "source.token", "source": "bearer"}));
    assert_eq!(provider.introspect(&token["token"])["active"], true, "{}", driver.host);
    driver.ok(json!({"op": "source.close", "source": "bearer"}));
}

fn rotation(driver: &mut Driver, provider: &Provider) {
    let config = json!({"kind": "oauth2", "grant": "refresh_token", "token_url": provider.url("/token"), "client_id": "public",
        "client_auth": "none"});
    let secrets = json!({"refresh_token": provider.refresh_token("public")});
    driver.ok(json!({"op": "source.open", "source": "rotating", "config": config, "secrets": secrets}));
    let mut last = driver.ok(json!({"op": "source.token", "source": "rotating"}));
    for _ in 0..3 {
        assert_eq!(provider.introspect(&last["token"])["active"], true, "{}", driver.host);
        let renewed = driver.ok(json!({"op": "source.refresh", "source": "rotating"}));
        assert_ne!(renewed["token"], last["token"], "{}", driver.host);
        last = renewed;
    }
    driver.ok(json!({"op": "source.close", "source": "rotating"}));
}

/// The provider's own refusal comes through, and is final.
fn wrong_secret(driver: &mut Driver, provider: &Provider) {
    let config = json!({"kind": "oauth2", "grant": "client_credentials", "token_url": provider.url("/token"), "client_id": "post",
        "client_auth": "post"});
    let secrets = json!({"client_secret": "not the secret of this client"});
    driver.ok(json!({"op": "source.open", "source": "wrong", "config": config, "secrets": secrets}));
    for _ in 0..2 {
        let answer = driver.session.ask(&json!({"op": "source.token", "source": "wrong"})).unwrap();
        let error = &answer["error"];
        assert_eq!(
            (&error["status"], &error["code"]),
            (&json!("REFUSED"), &json!("invalid_client")),
            "{}: {answer}",
            driver.host
        );
    }
    driver.ok(json!({"op": "source.close", "source": "wrong"}));
    let faults = provider.faults();
    assert_eq!(faults, json!(["invalid_client"]), "{}: one request, and no other complaint", driver.host);
    provider.forget_faults();
}

fn remote_keys(driver: &mut Driver, provider: &Provider) {
    let config = json!({"kind": "oauth2", "grant": "client_credentials", "token_url": provider.url("/token"), "client_id": "post",
        "client_auth": "post", "scope": ["read"], "extra": {"resource": provider.said["audience"]}});
    let secrets = json!({"client_secret": provider.said["secret"]});
    driver.ok(json!({"op": "source.open", "source": "api", "config": config, "secrets": secrets}));
    let token = driver.ok(json!({"op": "source.token", "source": "api"}));
    let issuer = json!({"issuer": provider.said["issuer"], "jwks_url": provider.url("/jwks"), "algorithms": ["ES256"],
        "audience": provider.said["audience"], "typ": "at+jwt"});
    driver.ok(json!({"op": "keyset.open", "keyset": "provider", "issuers": [issuer]}));
    let verified = driver.ok(json!({"op": "keyset.verify", "keyset": "provider", "token": token["token"]}));
    assert_eq!(verified["claims"]["client_id"], "post", "{}", driver.host);
    driver.ok(json!({"op": "source.close", "source": "api"}));
}

struct Driver {
    host: &'static str,
    session: Session,
}

impl Driver {
    fn ok(&mut self, request: Value) -> Value {
        let answer = self.session.ask(&request).unwrap_or_else(|why| panic!("{}: {why}", self.host));
        answer.get("ok").unwrap_or_else(|| panic!("{}: {} answered {answer}", self.host, request["op"])).clone()
    }
}

/// The provider, and what it said at its start.
struct Provider {
    process: Child,
    said: Value,
    /// It goes on talking, and would end where nobody listens.
    _output: BufReader<ChildStdout>,
}

impl Provider {
    fn start() -> Provider {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oidc");
        let mut process = Command::new("node")
            .arg("provider.mjs")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node");
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let said = serde_json::from_str(&line).expect("the provider starts; is `npm ci` done in tests/oidc?");
        Provider { process, said, _output: output }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.said["issuer"].as_str().unwrap())
    }

    fn refresh_token(&self, client: &str) -> Value {
        self.control(&format!("/refresh_token?client={client}"))["refresh_token"].clone()
    }

    fn introspect(&self, token: &Value) -> Value {
        self.control(&format!("/introspect?token={}", token.as_str().expect("a token")))
    }

    fn faults(&self) -> Value {
        self.control("/faults")
    }

    fn forget_faults(&self) {
        self.control("/forget");
    }

    fn control(&self, target: &str) -> Value {
        let mut connection = TcpStream::connect(self.said["control"].as_str().unwrap()).unwrap();
        write!(connection, "GET {target} HTTP/1.0\r\n\r\n").unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{target}: {answer:?}"));
        serde_json::from_str(body).unwrap_or_else(|_| panic!("the provider: {body}"))
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
