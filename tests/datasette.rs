//! One file of tokens, shared with a real Datasette and its plugin `datasette-auth-tokens` on loopback: what either side creates signs in on the
//! other, and what either revokes is dead on both. Every host's driver plays each part, and the core itself.
//!
//! `make drivers build/datasette/ready`, then `cargo test --test datasette`. While building, `HOST=core` asks one host.

mod support;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use std::{env, fs, thread};

use serde_json::{Value, json};

use support::driver::HOSTS;
use support::session::Session;

const SECRET: &str = "dummy-datasette-secret";
/// Alice, logged in with the secret.
const COOKIE: &str = "ds_actor=eyJhIjp7ImlkIjoiYWxpY2UifX0.CUcw_56N2oIFtMPVnRFeWhSXDZY";
const CONFIG: &str = r#"{
    "plugins": {"datasette-auth-tokens": {"manage_tokens": true, "manage_tokens_database": "tokens", "param": "_auth_token"}},
    "permissions": {"auth-tokens-create": {"id": "*"}}
}"#;

#[test]
fn tokens_are_shared_where_datasette_made_the_file() {
    let folder = Folder::new("theirs");
    share(&folder, &Datasette::start(&folder));
}

#[test]
fn tokens_are_shared_where_this_library_made_the_file() {
    let folder = Folder::new("ours");
    let mut host = Host::open("core", &folder);
    let token = host.create(json!({"actor_id": "alice"}));
    let datasette = Datasette::start(&folder);
    assert_eq!(datasette.actor(&token), json!({"id": "alice", "token": "dsatok", "token_id": 1}));
    share(&folder, &datasette);
    assert_eq!(host.actor(&token), json!({"id": "alice", "token": "dsatok", "token_id": 1}));
}

/// All that can be handed over, between each host and Datasette.
fn share(folder: &Folder, datasette: &Datasette) {
    let signed = datasette.signed_token();
    let only = env::var("HOST").ok();
    let hosts = ["core"].into_iter().chain(HOSTS).filter(|host| only.as_deref().is_none_or(|only| only == *host));
    for name in hosts {
        let mut host = Host::open(name, folder);
        created_here(&mut host, datasette);
        created_there(&mut host, datasette);
        restricted(&mut host, datasette);
        expired(&mut host, datasette);
        deleted_there(&mut host, datasette, folder);
        signed_both_ways(&mut host, datasette, &signed);
        host.ask(json!({"op": "access.close"}));
    }
}

fn created_here(host: &mut Host, datasette: &Datasette) {
    let token = host.create(json!({"actor_id": "alice", "description": host.name}));
    let actor = host.actor(&token);
    assert_eq!((&actor["id"], &actor["token"]), (&json!("alice"), &json!("dsatok")), "{}", host.name);
    assert_eq!(datasette.actor(&token), actor, "{}", host.name);
    assert_eq!(datasette.get(&format!("/-/actor.json?_auth_token={token}"), "")["actor"], actor, "{}", host.name);
    let args = json!({"id": actor["token_id"], "by": {"id": "alice"}});
    assert_eq!(host.ask(json!({"op": "access.revoke_token", "args": args}))["ok"], json!({"revoked": true}));
    assert_eq!(datasette.actor(&token), Value::Null, "{}: revoked here, alive there", host.name);

    let token = host.create(json!({"actor_id": "alice"}));
    datasette.revoke(&host.actor(&token)["token_id"]);
    assert_eq!(host.refusal(&token), "REVOKED", "{}: revoked there, alive here", host.name);
    assert_eq!(datasette.actor(&token), Value::Null);
}

fn created_there(host: &mut Host, datasette: &Datasette) {
    let token = datasette.create();
    let actor = datasette.actor(&token);
    assert_eq!(actor["id"], "alice");
    assert_eq!(host.actor(&token), actor, "{}", host.name);
    let args = json!({"id": actor["token_id"], "by": {"id": "alice"}});
    let details = host.ask(json!({"op": "access.token_details", "args": args}));
    assert_eq!(details["ok"]["permissions"], "null", "{}", host.name);
    assert_eq!(host.ask(json!({"op": "access.revoke_token", "args": args}))["ok"], json!({"revoked": true}));
    assert_eq!(datasette.actor(&token), Value::Null, "{}: revoked here, alive there", host.name);

    let token = datasette.create();
    datasette.revoke(&datasette.actor(&token)["token_id"]);
    assert_eq!(host.refusal(&token), "REVOKED", "{}: revoked there, alive here", host.name);
}

