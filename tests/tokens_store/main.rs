//! The store of managed tokens: one process and its threads, and files that are not only this library's. Processes that write at once and are
//! killed are in `processes.rs`.

mod processes;
mod tools;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use jeton::error::Status;
use jeton::source::Now;
use jeton::vendors::datasette::{Access, Progress};
use rusqlite::Connection;
use serde_json::{Value, json};

use tools::{Folder, NOW, NOW_S, SECRET, authenticate, call, create, request};

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

/// What the plugin made and revoked stays dead, too: whoever deletes its row, this library gives the id to nobody.
#[test]
fn ids_of_others_do_not_come_back_either() {
    let (folder, other) = (Folder::new(), Folder::new());
    let elsewhere = other.open();
    let texts: Vec<String> =
        (0..9).map(|_| create(&elsewhere, json!({"actor_id": "a"}))["token"].as_str().unwrap().to_owned()).collect();
    let access = folder.open();
    let plugin = folder.connection();
    let insert = "insert into _datasette_auth_tokens (id, actor_id, permissions) values (?1, 'alice', 'null')";
    let deletions = [
        "delete from _datasette_auth_tokens where id = 7",
        "delete from _datasette_auth_tokens",
        "pragma recursive_triggers = on; delete from _datasette_auth_tokens where id = 9",
    ];
    for (deletion, id) in deletions.into_iter().zip([7, 8, 9]) {
        plugin.execute(insert, [id]).unwrap();
        let text = &texts[id as usize - 1];
        assert!(authenticate(&access, text)["actor"].is_object(), "{id}");
        plugin.execute("update _datasette_auth_tokens set token_status = 'R' where id = ?1", [id]).unwrap();
        plugin.execute_batch(deletion).unwrap();
        assert_eq!(authenticate(&access, text)["refused"], "UNKNOWN");
    }
    assert_eq!(create(&access, json!({"actor_id": "mallory"}))["id"], 10);
    texts.iter().for_each(|text| assert_eq!(authenticate(&access, text)["refused"], "UNKNOWN"));
}

/// A file in which nobody watches deletions yet is told to by the next opening, and keeps what it knows.
#[test]
fn an_older_file_learns_to_keep_its_ids() {
    let renamed = "alter table _datasette_auth_tokens rename to before;
        create table _datasette_auth_tokens (id integer primary key, token_status text, description text, actor_id text,
            permissions text, created_timestamp integer, last_used_timestamp integer, expires_after_seconds integer,
            ended_timestamp integer, secret_version integer)";
    for forget in [
        "drop trigger _jeton_deleted_ids",
        "drop trigger _jeton_deleted_ids; delete from _jeton_token_ids",
        "drop trigger _jeton_deleted_ids; drop table _jeton_token_ids",
        renamed,
    ] {
        let folder = Folder::new();
        let access = folder.open();
        create(&access, json!({"actor_id": "alice"}));
        drop(access);
        let plugin = folder.connection();
        plugin.execute_batch(forget).unwrap();
        let access = folder.open();
        plugin
            .execute_batch(
                "insert into _datasette_auth_tokens (id, actor_id, permissions) values (40, 'alice', 'null');
                 update _datasette_auth_tokens set token_status = 'R';
                 delete from _datasette_auth_tokens",
            )
            .unwrap();
        assert_eq!(create(&access, json!({"actor_id": "alice"}))["id"], 41, "{forget}");
    }
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

/// The tokens of a page that are over are noted together, or, while somebody writes, not at all; they are shown as over either way.
#[test]
fn a_list_of_tokens_that_are_over_waits_for_no_writer() {
    let folder = Folder::new();
    let access = folder.open();
    let connection = folder.connection();
    let due = "insert into _datasette_auth_tokens (actor_id, permissions, created_timestamp, expires_after_seconds)
                   with recursive n (n) as (select 1 union all select n + 1 from n where n < 1000)
                   select 'alice', 'null', 0, 60 from n";
    connection.execute_batch(due).unwrap();
    let noted = || -> i64 {
        let sql = "select count(*) from _datasette_auth_tokens where token_status = 'E' and ended_timestamp = ?1";
        connection.query_row(sql, [NOW_S], |row| row.get(0)).unwrap()
    };
    let listed = || {
        let started = Instant::now();
        let page = call(&access, "list_tokens", json!({"limit": 1000})).unwrap();
        assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
        let rows = page["tokens"].as_array().unwrap();
        assert_eq!(
            rows.iter().filter(|row| row["token_status"] == "E" && row["ended_timestamp"] == NOW_S).count(),
            1000
        );
    };
    connection.execute_batch("begin immediate").unwrap();
    listed();
    connection.execute_batch("rollback").unwrap();
    assert_eq!(noted(), 0);
    listed();
    assert_eq!(noted(), 1000);
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
}

/// That of another version of the plugin, which is for the plugin to bring up to date.
#[test]
fn a_table_that_lacks_a_column_is_left_as_it_is() {
    let first = "create table _datasette_auth_tokens (id integer primary key, token_status text default 'L', description text, actor_id text,
                 permissions text, created_timestamp integer, last_used_timestamp integer, expires_after_seconds integer,
                 secret_version integer default 0); insert into _datasette_auth_tokens (actor_id) values ('alice')";
    for table in [first, "create table _datasette_auth_tokens (id integer primary key, actor_id)"] {
        let folder = Folder::new();
        folder.connection().execute_batch(table).unwrap();
        let before = fs::read(folder.tokens()).unwrap();
        let failure = folder.opening().err().unwrap();
        assert_eq!(failure.status(), Status::Store);
        assert!(failure.to_string().contains("_datasette_auth_tokens"), "{failure}");
        assert!(fs::read(folder.tokens()).unwrap() == before, "the file was written to");
        assert_eq!(folder.files(), ["tokens.db"]);
    }
}

#[test]
fn a_folder_that_is_missing_is_named() {
    let folder = Folder::new();
    fs::remove_dir(&folder.0).unwrap();
    let failure = folder.opening().err().unwrap();
    fs::create_dir(&folder.0).unwrap();
    assert_eq!(
        (failure.status(), failure.message()),
        (Status::Store, "the folder of the database file: entity not found")
    );
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

/// What a process left that was killed while it made the file goes with an opening, once nobody can be at it any more.
#[test]
fn half_made_files_are_removed() {
    let folder = Folder::new();
    let hour_ago = SystemTime::now() - Duration::from_secs(3600);
    let leave = |name: &str, modified: SystemTime| {
        let file = File::create(folder.0.join(name)).unwrap();
        file.set_modified(modified).unwrap();
    };
    for end in ["", "-journal", "-wal", "-shm"] {
        leave(&format!("tokens.db.abandoned-by-one.new{end}"), hour_ago);
    }
    let others = ["other.db.0123456789abcdef.new", "tokens.db.backup", "tokens.db.new"];
    others.iter().for_each(|name| leave(name, hour_ago));
    leave("tokens.db.somebody-is-here.new", SystemTime::now());
    drop(folder.open());
    let left: BTreeSet<String> = folder.files().into_iter().collect();
    let expected = [&others[..], &["tokens.db", "tokens.db.somebody-is-here.new"]].concat();
    assert_eq!(left, expected.into_iter().map(str::to_owned).collect());
}
