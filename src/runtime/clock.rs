//! The clocks of the system.

use rustix::time::{ClockId, clock_gettime};

use crate::source::Now;

/// Counts while the machine sleeps, so that a token that ended in the night is seen to have ended in the morning.
#[cfg(target_os = "linux")]
const STEADY: ClockId = ClockId::Boottime;
#[cfg(not(target_os = "linux"))]
const STEADY: ClockId = ClockId::Monotonic;

/// The present, on both clocks.
pub(super) fn now() -> Now {
    Now { unix_ms: read_ms(ClockId::Realtime), steady_ms: read_ms(STEADY) }
}

/// The present on the steady clock.
pub(super) fn steady_ms() -> i64 {
    read_ms(STEADY)
}

fn read_ms(clock: ClockId) -> i64 {
    let time = clock_gettime(clock);
    time.tv_sec * 1000 + time.tv_nsec / 1_000_000
}
