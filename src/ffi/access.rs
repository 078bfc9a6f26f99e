//! `jeton_access`: who is calling, and what they may do.

use std::ffi::c_char;
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::boundary::{Out, borrow, bytes_in, guard, guard_answer, guard_or, jeton_error, optional_text_in, text_in};
use super::operation::{Next, Work, jeton_operation};
use super::result::{Entry, entry, jeton_result};
use super::runtime::JETON_CLOCK;
use super::status::{JETON_ASK, JETON_OK, jeton_status};
use super::wait::{Waiting, jeton_wait};
use crate::error::{Failure, Result, Status};
use crate::runtime::{Wait, default_cache, hand_on, now, promise, watch_forks};
use crate::source::Now;
use crate::source::environment::Environment;
use crate::vendors::datasette::{self, Access, Answer, Begun, Progress, Question, Stored};

/// Says who is calling: a request's headers and query become an actor, or none. Any number of threads may use one at
/// once.
pub struct jeton_access {
    access: Arc<Access>,
}

/// Opens an authenticator. Databases, files and the environment are opened here, on the caller's thread: where somebody
/// else has a database locked, it waits up to 10 seconds. All but `secret` are JSON objects, described in docs/ACCESS.md:
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
    guard(err, || {
        // SAFETY: the contract of this function.
        let config = unsafe { text_in(config, config_len, "config") }?;
        // SAFETY: the contract of this function.
        let settings = unsafe { optional_text_in(settings, settings_len, "settings") }?;
        // SAFETY: the contract of this function.
        let given = unsafe { bytes_in(secret, secret_len, "secret") }?;
        // SAFETY: the contract of this function.
        let environment = unsafe { optional_text_in(environment, environment_len, "environment") }?;
        let out = Out::new(out, "out")?;
        let secret = (!secret.is_null()).then_some(given);
        let environment = environment.map_or_else(|| Ok(Environment::of_process()), Environment::parse)?;
        watch_forks();
        let access = Access::open(config, settings, secret, &environment, default_cache)?;
        out.give(jeton_access { access: Arc::new(access) });
        Ok(())
    })
}

/// Calls an operation of the table in docs/ACCESS.md at the time `now_s` (Unix seconds; JETON_CLOCK: the runtime's
/// clock): `authenticate`, `create_token`, `list_tokens`, `token_details`, `revoke_token`, `sign_token`, `auth_info`,
/// `act_as`. `args` is a JSON object. It may wait for a database, never for the network. Part of the result: `answer`,
/// JSON; of `authenticate` also `actor` (JSON, absent if nobody is calling) and `challenge`, the value of
/// `WWW-Authenticate` for an answer 401 to nobody, or 403 to an actor.
/// On success the caller frees `*out` with jeton_result_free. A token that is not accepted is no failure: `actor` of the
/// answer is null and `refused` says why.
/// Returns JETON_OK, JETON_E_CONFIG, JETON_E_STORE, JETON_E_UNKNOWN, JETON_E_DENIED, JETON_E_KEYS_UNAVAILABLE; JETON_ASK,
/// with `*out` NULL, where a row has to be asked for (use jeton_access_operation), or keys that are being fetched (use
/// jeton_access_begin, or call again).
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
    guard_answer(err, || {
        let access = borrow(access, "access")?;
        // SAFETY: the contract of this function.
        let operation = unsafe { text_in(operation, operation_len, "operation") }?;
        // SAFETY: the contract of this function.
        let args = unsafe { text_in(args, args_len, "args") }?;
        let out = Out::new(out, "out")?;
        match access.access.call(operation, args, moment(now_s)?)? {
            Progress::Done(answer) => {
                out.give(jeton_result::one(parts(answer)));
                Ok(JETON_OK)
            }
            Progress::Row(_) | Progress::Keys(_) => {
                out.set(ptr::null_mut());
                Ok(JETON_ASK)
            }
        }
    })
}

/// Begins an operation: the caller's thread waits for neither database nor network. What needs neither is done when this
/// returns, on the caller's thread and without the runtime, and the wait is over; a call that needs a database waits for
/// that file alone, whatever happens to others. Parts as jeton_access_call. After `timeout_ms` milliseconds the wait fails
/// with JETON_E_TIMEOUT; what had begun in a database by then may still be done. A row that the host is to look up is
/// JETON_E_CONFIG: see jeton_access_asks_rows. On success the caller frees `*out` with jeton_wait_free.
/// Returns JETON_OK, or JETON_E_UNSUPPORTED for JETON_CLOCK in a build without the runtime. Whatever else fails, fails in
/// the wait; in such a build, all that needs a database with JETON_E_UNSUPPORTED.
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
    guard(err, || {
        let access = borrow(access, "access")?;
        // SAFETY: the contract of this function.
        let operation = unsafe { text_in(operation, operation_len, "operation") }?;
        // SAFETY: the contract of this function.
        let args = unsafe { text_in(args, args_len, "args") }?;
        let out = Out::new(out, "out")?;
        let (now, timeout) = (moment(now_s)?, Duration::from_millis(timeout_ms));
        out.give(jeton_wait::driven(match access.access.begin(operation, args, now) {
            Ok(Begun::Told(Progress::Done(answer))) => Wait::over(Ok(parts(answer))),
            Ok(Begun::Told(Progress::Row(_))) => Wait::over(Err(rows_are_the_hosts())),
            Ok(Begun::Told(Progress::Keys(pending))) => {
                let (promise, mut wait) = promise();
                wait.expire_after(timeout);
                pending.wait(Waiting { promise, read: |answer| Ok(parts(answer)) }, now);
                wait
            }
            Ok(Begun::Stored(stored)) => stored_wait(stored, timeout),
            Err(failure) => Wait::over(Err(failure)),
        }));
        Ok(())
    })
}

