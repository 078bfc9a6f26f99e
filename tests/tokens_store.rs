//! The store of managed tokens among processes that write at once, are killed, or are not this library.
//!
//! A child is this program again, told by its environment what to do. `JETON_KILL_POINTS` sets how many are killed.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use jeton::error::Status;
use jeton::source::Now;
use jeton::source::environment::Environment;
use jeton::vendors::datasette::{Access, Progress};
use rusqlite::Connection;
use serde_json::{Value, json};

const SECRET: &[u8] = b"dummy-datasette-secret";
const NOW_S: i64 = 1_900_000_000;
const NOW: Now = Now { unix_ms: NOW_S * 1000, steady_ms: 0 };
const TOKENS_OF_A_CHILD: usize = 40;

// --- processes -------------------------------------------------------------------------------------------------------------

/// 8 processes create and revoke at once, and make the file together. Nothing is lost, and no id is given twice.
#[test]
fn eight_processes_lose_nothing() {
    let folder = Folder::new();
    let children: Vec<Child> = (0..8).map(|_| child("create_and_revoke", &folder.tokens())).collect();
    let (mut alive, mut revoked) = (Vec::new(), Vec::new());
    for child in children {
        for line in lines_of(child) {
            match line.split_once(' ').unwrap() {
                ("alive", token) => alive.push(token.to_owned()),
                (_, token) => revoked.push(token.to_owned()),
            }
        }
    }
    let all: BTreeSet<&String> = alive.iter().chain(&revoked).collect();
    assert_eq!((alive.len(), revoked.len(), all.len()), (160, 160, 320));
    let access = folder.open();
    for token in &alive {
        assert!(authenticate(&access, token)["actor"].is_object());
    }
    for token in &revoked {
        assert_eq!(authenticate(&access, token)["refused"], "REVOKED");
    }
    assert_eq!(ids(&access), (1..=320).rev().collect::<Vec<i64>>());
}

/// A process is killed while it writes: the table can be read, and every token that it had told of is there.
#[test]
fn a_killed_process_leaves_a_readable_table() {
    let folder = Folder::new();
    let points: u32 = env::var("JETON_KILL_POINTS").map_or(50, |points| points.parse().unwrap());
    let mut told: Vec<String> = Vec::new();
    let mut highest = 0;
    for point in 0..points {
        let mut child = child("create_for_ever", &folder.tokens());
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut tokens = lines.filter(|line| line.starts_with("dsatok_"));
        // The first one is killed while it makes the file.
        if point > 0 {
            told.push(tokens.next().unwrap());
        }
        thread::sleep(Duration::from_micros(u64::from(point) * 137));
        child.kill().unwrap();
        child.wait().unwrap();
        told.extend(tokens);

        let sound: String =
            folder.connection().query_row("pragma integrity_check", [], |row| row.get(0)).unwrap_or("ok".to_owned());
        assert_eq!(sound, "ok", "point {point}");
        let access = folder.open();
        let id = create(&access, json!({"actor_id": "alice"}))["id"].as_i64().unwrap();
        assert!(id > highest, "point {point}: the id {id} came back");
        highest = id;
    }
    let access = folder.open();
    assert!(told.len() >= points as usize - 1);
    for token in &told {
        assert!(authenticate(&access, token)["actor"].is_object(), "a token was lost");
    }
    let others = fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let left: Vec<String> = others.filter(|name| name.ends_with(".new")).collect();
    assert!(left.len() <= 1, "{left:?}");
}

/// What a child does. Without a task this is no test.
#[test]
fn child_process() {
    let Ok(task) = env::var("JETON_CHILD") else { return };
    let folder = Folder(PathBuf::from(env::var("JETON_FOLDER").unwrap()));
    let access = folder.open();
    let mut out = std::io::stdout();
    let mut tell = |line: String| {
        // One write, so that a line is whole or not there.
        out.write_all(format!("\n{line}\n").as_bytes()).unwrap();
        out.flush().unwrap();
    };
    match task.as_str() {
        "create_and_revoke" => {
            for number in 0..TOKENS_OF_A_CHILD {
                let created = create(&access, json!({"actor_id": "alice"}));
                let token = created["token"].as_str().unwrap();
                if number % 2 == 0 {
                    tell(format!("alive {token}"));
                } else {
                    let args = json!({"id": created["id"], "by": {"id": "alice"}});
                    assert_eq!(call(&access, "revoke_token", args).unwrap(), json!({"revoked": true}));
                    tell(format!("revoked {token}"));
                }
            }
        }
        _ => loop {
            let created = create(&access, json!({"actor_id": "alice", "restrictions": {"a": ["vi"]}}));
            tell(created["token"].as_str().unwrap().to_owned());
        },
    }
    std::mem::forget(folder);
}

