//! Tokens that are fetched elsewhere and kept fresh: what is asked of a server and what it answers, as plain values, and when.
//!
//! The machine waits for no answer and reads no clock: time comes in as [`Now`], a request goes out as a value, its answer comes back as
//! one. The runtime, or a host with its own HTTP stack, does the waiting. What does touch the system stands apart: [`environment`] and
//! [`token_file`], which those call who open a source or drive a cache, and [`gate`], whose locks wait while the process forks.

mod agenda;
pub(crate) mod answer;
mod cache;
mod describe;
mod dice;
mod effects;
mod entry;
pub mod environment;
mod event;
mod exchange;
pub mod fixed;
pub mod gate;
mod handle;
pub(crate) mod hidden;
mod host_clock;
pub(crate) mod identity;
mod kind;
pub mod oauth2;
mod operation;
mod phase;
mod refused;
pub mod remote_keys;
pub(crate) mod retries;
mod retry_after;
pub mod signed;
mod state;
mod stats;
mod term;
#[cfg(test)]
mod tests;
mod token;
pub mod token_file;
pub(crate) mod transport;
pub(crate) mod url;
mod waiters;

pub use agenda::{Locking, Todo};
pub use cache::{Cache, Poll};
pub use environment::Environment;
pub use event::{Event, Events};
pub use exchange::{Fault, Now, Outcome, Request, Response, Transport};
pub use handle::{Ending, Source};
pub use kind::{Grant, Kind, Lifetime, TokenFile, Warning};
pub use operation::{Operation, Step};
pub use retries::{Retries, Spread};
pub use stats::Stats;
pub(crate) use token::Turned;
pub use token::{Answer, Token, Waiter};
