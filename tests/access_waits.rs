//! Who waits for a database, and for which: nobody that needs none, and each for its own file alone.

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use jeton::error::{Failure, Status};
use jeton::jose::{Key, Signer};
use jeton::runtime::{Wait, hand_on};
use jeton::source::Now;
use jeton::source::environment::Environment;
use jeton::vendors::datasette::{Access, Begun, Progress, Stored};
use rusqlite::Connection;
use serde_json::{Value, json};

const NOW: Now = Now { unix_ms: 1_900_000_000_000, steady_ms: 0 };
const KEY: &str = "a secret of at least 32 bytes for HS256";

/// Whatever the file of managed tokens does, these are done at once.
#[test]
fn what_needs_no_database_waits_for_none() {
    let folder = Folder::new();
    let access = folder.managed("tokens.db");
    let created = finish(stored(&access, "create_token", json!({"actor_id": "alice"}))).unwrap();
    let managed = created["token"].as_str().unwrap().to_owned();
    let signed = told(&access, "sign_token", json!({"actor_id": "alice"}))["token"].as_str().unwrap().to_owned();
    let key = Key::from_secret(KEY.as_bytes(), Some("HS256")).unwrap();
    let jwt = Signer::new(&key.into(), r#"{"algorithm":"HS256","ttl_s":60}"#).unwrap();
    let jwt = jwt.sign(br#"{"sub":"alice"}"#, NOW.unix_ms / 1000).unwrap();

    let _locked = folder.lock("tokens.db");
    let started = Instant::now();
    let alice = json!({"id": "alice"});
    for (operation, args, member, expected) in [
        ("authenticate", json!({}), "refused", Value::Null),
        ("authenticate", bearer(&signed), "scheme", json!("dstok")),
        ("authenticate", bearer(&jwt), "scheme", json!("jwt")),
        ("authenticate", bearer("x"), "refused", json!("UNKNOWN")),
        ("authenticate", bearer("dsatok_x"), "refused", json!("MALFORMED")),
        ("authenticate", bearer(&format!("{managed}A")), "refused", json!("SIGNATURE")),
        ("sign_token", json!({"actor_id": "alice"}), "error", Value::Null),
        ("auth_info", json!({"actor": alice}), "identifier", json!("alice")),
        ("act_as", json!({"by": {"id": "root"}, "actor": alice}), "error", Value::Null),
    ] {
        assert_eq!(told(&access, operation, args)[member], expected, "{operation} {member}");
    }
    let configured = open(json!({"tokens": [{"token": "t", "actor": alice}]}), json!({}));
    assert_eq!(told(&configured, "authenticate", bearer("t"))["scheme"], "token");
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    for (operation, args) in [("authenticate", bearer(&managed)), ("list_tokens", json!({}))] {
        drop(stored(&access, operation, args));
    }
}

/// A file is one place by all its names, and no other file is the same.
#[test]
fn a_place_is_a_file() {
    let folder = Folder::new();
    symlink(folder.0.join("tokens.db"), folder.0.join("link.db")).unwrap();
    let place = |name: &str| stored(&folder.managed(name), "list_tokens", json!({})).place().to_owned();
    let own = place("tokens.db");
    assert_eq!([place("./tokens.db"), place("link.db")], [own.clone(), own.clone()]);
    assert_ne!(place("other.db"), own);
    let query =
        json!({"query": {"sql": "select actor_id as token_secret from _datasette_auth_tokens", "database": "d"}});
    let queried = open(query, json!({"databases": {"d": folder.0.join("tokens.db")}}));
    assert_eq!(stored(&queried, "authenticate", bearer("1-x")).place(), own);
}

/// As many as there may be wait for a file that somebody has for himself, and a login to another file does not notice.
#[test]
fn a_locked_file_stalls_no_other() {
    let folder = Folder::new();
    folder.connection("locked.db").execute_batch("create table other (x)").unwrap();
    let (locked, healthy) = (folder.managed("locked.db"), folder.managed("healthy.db"));
    let created = finish(stored(&healthy, "create_token", json!({"actor_id": "alice"}))).unwrap();
    let token = created["token"].as_str().unwrap();
    let other = folder.lock("locked.db");
    let waits: Vec<_> = (0..64).map(|_| wait(stored(&locked, "list_tokens", json!({})))).collect();
    let started = Instant::now();
    let login = wait(stored(&healthy, "authenticate", bearer(token)));
    assert!(login.wait(Duration::from_secs(5)), "a login waits for the file of others");
    assert_eq!(login.result().unwrap().unwrap()["scheme"], "dsatok");
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert!(waits.iter().all(|wait| wait.result().is_none()), "the file was not locked");
    other.execute_batch("rollback").unwrap();
    for wait in waits {
        assert!(wait.wait(Duration::from_secs(20)));
        assert!(wait.result().unwrap().is_ok());
    }
}

/// Where rows are the host's, there is no database to wait for.
#[test]
fn rows_are_asked_for_where_the_settings_say_so() {
    let folder = Folder::new();
    let asking = open(json!({"query": {"sql": "select 1", "database": "d"}}), json!({"databases": {"d": null}}));
    assert!(asking.asks_rows());
    assert!(matches!(asking.begin("authenticate", &bearer("1-x").to_string(), NOW), Ok(Begun::Told(Progress::Row(_)))));
    assert!(!folder.managed("tokens.db").asks_rows());
    assert!(!open(json!({}), json!({"databases": {"d": null}})).asks_rows());
}

// --- the tools -------------------------------------------------------------------------------------------------------------

fn open(config: Value, settings: Value) -> Access {
    let nobody = || Err(Failure::new(Status::Unsupported, "nobody fetches keys here"));
    let environment = Environment::parse("{}").unwrap();
    Access::open(&config.to_string(), Some(&settings.to_string()), Some(b"secret"), &environment, nobody).unwrap()
}

fn bearer(token: &str) -> Value {
    json!({"headers": {"Authorization": format!("Bearer {token}")}})
}

/// The answer of a call that needs no database.
fn told(access: &Access, operation: &str, args: Value) -> Value {
    match access.begin(operation, &args.to_string(), NOW).unwrap() {
        Begun::Told(Progress::Done(answer)) => serde_json::from_str(&answer.json).unwrap(),
        _ => panic!("{operation} waits"),
    }
}

/// The rest of a call that needs one.
fn stored(access: &Access, operation: &str, args: Value) -> Stored {
    match access.begin(operation, &args.to_string(), NOW).unwrap() {
        Begun::Stored(stored) => stored,
        _ => panic!("{operation} asks no database"),
    }
}

fn finish(stored: Stored) -> Result<Value, Failure> {
    stored.finish().map(|answer| serde_json::from_str(&answer.json).unwrap())
}

fn wait(stored: Stored) -> Wait<Value> {
    let place = stored.place().to_owned();
    hand_on(&place, Duration::from_secs(30), |promise| promise.keep(finish(stored)))
}

/// A folder with databases, which goes at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static FOLDERS: AtomicU32 = AtomicU32::new(0);
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("jeton-waits-{}-{number}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        Folder(folder)
    }

    fn managed(&self, name: &str) -> Access {
        let key = json!({"secret": KEY, "algorithm": "HS256"});
        let policy = json!({"algorithms": ["HS256"], "any_issuer": true, "any_audience": true});
        let jwt = json!({"key": key, "policy": policy});
        let config = json!({"manage_tokens": true, "jwt": jwt, "act_as": {"allow": {"id": "root"}}});
        open(config, json!({"databases": {"tokens": self.0.join(name)}}))
    }

    fn connection(&self, name: &str) -> Connection {
        Connection::open(self.0.join(name)).unwrap()
    }

    /// Nobody else may even read the file for as long as the connection is there, if the file is not in WAL mode.
    fn lock(&self, name: &str) -> Connection {
        let connection = self.connection(name);
        connection.execute_batch("begin exclusive").unwrap();
        connection
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
