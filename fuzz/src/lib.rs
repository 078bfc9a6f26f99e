//! The bodies of the fuzz targets, one file each. libFuzzer feeds them from `fuzz_targets/`, `cargo test` feeds them the committed
//! seeds from `tests/fuzz_seeds.rs`. A body panics when a promise is broken and returns otherwise.

use jeton::error::{Failure, Status};

pub mod base64url;
pub mod choices;
pub mod claims;
pub mod compact;
pub mod config;
pub mod der;
pub mod json;
pub mod jwk;
pub mod key;
pub mod pem;
pub mod reference;
pub mod verify;

/// A target, which takes any input.
pub type Target = fn(&[u8]);

/// Every target by its name, which is also that of its folder of seeds. One more, `abi`, is in C.
pub const TARGETS: [(&str, Target); 9] = [
    ("base64url", base64url::run),
    ("claims", claims::run),
    ("compact", compact::run),
    ("config", config::run),
    ("der", der::run),
    ("json", json::run),
    ("jwk", jwk::run),
    ("pem", pem::run),
    ("verify", verify::run),
];

/// What holds for every failure: it is the caller's or the token's, and its message is one short line.
pub fn check_failure(failure: &Failure) {
    let message = failure.message();
    assert!(!matches!(failure.status(), Status::Panic | Status::Internal), "{failure}");
    assert!(!message.is_empty() && message.len() < 200, "{} bytes of message", message.len());
    assert!(!message.chars().any(char::is_control), "{message:?}");
}
