//! `jeton_remote_verifier`: checks tokens of issuers whose keys are fetched.

#![allow(unused_variables)]

use std::ffi::c_char;

use super::boundary::{guard, jeton_error};
use super::cache::jeton_cache;
use super::result::jeton_result;
use super::status::jeton_status;
use super::unbuilt;
use super::wait::jeton_wait;

/// Checks tokens of one or more issuers, whose key sets are fetched and kept as long as their servers say. Any number of
/// threads may use one at once.
pub struct jeton_remote_verifier {}

/// Makes a verifier on a cache (NULL: the cache of the process). Nothing is fetched. `issuers` is a JSON list of objects:
/// `issuer` (text) and `jwks_url` are required, the other members are those of a policy (see jeton_verifier_new; `issuer`
/// is taken from above) and of a connection (`ca_file`, `client_certificate`, `client_key`, `connect_timeout_ms`,
/// `request_timeout_ms`, `proxy`, `allow_http`, see docs/SOURCES.md). `environment` as in jeton_source_new. On success
/// the caller frees `*out` with jeton_remote_verifier_free. Returns JETON_OK or JETON_E_CONFIG.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_remote_verifier_new(
    cache: Option<&jeton_cache>,
    issuers: *const c_char,
    issuers_len: usize,
    environment: *const c_char,
    environment_len: usize,
    out: *mut *mut jeton_remote_verifier,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Verifies with the keys at hand, at the time `now_ms` (Unix milliseconds, or JETON_CLOCK). Never waits. Parts of the
/// result as jeton_verifier_open. On success the caller frees `*out` with jeton_result_free.
/// Returns JETON_OK; JETON_WAIT if keys have to be fetched first: see jeton_remote_verifier_begin; JETON_E_ISSUER for an
/// issuer that is not one of these; JETON_E_KEYS_UNAVAILABLE if there are no keys to judge by; else as
/// jeton_verifier_verify.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_remote_verifier_verify(
    verifier: Option<&jeton_remote_verifier>,
    token: *const c_char,
    token_len: usize,
    now_ms: i64,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Verifies a token, fetching keys where that is needed. Parts of the wait's result as jeton_verifier_open. After
/// `timeout_ms` milliseconds the wait fails with JETON_E_TIMEOUT. On success the caller frees `*out` with
/// jeton_wait_free. Returns JETON_OK; what the token lacks is a failure of the wait.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_remote_verifier_begin(
    verifier: Option<&jeton_remote_verifier>,
    token: *const c_char,
    token_len: usize,
    timeout_ms: u64,
    now_ms: i64,
    out: *mut *mut jeton_wait,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// As jeton_remote_verifier_begin, and waits. On success the caller frees `*out` with jeton_result_free.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_remote_verifier_wait(
    verifier: Option<&jeton_remote_verifier>,
    token: *const c_char,
    token_len: usize,
    timeout_ms: u64,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Frees a remote verifier. NULL is fine. Never fails. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_remote_verifier_free(verifier: Option<Box<jeton_remote_verifier>>) {
    drop(verifier);
}