fn restricted(host: &mut Host, datasette: &Datasette) {
    let restrictions = json!({"a": ["vi"], "d": {"tokens": ["vd"]}, "r": {"tokens": {"caf\u{e9} \u{1f600}": ["vt"]}}});
    let token = host.create(json!({"actor_id": "alice", "restrictions": restrictions}));
    assert_eq!(datasette.actor(&token)["_r"], restrictions, "{}", host.name);
    assert_eq!(host.actor(&token)["_r"], restrictions, "{}", host.name);
}

fn expired(host: &mut Host, datasette: &Datasette) {
    let args = json!({"actor_id": "alice", "expires_after_s": 10});
    let created = host.ask(json!({"op": "access.create_token", "args": args, "now_s": now_s() - 100}));
    let token = created["ok"]["token"].as_str().unwrap();
    assert_eq!(datasette.actor(token), Value::Null, "{}", host.name);
    assert_eq!(host.refusal(token), "EXPIRED", "{}", host.name);
    let token = host.create(json!({"actor_id": "alice", "expires_after_s": 3600}));
    assert_eq!(datasette.actor(&token), host.actor(&token), "{}", host.name);
}

/// A token of the plugin's that is revoked, and whose row somebody deletes: this library gives its id, which is its text, to nobody.
fn deleted_there(host: &mut Host, datasette: &Datasette, folder: &Folder) {
    let token = datasette.create();
    let id = datasette.actor(&token)["token_id"].clone();
    datasette.revoke(&id);
    let deletion = "import sqlite3, sys; file = sqlite3.connect(sys.argv[1]); \
                    file.execute('delete from _datasette_auth_tokens where id = ' + sys.argv[2]); file.commit()";
    let deleted = python().args(["-c", deletion]).arg(folder.tokens()).arg(id.to_string()).status().unwrap();
    assert!(deleted.success());
    let next = host.create(json!({"actor_id": "mallory"}));
    assert_eq!(host.actor(&next)["token_id"], id.as_i64().unwrap() + 1, "{}", host.name);
    assert_eq!(host.refusal(&token), "UNKNOWN", "{}: dead there, alive here", host.name);
    assert_eq!(datasette.actor(&token), Value::Null, "{}", host.name);
    assert_eq!(datasette.actor(&datasette.create())["id"], "alice", "{}: the plugin goes on", host.name);
}

fn signed_both_ways(host: &mut Host, datasette: &Datasette, signed: &str) {
    let actor = json!({"id": "alice", "token": "dstok", "_r": {"a": ["vi"], "d": {"tokens": ["vq"]}}});
    assert_eq!(datasette.actor(signed), actor);
    assert_eq!(host.actor(signed), actor, "{}", host.name);
    let request = json!({"op": "access.sign_token", "actor_id": "alice", "ttl_s": 600, "restrictions": actor["_r"]});
    let token = host.ask(request)["ok"]["token"].as_str().unwrap().to_owned();
    let theirs = datasette.actor(&token);
    assert_eq!((&theirs["id"], &theirs["_r"]), (&actor["id"], &actor["_r"]), "{}", host.name);
    assert_eq!(theirs, host.actor(&token), "{}", host.name);
}

fn now_s() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64
}

// --- this side -------------------------------------------------------------------------------------------------------------

/// An authenticator in one host, on the file of the folder.
struct Host {
    name: &'static str,
    session: Session,
}

impl Host {
    fn open(name: &'static str, folder: &Folder) -> Host {
        let mut host = Host { name, session: Session::start(name, &folder.0, None) };
        let config: Value = serde_json::from_str(CONFIG).unwrap();
        let opened = host.ask(json!({
            "op": "access.open", "config": config["plugins"]["datasette-auth-tokens"], "databases": {"tokens": folder.tokens()},
            "environment": {"DATASETTE_SECRET": SECRET},
        }));
        assert!(opened.get("ok").is_some(), "{name}: {opened}");
        host
    }

