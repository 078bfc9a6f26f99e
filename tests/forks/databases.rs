//! Processes that fork with databases open: SQLite itself would have a child believe that it holds its parent's locks.

use std::fs;
use std::io::{PipeReader, PipeWriter, Read, Write, pipe};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use jeton::error::Result;
use jeton::runtime::watch_forks;
use jeton::source::Now;
use jeton::source::environment::Environment;
use jeton::vendors::datasette::{Access, Progress};

use super::{forks, in_child, in_child_for};

const NOW: Now = Now { unix_ms: 1_900_000_000_000, steady_ms: 0 };

/// Longer than one writer has to wait for others.
const PATIENCE: Duration = Duration::from_secs(10);

/// A folder for a file of tokens, as only its processes know it: this one never opens the file.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = std::env::temp_dir().join(format!("jeton-forks-{name}-{}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        Folder(folder)
    }

    fn open(&self) -> Access {
        watch_forks();
        let settings = format!(r#"{{"databases":{{"tokens":"{}"}}}}"#, self.0.join("tokens.db").display());
        let config = r#"{"manage_tokens":true,"manage_tokens_database":"tokens"}"#;
        let environment = Environment::parse("{}").unwrap();
        Access::open(config, Some(&settings), Some(b"dummy"), &environment, || unreachable!("no keys are fetched"))
            .unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn call(access: &Access, operation: &str, args: &str) -> Result<String> {
    match access.call(operation, args, NOW)? {
        Progress::Done(answer) => Ok(answer.json),
        _ => unreachable!("everything is in the file"),
    }
}

fn create(access: &Access) -> String {
    let answer = call(access, "create_token", r#"{"actor_id":"alice"}"#).unwrap();
    answer.split('"').find(|part| part.starts_with("dsatok_")).unwrap().to_owned()
}

fn authenticate(access: &Access, token: &str) -> String {
    call(access, "authenticate", &format!(r#"{{"headers":{{"authorization":"Bearer {token}"}}}}"#)).unwrap()
}

fn assert_known(answer: &str) {
    assert!(answer.contains(r#""id":"alice""#), "{answer}");
}

fn line(reader: &mut PipeReader) -> String {
    let mut bytes = [0; 256];
    let length = reader.read(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes[..length]).into_owned()
}

fn tell(writer: &mut PipeWriter, text: &str) {
    writer.write_all(text.as_bytes()).unwrap();
}

/// A server that makes itself a daemon: what its child revokes and creates is so for all, though the parent that had the file open is gone
/// and other processes come and go.
pub fn f09_a_daemon() {
    let folder = Folder::new("daemon");
    let ((mut heard, mut told), (mut asked, mut ask)) = (pipe().unwrap(), pipe().unwrap());
    let parent = in_child(|| {
        let access = folder.open();
        let token = create(&access);
        assert_known(&authenticate(&access, &token));
        // SAFETY: the child goes on alone, and ends here.
        if unsafe { libc::fork() } == 0 {
            assert_known(&authenticate(&access, &token));
            tell(&mut told, &token);
            line(&mut asked);
            call(&access, "revoke_token", r#"{"id":1,"by_admin":true}"#).unwrap();
            tell(&mut told, &create(&access));
            line(&mut asked);
            // SAFETY: ends the process.
            unsafe { libc::_exit(0) };
        }
    });
    assert_eq!(parent, Ok(()));
    drop((told, asked));
    let revoked = line(&mut heard);
    let passing_by = |work: &dyn Fn(&Access)| assert_eq!(in_child(|| work(&folder.open())), Ok(()));
    let is_known = |access: &Access| assert_known(&authenticate(access, &revoked));
    passing_by(&is_known);
    passing_by(&is_known);
    tell(&mut ask, "go on");
    let created = line(&mut heard);
    passing_by(&|access| {
        assert!(authenticate(access, &revoked).contains("REVOKED"));
        assert_known(&authenticate(access, &created));
    });
    tell(&mut ask, "end");
}

/// Threads that create tokens while their process forks, and children that create tokens: none is lost.
pub fn f09_calls() {
    let folder = Folder::new("calls");
    let (mut heard, mut told) = pipe().unwrap();
    let busy = in_child_for(60 * PATIENCE, || {
        let access = folder.open();
        let (over, created) = (AtomicBool::new(false), Mutex::new(Vec::new()));
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !over.load(Ordering::Relaxed) {
                        let token = create(&access);
                        created.lock().unwrap().push(token);
                        // SQLite's lock knows no turns.
                        thread::sleep(Duration::from_millis(5));
                    }
                });
            }
            for _ in 0..forks().min(20) {
                assert_eq!(in_child_for(PATIENCE, || tell(&mut told, &format!("{}\n", create(&access)))), Ok(()));
            }
            over.store(true, Ordering::Relaxed);
        });
        for token in created.into_inner().unwrap() {
            assert_known(&authenticate(&access, &token));
        }
    });
    assert_eq!(busy, Ok(()));
    drop(told);
    let mut tokens = String::new();
    heard.read_to_string(&mut tokens).unwrap();
    let tokens: Vec<&str> = tokens.lines().collect();
    assert_eq!(tokens.len(), forks().min(20));
    let all = in_child(|| tokens.iter().for_each(|token| assert_known(&authenticate(&folder.open(), token))));
    assert_eq!(all, Ok(()));
}
