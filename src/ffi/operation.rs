//! `jeton_operation`: what needs several round trips, for hosts with their own HTTP stack or database.

use std::ffi::c_char;
use std::mem;

use super::boundary::{Out, borrow, bytes_in, guard, guard_answer, guard_or, jeton_error, optional_text_in, text_in};
use super::exchange::{fault, moment, request_parts, response};
use super::result::{Entry, entry, jeton_result};
use super::status::{JETON_ASK, JETON_OK, jeton_status};
use crate::error::{Failure, Result, Status};
use crate::source::gate::Lock;
use crate::source::{Now, Operation, Outcome, Request, Step};

/// An operation that asks the host for what it needs, step by step. One thread at a time.
pub struct jeton_operation {
    place: Lock<Place>,
}

/// What an operation does between two questions.
pub(super) type Work = Box<dyn FnOnce(Now) -> Result<Next> + Send>;

/// What comes after it.
pub(super) enum Next {
    /// An exchange is needed to go on.
    Http(Request, Box<dyn FnOnce(Outcome) -> Work + Send>),
    /// A row is needed to go on. The parts are `database`, `sql` and `parameters`; the row is JSON, None if there is none.
    Row(Entry, GoOn),
    /// Nothing: these are the parts of the result.
    Done(Entry),
}

/// What an operation does with a row.
pub(super) type GoOn = Box<dyn FnOnce(Option<&str>) -> Work + Send>;

/// How far it has come.
enum Place {
    /// It may go on.
    Ready(Work),
    /// It waits for an answer.
    Asked(Next),
    /// It is over.
    Over(Result<Entry>),
    /// A thread is at it.
    Busy,
}

impl jeton_operation {
    /// An operation that begins with this.
    pub(super) fn new(work: Work) -> jeton_operation {
        jeton_operation { place: Lock::new(Place::Ready(work)) }
    }

    /// An operation of HTTP exchanges.
    pub(super) fn of<T: 'static>(
        mut operation: Box<dyn Operation<Output = T>>,
        parts: fn(T) -> Entry,
    ) -> jeton_operation {
        jeton_operation::new(Box::new(move |now| {
            let step = operation.start(now)?;
            Ok(next(operation, step, parts))
        }))
    }

    /// Goes on as far as it can, outside the lock, for it may wait for a database.
    fn go_on(&self, now: Now) -> Result<(jeton_status, Entry)> {
        let place = mem::replace(&mut *self.place.lock(), Place::Busy);
        let place = match place {
            Place::Ready(work) => match work(now) {
                Ok(Next::Done(entry)) => Place::Over(Ok(entry)),
                Ok(next) => Place::Asked(next),
                Err(failure) => Place::Over(Err(failure)),
            },
            place => place,
        };
        let told = match &place {
            Place::Asked(Next::Http(request, _)) => Ok((JETON_ASK, asked("http", request_parts(request)))),
            Place::Asked(Next::Row(row, _)) => Ok((JETON_ASK, asked("row", row.clone()))),
            Place::Asked(Next::Done(entry)) | Place::Over(Ok(entry)) => Ok((JETON_OK, entry.clone())),
            Place::Over(Err(failure)) => Err(failure.clone()),
            Place::Ready(_) | Place::Busy => Err(Failure::new(Status::Config, "another thread is at this operation")),
        };
        *self.place.lock() = place;
        told
    }

    /// Takes the answer to what was asked.
    fn answer(&self, told: Told<'_>) -> Result<()> {
        let mut place = self.place.lock();
        let work = match (mem::replace(&mut *place, Place::Busy), told) {
            (Place::Asked(Next::Http(_, go_on)), Told::Outcome(outcome)) => go_on(outcome),
            (Place::Asked(Next::Row(_, go_on)), Told::Row(row)) => go_on(row),
            (Place::Asked(Next::Row(..)), Told::Fault(_)) => {
                Box::new(|_| Err(Failure::new(Status::Store, "the host could not look up the row")))
            }
            (Place::Asked(Next::Http(request, go_on)), Told::Fault(name)) => match fault(name) {
                Ok(fault) => go_on(Err(fault)),
                Err(failure) => {
                    *place = Place::Asked(Next::Http(request, go_on));
                    return Err(failure);
                }
            },
            (other, _) => {
                *place = other;
                return Err(Failure::new(Status::Config, "nothing of the kind was asked"));
            }
        };
        *place = Place::Ready(work);
        Ok(())
    }
}

/// What a host tells.
enum Told<'a> {
    Outcome(Outcome),
    Row(Option<&'a str>),
    Fault(&'a str),
}

fn next<T: 'static>(mut operation: Box<dyn Operation<Output = T>>, step: Step<T>, parts: fn(T) -> Entry) -> Next {
    match step {
        Step::Done(result) => Next::Done(parts(result)),
        Step::Ask(request) => {
            let go_on = move |outcome| -> Work {
                Box::new(move |now| {
                    let step = operation.resume(outcome, now)?;
                    Ok(next(operation, step, parts))
                })
            };
            Next::Http(request, Box::new(go_on))
        }
    }
}

fn asked(what: &str, parts: Entry) -> Entry {
    let mut asked = entry([("ask", Some(what.into()))]);
    asked.extend(parts);
    asked
}

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
    guard_answer(err, || {
        let operation = borrow(operation, "operation")?;
        let out = Out::new(out, "out")?;
        let (answer, entry) = operation.go_on(moment(now_ms)?)?;
        out.give(jeton_result::one(entry));
        Ok(answer)
    })
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
    guard(err, || {
        let operation = borrow(operation, "operation")?;
        // SAFETY: the contract of this function.
        let headers = unsafe { optional_text_in(headers, headers_len, "headers") }?;
        // SAFETY: the contract of this function.
        let body = unsafe { bytes_in(body, body_len, "body") }?;
        operation.answer(Told::Outcome(Ok(response(http_status, headers, body)?)))
    })
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
    guard(err, || {
        let operation = borrow(operation, "operation")?;
        // SAFETY: the contract of this function.
        operation.answer(Told::Fault(unsafe { text_in(fault, fault_len, "fault") }?))
    })
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
    guard(err, || {
        let operation = borrow(operation, "operation")?;
        // SAFETY: the contract of this function.
        operation.answer(Told::Row(unsafe { optional_text_in(row, row_len, "row") }?))
    })
}

/// Frees an operation, done or not. NULL is fine. Never fails. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_operation_free(operation: Option<Box<jeton_operation>>) {
    guard_or((), || drop(operation));
}
