//! Tokens that are fetched elsewhere and kept fresh: what is asked of a server and what it answers, as plain values, and when.
//!
//! Nothing here waits, and nothing here reads a clock: time comes in as [`Now`], a request goes out as a value, its answer comes back as
//! one. The runtime, or a host with its own HTTP stack, does the waiting.

pub mod environment;
mod exchange;
pub mod gate;
mod kind;
mod operation;
pub mod token_file;

pub use exchange::{Fault, Now, Outcome, Request, Response, Transport};
pub use kind::{Grant, Kind, Lifetime, TokenFile, Warning};
pub use operation::{Operation, Step};
