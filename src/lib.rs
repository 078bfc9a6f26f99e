//! Jeton, an embedded token SDK: one small core on `ring` under a C ABI and thin bindings for C++, Go, Node and Ruby.
//!
//! The rooms, each of which may use those to its right: `ffi` (the C ABI) → [`runtime`] (threads, sockets and the system clock) →
//! [`vendors`] (what particular systems want of tokens) → [`access`] (who is calling) → [`source`] (tokens that are fetched) →
//! [`jose`] (make and check tokens) → [`error`] (what can go wrong). Behind the runtime everything is pure: no clock, no thread, no
//! socket, and time comes in as a parameter.

#![warn(missing_docs)]
#![deny(unsafe_code)]
// A slice that fails panics with the text itself, which may be a secret.
#![cfg_attr(not(test), warn(clippy::string_slice))]

pub mod access;
pub mod error;
#[allow(unsafe_code)]
mod ffi;
pub mod jose;
pub mod runtime;
pub mod source;
pub mod vendors;
