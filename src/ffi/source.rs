//! `jeton_source`: a token that is always fresh.

use std::ffi::c_char;
use std::sync::Arc;
use std::time::Duration;

use super::boundary::{
    Buffer, Out, borrow, bytes_in, guard, guard_answer, guard_or, jeton_error, optional_text_in, text_in,
};
use super::cache::jeton_cache;
use super::exchange::moment_on;
use super::key::jeton_key;
use super::result::{Entry, entry, jeton_result};
use super::runtime::JETON_CLOCK;
use super::status::{JETON_OK, JETON_WAIT, jeton_status};
use super::wait::{Waiting, jeton_wait, wait_for};
use crate::error::{Failure, Result, Status};
use crate::runtime::{self, Wait, promise};
use crate::source::environment::Environment;
use crate::source::{Answer, Now, Operation, Source, Token};
use crate::vendors::source::open_kind;

/// One token that is kept fresh: fetched when first asked for, renewed ahead of its end, while callers are served the old
/// one. Any number of threads may use one at once.
pub struct jeton_source {
    pub(super) source: Arc<Source>,
}

impl jeton_source {
    fn now(&self, now_ms: i64) -> Result<Now> {
        moment_on(self.source.cache(), now_ms)
    }

    /// Waits for a token, of which `read` makes the result.
    fn token<T: Send + Sync + 'static>(
        &self,
        read: impl FnOnce(Arc<Token>) -> Result<T> + Clone + Send + 'static,
        is_fetch_wanted: bool,
        timeout: Duration,
        now: Now,
    ) -> Wait<T> {
        let (promise, mut wait) = promise();
        if !self.source.cache().is_driven_by_host() {
            let (of, read) = (Arc::clone(&self.source), read.clone());
            wait.expire_with(timeout, move || of.late(is_fetch_wanted, runtime::now()?).and_then(read));
        }
        let waiter = Box::new(Waiting { promise, read });
        if is_fetch_wanted {
            self.source.refresh(waiter, now)
        } else {
            self.source.wait(waiter, now)
        }
        wait
    }

    /// A token, for which it waits on this thread.
    fn token_within(&self, timeout_ms: u64, now: Now) -> Result<Arc<Token>> {
        let wait = self.token(Ok, false, Duration::from_millis(timeout_ms), now);
        if !self.source.cache().is_driven_by_host() {
            // It ends by its own alarm, which knows what it was too late for.
            return wait_for(&wait, timeout_ms.saturating_add(GRACE_MS));
        }
        match wait.wait(Duration::from_millis(timeout_ms)) {
            true => wait_for(&wait, 0),
            false => self.source.late(false, self.now(JETON_CLOCK)?),
        }
    }

    /// Runs what a source does at its server besides fetching.
    fn run(
        &self,
        operation: Box<dyn Operation<Output = bool>>,
        timeout: Duration,
        parts: fn(bool) -> Entry,
    ) -> Result<Wait<Entry>> {
        match self.source.cache().is_driven_by_host() {
            true => Err(Failure::new(Status::Unsupported, "needs a cache that the runtime drives")),
            false => Ok(runtime::run(operation, timeout, parts)),
        }
    }

    fn close(&self, timeout: Duration, now: Now) -> Result<Wait<Entry>> {
        match self.source.close(now) {
            Some(end) => self.run(end, timeout, |_| Entry::new()),
            None => Ok(Wait::over(Ok(Entry::new()))),
        }
    }
}

fn token_parts(token: Arc<Token>) -> Result<Entry> {
    let expires_at_s = token.expires_at_s().map(|second| second.to_string().into_bytes());
    Ok(entry([("token", Some(token.text().as_bytes().to_vec())), ("expires_at_s", expires_at_s)]))
}

/// How much longer a call sleeps than the wait that it sleeps for.
const GRACE_MS: u64 = 1_000;

/// What stands for an end that is not known.
const NO_END: i64 = i64::MAX;

