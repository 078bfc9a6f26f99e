//! The runtime and its process: threads and descriptors that end, signals that it leaves alone.

#![cfg(feature = "runtime")]

#[path = "../runtime/exchange.rs"]
#[allow(dead_code)]
mod exchange;
#[path = "../runtime/kind.rs"]
#[allow(dead_code)]
mod kind;
#[path = "../runtime/server.rs"]
#[allow(dead_code)]
mod server;

use std::fs;
use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jeton::error::Status;
use jeton::runtime::{Wait, default_cache, hand_on, now, promise, stop};
use jeton::source::environment::Environment;
use jeton::source::remote_keys::RemoteVerifier;
use jeton::source::{Cache, Source, Transport};
use jeton::vendors::source::open_kind;

use exchange::{SOON, begin, get, over, response, transport};
use kind::{cache, token, wait};
use server::{Server, read_request};

const EMPTY: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// The runtime is one for the process, so these tests come one after the other.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The names of the library's threads.
fn threads() -> Vec<String> {
    let tasks = fs::read_dir("/proc/self/task").unwrap();
    let names = tasks.filter_map(|task| fs::read_to_string(task.unwrap().path().join("comm")).ok());
    names.map(|name| name.trim().to_owned()).filter(|name| name.starts_with("jeton-")).collect()
}

fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

#[test]
fn s22_ten_thousand_starts_and_stops_leave_nothing_behind() {
    let _alone = alone();
    let start_and_stop = || {
        let wait = hand_on("jobs", SOON, |promise| promise.keep(Ok(())));
        wait.fd().unwrap();
        assert!(wait.wait(SOON));
        drop(cache());
        stop(SOON).unwrap();
    };
    start_and_stop();
    let before = (threads(), descriptors());
    assert!(before.0.is_empty(), "{:?}", before.0);
    (0..10_000).for_each(|_| start_and_stop());
    assert_eq!((threads(), descriptors()), before);
}

