//! Random bytes of the operating system.

use std::thread;
use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};

use crate::error::{Failure, Result, Status};

/// How often, and how long after each time, a system is asked that has just been started and has no random bytes yet: five seconds in all.
const TRIES: u32 = 250;
const PAUSE: Duration = Duration::from_millis(20);

/// Fills `bytes`.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<()> {
    system()?.fill(bytes).map_err(|_| no_random_bytes())
}

/// The system's random bytes, for what needs some. The system would have a caller wait for its first ones as long as it takes; this gives up
/// after five seconds, with INTERNAL.
pub(super) fn system() -> Result<SystemRandom> {
    for _ in 0..TRIES {
        if has_bytes() {
            return Ok(SystemRandom::new());
        }
        thread::sleep(PAUSE);
    }
    Err(no_random_bytes())
}

/// What a call fails with that needed random bytes and got none.
pub(super) fn no_random_bytes() -> Failure {
    Failure::new(Status::Internal, "the operating system gave no random bytes")
}

/// Whether the system gives some without delay, or a failure: that one is for who asks for bytes to see.
#[cfg(target_os = "linux")]
fn has_bytes() -> bool {
    use std::cell::Cell;

    use rustix::io::Errno;
    use rustix::rand::{GetRandomFlags, getrandom};

    thread_local! {
        /// Once it has, it always has.
        static HAS_BYTES: Cell<bool> = const { Cell::new(false) };
    }
    let has_bytes = HAS_BYTES.get() || getrandom(&mut [0; 1], GetRandomFlags::NONBLOCK) != Err(Errno::AGAIN);
    HAS_BYTES.set(has_bytes);
    has_bytes
}

#[cfg(not(target_os = "linux"))]
fn has_bytes() -> bool {
    true
}