    fn ask(&mut self, mut request: Value) -> Value {
        request["access"] = json!("shared");
        if request.get("now_s").is_none() && request["op"] != "access.open" && request["op"] != "access.close" {
            request["now_s"] = json!(now_s());
        }
        self.session.ask(&request).unwrap()
    }

    fn create(&mut self, args: Value) -> String {
        let created = self.ask(json!({"op": "access.create_token", "args": args}));
        created["ok"]["token"].as_str().unwrap_or_else(|| panic!("{}: {created}", self.name)).to_owned()
    }

    fn authenticate(&mut self, token: &str) -> Value {
        let headers = json!({"Authorization": format!("Bearer {token}")});
        let answer = self.ask(json!({"op": "access.authenticate", "headers": headers, "query": {}}));
        answer.get("ok").unwrap_or_else(|| panic!("{}: {answer}", self.name)).clone()
    }

    fn actor(&mut self, token: &str) -> Value {
        self.authenticate(token)["actor"].clone()
    }

    fn refusal(&mut self, token: &str) -> Value {
        let answer = self.authenticate(token);
        assert_eq!(answer["actor"], Value::Null, "{}", self.name);
        answer["refused"].clone()
    }
}

// --- the other side --------------------------------------------------------------------------------------------------------

/// A server on the file of the folder.
struct Datasette {
    server: Child,
    port: u16,
}

impl Datasette {
    fn start(folder: &Folder) -> Datasette {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        fs::write(folder.0.join("datasette.json"), CONFIG).unwrap();
        let log = fs::File::create(folder.0.join("log")).unwrap();
        let server = command()
            .args(["serve", "tokens.db", "--create", "-c", "datasette.json", "-p", &port.to_string()])
            .current_dir(&folder.0)
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("Datasette: run `make build/datasette/ready`");
        let datasette = Datasette { server, port };
        let deadline = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = || fs::read_to_string(folder.0.join("log")).unwrap();
            assert!(Instant::now() < deadline, "Datasette does not start: {}", log());
            thread::sleep(Duration::from_millis(50));
        }
        datasette
    }

    /// Who it takes the bearer of a token for.
    fn actor(&self, token: &str) -> Value {
        self.get("/-/actor.json", &format!("Authorization: Bearer {token}\r\n"))["actor"].clone()
    }

    fn get(&self, path: &str, headers: &str) -> Value {
        let answer =
            self.exchange(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n"));
        let json = &answer[answer.find('{').expect("an object")..=answer.rfind('}').unwrap()];
        serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }

    /// Creates a token in its form.
    fn create(&self) -> String {
        let page = self.post("/-/api/tokens/create", "description=theirs");
        let token = &page[page.find("dsatok_").unwrap_or_else(|| panic!("no token: {page}"))..];
        let end = token.find(|char: char| !char.is_ascii_alphanumeric() && !"._-".contains(char)).unwrap();
        token[..end].to_owned()
    }

    fn revoke(&self, id: &Value) {
        let answer = self.post(&format!("/-/api/tokens/{id}"), "revoke=1");
        assert!(answer.starts_with("HTTP/1.1 302"), "{answer}");
    }

    fn post(&self, path: &str, form: &str) -> String {
        self.exchange(&format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: {COOKIE}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        ))
    }

    fn exchange(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// A token that its command line signs.
    fn signed_token(&self) -> String {
        let made = command()
            .args(["create-token", "alice", "--all", "view-instance", "--database", "tokens", "view-query"])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        String::from_utf8(made.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for Datasette {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// It reads the secret where this library reads it.
fn command() -> Command {
    let mut command = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("build/datasette/bin/datasette"));
    command.env("DATASETTE_SECRET", SECRET).stdin(Stdio::null());
    command
}

/// The one that Datasette runs on, with an SQLite of its own.
fn python() -> Command {
    Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("build/datasette/bin/python"))
}

/// A folder that goes at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = env::temp_dir().join(format!("jeton-datasette-{name}-{}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        Folder(folder)
    }

    fn tokens(&self) -> PathBuf {
        self.0.join("tokens.db")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
