//! Which library this is.

use std::ffi::c_char;

use super::boundary::{guard, jeton_error};
use super::status::jeton_status;

/// The ABI that this header describes. It grows when a function, a type or a meaning changes so that an old program breaks.
pub const JETON_ABI_VERSION: u32 = 1;

/// The version of the library, such as `"0.1.0"`. The text is static: never freed, valid for ever. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}

/// The ABI that this library speaks; a program compares it with JETON_ABI_VERSION before its first other call. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_abi_version() -> u32 {
    JETON_ABI_VERSION
}

/// For the tests of bindings: panics inside the library and answers JETON_E_PANIC. It proves that a defect of the library
/// reaches a host as a status, and that the host goes on. It changes nothing. Any thread.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn jeton_testing_panic(err: *mut jeton_error) -> jeton_status {
    guard(err, || panic!("jeton_testing_panic"))
}
