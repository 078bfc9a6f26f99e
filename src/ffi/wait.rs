//! `jeton_wait`: something that takes time, in a form that every event loop can wait for.

use std::time::Duration;

use super::boundary::{Out, borrow, guard_answer, guard_or, jeton_error};
use super::result::{Entry, jeton_result};
use super::status::{JETON_OK, JETON_WAIT, jeton_status};
use crate::error::{Failure, Result, Status};
use crate::runtime::{Promise, Wait};
use crate::source::{Cache, Waiter};

/// The result of something that takes time. One thread at a time may use it, but jeton_wait_cancel may come from any.
pub struct jeton_wait {
    wait: Wait<Entry>,
    is_driven: bool,
}

impl jeton_wait {
    /// A wait that the runtime ends.
    pub(super) fn driven(wait: Wait<Entry>) -> jeton_wait {
        jeton_wait { wait, is_driven: true }
    }

    /// A wait that ends by what is done for a cache: by the runtime, or by the host.
    pub(super) fn on(cache: &Cache, wait: Wait<Entry>) -> jeton_wait {
        jeton_wait { wait, is_driven: !cache.is_driven_by_host() }
    }

    fn sleep(&self, timeout: Duration) -> bool {
        self.wait.wait(if self.is_driven { timeout } else { Duration::ZERO })
    }
}

/// Somebody who waits for what a fetch brings, and of it for what `read` makes of it.
pub(super) struct Waiting<T, R> {
    pub(super) promise: Promise<T>,
    pub(super) read: R,
}

impl<U, T: Send + Sync, R: FnOnce(U) -> Result<T> + Send> Waiter<U> for Waiting<T, R> {
    fn tell(self: Box<Self>, outcome: Result<U>) {
        let Waiting { promise, read } = *self;
        promise.keep(outcome.and_then(read));
    }

    fn is_moot(&self) -> bool {
        self.promise.is_moot()
    }
}

/// Waits for a result at most `timeout_ms`, for a call that waits itself.
pub(super) fn wait_for<T: Clone>(wait: &Wait<T>, timeout_ms: u64) -> Result<T> {
    wait.wait(Duration::from_millis(timeout_ms));
    let result = wait.result().unwrap_or_else(|| Err(Failure::new(Status::Timeout, "there was no result in time")));
    result.cloned()
}

/// A file descriptor that becomes readable when the result is there, and stays so. It belongs to the wait: never read,
/// write or close it. -1 for NULL, and where the system gave none: then only jeton_wait_for helps. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_wait_fd(wait: Option<&jeton_wait>) -> i32 {
    guard_or(-1, || wait.and_then(|wait| wait.wait.fd().ok()).unwrap_or(-1))
}

/// Waits at most `timeout_ms` milliseconds. Returns JETON_OK when the result is there, JETON_WAIT if it is not. On a wait
/// of a cache that the host drives it never waits.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_wait_for(
    wait: Option<&jeton_wait>,
    timeout_ms: u64,
    err: *mut jeton_error,
) -> jeton_status {
    guard_answer(err, || {
        let is_there = borrow(wait, "wait")?.sleep(Duration::from_millis(timeout_ms));
        Ok(if is_there { JETON_OK } else { JETON_WAIT })
    })
}

/// The result, whose parts the function lists that began the wait. Never waits. On success the caller frees `*out` with
/// jeton_result_free; a second call gives it again.
/// Returns JETON_OK, JETON_WAIT if it is not there yet, or the failure.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_wait_result(
    wait: Option<&jeton_wait>,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard_answer(err, || {
        let wait = borrow(wait, "wait")?;
        let out = Out::new(out, "out")?;
        let Some(result) = wait.wait.result() else { return Ok(JETON_WAIT) };
        out.give(jeton_result::one(result?.clone()));
        Ok(JETON_OK)
    })
}

/// Gives up waiting: the result is JETON_E_CANCELLED from now on, unless it was there already, and the descriptor becomes
/// readable. What others wait for too goes on. NULL is fine. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_wait_cancel(wait: Option<&jeton_wait>) {
    guard_or((), || wait.map_or((), |wait| wait.wait.cancel()));
}

/// Frees a wait and closes its descriptor; a result that came is lost. NULL is fine. Never fails. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_wait_free(wait: Option<Box<jeton_wait>>) {
    guard_or((), || drop(wait));
}
