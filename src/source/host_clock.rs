//! The time of a host that knows one clock only, and may set it back.

use super::exchange::Now;
use super::gate::Lock;

/// Makes a steady clock of one that may jump back: while it does, no time passes.
#[derive(Default)]
pub(super) struct HostClock(Lock<Option<Now>>);

impl HostClock {
    /// The moment that the host calls `unix_ms`.
    pub(super) fn moment(&self, unix_ms: i64) -> Now {
        let mut last = self.0.lock();
        let steady_ms = match *last {
            Some(last) => last.steady_ms.saturating_add(unix_ms.saturating_sub(last.unix_ms).max(0)),
            None => unix_ms,
        };
        *last.insert(Now { unix_ms, steady_ms })
    }

    /// The moment that the host called last, where nothing says what time it is.
    pub(super) fn last(&self) -> Now {
        self.0.lock().unwrap_or(Now { unix_ms: 0, steady_ms: 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s21_a_clock_that_is_set_back_does_not_make_time_run_back() {
        let clock = HostClock::default();
        let steady: Vec<i64> = [100, 150, 20, 30, 150].map(|unix_ms| clock.moment(unix_ms).steady_ms).into();
        assert_eq!(steady, [100, 150, 150, 160, 280]);
        assert_eq!(clock.last(), Now { unix_ms: 150, steady_ms: 280 });
        assert_eq!(clock.moment(i64::MIN).steady_ms, 280);
        assert_eq!(clock.moment(i64::MAX).steady_ms, i64::MAX);
    }
}
