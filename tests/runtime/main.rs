//! The runtime against servers on loopback.

#![cfg(feature = "runtime")]

mod exchange;
mod http;
// Shared with the tests of forks.
#[allow(dead_code)]
mod kind;
mod secure;
#[allow(dead_code)]
mod server;
mod sources;
mod tls;
mod waits;
