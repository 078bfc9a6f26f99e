//! `jeton_client`: the identity interfaces of Dataiku and TigerGraph servers.

#![allow(unused_variables)]

use std::ffi::c_char;

use super::boundary::{guard, jeton_error};
use super::operation::jeton_operation;
use super::result::jeton_result;
use super::status::jeton_status;
use super::unbuilt;
use super::wait::jeton_wait;

/// Calls one server in the name of one user. Any number of threads may use one at once.
pub struct jeton_client {}

/// Opens a client; nothing is sent. `vendor` is `dataiku` or `tigergraph`; `config` and `secrets` are JSON objects whose
/// members are listed in docs/CLIENTS.md; `environment` as in jeton_source_new.
/// On success the caller frees `*out` with jeton_client_free. Returns JETON_OK or JETON_E_CONFIG.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_client_new(
    vendor: *const c_char,
    vendor_len: usize,
    config: *const c_char,
    config_len: usize,
    secrets: *const c_char,
    secrets_len: usize,
    environment: *const c_char,
    environment_len: usize,
    out: *mut *mut jeton_client,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// A client of the same server that acts as the user `login` (Dataiku). The other stays as it is. On success the caller
/// frees `*out` with jeton_client_free.
/// Returns JETON_OK, JETON_E_CONFIG for a login that is empty or has control characters, JETON_E_UNSUPPORTED for another
/// vendor.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_client_as_user(
    client: Option<&jeton_client>,
    login: *const c_char,
    login_len: usize,
    out: *mut *mut jeton_client,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Begins an operation of the table in docs/CLIENTS.md on the runtime. `args` is a JSON object, `(NULL, 0)` for none.
/// Part of the result: `result`, JSON. After `timeout_ms` milliseconds the wait fails with JETON_E_TIMEOUT. On success
/// the caller frees `*out` with jeton_wait_free.
/// Returns JETON_OK, JETON_E_CONFIG for an unknown operation or a wrong argument, JETON_E_UNSUPPORTED in a build without
/// the runtime.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_client_begin(
    client: Option<&jeton_client>,
    operation: *const c_char,
    operation_len: usize,
    args: *const c_char,
    args_len: usize,
    timeout_ms: u64,
    out: *mut *mut jeton_wait,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// As jeton_client_begin, and waits. Part of the result: `result`. On success the caller frees `*out` with
/// jeton_result_free. Returns JETON_OK or the failure (1xx, 5xx).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_client_call(
    client: Option<&jeton_client>,
    operation: *const c_char,
    operation_len: usize,
    args: *const c_char,
    args_len: usize,
    timeout_ms: u64,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Makes an operation that the host runs, step by step. Part of its result: `result`. On success the caller frees `*out`
/// with jeton_operation_free; the client may be freed before it.
/// Returns JETON_OK, JETON_E_CONFIG.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_client_operation(
    client: Option<&jeton_client>,
    operation: *const c_char,
    operation_len: usize,
    args: *const c_char,
    args_len: usize,
    out: *mut *mut jeton_operation,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Frees a client. What it began goes on. NULL is fine. Never fails. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_client_free(client: Option<Box<jeton_client>>) {
    drop(client);
}
