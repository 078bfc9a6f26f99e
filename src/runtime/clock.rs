//! The clocks of the system.

pub(super) use super::system::steady_ms;
use super::system::unix_ms;
use crate::source::Now;

/// The present, on both clocks.
pub(super) fn now() -> Now {
    Now { unix_ms: unix_ms(), steady_ms: steady_ms() }
}
