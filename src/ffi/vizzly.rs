//! `jeton_vizzly`: the access tokens of Vizzly dashboards.

use std::ffi::c_char;

use super::boundary::{Out, borrow, guard, jeton_error, text_in};
use super::key::jeton_key;
use super::result::jeton_result;
use super::status::jeton_status;
use super::verifier::jeton_verifier;
use crate::error::Result;
use crate::vendors::vizzly::{self, Identity, Vizzly};

/// Signs Vizzly access tokens with one ES256 key. Immutable: any number of threads may use one at once.
pub struct jeton_vizzly {
    vizzly: Vizzly,
}

/// Makes a Vizzly signer from a private P-256 key. On success the caller frees `*out` with jeton_vizzly_free; the key may be freed
/// before it. Returns JETON_OK, or JETON_E_KEY for any other key.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_vizzly_new(
    key: Option<&jeton_key>,
    out: *mut *mut jeton_vizzly,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        let key = borrow(key, "key")?;
        let out = Out::new(out, "out")?;
        out.give(jeton_vizzly { vizzly: Vizzly::new(key.keys.only()?)? });
        Ok(())
    })
}

/// Signs a dashboard access token at the time `now_s` (Unix seconds). `args` is a JSON object:
///
/// - `expiry_ttl_in_minutes` (number above 0): minutes until the token ends; whole seconds count.
/// - `project_id`, `user_reference` (string): required.
/// - `scope` (string, default `read_write`), `access_type` (string, default `standard`), `parent_dashboard_ids` (list of strings).
/// - `timezone` (`UTC`, the default, or `+HH:MM` / `-HH:MM`): how `expires` is written.
/// - `registered_claims` (default false): adds `iat` and `exp`, which every verifier understands.
///
/// Part of the result: `token`. On success the caller frees `*out` with jeton_result_free.
/// Returns JETON_OK, JETON_E_CONFIG for an argument that is missing, unknown or of the wrong type.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_vizzly_dashboard(
    vizzly: Option<&jeton_vizzly>,
    args: *const c_char,
    args_len: usize,
    now_s: i64,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    // SAFETY: the contract of this function.
    unsafe { sign(vizzly, Vizzly::dashboard, args, args_len, now_s, out, err) }
}

/// Signs a data access token. `args`: `expiry_ttl_in_minutes`, `timezone`, `registered_claims` as for a dashboard, and
/// `data_set_ids` (`"*"` or a list of strings), `secure_filters` (object), `parameters` (object, default `{}`). The rest as
/// jeton_vizzly_dashboard.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_vizzly_data(
    vizzly: Option<&jeton_vizzly>,
    args: *const c_char,
    args_len: usize,
    now_s: i64,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    // SAFETY: the contract of this function.
    unsafe { sign(vizzly, Vizzly::data, args, args_len, now_s, out, err) }
}

/// Signs a query-engine access token. `args`: `expiry_ttl_in_minutes`, `timezone`, `registered_claims` as for a dashboard, and
/// `allow_data_preview_access`, `allow_database_schema_access` (both true or false). The rest as jeton_vizzly_dashboard.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_vizzly_query_engine(
    vizzly: Option<&jeton_vizzly>,
    args: *const c_char,
    args_len: usize,
    now_s: i64,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    // SAFETY: the contract of this function.
    unsafe { sign(vizzly, Vizzly::query_engine, args, args_len, now_s, out, err) }
}

type SignFunction = fn(&Vizzly, &str, i64) -> Result<String>;

/// # Safety
/// As [`text_in`] for `args`, and `out` and `err` point to what they say or are NULL.
unsafe fn sign(
    vizzly: Option<&jeton_vizzly>,
    function: SignFunction,
    args: *const c_char,
    args_len: usize,
    now_s: i64,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        let vizzly = borrow(vizzly, "vizzly")?;
        // SAFETY: the contract of this function.
        let args = unsafe { text_in(args, args_len, "args") }?;
        let out = Out::new(out, "out")?;
        let token = function(&vizzly.vizzly, args, now_s)?;
        out.give(jeton_result::of([("token", Some(token.into_bytes()))]));
        Ok(())
    })
}

/// Signs the whole answer of an identity endpoint. `args` is a JSON object of argument objects: `dashboard`, and optionally
/// `data` and `query_engine`.
///
/// Parts of the result: `identity`, the documented JSON (`{"dashboardAccessToken":…,"dataAccessToken":…,"queryEngineAccessToken":…}`, with
/// the tokens that were asked for), and each of these tokens under its own name. The rest as jeton_vizzly_dashboard.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_vizzly_identity(
    vizzly: Option<&jeton_vizzly>,
    args: *const c_char,
    args_len: usize,
    now_s: i64,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        let vizzly = borrow(vizzly, "vizzly")?;
        // SAFETY: the contract of this function.
        let args = unsafe { text_in(args, args_len, "args") }?;
        let out = Out::new(out, "out")?;
        let identity = vizzly.vizzly.identity(args, now_s)?;
        let json = identity.to_json();
        let Identity { dashboard, data, query_engine } = identity;
        out.give(jeton_result::of([
            ("identity", Some(json.into_bytes())),
            ("dashboardAccessToken", Some(dashboard.into_bytes())),
            ("dataAccessToken", data.map(String::into_bytes)),
            ("queryEngineAccessToken", query_engine.map(String::into_bytes)),
        ]));
        Ok(())
    })
}

/// Makes a verifier for Vizzly access tokens from the public (or private) P-256 key: ES256, ended by `expires`, any issuer and
/// audience, since these tokens name none. On success the caller frees `*out` with jeton_verifier_free. Returns JETON_OK,
/// or JETON_E_KEY for any other key.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_vizzly_verifier(
    key: Option<&jeton_key>,
    out: *mut *mut jeton_verifier,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        let key = borrow(key, "key")?;
        let out = Out::new(out, "out")?;
        out.give(jeton_verifier { verifier: vizzly::verifier(&key.keys)? });
        Ok(())
    })
}

/// Frees a Vizzly signer. NULL is fine. Never fails. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_vizzly_free(vizzly: Option<Box<jeton_vizzly>>) {
    drop(vizzly);
}
