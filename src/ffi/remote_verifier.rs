//! `jeton_remote_verifier`: checks tokens of issuers whose keys are fetched.

use std::ffi::c_char;
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use super::boundary::{Out, borrow, bytes_in, guard, guard_answer, guard_or, jeton_error, optional_text_in, text_in};
use super::cache::jeton_cache;
use super::exchange::moment_on;
use super::result::{Entry, entry, jeton_result};
use super::runtime::JETON_CLOCK;
use super::status::{JETON_OK, JETON_WAIT, jeton_status};
use super::verifier::parts;
use super::wait::{Waiting, jeton_wait, wait_for};
use crate::error::Result;
use crate::jose::Verified;
use crate::runtime::{self, Wait, promise};
use crate::source::Now;
use crate::source::environment::Environment;
use crate::source::remote_keys::{IssuerStats, RemoteVerifier};

/// Checks tokens of one or more issuers, whose key sets are fetched and kept as long as their servers say. Any number of
/// threads may use one at once.
pub struct jeton_remote_verifier {
    verifier: Arc<RemoteVerifier>,
}

impl jeton_remote_verifier {
    /// The time of a call. Where the runtime drives the cache, keys grow old on its steady clock, whatever the time that a token is
    /// judged at.
    fn now(&self, now_ms: i64) -> Result<Now> {
        let now = moment_on(self.verifier.cache(), now_ms)?;
        Ok(if now_ms == JETON_CLOCK { now } else { Now { unix_ms: now_ms, ..now } })
    }

    fn wait(&self, token: &[u8], timeout: Duration, now: Now) -> Wait<Entry> {
        let (promise, mut wait) = promise();
        if !self.verifier.cache().is_driven_by_host() {
            wait.expire_after(timeout);
        }
        self.verifier.wait(token, Waiting { promise, read: |verified: Verified| Ok(contents(&verified)) }, now);
        wait
    }
}

fn contents(verified: &Verified) -> Entry {
    entry(parts(verified))
}

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
    guard(err, || {
        // SAFETY: the contract of this function.
        let issuers = unsafe { text_in(issuers, issuers_len, "issuers") }?;
        // SAFETY: the contract of this function.
        let environment = unsafe { optional_text_in(environment, environment_len, "environment") }?;
        let out = Out::new(out, "out")?;
        let cache = cache.map_or_else(runtime::default_cache, |cache| Ok(Arc::clone(&cache.cache)))?;
        let environment = environment.map_or_else(|| Ok(Environment::of_process()), Environment::parse)?;
        let verifier = RemoteVerifier::open(&cache, issuers, &environment)?;
        out.give(jeton_remote_verifier { verifier: Arc::new(verifier) });
        Ok(())
    })
}

/// Verifies with the keys at hand, at the time `now_ms` (Unix milliseconds, or JETON_CLOCK). Milliseconds: seconds are a
/// day in 1970, at which nothing has ended. Never waits. Parts of the result as jeton_verifier_open. On success the caller frees `*out` with jeton_result_free.
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
    guard_answer(err, || {
        let verifier = borrow(verifier, "verifier")?;
        // SAFETY: the contract of this function.
        let token = unsafe { bytes_in(token.cast(), token_len, "token") }?;
        let out = Out::new(out, "out")?;
        match verifier.verifier.verify(token, verifier.now(now_ms)?)? {
            Some(verified) => {
                out.give(jeton_result::one(contents(&verified)));
                Ok(JETON_OK)
            }
            None => {
                out.set(ptr::null_mut());
                Ok(JETON_WAIT)
            }
        }
    })
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
    guard(err, || {
        let verifier = borrow(verifier, "verifier")?;
        // SAFETY: the contract of this function.
        let token = unsafe { bytes_in(token.cast(), token_len, "token") }?;
        let out = Out::new(out, "out")?;
        let wait = verifier.wait(token, Duration::from_millis(timeout_ms), verifier.now(now_ms)?);
        out.give(jeton_wait::on(verifier.verifier.cache(), wait));
        Ok(())
    })
}

/// As jeton_remote_verifier_begin on the runtime's clock, and waits. On success the caller frees `*out` with jeton_result_free.
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
    guard(err, || {
        let verifier = borrow(verifier, "verifier")?;
        // SAFETY: the contract of this function.
        let token = unsafe { bytes_in(token.cast(), token_len, "token") }?;
        let out = Out::new(out, "out")?;
        let wait = verifier.wait(token, Duration::from_millis(timeout_ms), runtime::now()?);
        out.give(jeton_result::one(wait_for(&wait, timeout_ms)?));
        Ok(())
    })
}

/// Tells how the keys of each issuer stand, without asking a server. Part of the result: `stats`, a JSON list with an object for
/// each issuer, in their order: `issuer`, `jwks_url`, `keys` (how many usable ones the set at hand has, null without one), `refreshes`
/// (answers that brought or confirmed a set), `failures` (an object: status name to count), `last_failure` (a line for people, never
/// a secret; null unless the last fetch failed), and `is_stale` (bool: the last token was judged by a set that is old, for its
/// server gives no newer one). On success the caller frees `*out` with jeton_result_free. Returns JETON_OK.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_remote_verifier_stats(
    verifier: Option<&jeton_remote_verifier>,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        let verifier = borrow(verifier, "verifier")?;
        let out = Out::new(out, "out")?;
        let issuers: Vec<String> = verifier.verifier.stats().iter().map(IssuerStats::to_json).collect();
        out.give(jeton_result::of([("stats", Some(format!("[{}]", issuers.join(",")).into_bytes()))]));
        Ok(())
    })
}

/// Frees a remote verifier. NULL is fine. Never fails. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_remote_verifier_free(verifier: Option<Box<jeton_remote_verifier>>) {
    guard_or((), || drop(verifier));
}