fn child(task: &str, tokens: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "child_process", "--nocapture", "--test-threads=1"])
        .env("JETON_CHILD", task)
        .env("JETON_FOLDER", tokens.parent().unwrap())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// What a child told, without what its test harness says.
fn lines_of(mut child: Child) -> Vec<String> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let told = lines.filter(|line| line.contains(" dsatok_")).collect();
    assert!(child.wait().unwrap().success());
    told
}

// --- one process -----------------------------------------------------------------------------------------------------------

#[test]
fn threads_share_an_authenticator() {
    let folder = Folder::new();
    let access = folder.open();
    let tokens: BTreeSet<String> = thread::scope(|scope| {
        let create = || (0..10).map(|_| create(&access, json!({"actor_id": "a"}))["token"].to_string()).collect();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(create)).collect();
        threads.into_iter().flat_map(|thread| -> Vec<String> { thread.join().unwrap() }).collect()
    });
    assert_eq!(tokens.len(), 80);
}

/// An id is used once, whoever deleted its row.
#[test]
fn ids_never_come_back() {
    let folder = Folder::new();
    let access = folder.open();
    let tokens: Vec<Value> = (0..3).map(|_| create(&access, json!({"actor_id": "alice"}))).collect();
    let args = json!({"id": 3, "by": {"id": "alice"}});
    assert_eq!(call(&access, "revoke_token", args).unwrap(), json!({"revoked": true}));
    folder.connection().execute("delete from _datasette_auth_tokens", []).unwrap();
    for token in &tokens {
        assert_eq!(authenticate(&access, token["token"].as_str().unwrap())["refused"], "UNKNOWN");
    }
    assert_eq!(create(&access, json!({"actor_id": "alice"}))["id"], 4);
    // Somebody else's id counts too, once it was revoked here.
    folder
        .connection()
        .execute("insert into _datasette_auth_tokens (id, actor_id, permissions) values (90, 'alice', 'null')", [])
        .unwrap();
    assert_eq!(call(&access, "revoke_token", json!({"id": 90, "by_admin": true})).unwrap(), json!({"revoked": true}));
    folder.connection().execute("delete from _datasette_auth_tokens", []).unwrap();
    assert_eq!(create(&access, json!({"actor_id": "alice"}))["id"], 91);
}

#[test]
fn rows_that_the_plugin_would_not_write_are_no_tokens() {
    let folder = Folder::new();
    let access = folder.open();
    let token = create(&access, json!({"actor_id": "alice"}))["token"].as_str().unwrap().to_owned();
    for change in [
        "permissions = null",
        "permissions = ''",
        "permissions = '{'",
        "permissions = '[]'",
        "permissions = '{}'",
        "permissions = '1'",
        "permissions = x'6e756c6c'",
        "token_status = 'L'",
        "token_status = 'a'",
        "token_status = null",
        "token_status = ''",
        "actor_id = null",
        "expires_after_seconds = 'soon'",
        "expires_after_seconds = 1.5",
        "expires_after_seconds = 60, created_timestamp = null",
        "expires_after_seconds = 9223372036854775807, created_timestamp = 1",
    ] {
        let connection = folder.connection();
        connection.execute(&format!("update _datasette_auth_tokens set {change}"), []).unwrap();
        assert_eq!(authenticate(&access, &token)["refused"], "UNKNOWN", "{change}");
        let whole = "permissions = 'null', token_status = 'A', actor_id = 'alice', expires_after_seconds = null, \
                     created_timestamp = 0";
        connection.execute(&format!("update _datasette_auth_tokens set {whole}"), []).unwrap();
        assert!(authenticate(&access, &token)["actor"].is_object(), "{change}");
    }
}

