//! Processes that fork while threads of the library are at work: F9, F10, F11.
//!
//! No harness, and servers of one thread: Rust's own threads, of which these would begin and end many, hold locks that a fork copies.

#[path = "../runtime/exchange.rs"]
#[allow(dead_code)]
mod exchange;
#[path = "../runtime/kind.rs"]
#[allow(dead_code)]
mod kind;
#[path = "../runtime/server.rs"]
#[allow(dead_code)]
mod server;

#[cfg(feature = "sqlite")]
mod databases;

use std::os::fd::RawFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use jeton::error::Status;
use jeton::runtime::{Wait, now, stop};

use exchange::{SOON, begin, get, response};
use kind::{Plain, PlainFile, cache, open, plain, refresh, token, wait};
use server::Server;

const EMPTY: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

fn main() {
    let tests: &[(&str, fn())] = &[
        ("children that are forked during the first use work", f09_f10_first_use),
        ("children that were forked in the middle of exchanges work", f09_f10_exchanging),
        ("a wait belongs to the process that began it", f09_waiting),
        ("a child never sends its parent's refresh token", f11_s13_rotating_in_memory),
        ("a child shares its parent's token file", f11_s14_rotating_in_a_file),
        ("a child that was forked during a fetch fetches itself", f09_fetching),
        ("a child does not end its parent's token", f11_closing),
        #[cfg(feature = "sqlite")]
        ("a child whose parent had a database open does not lose what it writes", databases::f09_a_daemon),
        #[cfg(feature = "sqlite")]
        ("children that were forked during calls at a database work", databases::f09_calls),
    ];
    for (name, test) in tests {
        test();
        stop(SOON).unwrap();
        println!("ok: {name}");
    }
}

/// How often a test forks: `JETON_FORKS`, by default a hundred times.
fn forks() -> usize {
    std::env::var("JETON_FORKS").map_or(100, |forks| forks.parse().unwrap())
}

/// Runs `work` in a forked child, which has two seconds for it, and says how it ended.
fn in_child(work: impl FnOnce()) -> Result<(), String> {
    in_child_for(Duration::from_secs(2), work)
}

fn in_child_for(limit: Duration, work: impl FnOnce()) -> Result<(), String> {
    // SAFETY: the child runs `work` and ends; it never returns into the test.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // SAFETY: asks that a child that hangs does not outlive its parent.
        unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
        let outcome = catch_unwind(AssertUnwindSafe(work));
        // SAFETY: ends the process, and runs nothing of the parent's on the way.
        unsafe { libc::_exit(i32::from(outcome.is_err())) };
    }
    assert!(child > 0);
    let deadline = Instant::now() + limit;
    loop {
        let mut status = 0;
        // SAFETY: a child of this process, and a place for its status.
        match unsafe { libc::waitpid(child, &mut status, libc::WNOHANG) } {
            0 if Instant::now() < deadline => thread::sleep(Duration::from_millis(1)),
            0 => {
                // SAFETY: the child has not been waited for, so that its number is still its own.
                unsafe { libc::kill(child, libc::SIGKILL) };
                // SAFETY: as above.
                unsafe { libc::waitpid(child, &mut status, 0) };
                return Err("the child hangs".to_owned());
            }
            _ if status == 0 => return Ok(()),
            _ => return Err(format!("the child ended with {status:#x}")),
        }
    }
}

/// F9, F10: the first use of all is no moment in which forks go unnoticed. Each try is a child that has used nothing, and forks.
fn f09_f10_first_use() {
    let server = Server::of_one_thread(|_, _| Some(EMPTY.to_vec()));
    for fork in 0..forks() {
        let ended = in_child(|| {
            let start = Barrier::new(2);
            thread::scope(|scope| {
                let first = scope.spawn(|| {
                    start.wait();
                    response(get(server.url("/"))).status
                });
                start.wait();
                // Some come before the first use, some after it, and some in the middle.
                let begun = Instant::now();
                while begun.elapsed() < Duration::from_nanos(200 * fork as u64) {}
                assert_eq!(in_child(|| assert_eq!(response(get(server.url("/"))).status, 200)), Ok(()));
                assert_eq!(first.join().unwrap(), 200);
            });
        });
        assert_eq!(ended, Ok(()), "fork {fork}");
    }
}

/// F9, F10: whatever the threads of the parent are doing when it forks, the child can do all that the parent can.
fn f09_f10_exchanging() {
    let server = Server::of_one_thread(|_, _| Some(EMPTY.to_vec()));
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    assert_eq!(response(get(server.url("/"))).status, 200);
                }
            });
        }
        for fork in 0..forks() {
            let ended = in_child(|| {
                assert_eq!(response(get(server.url("/"))).status, 200);
                stop(SOON).unwrap();
            });
            if ended.is_err() {
                over.store(true, Ordering::Relaxed);
            }
            assert_eq!(ended, Ok(()), "fork {fork}");
        }
        over.store(true, Ordering::Relaxed);
    });
}

