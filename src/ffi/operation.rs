//! `jeton_operation`: what needs several round trips, for hosts with their own HTTP stack or database.

#![allow(unused_variables)]

use std::ffi::c_char;

use super::boundary::{guard, jeton_error};
use super::result::jeton_result;
use super::status::jeton_status;
use super::unbuilt;

/// An operation that asks the host for what it needs, step by step. One thread at a time.
pub struct jeton_operation {}

/// The next step at the time `now_ms` (Unix milliseconds).
///
/// JETON_ASK: something is to be found out. Part `ask` of the result is `http`, with the parts of jeton_cache_poll; or
/// `row`, with `database`, `sql` and `parameters` (a JSON object: the named parameters of the SQL). Answer it with
/// jeton_operation_answer, jeton_operation_fail or jeton_operation_row, then call again.
/// JETON_OK: done; the function that made the operation lists the parts. Otherwise the operation failed. Both stay so. On
/// JETON_ASK and JETON_OK the caller frees `*out` with jeton_result_free.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_operation_next(
    operation: Option<&jeton_operation>,
    now_ms: i64,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Answers an `http` ask with what the server said, as jeton_cache_answer. Returns JETON_OK, or JETON_E_CONFIG, also if
/// nothing was asked.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_operation_answer(
    operation: Option<&jeton_operation>,
    http_status: i32,
    headers: *const c_char,
    headers_len: usize,
    body: *const u8,
    body_len: usize,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Answers an ask that could not be met: for `http` with a fault as jeton_cache_fail, for `row` with any text. Returns as
/// jeton_operation_answer.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_operation_fail(
    operation: Option<&jeton_operation>,
    fault: *const c_char,
    fault_len: usize,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Answers a `row` ask with the first row that the SQL gave, a JSON object (column to value), or `(NULL, 0)` if there is
/// none. Returns as jeton_operation_answer.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_operation_row(
    operation: Option<&jeton_operation>,
    row: *const c_char,
    row_len: usize,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || Err(unbuilt()))
}

/// Frees an operation, done or not. NULL is fine. Never fails. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_operation_free(operation: Option<Box<jeton_operation>>) {
    drop(operation);
}