/// While somebody writes, a login neither waits nor fails; it only goes unnoticed.
#[test]
fn a_last_use_that_cannot_be_noted_fails_no_login() {
    let folder = Folder::new();
    let access = folder.open();
    let token = create(&access, json!({"actor_id": "alice"}))["token"].as_str().unwrap().to_owned();
    let connection = folder.connection();
    connection.execute_batch("begin immediate").unwrap();
    let started = Instant::now();
    assert!(authenticate(&access, &token)["actor"].is_object());
    assert!(started.elapsed() < Duration::from_secs(2));
    connection.execute_batch("rollback").unwrap();
    let noted = |connection: &Connection| -> Option<i64> {
        let sql = "select last_used_timestamp from _datasette_auth_tokens";
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    assert_eq!(noted(&connection), None);
    assert!(authenticate(&access, &token)["actor"].is_object());
    assert_eq!(noted(&connection), Some(NOW_S));
}

/// However many sign in with a token at once, one of them notes it; and a clock that is behind takes no note back.
#[test]
fn a_last_use_is_noted_once_a_minute_by_all_together() {
    let folder = Folder::new();
    let openings: Vec<Access> = (0..8).map(|_| folder.open()).collect();
    let tokens: Vec<Value> =
        (0..20).map(|_| create(&openings[0], json!({"actor_id": "alice"}))["token"].clone()).collect();
    let connection = folder.connection();
    let log = "create table log (id, new);
               create trigger noted after update of last_used_timestamp on _datasette_auth_tokens
                   begin insert into log values (new.id, new.last_used_timestamp); end;";
    connection.execute_batch(log).unwrap();
    let barrier = Barrier::new(openings.len());
    thread::scope(|scope| {
        for (late_s, access) in openings.iter().enumerate() {
            let (tokens, barrier) = (&tokens, &barrier);
            scope.spawn(move || {
                for token in tokens {
                    barrier.wait();
                    let now = Now { unix_ms: NOW.unix_ms + late_s as i64 * 1000, ..NOW };
                    let login = access.call("authenticate", &request(token.as_str().unwrap()).to_string(), now);
                    assert!(matches!(login, Ok(Progress::Done(answer)) if answer.actor.is_some()));
                }
            });
        }
    });
    let counted = |sql: &str| -> i64 { connection.query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!(counted("select count(*) from log"), tokens.len() as i64);
    assert_eq!(counted("select count(distinct id) from log"), tokens.len() as i64);
    for (later_s, noted) in [(100, 100), (0, 100), (160, 100), (161, 161)] {
        let now = Now { unix_ms: NOW.unix_ms + later_s * 1000, ..NOW };
        openings[0].call("authenticate", &request(tokens[0].as_str().unwrap()).to_string(), now).unwrap();
        assert_eq!(counted("select last_used_timestamp from _datasette_auth_tokens where id = 1") - NOW_S, noted);
    }
}

/// Only a file that this library made is switched to WAL; one that was there keeps its mode and what is in it.
#[test]
fn a_file_of_somebody_else_keeps_its_mode() {
    let mode = |folder: &Folder| -> String {
        folder.connection().query_row("pragma journal_mode", [], |row| row.get(0)).unwrap()
    };
    let own = Folder::new();
    create(&own.open(), json!({"actor_id": "alice"}));
    assert_eq!(mode(&own), "wal");
    let other = Folder::new();
    other.connection().execute_batch("create table other (x); insert into other values (7)").unwrap();
    create(&other.open(), json!({"actor_id": "alice"}));
    assert_eq!(mode(&other), "delete");
    assert_eq!(other.connection().query_row("select x from other", [], |row| row.get::<_, i64>(0)).unwrap(), 7);
}

/// GHSA-ghmh-jhmj-wcmf: neither the text of a token nor the secret is anywhere in the files.
#[test]
fn nothing_that_could_sign_in_is_stored() {
    let folder = Folder::new();
    let access = folder.open();
    let token = create(&access, json!({"actor_id": "alice", "description": "marked"}))["token"].to_string();
    let (_, signature) = token.trim_matches('"').rsplit_once('.').unwrap();
    let mut files = 0;
    for entry in fs::read_dir(&folder.0).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        let holds = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
        assert!(!holds(signature.as_bytes()) && !holds(SECRET));
        files += usize::from(holds(b"marked"));
    }
    assert!(files > 0, "the search finds what is there");
}

#[test]
fn a_store_that_cannot_be_read_is_a_failure_and_no_verdict() {
    let folder = Folder::new();
    let access = folder.open();
    let token = create(&access, json!({"actor_id": "alice"}))["token"].as_str().unwrap().to_owned();
    folder.connection().execute_batch("drop table _datasette_auth_tokens").unwrap();
    let failure = call(&access, "authenticate", request(&token)).unwrap_err();
    assert_eq!(failure, Status::Store);
    let odd = Folder::new();
    odd.connection().execute_batch("create table _datasette_auth_tokens (id integer primary key, actor_id)").unwrap();
    assert_eq!(odd.try_open().err(), Some(Status::Store));
}

/// A list stays short and quick in a table of 100,000 tokens; so does a login.
#[test]
fn a_large_table_is_as_quick_as_a_small_one() {
    let folder = Folder::new();
    let access = folder.open();
    let fill = "insert into _datasette_auth_tokens (actor_id, permissions, created_timestamp)
                    with recursive n (n) as (select 1 union all select n + 1 from n where n < 100000)
                    select 'actor-' || (n % 1000), 'null', 0 from n";
    folder.connection().execute_batch(fill).unwrap();
    let token = create(&access, json!({"actor_id": "alice"}))["token"].as_str().unwrap().to_owned();
    let started = Instant::now();
    for _ in 0..100 {
        assert!(authenticate(&access, &token)["actor"].is_object());
        let page = call(&access, "list_tokens", json!({"actor_id": "actor-7", "limit": 3})).unwrap();
        assert_eq!(page["tokens"].as_array().unwrap().len(), 3);
    }
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

// --- the tools -------------------------------------------------------------------------------------------------------------

fn call(access: &Access, operation: &str, args: Value) -> Result<Value, Status> {
    match access.call(operation, &args.to_string(), NOW).map_err(|failure| failure.status())? {
        Progress::Done(answer) => Ok(serde_json::from_str(&answer.json).unwrap()),
        _ => panic!("a question to the host"),
    }
}

fn create(access: &Access, args: Value) -> Value {
    call(access, "create_token", args).unwrap()
}

fn request(token: &str) -> Value {
    json!({"headers": {"Authorization": format!("Bearer {token}")}})
}

fn authenticate(access: &Access, token: &str) -> Value {
    call(access, "authenticate", request(token)).unwrap()
}

/// All ids, page by page.
fn ids(access: &Access) -> Vec<i64> {
    let mut ids = Vec::new();
    let mut next = Value::Null;
    loop {
        let page = call(access, "list_tokens", json!({"next": next, "limit": 100})).unwrap();
        ids.extend(page["tokens"].as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()));
        next = page["next"].clone();
        if next.is_null() {
            return ids;
        }
    }
}

/// A folder with a database, which goes at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static FOLDERS: AtomicU32 = AtomicU32::new(0);
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("jeton-tokens-{}-{number}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        Folder(folder)
    }

    fn tokens(&self) -> PathBuf {
        self.0.join("tokens.db")
    }

    fn open(&self) -> Access {
        self.try_open().unwrap()
    }

    fn try_open(&self) -> Result<Access, Status> {
        let config = json!({"manage_tokens": true, "manage_tokens_database": "tokens"}).to_string();
        let settings = json!({"databases": {"tokens": self.tokens()}}).to_string();
        let environment = Environment::parse("{}").unwrap();
        Access::open(&config, Some(&settings), Some(SECRET), &environment, || unreachable!())
            .map_err(|failure| failure.status())
    }

    /// A connection that is none of the library's.
    fn connection(&self) -> Connection {
        Connection::open(self.tokens()).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