/// Whether calls may come to a row that the host is to look up: 1 or 0, and 0 for NULL. Where it is 1 use
/// jeton_access_operation, of which no step then waits for a database; where it is 0 nothing is ever asked, and
/// jeton_access_begin does all. It stays the same for as long as the authenticator is open. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_access_asks_rows(access: Option<&jeton_access>) -> i32 {
    guard_or(0, || access.is_some_and(|access| access.access.asks_rows()).into())
}

/// Makes an operation that the host runs, step by step: it is asked for rows of databases that the settings left to it.
/// Where none are (jeton_access_asks_rows), a step may wait for a database. Parts of its result as jeton_access_call. On success the caller frees `*out` with
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
    guard(err, || {
        let access = Arc::clone(&borrow(access, "access")?.access);
        // SAFETY: the contract of this function.
        let operation = unsafe { text_in(operation, operation_len, "operation") }?.to_owned();
        // SAFETY: the contract of this function.
        let args = Zeroizing::new(unsafe { text_in(args, args_len, "args") }?.to_owned());
        let out = Out::new(out, "out")?;
        let now = moment(now_s)?;
        let call = move |_| match access.call(&operation, &args, now)? {
            Progress::Done(answer) => Ok(Next::Done(parts(answer))),
            Progress::Row(question) => Ok(look_up(question)),
            Progress::Keys(_) => Err(Failure::new(Status::KeysUnavailable, "the keys are still being fetched")),
        };
        out.give(jeton_operation::new(Box::new(call)));
        Ok(())
    })
}

/// Frees an authenticator and closes its databases. NULL is fine. Never fails. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_access_free(access: Option<Box<jeton_access>>) {
    guard_or((), || drop(access));
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
    guard(err, || {
        // SAFETY: the contract of this function.
        let actor = unsafe { text_in(actor, actor_len, "actor") }?;
        // SAFETY: the contract of this function.
        let allow = unsafe { text_in(allow, allow_len, "allow") }?;
        let allowed = Out::new(allowed, "allowed")?;
        allowed.set(datasette::allowed(actor, allow)?.into());
        Ok(())
    })
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
    guard(err, || {
        // SAFETY: the contract of this function.
        let actor = unsafe { text_in(actor, actor_len, "actor") }?;
        // SAFETY: the contract of this function.
        let action = unsafe { text_in(action, action_len, "action") }?;
        // SAFETY: the contract of this function.
        let resource = unsafe { text_in(resource, resource_len, "resource") }?;
        let allowed = Out::new(allowed, "allowed")?;
        allowed.set(datasette::allowed_action(actor, action, resource)?.into());
        Ok(())
    })
}

/// The time of a call. Fetched keys age by the steady clock, which without a runtime stands still: then there are none.
fn moment(now_s: i64) -> Result<Now> {
    match now() {
        Ok(now) if now_s == JETON_CLOCK => Ok(now),
        Err(failure) if now_s == JETON_CLOCK => Err(failure),
        now => Ok(Now { unix_ms: now_s.saturating_mul(1000), steady_ms: now.map_or(0, |now| now.steady_ms) }),
    }
}

fn rows_are_the_hosts() -> Failure {
    Failure::new(Status::Config, "only the host can look up rows of this database: see jeton_access_operation")
}

/// Goes on in a database, on a thread of the runtime that no other database can keep.
fn stored_wait(stored: Stored, timeout: Duration) -> Wait<Entry> {
    let place = stored.place().to_owned();
    hand_on(&place, timeout, |promise| {
        let outcome = stored.finish();
        promise.keep(outcome.map(parts));
    })
}

/// Has the host look up a row.
fn look_up(question: Question) -> Next {
    let row = entry([
        ("database", Some(question.database.clone().into_bytes())),
        ("sql", Some(question.sql.clone().into_bytes())),
        ("parameters", Some(question.parameters.clone().into_bytes())),
    ]);
    let go_on = move |row: Option<&str>| -> Work {
        let answer = question.answer(row);
        Box::new(move |_| Ok(Next::Done(parts(answer?))))
    };
    Next::Row(row, Box::new(go_on))
}

fn parts(answer: Answer) -> Entry {
    let Answer { json, actor, challenge } = answer;
    entry([
        ("answer", Some(json.into_bytes())),
        ("actor", actor.map(String::into_bytes)),
        ("challenge", challenge.map(|challenge| challenge.as_bytes().to_vec())),
    ])
}
