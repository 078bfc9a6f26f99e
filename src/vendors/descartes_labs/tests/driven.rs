//! Sources on a cache, under a virtual clock and with real files.

use std::sync::Arc;

use super::*;
use crate::source::token_file::Locked;
use crate::source::{Answer, Cache, Locking, Poll, Source, Todo};

/// A process: its cache, its clock, and what it sent when.
struct Process {
    cache: Arc<Cache>,
    now: Now,
    sent_at_ms: Vec<i64>,
}

impl Process {
    fn new() -> Process {
        Process { cache: Cache::new("").unwrap(), now: NOW, sent_at_ms: Vec::new() }
    }

    fn open(&self, kind: DescartesLabs) -> Source {
        self.cache.open(Box::new(kind), self.now).unwrap()
    }

    /// Asks for the token, with answers for the requests that it takes.
    fn token(&mut self, source: &Source, answers: Vec<Outcome>) -> Result<String> {
        let mut answers = answers.into_iter();
        for _ in 0..2 {
            match source.token(self.now)? {
                Answer::Ready(token) => {
                    self.work(&mut answers);
                    return Ok(token.text().to_owned());
                }
                Answer::Wait => self.work(&mut answers),
            }
        }
        panic!("there is neither a token nor a failure")
    }

    /// Does what is due, and what will be as long as there are answers.
    fn work(&mut self, answers: &mut impl ExactSizeIterator<Item = Outcome>) {
        loop {
            match self.cache.poll(self.now) {
                Poll::Do { lease, todo } => self.carry_out(lease, todo, answers),
                Poll::Idle { next_due_ms } if answers.len() > 0 && next_due_ms < i64::MAX => {
                    self.now.unix_ms += next_due_ms - self.now.steady_ms;
                    self.now.steady_ms = next_due_ms;
                }
                Poll::Idle { .. } => return,
            }
        }
    }

    fn carry_out(&mut self, lease: u64, mut todo: Todo, answers: &mut impl Iterator<Item = Outcome>) {
        let mut locked = None;
        loop {
            todo = match todo {
                Todo::Send(_) => {
                    self.sent_at_ms.push(self.now.steady_ms);
                    self.cache.complete(lease, answers.next().expect("one answer for each request"), self.now)
                }
                Todo::Lock(path) => {
                    let locking = match Locked::try_take(&path) {
                        Ok(Some(lock)) => Locking::Locked(locked.insert(lock).read().unwrap()),
                        Ok(None) => Locking::Busy,
                        Err(failure) => Locking::Impossible(failure),
                    };
                    self.cache.reread(lease, locking, self.now)
                }
                Todo::Save { bytes, .. } => {
                    let saved = locked.as_ref().expect("a save is under the lock").save(&bytes);
                    self.cache.saved(lease, saved, self.now)
                }
                Todo::Over => return,
            }
        }
    }
}

