//! What an entry is about, and how far a try is.

use super::exchange::Now;
use super::kind::Grant;
use super::operation::Operation;
use super::waiters::PATIENCE_MS;

/// What an entry is about.
pub(super) enum Phase {
    /// Nothing, until the token is to be renewed or somebody asks.
    Idle,
    /// A try, which is due at this moment.
    Due(i64),
    /// A try, under a lease that ends by itself.
    Trying { lease: u64, began: Now, until: i64, part: Part },
}

/// A driver that comes so late was stopped, and how long an answer may take then.
const STOPPED_MS: i64 = 1_000;
const SPARED_MS: i64 = 10_000;

impl Phase {
    /// Leaves a lease in force that is looked at long after its end: process and driver were stopped, and the answer may be there already. A
    /// rotating refresh token that was sent must not be sent again before that is known.
    pub(super) fn spare_lease(&mut self, now: Now) -> bool {
        let late_ms = |until: i64| now.steady_ms.saturating_sub(until);
        match self {
            Phase::Trying { until, part: Part::Asked(_), .. } if late_ms(*until) > STOPPED_MS => {
                *until = now.steady_ms.saturating_add(SPARED_MS);
                true
            }
            _ => false,
        }
    }

    /// Whether a try takes so long that it may fail.
    pub(super) fn is_slow(&self, now: Now) -> bool {
        matches!(self, Phase::Trying { began, .. } if now.steady_ms.saturating_sub(began.steady_ms) > PATIENCE_MS)
    }
}

/// How far a try is.
pub(super) enum Part {
    /// In the hands of the thread that drives it.
    Busy,
    /// The token file is being locked.
    Locking,
    /// The operation has asked.
    Asked(Box<dyn Operation<Output = Grant>>),
    /// The token is being saved.
    Saving(Grant),
}
