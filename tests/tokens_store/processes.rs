//! The store among processes that write at once, and processes that are killed.
//!
//! A child is this program again, told by its environment what to do, and by a line when. `JETON_KILL_POINTS` sets how many are killed for each
//! test. When within a piece of work a child is killed is spread evenly, by the number of the child.

use std::collections::BTreeMap;
use std::env;
use std::fs::File;
use std::io::{BufRead, BufReader, Lines, Write, stdin};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};

use crate::tools::{Folder, authenticate, call, create, ids};

const TOKENS_OF_A_CHILD: usize = 40;

/// 8 processes create and revoke at once, and make the file together. Nothing is lost, and no id is given twice.
#[test]
fn eight_processes_lose_nothing() {
    let folder = Folder::new();
    let mut tellers: Vec<Teller> = (0..8).map(|_| Teller::start("create_and_revoke", &folder, 0)).collect();
    tellers.iter_mut().for_each(Teller::go);
    let mut of = BTreeMap::new();
    let (mut alive, mut revoked) = (Vec::new(), Vec::new());
    for (number, teller) in tellers.into_iter().enumerate() {
        for line in teller.finish() {
            let [what, id, token] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
            assert_eq!(of.insert(id.parse::<i64>().unwrap(), number), None, "an id was given twice");
            if what == "alive" { alive.push(token.to_owned()) } else { revoked.push(token.to_owned()) }
        }
    }
    assert_eq!((alive.len(), revoked.len()), (160, 160));
    let owners: Vec<_> = of.values().collect();
    let turns = owners.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!(turns >= 2 * 7, "one after the other would be 7 turns, these are {turns}");
    let access = folder.open();
    assert_eq!(ids(&access), (1..=320).rev().collect::<Vec<i64>>());
    for token in &alive {
        assert!(authenticate(&access, token)["actor"].is_object());
    }
    for token in &revoked {
        assert_eq!(authenticate(&access, token)["refused"], "REVOKED");
    }
}

/// A process is killed while it writes: every token that it had told of is there, and no id comes back.
#[test]
fn a_killed_writer_loses_nothing() {
    let folder = Folder::new();
    drop(folder.open());
    assert_eq!(mode(&folder), "wal");
    let (mut told, mut highest, mut logs) = (Vec::new(), 0, 0);
    for point in 0..points() {
        let mut teller = Teller::start("create_for_ever", &folder, 0);
        teller.go();
        told.push(teller.next().unwrap());
        thread::sleep(spread(point, Duration::from_millis(20)));
        told.extend(teller.kill());
        // The log of a process that was killed is still to be read.
        logs += usize::from(folder.0.join("tokens.db-wal").metadata().is_ok_and(|log| log.len() > 0));
        assert_sound(&folder);
        let id = create(&folder.open(), json!({"actor_id": "alice"}))["id"].as_i64().unwrap();
        assert!(id > highest, "point {point}: the id {id} came back");
        highest = id;
    }
    assert_eq!((mode(&folder).as_str(), logs), ("wal", points() as usize));
    let access = folder.open();
    for token in &told {
        assert!(authenticate(&access, token)["actor"].is_object(), "a token was lost");
    }
}

/// A process is killed while it revokes: what it had told of stays dead, and nothing else is.
#[test]
fn a_killed_revoker_revives_nothing() {
    let folder = Folder::new();
    let access = folder.open();
    let mut tokens: Vec<(i64, String)> = Vec::new();
    let (mut from, mut unfinished) = (1, 0);
    for point in 0..points() {
        while tokens.len() < from as usize + 60 {
            let created = create(&access, json!({"actor_id": "alice"}));
            tokens.push((created["id"].as_i64().unwrap(), created["token"].as_str().unwrap().to_owned()));
        }
        let mut teller = Teller::start("revoke_from", &folder, from);
        teller.go();
        let mut told = vec![teller.next().unwrap()];
        thread::sleep(spread(point, Duration::from_millis(10)));
        told.extend(teller.kill());
        assert_sound(&folder);
        let last: i64 = told.last().unwrap().parse().unwrap();
        unfinished += usize::from(last < tokens.len() as i64);
        for (id, token) in tokens.iter().filter(|(id, _)| *id >= from) {
            let refused = authenticate(&access, token)["refused"].clone();
            // It may have come further than it told.
            match *id {
                id if id <= last => assert_eq!(refused, "REVOKED", "point {point}: {id} lives again"),
                id if id == last + 1 => {}
                id => assert_eq!(refused, Value::Null, "point {point}: {id}"),
            }
        }
        from = last + 2;
    }
    assert!(unfinished > 0, "nobody was killed in the middle");
    for (id, token) in tokens.iter().filter(|(id, _)| *id < from - 1) {
        let refused = authenticate(&access, token)["refused"].clone();
        assert!(refused == "REVOKED" || refused.is_null(), "{id}: {refused}");
    }
}

