//! API keys of our own: a prefix that scanners recognise, random characters, and a checksum that costs a typo no database read.

use std::ffi::c_char;

use super::boundary::{Out, bytes_in, guard, jeton_error, text_in};
use super::result::jeton_result;
use super::status::jeton_status;
use crate::access::api_key;

/// Makes a key: `<prefix>_`, 30 random characters and 6 of checksum. `prefix` is 2 to 16 of a-z and 0-9, a letter first.
/// Parts of the result: `api_key`, to be shown once, and `digest`, the 32 bytes of SHA-256 that a service stores. On
/// success the caller frees `*out` with jeton_result_free. Returns JETON_OK, JETON_E_CONFIG for another prefix,
/// JETON_E_INTERNAL without random bytes.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_api_key_generate(
    prefix: *const c_char,
    prefix_len: usize,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        // SAFETY: the contract of this function.
        let prefix = unsafe { text_in(prefix, prefix_len, "prefix") }?;
        let out = Out::new(out, "out")?;
        let key = api_key::generate(prefix)?;
        let digest = api_key::stored_digest(key.as_bytes()).to_vec();
        out.give(jeton_result::of([("api_key", Some(key.as_bytes().to_vec())), ("digest", Some(digest))]));
        Ok(())
    })
}

/// Looks at the form and the checksum of a key; whether it was ever given to anybody is for the service to know, by its
/// digest. Parts of the result: `prefix` and `digest`, both absent if it is not well formed.
/// On success, which says nothing about the key, the caller frees `*out` with jeton_result_free. Returns JETON_OK.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_api_key_check(
    api_key: *const u8,
    api_key_len: usize,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        // SAFETY: the contract of this function.
        let key = unsafe { bytes_in(api_key, api_key_len, "api_key") }?;
        let out = Out::new(out, "out")?;
        let prefix = api_key::check(key);
        let digest = prefix.map(|_| api_key::stored_digest(key).to_vec());
        out.give(jeton_result::of([("prefix", prefix.map(|prefix| prefix.as_bytes().to_vec())), ("digest", digest)]));
        Ok(())
    })
}
