//! `jeton_source`: a token that is always fresh.

#![allow(unused_variables)]

use std::ffi::c_char;

use super::boundary::{guard, jeton_error};
use super::cache::jeton_cache;
use super::key::jeton_key;
use super::result::jeton_result;
use super::status::jeton_status;
use super::unbuilt;
use super::wait::jeton_wait;

/// One token that is kept fresh: fetched when first asked for, renewed ahead of its end, while callers are served the old
/// one. Any number of threads may use one at once.
pub struct jeton_source {}

/// The runtime's own clock, for a parameter `now_ms`.
pub const JETON_CLOCK: i64 = -1;

/// Opens a source on a cache (NULL: the cache of the process, which the runtime drives). Nothing is fetched yet; files
/// and the environment are read here and not later.
///
/// - `config` (JSON object): its `kind` is `oauth2`, `descarteslabs`, `tigergraph`, `signed` or `static`; the other
///   members are listed in docs/SOURCES.md.
/// - `secrets` (JSON object of texts, or `(NULL, 0)`): `client_secret`, `refresh_token`, … by kind. It may be wiped after
///   the call.
/// - `environment` (JSON object of texts): stands for the environment of the process, which is read where it is `(NULL,
///   0)`.
/// - `key`: the signing key of kind `signed`; NULL for the others. It may be freed after the call.
///
/// On success the caller ends `*out` with jeton_source_close, if something is to be done at the end, and
/// jeton_source_free. Missing credentials are a warning among the events. Returns JETON_OK, JETON_E_CONFIG, JETON_E_KEY,
/// JETON_E_STORE for a token file of another owner.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_source_new(
    cache: Option<&jeton_cache>,
    config: *const c_char,
    config_len: usize,
    secrets: *const c_char,
    secrets_len: usize,
    environment: *const c_char,
    environment_len: usize,
    key: Option<&jeton_key>,
    now_ms: i64,
    out: *mut *mut jeton_source,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Writes the token to `token`, if one is at hand that has not ended at the time `now_ms` (Unix milliseconds, or
/// JETON_CLOCK), and to `*expires_at_s` the Unix second at which it ends (INT64_MAX if that is not known). Never waits,
/// opens no connection and no file, starts a renewal when one is due. With too little room the answer is JETON_E_BUFFER
/// and `*token_len` is the exact need; `max_token_bytes` of the cache is always enough.
/// Returns JETON_OK; JETON_WAIT if a fetch is under way or due: see jeton_source_begin; the last failure if the next
/// fetch is not due yet (5xx).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_source_token(
    source: Option<&jeton_source>,
    now_ms: i64,
    token: *mut u8,
    token_cap: usize,
    token_len: *mut usize,
    expires_at_s: *mut i64,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// As jeton_source_token on the runtime's clock, but waits for a fetch at most `timeout_ms` milliseconds. Returns
/// JETON_OK, JETON_E_TIMEOUT, or the failure of the fetch (5xx).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_source_wait(
    source: Option<&jeton_source>,
    timeout_ms: u64,
    token: *mut u8,
    token_cap: usize,
    token_len: *mut usize,
    expires_at_s: *mut i64,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Begins what may take time, and gives a wait for its result. `operation` is one of
///
/// - `token`: as jeton_source_token. Parts: `token`, and `expires_at_s` (decimal; absent where it is not known).
/// - `refresh`: fetches now. The same parts.
/// - `identity`: what the token says of its subject, fetched first where `token` would be. Part: `identity`, a JSON
///   object of `namespace`, `payload`, `all_acl_subjects`, `all_owner_acl_subjects`.
/// - `revoke`: ends a token at its server (RFC 7009, or the vendor's way): `token`, or the current one where it is
///   `(NULL, 0)`. Part: `revoked` (`true` or `false`).
/// - `close`: as jeton_source_close. No parts.
///
/// After `timeout_ms` milliseconds the wait fails with JETON_E_TIMEOUT; the fetch, which others may share, goes on.
/// `now_ms` as in jeton_source_token.
/// On success the caller frees `*out` with jeton_wait_free. Returns JETON_OK, or JETON_E_CONFIG for another operation.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_source_begin(
    source: Option<&jeton_source>,
    operation: *const c_char,
    operation_len: usize,
    token: *const c_char,
    token_len: usize,
    timeout_ms: u64,
    now_ms: i64,
    out: *mut *mut jeton_wait,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Says that a server refused a token: `token`, or the current one where it is `(NULL, 0)`. It is not served again, and
/// the next call fetches. `*invalidated` is 1 once for each distinct token, 0 for one that is not current any more.
/// Returns JETON_OK.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_source_invalidate(
    source: Option<&jeton_source>,
    token: *const c_char,
    token_len: usize,
    now_ms: i64,
    invalidated: *mut i32,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Tells what a source is, never a secret. Part of the result: `description`, a JSON object of `kind`, `token_url`,
/// `client_id`, `scope`, `leeway_s`, `token_path` and `retries`. On success the caller frees `*out` with
/// jeton_result_free. Returns JETON_OK.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_source_describe(
    source: Option<&jeton_source>,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Counts what happened so far. Part of the result: `stats`, a JSON object of `hits`, `misses`, `waits`, `refreshes`, and
/// `failures` (an object: status name to count).
/// On success the caller frees `*out` with jeton_result_free. Returns JETON_OK.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_source_stats(
    source: Option<&jeton_source>,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Takes out what happened since the last call, oldest first: entries with the part `event`, a JSON object of `code`
/// (`RENEWED`, `FAILED`, `NEW_REFRESH_TOKEN`, or the code of a warning), `warning` (bool), `message`, `at_ms`; of the
/// first of them `lost`, if older ones were dropped. `NEW_REFRESH_TOKEN` has `refresh_token`, which the host is to store,
/// for it replaces the old one; it comes only where no token file does that. On success the caller frees `*out` with
/// jeton_result_free. Returns JETON_OK.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_source_events(
    source: Option<&jeton_source>,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Closes a source: wakes all who wait with JETON_E_CLOSED, and does what the config wants done at the end
/// (`delete_on_close`), for which it waits at most `timeout_ms` milliseconds. Every later call answers JETON_E_CLOSED.
/// Closing twice is fine. Returns JETON_OK, JETON_E_TIMEOUT, or why the end could not be done (5xx); it is closed then,
/// too.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_source_close(
    source: Option<&jeton_source>,
    timeout_ms: u64,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Frees a source; does no I/O, and closes it if that was not done. NULL is fine. Never fails. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_source_free(source: Option<Box<jeton_source>>) {
    drop(source);
}
