//! What a call found, to be read in place.

use std::ffi::c_char;
use std::ptr;

use zeroize::Zeroizing;

use super::boundary::{Out, borrow, guard, jeton_error, text_in};
use super::status::jeton_status;
use crate::error::{Failure, Result, Status};

/// What a call found: entries of named parts, each a run of bytes. Most results have one entry; a batch has one for each
/// token. Immutable: any number of threads may read one at once. Its bytes are wiped when it is freed.
pub struct jeton_result {
    entries: Vec<Result<Entry>>,
}

/// The parts of one entry, by name.
pub(super) type Entry = Vec<(&'static str, Zeroizing<Vec<u8>>)>;

impl jeton_result {
    /// A result of one entry. A part that is `None` is left out.
    pub(super) fn of<const N: usize>(parts: [(&'static str, Option<Vec<u8>>); N]) -> jeton_result {
        jeton_result::one(entry(parts))
    }

    /// A result of this entry.
    pub(super) fn one(entry: Entry) -> jeton_result {
        jeton_result { entries: vec![Ok(entry)] }
    }

    /// A result with an entry, or a failure, for each member of a batch.
    pub(super) fn batch(entries: Vec<Result<Entry>>) -> jeton_result {
        jeton_result { entries }
    }
}

/// Where an empty part begins: Rust would say at address 1, which runtimes with a moving collector take for a broken pointer.
static EMPTY: [u8; 1] = [0];

/// One entry; a part that is `None` is left out.
pub(super) fn entry<const N: usize>(parts: [(&'static str, Option<Vec<u8>>); N]) -> Entry {
    parts.into_iter().filter_map(|(name, bytes)| Some((name, Zeroizing::new(bytes?)))).collect()
}

/// How many entries the result has; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_result_count(result: Option<&jeton_result>) -> usize {
    result.map_or(0, |result| result.entries.len())
}

/// Points `bytes` and `bytes_len` at the part `name` of the entry `index` (from 0). The function that made the result lists
/// its parts. The bytes belong to the result: they stay until it is freed, and are not NUL-terminated.
///
/// A part that this entry does not have gives JETON_OK with `*bytes` NULL and `*bytes_len` 0; one that is there but empty gives
/// a pointer that is not NULL.
///
/// Returns JETON_OK; the entry's own failure, if that token of a batch failed; JETON_E_CONFIG for an index that is not there.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_result_get(
    result: Option<&jeton_result>,
    index: usize,
    name: *const c_char,
    name_len: usize,
    bytes: *mut *const u8,
    bytes_len: *mut usize,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        let result = borrow(result, "result")?;
        // SAFETY: the contract of this function.
        let name = unsafe { text_in(name, name_len, "name") }?;
        let (bytes, bytes_len) = (Out::new(bytes, "bytes")?, Out::new(bytes_len, "bytes_len")?);
        let entry = result.entries.get(index).ok_or_else(|| {
            Failure::new(Status::Config, format!("index {index}: the result has {} entries", result.entries.len()))
        })?;
        let parts = entry.as_ref().map_err(Failure::clone)?;
        let part = parts.iter().find(|(part, _)| *part == name);
        bytes
            .set(part.map_or(ptr::null(), |(_, value)| if value.is_empty() { EMPTY.as_ptr() } else { value.as_ptr() }));
        bytes_len.set(part.map_or(0, |(_, value)| value.len()));
        Ok(())
    })
}

/// Wipes and frees a result, and with it all bytes that were read from it. NULL is fine. Never fails. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_result_free(result: Option<Box<jeton_result>>) {
    drop(result);
}
