//! Who is calling: what a look-up costs among few tokens and among many.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jeton::source::Now;
use jeton::source::environment::Environment;
use jeton::vendors::datasette::{Access, Answer, Progress};

const NOW: Now = Now { unix_ms: 1_900_000_000_000, steady_ms: 0 };

fn main() {
    let folder = std::env::temp_dir().join(format!("jeton-bench-{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    for count in [1, 1000] {
        let tokens: Vec<String> =
            (1..=count).map(|n| format!(r#"{{"token":"a-secret-token-{n}","actor":{{"id":"alice"}}}}"#)).collect();
        let access = open(&format!(r#"{{"tokens":[{}]}}"#, tokens.join(",")), &folder.join("none.db"));
        measure("configured", count, &access, &format!("a-secret-token-{count}"));
    }
    for count in [100, 100_000] {
        let (access, token) = managed(folder.join(format!("{count}.db")), count);
        measure("managed", count, &access, &token);
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

fn open(config: &str, file: &Path) -> Access {
    let settings = format!(r#"{{"databases":{{"tokens":{file:?}}}}}"#);
    let environment = Environment::parse("{}").unwrap();
    Access::open(config, Some(&settings), Some(b"only for the benchmark"), &environment, || unreachable!()).unwrap()
}

/// A store of so many tokens, and the text of the last.
fn managed(file: PathBuf, count: u32) -> (Access, String) {
    let access = open(r#"{"manage_tokens":true}"#, &file);
    let connection = rusqlite::Connection::open(file).unwrap();
    connection
        .execute(
            "with recursive n (n) as (select 1 union all select n + 1 from n where n < ?)
                 insert into _datasette_auth_tokens (id, actor_id, permissions) select n, 'alice', 'null' from n",
            [count - 1],
        )
        .unwrap();
    // What a page costs that is still in the log is not asked here.
    connection.execute_batch("pragma wal_checkpoint(truncate)").unwrap();
    let answer: serde_json::Value =
        serde_json::from_str(&call(&access, "create_token", r#"{"actor_id":"alice"}"#).json).unwrap();
    let token = answer["token"].as_str().unwrap().to_owned();
    (access, token)
}

fn call(access: &Access, operation: &str, args: &str) -> Answer {
    match access.call(operation, args, NOW).unwrap() {
        Progress::Done(answer) => answer,
        _ => unreachable!(),
    }
}

/// Prints the median of seven batches of about 20 ms.
fn measure(what: &str, count: u32, access: &Access, token: &str) {
    let args = format!(r#"{{"headers":{{"Authorization":"Bearer {token}"}}}}"#);
    assert!(call(access, "authenticate", &args).actor.is_some());
    let time = |calls: u32| {
        let start = Instant::now();
        (0..calls).for_each(|_| drop(black_box(call(access, "authenticate", &args))));
        start.elapsed()
    };
    let mut calls = 1;
    while time(calls) < Duration::from_millis(10) {
        calls *= 2;
    }
    let mut batches: Vec<f64> = (0..7).map(|_| time(calls * 2).as_nanos() as f64 / f64::from(calls * 2)).collect();
    batches.sort_by(f64::total_cmp);
    println!("{what} authenticate {count} {:.1}", batches[3]);
}
