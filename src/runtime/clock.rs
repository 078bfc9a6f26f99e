//! The clocks of the system.

use std::time::{SystemTime, UNIX_EPOCH};

pub(super) use super::system::steady_ms;
use crate::source::Now;

/// The present, on both clocks.
pub(super) fn now() -> Now {
    let unix_ms = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        // A machine without a battery wakes up before its time.
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
    };
    Now { unix_ms, steady_ms: steady_ms() }
}
