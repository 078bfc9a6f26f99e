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
