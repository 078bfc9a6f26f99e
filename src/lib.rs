//! Jeton, an embedded token SDK: one small core on `ring` under a C ABI and thin bindings for C++, Go, Node and Ruby.
//!
//! The rooms, each of which may use those to its right: `ffi` (the C ABI) → [`vendors`] (what particular systems want of
//! tokens) → [`jose`] (make and check tokens) → [`error`] (what can go wrong). Everything is pure: no clock, no thread, no
//! socket, and time comes in as a parameter.

#![warn(missing_docs)]
#![deny(unsafe_code)]
// A slice that fails panics with the text itself, which may be a secret.
#![cfg_attr(not(test), warn(clippy::string_slice))]

pub mod error;
#[allow(unsafe_code)]
mod ffi;
pub mod jose;
pub mod vendors;
