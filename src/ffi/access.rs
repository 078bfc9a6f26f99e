//! `jeton_access`: who is calling, and what they may do.

#![allow(unused_variables)]

use std::ffi::c_char;

use super::boundary::{guard, jeton_error};
use super::operation::jeton_operation;
use super::result::jeton_result;
use super::status::jeton_status;
use super::unbuilt;
use super::wait::jeton_wait;

/// Says who is calling: a request's headers and query become an actor, or none. Any number of threads may use one at
/// once.
pub struct jeton_access {}

/// Opens an authenticator. Databases, files and the environment are opened here. All but `secret` are JSON objects,
/// described in docs/ACCESS.md:
///
/// - `config`: `tokens`, `param`, `query`, `manage_tokens`, … as the Datasette plugin takes them, and `jwt`; `{}` for
///   signed tokens alone.
/// - `settings`: `databases` (name to path; null: the host is asked for rows), `allow_signed_tokens` (default true),
///   `max_signed_tokens_ttl` (seconds, default 0: no cap). `(NULL, 0)` for none.
/// - `secret`: the secret that signed tokens are signed with; `(NULL, 0)`: `DATASETTE_SECRET` of the environment, if
///   there is one.
/// - `environment` as in jeton_source_new.
///
/// On success the caller frees `*out` with jeton_access_free. Returns JETON_OK, JETON_E_CONFIG, JETON_E_STORE for a
/// database that cannot be opened, JETON_E_UNSUPPORTED for one in a build without SQLite.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_access_new(
    config: *const c_char,
    config_len: usize,
    settings: *const c_char,
    settings_len: usize,
    secret: *const u8,
    secret_len: usize,
    environment: *const c_char,
    environment_len: usize,
    out: *mut *mut jeton_access,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Calls an operation of the table in docs/ACCESS.md at the time `now_s` (Unix seconds; JETON_CLOCK: the runtime's
/// clock): `authenticate`, `create_token`, `list_tokens`, `token_details`, `revoke_token`, `sign_token`, `auth_info`,
/// `act_as`. `args` is a JSON object. It may wait for a database, never for the network. Part of the result: `answer`,
/// JSON; of `authenticate` also `actor` (JSON, absent if nobody is calling) and `challenge`, the value of
/// `WWW-Authenticate` for an answer 401.
/// On success the caller frees `*out` with jeton_result_free. A token that is not accepted is no failure: `actor` of the
/// answer is null and `refused` says why.
/// Returns JETON_OK, JETON_E_CONFIG, JETON_E_STORE, JETON_E_UNKNOWN, JETON_E_DENIED; JETON_ASK, with `*out` NULL, where
/// rows or keys have to be asked for: use jeton_access_operation or jeton_access_begin.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_access_call(
    access: Option<&jeton_access>,
    operation: *const c_char,
    operation_len: usize,
    args: *const c_char,
    args_len: usize,
    now_s: i64,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Begins an operation on the runtime: the caller's thread waits for neither database nor network. Parts as
/// jeton_access_call. After `timeout_ms` milliseconds the wait fails with JETON_E_TIMEOUT. On success the caller frees
/// `*out` with jeton_wait_free. Returns JETON_OK, JETON_E_UNSUPPORTED in a build without the runtime.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_access_begin(
    access: Option<&jeton_access>,
    operation: *const c_char,
    operation_len: usize,
    args: *const c_char,
    args_len: usize,
    now_s: i64,
    timeout_ms: u64,
    out: *mut *mut jeton_wait,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Makes an operation that the host runs, step by step: it is asked for rows of databases that the settings left to it,
/// and for key sets. Parts of its result as jeton_access_call. On success the caller frees `*out` with
/// jeton_operation_free. Returns JETON_OK, JETON_E_CONFIG.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_access_operation(
    access: Option<&jeton_access>,
    operation: *const c_char,
    operation_len: usize,
    args: *const c_char,
    args_len: usize,
    now_s: i64,
    out: *mut *mut jeton_operation,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Frees an authenticator and closes its databases. NULL is fine. Never fails. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_access_free(access: Option<Box<jeton_access>>) {
    drop(access);
}

/// Whether an allow block lets an actor in, by Datasette's rules. `actor` (an object or null) and `allow` (any JSON) are
/// JSON texts. `*allowed` is 1 or 0; an allow block that says nothing sensible allows nobody.
/// Returns JETON_OK, or JETON_E_CONFIG for an actor that is neither an object nor null, or text that is not JSON.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_allowed(
    actor: *const c_char,
    actor_len: usize,
    allow: *const c_char,
    allow_len: usize,
    allowed: *mut i32,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Whether the restrictions (`_r`) of a token's actor leave an action, by Datasette's rules. `resource` is a JSON list of
/// 0 to 2 texts: database, table. The rest as jeton_allowed.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_allowed_action(
    actor: *const c_char,
    actor_len: usize,
    action: *const c_char,
    action_len: usize,
    resource: *const c_char,
    resource_len: usize,
    allowed: *mut i32,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}