fn f09_waiting() {
    let server = Server::silent();
    let mut begun = Some(begin(vec![get(server.url("/"))], SOON));
    let watched: RawFd = begun.as_ref().unwrap().fd().unwrap();
    let ended = in_child(|| {
        let wait = begun.take().unwrap();
        let closed = |wait: &Wait<_>| wait.result().unwrap().err().unwrap().status() == Status::Closed;
        assert!(wait.wait(SOON) && closed(&wait));
        assert!(wait.fd().is_err());
        wait.cancel();
        assert!(closed(&wait));
        drop(wait);
    });
    assert_eq!(ended, Ok(()));
    // What the child did to it was not done to the parent's.
    let mut poll = libc::pollfd { fd: watched, events: libc::POLLIN, revents: 0 };
    // SAFETY: one descriptor, on this stack.
    assert_eq!(unsafe { libc::poll(&mut poll, 1, 0) }, 0);
}

/// A server whose refresh tokens, `r0`, `r1`, …, are good for one use, in their order. Anything else is counted.
fn rotating() -> (Server, Arc<AtomicUsize>) {
    let (next, reused) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&reused);
    let server = Server::of_one_thread(move |_, asked| {
        let number = next.load(Ordering::SeqCst);
        if asked.line != format!("GET /?r{number} HTTP/1.1") {
            counted.fetch_add(1, Ordering::SeqCst);
            return Some(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".to_vec());
        }
        next.store(number + 1, Ordering::SeqCst);
        let body = format!("token-{number} r{}", number + 1);
        Some(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes())
    });
    (server, reused)
}

/// F9, F11, S13: a rotating refresh token belongs to the process that opened it. Its children serve the token that they inherit, and
/// fetch none.
fn f11_s13_rotating_in_memory() {
    let (server, reused) = rotating();
    let source = open(&cache(), Plain { refresh_token: Some("r0".to_owned()), ..plain(server.url("/")) });
    token(&source, SOON).unwrap();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                refresh(&source, SOON).unwrap();
            }
        });
        for fork in 0..forks() {
            let ended = in_child(|| {
                let inherited = token(&source, SOON).unwrap();
                assert_eq!(refresh(&source, SOON).unwrap(), inherited);
                assert!(source.invalidate(None).unwrap());
                let failure = token(&source, SOON).unwrap_err();
                assert_eq!(failure.status(), Status::NoCredentials);
                assert!(failure.message().contains("token_file"), "{failure}");
            });
            if ended.is_err() {
                over.store(true, Ordering::Relaxed);
            }
            assert_eq!(ended, Ok(()), "fork {fork}");
        }
        over.store(true, Ordering::Relaxed);
    });
    assert_eq!(reused.load(Ordering::SeqCst), 0);
}

/// The same with a token file: parent and children take turns.
fn f11_s14_rotating_in_a_file() {
    let folder = std::env::temp_dir().join(format!("jeton-forks-{}", std::process::id()));
    let (server, reused) = rotating();
    let file = Some(PlainFile(folder.join("token")));
    let source = open(&cache(), Plain { refresh_token: Some("r0".to_owned()), file, ..plain(server.url("/")) });
    token(&source, SOON).unwrap();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                refresh(&source, SOON).unwrap();
                // The kernel's lock knows no turns.
                thread::sleep(Duration::from_millis(20));
            }
        });
        for fork in 0..forks() {
            let ended = in_child(|| drop(refresh(&source, SOON).unwrap()));
            if ended.is_err() {
                over.store(true, Ordering::Relaxed);
            }
            assert_eq!(ended, Ok(()), "fork {fork}");
        }
        over.store(true, Ordering::Relaxed);
    });
    assert_eq!(reused.load(Ordering::SeqCst), 0);
    stop(SOON).unwrap();
    std::fs::remove_dir_all(folder).unwrap();
}

/// What the parent was fetching when it forked is the parent's; the child fetches anew.
fn f09_fetching() {
    let server = Server::of_one_thread(|server, _| {
        let is_first = server.requests().len() == 1;
        (!is_first).then(|| b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx".to_vec())
    });
    let source = open(&cache(), plain(server.url("/")));
    let hanging = wait(&source, SOON);
    while server.requests().is_empty() {
        thread::yield_now();
    }
    assert_eq!(in_child(|| assert_eq!(token(&source, SOON).unwrap(), "x")), Ok(()));
    assert!(hanging.result().is_none());
}

/// F11: a token that is ended when its source is closed is ended by the process that fetched it.
fn f11_closing() {
    let server = Server::of_one_thread(|_, _| Some(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx".to_vec()));
    let source = open(&cache(), Plain { is_ended: true, ..plain(server.url("/")) });
    token(&source, SOON).unwrap();
    let in_a_child = in_child(|| {
        assert_eq!(token(&source, SOON).unwrap(), "x");
        assert!(source.close(now().unwrap()).is_none());
    });
    assert_eq!(in_a_child, Ok(()));
    let fetched_by_itself = in_child(|| {
        assert!(source.invalidate(None).unwrap());
        token(&source, SOON).unwrap();
        assert!(source.close(now().unwrap()).is_some());
    });
    assert_eq!(fetched_by_itself, Ok(()));
    assert!(source.close(now().unwrap()).is_some());
}
