//! Waiting: by sleeping, by watching a descriptor, in time, cancelled, and closed.

use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use jeton::error::{Failure, Status};
use jeton::runtime::{Wait, hand_on, promise};

use crate::exchange::{SOON, begin, get, response};
use crate::server::Server;

/// Whether the descriptor of a wait becomes readable within `timeout`.
fn rings<T>(wait: &Wait<T>, timeout: Duration) -> bool {
    let mut watched = libc::pollfd { fd: wait.fd().unwrap(), events: libc::POLLIN, revents: 0 };
    // SAFETY: one descriptor, on this stack.
    unsafe { libc::poll(&mut watched, 1, timeout.as_millis() as i32) == 1 }
}

fn status<T>(wait: &Wait<T>) -> Option<Status> {
    wait.result().map(|result| result.err().unwrap().status())
}

#[test]
fn a_kept_promise_ends_the_wait_once_and_for_all() {
    let (promise, wait) = promise();
    assert!(wait.result().is_none());
    assert!(!wait.wait(Duration::from_millis(10)));
    assert!(!rings(&wait, Duration::from_millis(10)));
    thread::scope(|scope| {
        let (tell, told) = channel();
        let wait = &wait;
        scope.spawn(move || {
            tell.send(()).unwrap();
            assert!(wait.wait(SOON));
        });
        told.recv().unwrap();
        promise.keep(Ok(1));
    });
    for _ in 0..2 {
        assert!(rings(&wait, SOON) && wait.wait(Duration::ZERO));
        assert_eq!(wait.result(), Some(Ok(&1)));
    }
    wait.cancel();
    assert_eq!(wait.result(), Some(Ok(&1)));
}

#[test]
fn a_descriptor_that_is_asked_for_late_is_readable() {
    assert!(rings(&Wait::over(Ok(1)), Duration::ZERO));
}

#[test]
fn a_promise_that_is_dropped_closes_the_wait() {
    let (promise, wait) = promise::<()>();
    assert!(!promise.is_moot());
    drop(promise);
    assert_eq!(status(&wait), Some(Status::Closed));
}

#[test]
fn nobody_waits_for_a_moot_promise() {
    let (kept, wait) = promise::<()>();
    wait.cancel();
    assert!(kept.is_moot());
    kept.keep(Ok(()));
    assert_eq!(status(&wait), Some(Status::Cancelled));
    let (kept, wait) = promise::<()>();
    drop(wait);
    assert!(kept.is_moot());
}

/// S2, for what is not shared; the shared fetch has its own test.
#[test]
fn a_cancelled_caller_is_released_at_once() {
    let server = Server::silent();
    let wait = begin(vec![get(server.url("/"))], SOON);
    thread::scope(|scope| {
        let (tell, told) = channel();
        let wait = &wait;
        let waiting = scope.spawn(move || {
            tell.send(()).unwrap();
            assert!(wait.wait(SOON));
        });
        told.recv().unwrap();
        let began = Instant::now();
        wait.cancel();
        waiting.join().unwrap();
        assert!(began.elapsed() < Duration::from_millis(50), "{:?}", began.elapsed());
    });
    assert_eq!(status(&wait), Some(Status::Cancelled));
    assert!(rings(&wait, Duration::ZERO));
}

#[test]
fn a_wait_ends_with_its_timeout() {
    let began = Instant::now();
    let wait = begin(vec![get(Server::silent().url("/"))], Duration::from_millis(300));
    assert!(rings(&wait, SOON));
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(290) && took < Duration::from_millis(500), "{took:?}");
    assert_eq!(status(&wait), Some(Status::Timeout));
}

#[test]
fn a_job_may_fail_and_may_panic() {
    let wait = hand_on("jobs", SOON, |promise| promise.keep(Ok(thread::current().name().map(str::to_owned))));
    assert!(wait.wait(SOON));
    assert_eq!(wait.result(), Some(Ok(&Some("jeton-worker".to_owned()))));
    let wait: Wait<()> = hand_on("jobs", SOON, |promise| promise.keep(Err(Failure::new(Status::Store, "no"))));
    assert!(wait.wait(SOON));
    assert_eq!(status(&wait), Some(Status::Store));
    let wait: Wait<()> = hand_on("jobs", SOON, |_| panic!("of the test"));
    assert!(wait.wait(SOON));
    assert_eq!(status(&wait), Some(Status::Panic));
}

/// A server that hangs, with more callers than there are workers, delays nobody else; and callers who gave up leave nothing behind
/// that would be sent later.
#[test]
fn a_hung_server_delays_no_other() {
    let (silent, healthy) = (Server::silent(), Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    let hung: Vec<_> = (0..200).map(|_| begin(vec![get(silent.url("/"))], SOON)).collect();
    let (tell, told) = channel();
    for _ in 0..20 {
        let (tell, url) = (tell.clone(), healthy.url("/"));
        thread::spawn(move || tell.send(response(get(url)).status).unwrap());
    }
    for _ in 0..20 {
        assert_eq!(told.recv_timeout(Duration::from_secs(1)), Ok(200));
    }
    let asked = silent.connections();
    assert!((1..=16).contains(&asked), "{asked}");
    hung.iter().for_each(Wait::cancel);
    assert_eq!(response(get(healthy.url("/"))).status, 200);
}
