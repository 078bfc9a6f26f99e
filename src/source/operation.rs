//! What needs several round trips, told as a machine: it asks, is answered, and asks again until it is done.

use super::exchange::{Now, Outcome, Request};
use crate::error::Result;

/// What an operation wants next.
pub enum Step<T> {
    /// The answer to this request.
    Ask(Request),
    /// Nothing: this is the result.
    Done(T),
}

/// An operation of one or more round trips. It is started once, and answered once for each request that it asked. After `Done` or a
/// failure it is over.
pub trait Operation: Send {
    /// What the operation gives.
    type Output;

    /// The first step.
    fn start(&mut self, now: Now) -> Result<Step<Self::Output>>;

    /// The step after the answer to the last request.
    fn resume(&mut self, outcome: Outcome, now: Now) -> Result<Step<Self::Output>>;
}
