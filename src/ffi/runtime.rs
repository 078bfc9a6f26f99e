//! The runtime: its threads come with the first fetch, and end here.

use std::time::Duration;

use super::boundary::{guard, jeton_error};
use super::status::jeton_status;
use crate::runtime::stop;

/// The runtime's own clock, for a parameter whose function says that it takes this. Where a token is verified without a
/// runtime it is a moment in 1969, at which nothing has ended.
pub const JETON_CLOCK: i64 = -1;

/// Ends all threads of the library in at most `timeout_ms` milliseconds; all that is waited for fails with
/// JETON_E_CLOSED, and connections that are up are broken. A connection that is being made and a name that is being
/// looked up cannot be: such a thread ends by itself, at the latest after `connect_timeout_ms` of its source. For a
/// program that unloads the library, or wants to be sure that nothing is under way. A later call that needs threads
/// starts them again. Returns JETON_OK, also if none ran, or JETON_E_TIMEOUT if a thread is still busy.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_runtime_stop(timeout_ms: u64, err: *mut jeton_error) -> jeton_status {
    guard(err, || stop(Duration::from_millis(timeout_ms)))
}