#[test]
fn f09_what_is_opened_starts_no_thread_before_it_fetches() {
    let _alone = alone();
    stop(SOON).unwrap();
    let (cache, now) = (default_cache().unwrap(), now().unwrap());
    let config = r#"{"kind":"oauth2","grant":"client_credentials","token_url":"https://id.example/t","client_id":"a"}"#;
    let environment = Environment::parse("{}").unwrap();
    let source = cache.open(open_kind(config, r#"{"client_secret":"s"}"#, &environment, None, now).unwrap(), now);
    let issuers = r#"[{"issuer":"https://id.example","jwks_url":"https://id.example/k","algorithms":["ES256"],"any_audience":true}]"#;
    let verifier = RemoteVerifier::open(&cache, issuers, &environment);
    assert!(source.is_ok() && verifier.is_ok());
    assert!(threads().is_empty(), "{:?}", threads());
}

#[test]
fn a_wait_that_is_freed_leaves_no_descriptor_to_its_promise() {
    let _alone = alone();
    let before = descriptors();
    let kept: Vec<_> = (0..100).map(|_| promise::<()>()).collect();
    kept.iter().for_each(|(_, wait)| assert!(wait.fd().is_ok()));
    kept.iter().for_each(|(_, wait)| Wait::cancel(wait));
    assert_eq!(descriptors() - before, 100, "what is watched stays until the wait is freed");
    let promises: Vec<_> = kept.into_iter().map(|(promise, _)| promise).collect();
    assert_eq!(descriptors(), before);
    drop(promises);
}

#[test]
fn s22_a_stop_is_quick_while_servers_hang() {
    let _alone = alone();
    let (silent, healthy) = (Server::silent(), Server::answering(EMPTY));
    let waits: Vec<_> = (0..100).map(|_| begin(vec![get(silent.url("/"))], SOON)).collect();
    assert_eq!(response(get(healthy.url("/"))).status, 200);
    assert!(!threads().is_empty());
    let began = Instant::now();
    stop(Duration::from_secs(1)).unwrap();
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert!(threads().is_empty(), "{:?}", threads());
    for wait in waits {
        assert_eq!(wait.result().unwrap().err().unwrap().status(), Status::Closed);
    }
    assert_eq!(response(get(healthy.url("/"))).status, 200);
    stop(SOON).unwrap();
}

/// A server whose queue of connections is full, so that a connect gets no answer. What is returned keeps it so.
fn full() -> (TcpListener, Vec<TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    // SAFETY: a descriptor that is open.
    assert_eq!(unsafe { libc::listen(listener.as_raw_fd(), 0) }, 0);
    let address = listener.local_addr().unwrap();
    let queued = std::iter::from_fn(|| TcpStream::connect_timeout(&address, Duration::from_millis(200)).ok()).collect();
    (listener, queued)
}

/// Whether this process or another one of its host waits for this server to take a connection.
fn is_connecting(address: SocketAddr) -> bool {
    const SYN_SENT: &str = "02";
    let sockets = fs::read_to_string("/proc/self/net/tcp").unwrap();
    let port = format!(":{:04X}", address.port());
    let mut columns = sockets.lines().map(|line| line.split_whitespace().skip(2));
    columns.any(|mut it| it.next().is_some_and(|remote| remote.ends_with(&port)) && it.next() == Some(SYN_SENT))
}

/// It cannot be broken off, and ends by its own timeout.
#[test]
fn a_stop_says_that_a_connect_has_no_answer() {
    let _alone = alone();
    let (listener, _queued) = full();
    let address = listener.local_addr().unwrap();
    let transport = Transport { connect_timeout_ms: 2000, ..transport() };
    let wait = begin(vec![over(transport, get(format!("http://{address}/")))], SOON);
    let began = Instant::now();
    while !is_connecting(address) {
        assert!(began.elapsed() < SOON, "nobody connects");
        std::thread::yield_now();
    }
    assert_eq!(stop(Duration::from_millis(50)).unwrap_err().status(), Status::Timeout);
    assert!(wait.wait(Duration::ZERO), "its wait was closed");
    let began = Instant::now();
    stop(SOON).unwrap();
    assert!(began.elapsed() < SOON / 2, "{:?}", began.elapsed());
    assert!(threads().is_empty(), "{:?}", threads());
}

#[test]
fn a_stop_says_that_a_job_is_still_busy() {
    let _alone = alone();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let (begin, begun) = std::sync::mpsc::channel();
    let wait = hand_on("jobs", SOON, move |promise| {
        begin.send(()).unwrap();
        promise.keep(Ok(released.recv().is_ok()));
    });
    begun.recv_timeout(SOON).unwrap();
    for _ in 0..2 {
        assert_eq!(stop(Duration::from_millis(50)).unwrap_err().status(), Status::Timeout);
    }
    assert!(wait.wait(Duration::ZERO), "its wait was closed");
    release.send(()).unwrap();
    stop(SOON).unwrap();
}

/// A source that repeats a try at once.
fn oauth2(cache: &Arc<Cache>, url: &str) -> Source {
    let config = format!(
        r#"{{"kind":"oauth2","grant":"client_credentials","token_url":"{url}","client_id":"x","retries":{{"backoff_factor_s":0}}}}"#
    );
    let (environment, now) = (Environment::parse("{}").unwrap(), now().unwrap());
    let kind = open_kind(&config, r#"{"client_secret":"secret"}"#, &environment, None, now).unwrap();
    cache.open(kind, now).unwrap()
}

/// A fetch that was under way, or waited for a worker, when the runtime was stopped is begun again.
#[test]
fn a_source_goes_on_after_a_stop() {
    let _alone = alone();
    let answers = Arc::new(AtomicBool::new(false));
    let answering = Arc::clone(&answers);
    let server = Server::raw(move |server, mut stream| {
        while let Some(asked) = read_request(&mut stream) {
            server.note(asked);
            if answering.load(Ordering::Relaxed) {
                let body = r#"{"access_token":"x","token_type":"Bearer","expires_in":3600}"#;
                let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            }
        }
    });
    let cache = cache();
    let sources: Vec<_> = (0..40).map(|number| oauth2(&cache, &server.url(&format!("/{number}")))).collect();
    let waits: Vec<_> = sources.iter().map(|source| wait(source, SOON)).collect();
    while server.requests().len() < 16 {
        std::thread::yield_now();
    }
    stop(SOON).unwrap();
    for wait in waits {
        assert_eq!(wait.result().unwrap().unwrap_err().status(), Status::Closed);
    }
    assert!(threads().is_empty(), "{:?}", threads());
    answers.store(true, Ordering::Relaxed);
    let began = Instant::now();
    for source in &sources {
        assert_eq!(token(source, SOON).unwrap(), "x");
    }
    assert!(began.elapsed() < SOON / 2, "{:?}", began.elapsed());
    stop(SOON).unwrap();
}

/// The signals that are blocked, ignored and caught, in the order of the kernel's file.
#[test]
fn f18_signals_are_left_to_the_host() {
    let _alone = alone();
    let signals = || {
        let status = fs::read_to_string("/proc/thread-self/status").unwrap();
        status.lines().filter(|line| line.starts_with("Sig")).map(str::to_owned).collect::<Vec<_>>()
    };
    let before = signals();
    assert_eq!(before.len(), 5, "{before:?}");
    assert_eq!(response(get(Server::answering(EMPTY).url("/"))).status, 200);
    assert_eq!(signals(), before);
    // A thread of the library takes none, but those it raises itself.
    let wait = hand_on("jobs", SOON, move |promise| {
        let status = fs::read_to_string("/proc/thread-self/status").unwrap();
        promise.keep(Ok(status.lines().find_map(|line| line.strip_prefix("SigBlk:\t").map(str::to_owned))));
    });
    assert!(wait.wait(SOON));
    let blocked = wait.result().unwrap().unwrap().clone().unwrap();
    let blocked = u64::from_str_radix(&blocked, 16).unwrap();
    for (signal, is_blocked) in [
        (libc::SIGINT, true),
        (libc::SIGTERM, true),
        (libc::SIGCHLD, true),
        (libc::SIGPROF, true),
        (libc::SIGSEGV, false),
        (libc::SIGABRT, false),
    ] {
        assert_eq!(blocked >> (signal - 1) & 1 == 1, is_blocked, "{signal}");
    }
    stop(SOON).unwrap();
}
