//! What an entry is about, and how far a try is.

use super::exchange::Now;
use super::kind::Grant;
use super::operation::Operation;

/// What an entry is about.
pub(super) enum Phase {
    /// Nothing, until the token is to be renewed or somebody asks.
    Idle,
    /// A try, which is due at this moment.
    Due(i64),
    /// A try, under a lease that ends by itself.
    Trying { lease: u64, began: Now, until: i64, part: Part },
}

/// A try that takes longer than this is not waited for by who has a token.
const SLOW_MS: i64 = 1_000;

impl Phase {
    /// Whether a try takes so long that it may fail.
    pub(super) fn is_slow(&self, now: Now) -> bool {
        matches!(self, Phase::Trying { began, .. } if now.steady_ms.saturating_sub(began.steady_ms) > SLOW_MS)
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
