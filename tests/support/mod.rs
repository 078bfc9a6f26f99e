//! What the tests of vectors share: the files, exact comparison, the judge of an answer, and the hosts; and for scenarios, scripted servers.

// Each test binary uses a part of it.
#![allow(dead_code)]

pub mod answer;
pub mod core;
pub mod decimal;
pub mod driver;
pub mod expect;
pub mod loopback;
pub mod placeholders;
pub mod rust_host;
pub mod scenario;
pub mod session;
pub mod vectors;
