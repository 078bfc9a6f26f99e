//! The runtime against servers on loopback.

#![cfg(feature = "runtime")]

mod exchange;
mod http;
mod kind;
mod server;
mod sources;
mod tls;
mod waits;
