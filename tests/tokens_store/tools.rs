//! A folder with a database of managed tokens, and calls of the library on it.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use jeton::error::{Failure, Status};
use jeton::source::Now;
use jeton::source::environment::Environment;
use jeton::vendors::datasette::{Access, Progress};
use rusqlite::Connection;
use serde_json::{Value, json};

pub const SECRET: &[u8] = b"dummy-datasette-secret";
pub const NOW_S: i64 = 1_900_000_000;
pub const NOW: Now = Now { unix_ms: NOW_S * 1000, steady_ms: 0 };

pub fn call(access: &Access, operation: &str, args: Value) -> Result<Value, Status> {
    match access.call(operation, &args.to_string(), NOW).map_err(|failure| failure.status())? {
        Progress::Done(answer) => Ok(serde_json::from_str(&answer.json).unwrap()),
        _ => panic!("a question to the host"),
    }
}

pub fn create(access: &Access, args: Value) -> Value {
    call(access, "create_token", args).unwrap()
}

pub fn request(token: &str) -> Value {
    json!({"headers": {"Authorization": format!("Bearer {token}")}})
}

pub fn authenticate(access: &Access, token: &str) -> Value {
    call(access, "authenticate", request(token)).unwrap()
}

/// All ids, page by page.
pub fn ids(access: &Access) -> Vec<i64> {
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
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static FOLDERS: AtomicU32 = AtomicU32::new(0);
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("jeton-tokens-{}-{number}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        Folder(folder)
    }

    pub fn tokens(&self) -> PathBuf {
        self.0.join("tokens.db")
    }

    pub fn open(&self) -> Access {
        self.opening().unwrap()
    }

    pub fn opening(&self) -> Result<Access, Failure> {
        let config = json!({"manage_tokens": true, "manage_tokens_database": "tokens"}).to_string();
        let settings = json!({"databases": {"tokens": self.tokens()}}).to_string();
        let environment = Environment::parse("{}").unwrap();
        Access::open(&config, Some(&settings), Some(SECRET), &environment, || unreachable!())
    }

    /// The names of what lies in it.
    pub fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// A connection that is none of the library's.
    pub fn connection(&self) -> Connection {
        Connection::open(self.tokens()).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