/// Hands a token out to the caller's memory.
fn hand_out(token: &Token, buffer: Buffer, expires_at_s: Out<i64>) -> Result<()> {
    let text = token.text().as_bytes();
    buffer.reserve(text.len())?.write(text);
    expires_at_s.set(token.expires_at_s().unwrap_or(NO_END));
    Ok(())
}

fn revoked(is_revoked: bool) -> Entry {
    entry([("revoked", Some(if is_revoked { "true" } else { "false" }.into()))])
}

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
/// JETON_E_STORE for a token file of another owner, of which a `descarteslabs` source warns (`TOKEN_FILE_UNREADABLE`) and goes
/// without.
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
    guard(err, || {
        // SAFETY: the contract of this function.
        let config = unsafe { text_in(config, config_len, "config") }?;
        // SAFETY: the contract of this function.
        let secrets = unsafe { optional_text_in(secrets, secrets_len, "secrets") }?;
        // SAFETY: the contract of this function.
        let environment = unsafe { optional_text_in(environment, environment_len, "environment") }?;
        let out = Out::new(out, "out")?;
        let cache = cache.map_or_else(runtime::default_cache, |cache| Ok(Arc::clone(&cache.cache)))?;
        let now = moment_on(&cache, now_ms)?;
        let environment = environment.map_or_else(|| Ok(Environment::of_process()), Environment::parse)?;
        let key = key.map(|key| key.keys.only()).transpose()?;
        let kind = open_kind(config, secrets.unwrap_or("{}"), &environment, key, now)?;
        out.give(jeton_source { source: Arc::new(cache.open(kind, now)?) });
        Ok(())
    })
}

/// Writes the token to `token`, if one is at hand that has not ended at the time `now_ms` (Unix milliseconds, or
/// JETON_CLOCK), and to `*expires_at_s` the Unix second at which it ends (INT64_MAX if that is not known). Never waits,
/// opens no connection and no file, starts a renewal when one is due. With too little room the answer is JETON_E_BUFFER
/// and `*token_len` is the exact need; `max_token_bytes` of the cache is always enough.
/// Returns JETON_OK; JETON_WAIT if a fetch is under way or due: see jeton_source_begin; the last failure if the next
/// fetch is not due yet (5xx). JETON_WAIT also in the last moments of a token, a sixtieth of its life and at most ten
/// seconds, unless a try to renew it has failed or takes a second.
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
    guard_answer(err, || {
        let source = borrow(source, "source")?;
        let token = Buffer::new((token, "token"), token_cap, (token_len, "token_len"))?;
        let expires_at_s = Out::new(expires_at_s, "expires_at_s")?;
        match source.source.token(source.now(now_ms)?)? {
            Answer::Ready(ready) => hand_out(&ready, token, expires_at_s).map(|()| JETON_OK),
            Answer::Wait => Ok(JETON_WAIT),
        }
    })
}

/// As jeton_source_token on the runtime's clock, but waits for a fetch at most `timeout_ms` milliseconds; a token in its
/// last moments is what it gives after that. Returns JETON_OK, JETON_E_TIMEOUT, or the failure of the fetch (5xx).
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
    guard(err, || {
        let source = borrow(source, "source")?;
        let buffer = Buffer::new((token, "token"), token_cap, (token_len, "token_len"))?;
        let expires_at_s = Out::new(expires_at_s, "expires_at_s")?;
        let now = source.now(JETON_CLOCK)?;
        if let Answer::Ready(ready) = source.source.token(now)? {
            return hand_out(&ready, buffer, expires_at_s);
        }
        let fetched = source.token_within(timeout_ms, now)?;
        hand_out(&fetched, buffer, expires_at_s)
    })
}

