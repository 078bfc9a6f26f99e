//! Sources on caches that the runtime drives: S1, S2, S3, S22 of the survey, and files.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use jeton::error::Status;
use jeton::runtime::{default_cache, now};
use jeton::source::Answer;

use crate::exchange::{SOON, transport};
use crate::kind::{Plain, PlainFile, cache, open, plain, token, wait};
use crate::server::{Server, read_request};

/// A server that answers each request with `token-N` once it is let.
fn held() -> (Server, Sender<()>) {
    let (release, released): (_, Receiver<()>) = channel();
    let (released, count) = (Mutex::new(released), AtomicUsize::new(0));
    let server = Server::raw(move |server, mut stream| {
        while let Some(asked) = read_request(&mut stream) {
            server.note(asked);
            let number = count.fetch_add(1, Ordering::SeqCst) + 1;
            let _ = released.lock().unwrap().recv();
            let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\ntoken-{number}");
        }
    });
    (server, release)
}

#[test]
fn s01_a_thousand_callers_and_one_request() {
    let (server, release) = held();
    let source = open(&cache(), plain(server.url("/s01")));
    let waits: Vec<_> = (0..1000).map(|_| wait(&source, SOON)).collect();
    release.send(()).unwrap();
    for wait in waits {
        assert!(wait.wait(SOON));
        assert_eq!(wait.result().unwrap().unwrap().text(), "token-1");
    }
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn s02_a_caller_that_gives_up_leaves_the_fetch_to_the_others() {
    let (server, release) = held();
    let source = open(&cache(), plain(server.url("/s02")));
    let (cancelled, timed, patient) =
        (wait(&source, SOON), wait(&source, Duration::from_millis(100)), wait(&source, SOON));
    thread::scope(|scope| {
        let (tell, told) = channel();
        let cancelled = &cancelled;
        let waiting = scope.spawn(move || {
            tell.send(()).unwrap();
            assert!(cancelled.wait(SOON));
        });
        told.recv().unwrap();
        let began = Instant::now();
        cancelled.cancel();
        waiting.join().unwrap();
        assert!(began.elapsed() < Duration::from_millis(50), "{:?}", began.elapsed());
    });
    assert!(timed.wait(SOON));
    let status =
        |wait: &jeton::runtime::Wait<_>| wait.result().map(|result| result.err().map(|failure| failure.status()));
    assert_eq!(status(&cancelled), Some(Some(Status::Cancelled)));
    assert_eq!(status(&timed), Some(Some(Status::Timeout)));
    assert_eq!(status(&patient), None);
    release.send(()).unwrap();
    assert!(patient.wait(SOON));
    assert_eq!(status(&patient), Some(None));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn s03_a_token_at_hand_is_served_at_once_while_its_renewal_hangs() {
    let (server, release) = held();
    let cache = cache();
    let source = open(&cache, Plain { lifetime_s: 2, ..plain(server.url("/s03")) });
    release.send(()).unwrap();
    assert_eq!(token(&source, SOON).unwrap(), "token-1");
    // Past the point of renewal, which the cache finds by itself, and before the end.
    while server.requests().len() < 2 {
        thread::sleep(Duration::from_millis(5));
    }
    let (mut slowest, mut served) = (Duration::ZERO, 0);
    while served < 10_000 {
        let began = Instant::now();
        let answer = source.token(now().unwrap());
        slowest = slowest.max(began.elapsed());
        match answer {
            Ok(Answer::Ready(token)) => assert_eq!(token.text(), "token-1"),
            // It has ended, which takes a slow machine to see.
            Ok(_) => break,
            Err(failure) => panic!("{failure}"),
        }
        served += 1;
    }
    assert!(served >= 1000, "only {served} were served");
    assert!(slowest < Duration::from_millis(50), "{slowest:?}");
    drop(release);
    while token(&source, SOON).unwrap() == "token-1" {
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_source_on_a_hung_server_delays_no_other() {
    let (hung, healthy) = (Server::silent(), Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"));
    let cache = cache();
    let sources: Vec<_> = (0..50).map(|number| open(&cache, plain(hung.url(&format!("/{number}"))))).collect();
    let waits: Vec<_> = sources.iter().map(|source| wait(source, SOON)).collect();
    let began = Instant::now();
    for number in 0..20 {
        let source = open(&cache, plain(healthy.url(&format!("/{number}"))));
        assert_eq!(token(&source, SOON).unwrap(), "x");
    }
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert!(waits.iter().all(|wait| wait.result().is_none()));
}

#[test]
fn closing_a_source_wakes_who_waits() {
    let (server, _release) = held();
    let source = open(&cache(), plain(server.url("/close")));
    let waits = [wait(&source, SOON), wait(&source, SOON)];
    thread::scope(|scope| {
        let (tell, told) = channel();
        let waits = &waits;
        let waiting = scope.spawn(move || {
            tell.send(()).unwrap();
            waits.iter().for_each(|wait| assert!(wait.wait(SOON)));
        });
        told.recv().unwrap();
        source.close(now().unwrap());
        waiting.join().unwrap();
    });
    for wait in waits {
        assert_eq!(wait.result().unwrap().unwrap_err().status(), Status::Closed);
    }
    assert_eq!(source.token(now().unwrap()).unwrap_err().status(), Status::Closed);
}

#[test]
fn a_failed_fetch_is_tried_again_and_a_final_one_is_not() {
    let server = Server::answering("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    let source = open(&cache(), plain(server.url("/final")));
    for _ in 0..3 {
        let failure = token(&source, SOON).unwrap_err();
        assert_eq!(
            (failure.status(), failure.http_status(), failure.claim()),
            (Status::Refused, Some(400), Some("no"))
        );
    }
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn roots_that_cannot_be_read_are_a_failure_of_the_fetch() {
    let odd = jeton::source::Transport { ca_file: Some("/nowhere".to_owned()), ..transport() };
    let source = open(&cache(), Plain { transport: odd, ..plain("https://127.0.0.1:1/".to_owned()) });
    let failure = token(&source, SOON).unwrap_err();
    assert_eq!(failure.to_string(), "CONFIG: config.ca_file: no certificate can be read from the file");
}

/// Two caches in one process stand for two processes: the lock is the kernel's.
#[test]
fn one_token_file_and_one_request() {
    let folder = std::env::temp_dir().join(format!("jeton-runtime-{}", std::process::id()));
    let file = folder.join("token");
    let (server, release) = held();
    let caches: Vec<_> = (0..8).map(|_| cache()).collect();
    let sources: Vec<_> = caches
        .iter()
        .map(|cache| open(cache, Plain { file: Some(PlainFile(file.clone())), ..plain(server.url("/file")) }))
        .collect();
    let waits: Vec<_> = sources.iter().map(|source| wait(source, SOON)).collect();
    release.send(()).unwrap();
    for wait in waits {
        assert!(wait.wait(SOON));
        assert_eq!(wait.result().unwrap().unwrap().text(), "token-1");
    }
    assert_eq!(server.requests().len(), 1);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "token-1 ");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_default_cache_is_one_for_the_process() {
    assert!(Arc::ptr_eq(&default_cache().unwrap(), &default_cache().unwrap()));
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
    assert_eq!(token(&open(&default_cache().unwrap(), plain(server.url("/default"))), SOON).unwrap(), "x");
}
