//! The one clever file: everything that turns C's pointers into Rust values and back, and keeps panics inside.
//!
//! A function of the ABI is `guard(err, || …)` around a body that only marshals, or [`guard_or`] where it cannot fail. Inside, a pointer becomes a value through
//! one of the helpers below or not at all; each checks NULL and length before it touches memory.

use std::any::Any;
use std::ffi::c_char;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{mem, ptr, slice};

use super::status::{JETON_OK, jeton_status};
use crate::error::{Failure, Result, Status};

/// Why a call failed. Declared by the caller, who may leave it uninitialised and may pass NULL instead; untouched on success.
///
/// 256 bytes. `claim` and `message` end in NUL and are cut on a character boundary where they do not fit; no byte of a
/// token, key, secret or claim value is ever in them. Where a server refused, `message` may hold its text.
#[repr(C)]
#[allow(non_camel_case_types)]
pub struct jeton_error {
    /// The status that the call returned.
    pub status: jeton_status,
    /// The HTTP status of the server that answered; 0 if none did.
    pub http_status: i32,
    /// The claim or header member that decided (`exp`, `typ`), or the server's own error code; else empty.
    pub claim: [c_char; 48],
    /// One line for people. Its wording is not part of the contract.
    pub message: [c_char; 200],
}

/// Runs the body of one call: a failure is written to `err`, a panic becomes `JETON_E_PANIC`.
pub(super) fn guard(err: *mut jeton_error, body: impl FnOnce() -> Result<()>) -> jeton_status {
    guard_answer(err, || body().map(|()| JETON_OK))
}

/// As [`guard`], for a body that answers `JETON_OK`, `JETON_WAIT` or `JETON_ASK`.
pub(super) fn guard_answer(err: *mut jeton_error, body: impl FnOnce() -> Result<jeton_status>) -> jeton_status {
    // A body only reads immutable handles and writes outputs at its very end, so nothing half-done can be seen after a panic.
    let outcome = catch_unwind(AssertUnwindSafe(body));
    let failure = match outcome {
        Ok(Ok(answer)) => return answer,
        Ok(Err(failure)) => failure,
        Err(panic) => {
            forget_panic(panic);
            Failure::new(Status::Panic, "a defect of the library was caught; the call had no effect")
        }
    };
    write_error(err, &failure);
    failure.status().number()
}

/// As [`guard`], for a body that has no way to fail: after a panic the answer is `fallback`.
pub(super) fn guard_or<T>(fallback: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| {
        forget_panic(panic);
        fallback
    })
}

/// Drops a panic's payload, which could hold anything; one that panics in its own drop is left where it is.
fn forget_panic(panic: Box<dyn Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        mem::forget(again);
    }
}

/// Fills `err` unless it is NULL.
pub(super) fn write_error(err: *mut jeton_error, failure: &Failure) {
    if err.is_null() {
        return;
    }
    let http_status = failure.http_status().unwrap_or_default().into();
    let mut error = jeton_error { status: failure.status().number(), http_status, claim: [0; 48], message: [0; 200] };
    write_text(&mut error.claim, failure.claim().unwrap_or_default());
    write_text(&mut error.message, failure.message());
    // SAFETY: not NULL, and by contract it points to a jeton_error. `write` does not read the old, perhaps uninitialised, bytes.
    unsafe { err.write(error) }
}

/// Copies `text` and a NUL; what does not fit is cut on a character boundary.
fn write_text(field: &mut [c_char], text: &str) {
    let end = text.floor_char_boundary(field.len() - 1);
    for (to, from) in field.iter_mut().zip(text.bytes().take(end)) {
        *to = from as c_char;
    }
}

fn null(name: &str) -> Failure {
    Failure::new(Status::Null, format!("{name} is NULL"))
}

/// A handle that the caller lends for the call.
pub(super) fn borrow<'a, T>(handle: Option<&'a T>, name: &str) -> Result<&'a T> {
    handle.ok_or_else(|| null(name))
}

