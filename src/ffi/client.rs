//! `jeton_client`: the identity interfaces of Dataiku and TigerGraph servers.

use std::ffi::c_char;
use std::time::Duration;

use super::boundary::{Out, borrow, guard, guard_or, jeton_error, optional_text_in, text_in};
use super::operation::jeton_operation;
use super::result::{Entry, entry, jeton_result};
use super::status::jeton_status;
use super::wait::{jeton_wait, wait_for};
use crate::error::Result;
use crate::runtime::{Wait, run};
use crate::source::Operation;
use crate::source::environment::Environment;
use crate::vendors::client::Client;

/// Calls one server in the name of one user. Any number of threads may use one at once.
pub struct jeton_client {
    client: Client,
}

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
    guard(err, || {
        // SAFETY: the contract of this function.
        let vendor = unsafe { text_in(vendor, vendor_len, "vendor") }?;
        // SAFETY: the contract of this function.
        let config = unsafe { text_in(config, config_len, "config") }?;
        // SAFETY: the contract of this function.
        let secrets = unsafe { optional_text_in(secrets, secrets_len, "secrets") }?;
        // SAFETY: the contract of this function.
        let environment = unsafe { optional_text_in(environment, environment_len, "environment") }?;
        let out = Out::new(out, "out")?;
        let environment = environment.map_or_else(|| Ok(Environment::of_process()), Environment::parse)?;
        let client = Client::open(vendor, config, secrets.unwrap_or("{}"), &environment)?;
        out.give(jeton_client { client });
        Ok(())
    })
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
    guard(err, || {
        let client = borrow(client, "client")?;
        // SAFETY: the contract of this function.
        let login = unsafe { text_in(login, login_len, "login") }?;
        let out = Out::new(out, "out")?;
        out.give(jeton_client { client: client.client.as_user(login)? });
        Ok(())
    })
}

/// Begins an operation of the table in docs/CLIENTS.md on the runtime. `args` is a JSON object, `(NULL, 0)` for none.
/// Part of the result: `result`, JSON. After `timeout_ms` milliseconds the wait fails with JETON_E_TIMEOUT. On success
/// the caller frees `*out` with jeton_wait_free.
/// Returns JETON_OK, JETON_E_CONFIG for a wrong argument, JETON_E_UNSUPPORTED for an operation that the vendor does not
/// have, and in a build without the runtime.
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
    guard(err, || {
        // SAFETY: the contract of this function.
        let operation = unsafe { prepare(client, operation, operation_len, args, args_len) }?;
        let out = Out::new(out, "out")?;
        out.give(jeton_wait::driven(begin(operation, timeout_ms)));
        Ok(())
    })
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
    guard(err, || {
        // SAFETY: the contract of this function.
        let operation = unsafe { prepare(client, operation, operation_len, args, args_len) }?;
        let out = Out::new(out, "out")?;
        out.give(jeton_result::one(wait_for(&begin(operation, timeout_ms), timeout_ms)?));
        Ok(())
    })
}

/// Makes an operation that the host runs, step by step. Part of its result: `result`. On success the caller frees `*out`
/// with jeton_operation_free; the client may be freed before it.
/// Returns JETON_OK, JETON_E_CONFIG, JETON_E_UNSUPPORTED as jeton_client_begin.
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
    guard(err, || {
        // SAFETY: the contract of this function.
        let operation = unsafe { prepare(client, operation, operation_len, args, args_len) }?;
        let out = Out::new(out, "out")?;
        out.give(jeton_operation::of(operation, parts));
        Ok(())
    })
}

/// Frees a client. What it began goes on. NULL is fine. Never fails. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_client_free(client: Option<Box<jeton_client>>) {
    guard_or((), || drop(client));
}

/// Reads what a call is to do.
///
/// # Safety
/// As [`text_in`], of both texts.
unsafe fn prepare(
    client: Option<&jeton_client>,
    operation: *const c_char,
    operation_len: usize,
    args: *const c_char,
    args_len: usize,
) -> Result<Box<dyn Operation<Output = String>>> {
    let client = borrow(client, "client")?;
    // SAFETY: the caller's promise is the same.
    let operation = unsafe { text_in(operation, operation_len, "operation") }?;
    // SAFETY: the caller's promise is the same.
    let args = unsafe { optional_text_in(args, args_len, "args") }?;
    client.client.operation(operation, args.unwrap_or("{}"))
}

fn begin(operation: Box<dyn Operation<Output = String>>, timeout_ms: u64) -> Wait<Entry> {
    run(operation, Duration::from_millis(timeout_ms), parts)
}

fn parts(result: String) -> Entry {
    entry([("result", Some(result.into_bytes()))])
}
