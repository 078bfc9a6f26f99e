//! `jeton_wait`: something that takes time, in a form that every event loop can wait for.

#![allow(unused_variables)]

use super::boundary::{guard, jeton_error};
use super::result::jeton_result;
use super::status::jeton_status;
use super::unbuilt;

/// The result of something that takes time. One thread at a time may use it, but jeton_wait_cancel may come from any.
pub struct jeton_wait {}

/// A file descriptor that becomes readable when the result is there, and stays so. It belongs to the wait: never read,
/// write or close it. -1 for NULL, and where the system gave none: then only jeton_wait_for helps. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_wait_fd(wait: Option<&jeton_wait>) -> i32 {
    -1
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
    guard(err, || Err(unbuilt()))
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
    guard(err, || Err(unbuilt()))
}

/// Gives up waiting: the result is JETON_E_CANCELLED from now on, unless it was there already, and the descriptor becomes
/// readable. What others wait for too goes on. NULL is fine. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_wait_cancel(wait: Option<&jeton_wait>) {}

/// Frees a wait and closes its descriptor; a result that came is lost. NULL is fine. Never fails. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_wait_free(wait: Option<Box<jeton_wait>>) {
    drop(wait);
}