/// Begins what may take time, and gives a wait for its result. `operation` is one of
///
/// - `token`: as jeton_source_token. Parts: `token`, and `expires_at_s` (decimal; absent where it is not known).
/// - `refresh`: fetches now. The same parts.
/// - `identity`: what the token says of its subject, fetched first where `token` would be. Part: `identity`, a JSON
///   object of `namespace`, `payload`, `all_acl_subjects`, `all_owner_acl_subjects`.
/// - `revoke`: ends a token at its server (RFC 7009, or the vendor's way): `token`, or the current one where it is
///   empty. Part: `revoked` (`true` or `false`).
/// - `close`: as jeton_source_close. No parts.
///
/// After `timeout_ms` milliseconds the wait fails with JETON_E_TIMEOUT, or JETON_E_STORE where another process keeps the token
/// file locked; the fetch, which others may share, goes on. In the last moments of a token `token` and `identity` end with
/// that one instead, after a second at most. On a cache that the host drives a wait has no end of its own.
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
    guard(err, || {
        let source = borrow(source, "source")?;
        // SAFETY: the contract of this function.
        let operation = unsafe { text_in(operation, operation_len, "operation") }?;
        // SAFETY: the contract of this function.
        let token = unsafe { optional_text_in(token.cast(), token_len, "token") }?.filter(|token| !token.is_empty());
        let out = Out::new(out, "out")?;
        let (now, timeout) = (source.now(now_ms)?, Duration::from_millis(timeout_ms));
        let wait = match operation {
            "token" | "refresh" => source.token(token_parts, operation == "refresh", timeout, now),
            "identity" => {
                let of = Arc::clone(&source.source);
                let read = move |token: Arc<Token>| Ok(entry([("identity", Some(of.identity(&token)?.into_bytes()))]));
                source.token(read, false, timeout, now)
            }
            "revoke" => {
                source.source.revoke(token, now).and_then(|revocation| source.run(revocation, timeout, revoked))?
            }
            "close" => source.close(timeout, now)?,
            _ => return Err(Failure::new(Status::Config, "operation: there is none of this name")),
        };
        out.give(jeton_wait::on(source.source.cache(), wait));
        Ok(())
    })
}

/// Says that a server refused a token: `token`, or the current one where it is empty. It is not served again, and
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
    guard(err, || {
        let source = borrow(source, "source")?;
        // SAFETY: the contract of this function.
        let token = unsafe { bytes_in(token.cast(), token_len, "token") }?;
        let invalidated = Out::new(invalidated, "invalidated")?;
        // What is no text is no token that was ever served.
        let named = match std::str::from_utf8(token) {
            Ok("") => Some(None),
            Ok(token) => Some(Some(token)),
            Err(_) => None,
        };
        source.now(now_ms)?;
        let is_new = named.map_or(Ok(false), |token| source.source.invalidate(token))?;
        invalidated.set(i32::from(is_new));
        Ok(())
    })
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
    guard(err, || {
        let source = borrow(source, "source")?;
        let out = Out::new(out, "out")?;
        let description = source.source.describe()?;
        out.give(jeton_result::of([("description", Some(description.into_bytes()))]));
        Ok(())
    })
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
    guard(err, || {
        let source = borrow(source, "source")?;
        let out = Out::new(out, "out")?;
        let stats = source.source.stats()?.to_json();
        out.give(jeton_result::of([("stats", Some(stats.into_bytes()))]));
        Ok(())
    })
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
    guard(err, || {
        let source = borrow(source, "source")?;
        let out = Out::new(out, "out")?;
        let drained = source.source.events()?;
        let entries = drained.events.iter().enumerate().map(|(index, event)| {
            let json = event.to_json(if index == 0 { drained.lost } else { 0 });
            Ok(entry([("event", Some(json.into_bytes()))]))
        });
        out.give(jeton_result::batch(entries.collect()));
        Ok(())
    })
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
    guard(err, || {
        let source = borrow(source, "source")?;
        let cache = source.source.cache();
        let now = if cache.is_driven_by_host() { cache.last_host_moment() } else { runtime::now()? };
        let wait = source.close(Duration::from_millis(timeout_ms), now)?;
        wait_for(&wait, timeout_ms).map(|_| ())
    })
}

/// Frees a source; does no I/O, and closes it if that was not done. NULL is fine. Never fails. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_source_free(source: Option<Box<jeton_source>>) {
    guard_or((), || {
        let Some(source) = source else { return };
        // Not only dropped: somebody may still wait, and holds a part of it.
        source.source.abandon();
    });
}
