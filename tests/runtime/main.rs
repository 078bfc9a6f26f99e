//! The runtime against servers on loopback.

#![cfg(feature = "runtime")]

mod exchange;
mod http;
mod server;
mod tls;
mod waits;
