//! Processes that fork while threads of the library are at work: F9, F10, F11.

use std::os::fd::RawFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use jeton::error::Status;
use jeton::runtime::{Wait, stop};

use crate::exchange::{SOON, begin, get, response};
use crate::server::Server;
use crate::{EMPTY, alone, threads};

/// How often a test forks: `JETON_FORKS`, by default a hundred times.
pub fn forks() -> usize {
    std::env::var("JETON_FORKS").map_or(100, |forks| forks.parse().unwrap())
}

/// Runs `work` in a forked child, which has two seconds for it, and says how it ended.
pub fn in_child(work: impl FnOnce()) -> Result<(), String> {
    // SAFETY: the child runs `work` and ends; it never returns into the test.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let outcome = catch_unwind(AssertUnwindSafe(work));
        // SAFETY: ends the process, and runs nothing of the parent's on the way.
        unsafe { libc::_exit(i32::from(outcome.is_err())) };
    }
    assert!(child > 0);
    let deadline = Instant::now() + Duration::from_secs(2);
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

/// F9, F10: whatever the threads of the parent are doing when it forks, the child can do all that the parent can.
#[test]
fn a_child_that_was_forked_in_the_middle_of_exchanges_works() {
    let _alone = alone();
    let server = Server::answering(EMPTY);
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
                assert_eq!(threads(), Vec::<String>::new());
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
    stop(SOON).unwrap();
}

#[test]
fn a_wait_belongs_to_the_process_that_began_it() {
    let _alone = alone();
    let server = Server::silent();
    let wait = begin(vec![get(server.url("/"))], SOON);
    let watched: RawFd = wait.fd().unwrap();
    let ended = in_child(|| {
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
    stop(SOON).unwrap();
}