/// A process is killed while it makes the file: there is none, or a whole one, and what was left beside it goes.
#[test]
fn a_killed_maker_leaves_a_whole_file_or_none() {
    let first = Folder::new();
    let started = Instant::now();
    drop(first.open());
    let whole = started.elapsed() * 2;
    let (mut none, mut some, mut left) = (0, 0, 0);
    // How long a file takes to be made depends on what else the machine does, so there are more points where an outcome was not seen.
    for point in 0..points() * 10 {
        if point >= points() && none > 0 && some > 0 && left > 0 {
            break;
        }
        let folder = Folder::new();
        let mut teller = Teller::start("create_for_ever", &folder, 0);
        teller.go();
        thread::sleep(spread(point, whole * (1 + point / points())));
        let told = teller.kill();
        if folder.tokens().exists() {
            some += 1;
            assert_sound(&folder);
            assert_eq!(mode(&folder), "wal", "point {point}");
        } else {
            none += 1;
            assert!(told.is_empty());
        }
        let half_made =
            |folder: &Folder| folder.files().into_iter().filter(|name| name.contains(".new")).collect::<Vec<_>>();
        for name in half_made(&folder) {
            left += 1;
            let file = File::options().write(true).open(folder.0.join(name)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(3600)).unwrap();
        }
        let access = folder.open();
        assert_eq!(half_made(&folder), [""; 0], "point {point}");
        for token in &told {
            assert!(authenticate(&access, token)["actor"].is_object(), "a token was lost");
        }
        create(&access, json!({"actor_id": "alice"}));
    }
    assert!(none > 0 && some > 0 && left > 0, "{none} times none, {some} times one, {left} left");
}

/// What a child does. Without a task this is no test.
#[test]
fn child_process() {
    let Ok(task) = env::var("JETON_CHILD") else { return };
    let folder = std::mem::ManuallyDrop::new(Folder(PathBuf::from(env::var("JETON_FOLDER").unwrap())));
    let from: i64 = env::var("JETON_FROM").unwrap().parse().unwrap();
    let mut out = std::io::stdout();
    let mut tell = |line: String| {
        // One write, so that a line is whole or not there.
        out.write_all(format!("\n> {line}\n").as_bytes()).unwrap();
        out.flush().unwrap();
    };
    tell("ready".to_owned());
    stdin().read_line(&mut String::new()).unwrap();
    let access = folder.open();
    let revoke = |id: &Value| {
        let args = json!({"id": id, "by": {"id": "alice"}});
        assert_eq!(call(&access, "revoke_token", args).unwrap(), json!({"revoked": true}));
    };
    match task.as_str() {
        "create_and_revoke" => {
            for number in 0..TOKENS_OF_A_CHILD {
                let created = create(&access, json!({"actor_id": "alice"}));
                let (id, token) = (&created["id"], created["token"].as_str().unwrap());
                if number % 2 == 0 {
                    tell(format!("alive {id} {token}"));
                } else {
                    revoke(id);
                    tell(format!("revoked {id} {token}"));
                }
            }
        }
        "revoke_from" => {
            for id in from..from + 60 {
                revoke(&json!(id));
                tell(id.to_string());
            }
        }
        _ => loop {
            let created = create(&access, json!({"actor_id": "alice", "restrictions": {"a": ["vi"]}}));
            tell(created["token"].as_str().unwrap().to_owned());
        },
    }
}

// --- the tools -------------------------------------------------------------------------------------------------------------

/// A child, and the lines that it tells.
struct Teller {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Teller {
    /// A child that is ready, and does nothing yet.
    fn start(task: &str, folder: &Folder, from: i64) -> Teller {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "processes::child_process", "--nocapture", "--test-threads=1"])
            .env("JETON_CHILD", task)
            .env("JETON_FOLDER", &folder.0)
            .env("JETON_FROM", from.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut teller = Teller { child, lines };
        assert_eq!(teller.next().as_deref(), Some("ready"));
        teller
    }

    fn go(&mut self) {
        self.child.stdin.as_ref().unwrap().write_all(b"\n").unwrap();
    }

    /// The next line, without what the harness of the child says.
    fn next(&mut self) -> Option<String> {
        self.lines.by_ref().map_while(Result::ok).find_map(|line| line.strip_prefix("> ").map(str::to_owned))
    }

    fn rest(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.next()).collect()
    }

    /// What it tells until it is done.
    fn finish(mut self) -> Vec<String> {
        let told = self.rest();
        assert!(self.child.wait().unwrap().success());
        told
    }

    /// What it had told and nobody had read.
    fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.rest()
    }
}

fn points() -> u32 {
    match env::var("JETON_KILL_POINTS").as_deref() {
        Err(_) => 50,
        Ok("all") => 200,
        Ok(points) => points.parse().expect("JETON_KILL_POINTS is a number or all"),
    }
}

/// A part of `whole`, another for each point, and over many points all parts alike.
fn spread(point: u32, whole: Duration) -> Duration {
    whole * (point * 37 % 101) / 101
}

fn mode(folder: &Folder) -> String {
    folder.connection().query_row("pragma journal_mode", [], |row| row.get(0)).unwrap()
}

fn assert_sound(folder: &Folder) {
    let connection = folder.connection();
    let sound: String = connection.query_row("pragma integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    let count = "select count(*) from _datasette_auth_tokens";
    connection.query_row(count, [], |row| row.get::<_, i64>(0)).unwrap();
}