/// An array of `count` items that the caller lends for the call. `(NULL, 0)` is empty.
///
/// # Safety
/// Unless NULL, `items` points to `count` readable, aligned items that nobody changes during the call.
pub(super) unsafe fn items_in<'a, T>(items: *const T, count: usize, name: &str) -> Result<&'a [T]> {
    if items.is_null() {
        return if count == 0 { Ok(&[]) } else { Err(null(name)) };
    }
    if count > isize::MAX as usize / size_of::<T>() {
        return Err(Failure::new(Status::Length, format!("the length of {name} is impossible")));
    }
    // SAFETY: not NULL, a length that a slice may have, and the caller's promise above.
    Ok(unsafe { slice::from_raw_parts(items, count) })
}

/// Bytes that the caller lends for the call. `(NULL, 0)` is empty.
///
/// # Safety
/// As [`items_in`].
pub(super) unsafe fn bytes_in<'a>(data: *const u8, len: usize, name: &str) -> Result<&'a [u8]> {
    // SAFETY: the caller's promise is the same, and bytes are always aligned.
    unsafe { items_in(data, len, name) }
}

/// UTF-8 text that the caller lends for the call. `(NULL, 0)` is empty.
///
/// # Safety
/// As [`bytes_in`].
pub(super) unsafe fn text_in<'a>(data: *const c_char, len: usize, name: &str) -> Result<&'a str> {
    // SAFETY: the caller's promise is the same.
    let bytes = unsafe { bytes_in(data.cast(), len, name) }?;
    std::str::from_utf8(bytes).map_err(|_| Failure::new(Status::Utf8, format!("{name} is not UTF-8")))
}

/// Text that may be left out as `(NULL, 0)`.
///
/// # Safety
/// As [`bytes_in`].
pub(super) unsafe fn optional_text_in<'a>(data: *const c_char, len: usize, name: &str) -> Result<Option<&'a str>> {
    if data.is_null() && len == 0 {
        return Ok(None);
    }
    // SAFETY: the caller's promise is the same.
    unsafe { text_in(data, len, name) }.map(Some)
}

/// A place for one output value.
pub(super) struct Out<T>(*mut T);

impl<T> Out<T> {
    /// Checks the pointer before the body does any work.
    pub(super) fn new(place: *mut T, name: &str) -> Result<Out<T>> {
        if place.is_null() { Err(null(name)) } else { Ok(Out(place)) }
    }

    pub(super) fn set(self, value: T) {
        // SAFETY: not NULL, and by contract it points to room for a T, whose old bytes are not read.
        unsafe { self.0.write(value) }
    }
}

impl<T> Out<*mut T> {
    /// Hands a new handle to the caller, who owns it from here.
    pub(super) fn give(self, value: T) {
        self.set(Box::into_raw(Box::new(value)));
    }
}

/// The caller's buffer of a hot call: `(buf, cap, *len)`.
pub(super) struct Buffer {
    data: *mut u8,
    capacity: usize,
    len: Out<usize>,
}

impl Buffer {
    /// Checks the pointers. `(NULL, 0)` is a buffer without room, which asks for the needed length.
    pub(super) fn new(
        (data, name): (*mut u8, &str),
        capacity: usize,
        (len, len_name): (*mut usize, &str),
    ) -> Result<Buffer> {
        if data.is_null() && capacity != 0 {
            return Err(null(name));
        }
        Ok(Buffer { data, capacity, len: Out::new(len, len_name)? })
    }

    /// Whether `needed` bytes fit; where not, says how many are needed.
    pub(super) fn reserve(self, needed: usize) -> Result<Reserved> {
        if needed > self.capacity {
            self.len.set(needed);
            return Err(Failure::new(Status::Buffer, format!("the output needs {needed} bytes")));
        }
        Ok(Reserved(self))
    }
}

/// A buffer that is known to be large enough.
pub(super) struct Reserved(Buffer);

impl Reserved {
    /// Copies `bytes`, which are no more than were reserved, and their length.
    pub(super) fn write(self, bytes: &[u8]) {
        assert!(bytes.len() <= self.0.capacity);
        if !bytes.is_empty() {
            // SAFETY: the buffer holds `capacity` bytes by contract, no fewer than `bytes`, and is not one of ours.
            unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), self.0.data, bytes.len()) }
        }
        self.0.len.set(bytes.len());
    }
}
