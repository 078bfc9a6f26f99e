//! `jeton_cache`: where fetched tokens live, and the machine that says when to fetch them.

use std::ffi::c_char;
use std::ptr;
use std::sync::Arc;

use super::boundary::{Out, borrow, bytes_in, guard, guard_answer, guard_or, jeton_error, optional_text_in, text_in};
use super::exchange::{fault as named_fault, moment_on, request_parts, response};
use super::result::jeton_result;
use super::status::{JETON_ASK, JETON_OK, jeton_status};
use crate::error::{Failure, Result, Status};
use crate::runtime;
use crate::source::{Cache, Now, Request};

/// Holds the tokens of any number of sources, and the key sets of any number of remote verifiers: two sources of the same
/// identity share one entry. It fetches nothing itself: the runtime does, or a host that calls jeton_cache_poll. Any
/// number of threads may use one at once. Most programs never make one: NULL stands for the cache of the process, which
/// the runtime drives.
pub struct jeton_cache {
    pub(super) cache: Arc<Cache>,
}

impl jeton_cache {
    /// The next exchange, with its lease; or the moment, in Unix milliseconds, before which there is none.
    fn next_exchange(&self, now: Now) -> Result<(u64, Request), i64> {
        self.cache.next_exchange(now).map_err(|next_due_ms| match next_due_ms {
            i64::MAX => i64::MAX,
            _ => next_due_ms.saturating_sub(now.steady_ms).saturating_add(now.unix_ms),
        })
    }

    fn check_is_the_host_s(&self) -> Result<()> {
        match self.cache.is_driven_by_host() {
            true => Ok(()),
            false => Err(Failure::new(Status::Config, "this cache is driven by the runtime")),
        }
    }
}

/// Makes a cache. `config` is a JSON object, of which unknown members are refused:
///
/// - `driven_by` (`runtime`, the default where the library has it, or `host`: the host calls jeton_cache_poll).
/// - `max_entries` (1 to 1000000, default 100000): how many tokens and key sets are held.
/// - `max_token_bytes` (256 to 1048576, default 65536): the longest token that is kept.
///
/// On success the caller frees `*out` with jeton_cache_free; its sources keep it alive as long as they need it.
/// Returns JETON_OK, JETON_E_CONFIG, or JETON_E_UNSUPPORTED for `runtime` in a build without it.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_cache_new(
    config: *const c_char,
    config_len: usize,
    out: *mut *mut jeton_cache,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        // SAFETY: the contract of this function.
        let config = unsafe { text_in(config, config_len, "config") }?;
        let out = Out::new(out, "out")?;
        runtime::watch_forks();
        let cache = Cache::new(config)?;
        if !cache.is_driven_by_host() {
            runtime::drive(&cache);
        }
        out.give(jeton_cache { cache });
        Ok(())
    })
}

/// For a cache that the host drives: what is to be done at the time `now_ms` (Unix milliseconds).
///
/// JETON_ASK: an HTTP exchange is to be made. `*lease` names it for jeton_cache_answer or jeton_cache_fail, and `*out`
/// has the parts `method`, `url`, `headers` (a JSON object of texts), `body` (absent if there is none) and `transport` (a
/// JSON object: the members `ca_file`, `client_certificate`, `client_key`, `connect_timeout_ms`, `request_timeout_ms`,
/// `proxy`, `max_body_bytes` of the source's config). The caller frees `*out` with jeton_result_free. A lease that nobody
/// answers ends by itself after the request's timeouts. Ask again until there is no more.
/// JETON_OK: nothing is to be done before `*next_due_ms` (INT64_MAX: before something else happens); `*out` is NULL.
/// Otherwise JETON_E_CONFIG for a cache that the runtime drives.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_cache_poll(
    cache: Option<&jeton_cache>,
    now_ms: i64,
    lease: *mut u64,
    out: *mut *mut jeton_result,
    next_due_ms: *mut i64,
    err: *mut jeton_error,
) -> jeton_status {
    guard_answer(err, || {
        let cache = borrow(cache, "cache")?;
        let (lease, out) = (Out::new(lease, "lease")?, Out::new(out, "out")?);
        let next_due_ms = Out::new(next_due_ms, "next_due_ms")?;
        cache.check_is_the_host_s()?;
        let now = moment_on(&cache.cache, now_ms)?;
        match cache.next_exchange(now) {
            Ok((number, request)) => {
                lease.set(number);
                next_due_ms.set(now_ms);
                out.give(jeton_result::one(request_parts(&request)));
                Ok(JETON_ASK)
            }
            Err(due_ms) => {
                lease.set(0);
                next_due_ms.set(due_ms);
                out.set(ptr::null_mut());
                Ok(JETON_OK)
            }
        }
    })
}

/// Answers a lease with what the server said: the HTTP status, `headers` (a JSON object of texts; `(NULL, 0)` for none)
/// and the body. An answer to a lease that has ended is ignored. Returns JETON_OK, or JETON_E_CONFIG for headers that are
/// not such an object or a status outside 100 to 599.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_cache_answer(
    cache: Option<&jeton_cache>,
    lease: u64,
    http_status: i32,
    headers: *const c_char,
    headers_len: usize,
    body: *const u8,
    body_len: usize,
    now_ms: i64,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        let cache = borrow(cache, "cache")?;
        // SAFETY: the contract of this function.
        let headers = unsafe { optional_text_in(headers, headers_len, "headers") }?;
        // SAFETY: the contract of this function.
        let body = unsafe { bytes_in(body, body_len, "body") }?;
        cache.check_is_the_host_s()?;
        cache.cache.answer(lease, Ok(response(http_status, headers, body)?), moment_on(&cache.cache, now_ms)?);
        Ok(())
    })
}

/// Answers a lease that got no answer. `fault` is `refused`, `dropped`, `unresolved`, `tls`, `timeout`, `too_large` or
/// `garbled`. The rest as jeton_cache_answer.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_cache_fail(
    cache: Option<&jeton_cache>,
    lease: u64,
    fault: *const c_char,
    fault_len: usize,
    now_ms: i64,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        let cache = borrow(cache, "cache")?;
        // SAFETY: the contract of this function.
        let reason = unsafe { text_in(fault, fault_len, "fault") }?;
        cache.check_is_the_host_s()?;
        cache.cache.answer(lease, Err(named_fault(reason)?), moment_on(&cache.cache, now_ms)?);
        Ok(())
    })
}

/// Frees a cache. Its sources and verifiers stay usable. NULL is fine. Never fails. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_cache_free(cache: Option<Box<jeton_cache>>) {
    guard_or((), || drop(cache));
}