fn granted() -> Outcome {
    answer(200, &format!(r#"{{"access_token":"{}"}}"#, fresh()))
}

fn asked_to_wait(status: u16, retry_after: &str) -> Outcome {
    let headers = vec![("Retry-After".to_owned(), retry_after.to_owned())];
    Ok(Response { status, headers, body: b"x".to_vec() })
}

fn codes_of(source: &Source) -> Vec<&'static str> {
    source.events().unwrap().events.iter().map(|event| event.code).collect()
}

/// What the vendor's client was seen to wait between its tries, in milliseconds; its factor was 0.01.
#[test]
fn retries_wait_as_the_vendors_client_does() {
    let busy = |count: usize| -> Vec<Outcome> { (0..count).map(|_| answer(503, "busy")).collect() };
    for (answers, waits, is_granted) in [
        (busy(6), vec![0, 20, 40, 80, 160], false),
        (busy(3).into_iter().chain([granted()]).collect(), vec![0, 20, 40], true),
        (vec![Err(Fault::Dropped), granted()], vec![0], true),
        (vec![asked_to_wait(503, "7"), granted()], vec![7000], true),
        (vec![asked_to_wait(403, "7"), granted()], vec![7000], true),
        (vec![asked_to_wait(413, "7"), granted()], vec![7000], true),
        (vec![asked_to_wait(429, "Wed, 21 Oct 2015 07:28:00 GMT"), granted()], vec![0], true),
        (vec![asked_to_wait(429, "86400"), granted()], vec![120_000], true),
        (vec![asked_to_wait(400, "7")], vec![], false),
        (vec![answer(403, "x")], vec![], false),
        (vec![answer(501, "x")], vec![], false),
        (vec![answer(408, "x")], vec![], false),
    ] {
        let (home, mut process) = (Home::new(), Process::new());
        let config = r#"{"client_id":"id","retries":{"backoff_factor_s":0.01}}"#;
        let source = process.open(home.open(config, BOTH, ""));
        assert_eq!(process.token(&source, answers).is_ok(), is_granted, "{waits:?}");
        let found: Vec<i64> = process.sent_at_ms.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(found, waits);
    }
}

#[test]
fn what_one_process_fetched_another_finds() {
    let home = Home::new();
    for (config, secrets) in [
        (r#"{"client_id":"id"}"#, BOTH),
        (r#"{"client_id":"id","token_info_path":"~/f"}"#, BOTH),
        (r#"{"token_info_path":"~/f"}"#, "{}"),
    ] {
        // Both are open before there is a token.
        let (mut first, mut second) = (Process::new(), Process::new());
        if secrets == "{}" {
            home.write("f", r#"{"client_id":"id","client_secret":"rt","refresh_token":"rt"}"#);
        }
        let sources = (first.open(home.open(config, secrets, "")), second.open(home.open(config, secrets, "")));
        assert_eq!(first.token(&sources.0, vec![granted()]).unwrap(), fresh());
        assert_eq!(second.token(&sources.1, vec![]).unwrap(), fresh());
        assert_eq!((first.sent_at_ms.len(), second.sent_at_ms.len()), (1, 0));
        assert_eq!(at_hand(&home.open(config, secrets, "")), Some(fresh()));
    }
}

#[test]
fn s16_a_lock_that_another_keeps_costs_the_file_and_not_the_token() {
    let (home, mut process) = (Home::new(), Process::new());
    let source = process.open(home.open(r#"{"client_id":"id"}"#, BOTH, ""));
    let _other = Locked::try_take(&home.0.join(CACHE)).unwrap().unwrap();
    assert_eq!(process.token(&source, vec![granted()]).unwrap(), fresh());
    assert_eq!(codes_of(&source), ["TOKEN_FILE_NOT_SAVED", "RENEWED"]);
    assert_eq!(home.text(CACHE), None);
}

#[test]
fn s18_a_file_that_cannot_be_written_is_told_once() {
    let (home, mut process) = (Home::new(), Process::new());
    // Where its folder should be, there is a file.
    let config = r#"{"client_id":"id","token_info_path":"~/in the way/f"}"#;
    home.write("in the way", "");
    let source = process.open(home.open(config, BOTH, ""));
    for _ in 0..3 {
        assert_eq!(process.token(&source, vec![granted()]).unwrap(), fresh());
        source.invalidate(None).unwrap();
        process.now.steady_ms += 1_000_000;
    }
    let told = codes_of(&source).into_iter().filter(|code| *code == "TOKEN_FILE_NOT_SAVED").count();
    assert_eq!((told, process.sent_at_ms.len()), (1, 3));
}

#[test]
fn a_renewal_that_fails_inside_the_leeway_leaves_the_old_token() {
    let near = token(r#"{"aud":"id","exp":1800000100}"#);
    let secrets = format!(r#"{{"client_secret":"rt","jwt_token":"{near}"}}"#);
    for failing in
        [answer(400, "no"), answer(404, "no"), answer(200, "<html>"), answer(200, "{}"), Err(Fault::Unresolved)]
    {
        let (home, mut process) = (Home::new(), Process::new());
        let source = process.open(home.open(r#"{"client_id":"id"}"#, &secrets, ""));
        assert_eq!(process.token(&source, vec![failing]).unwrap(), near);
        assert_eq!(process.sent_at_ms.len(), 1);
        assert_eq!(process.token(&source, vec![]).unwrap(), near);
        process.now.unix_ms += 60_000;
        process.now.steady_ms += 60_000;
        assert_eq!(process.token(&source, vec![granted()]).unwrap(), near);
        assert_eq!(process.token(&source, vec![]).unwrap(), fresh());
    }
}
