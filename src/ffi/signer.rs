//! `jeton_signer`: makes tokens.

use std::ffi::c_char;

use super::boundary::{Buffer, Out, borrow, bytes_in, guard, jeton_error, text_in};
use super::key::jeton_key;
use super::status::jeton_status;
use crate::jose::Signer;

/// Makes tokens with one key and one header. Immutable: any number of threads may use one at once.
pub struct jeton_signer {
    signer: Signer,
}

/// Makes a signer from a private key or a secret and options, a JSON object; an empty text or `{}` is no options, and
/// unknown members are refused:
///
/// - `algorithm` (string): needed where the key names none.
/// - `header` (object): extra header members; not `alg`, `crit`, `b64`, `zip`.
/// - `kid` (string or null): default the key's own; null for none.
/// - `typ` (string or null): default `JWT` for claims and none for bytes; null for none.
/// - `issuer`, `subject` (string), `audience` (string or list): the claims `iss`, `sub`, `aud`.
/// - `ttl_s` (1 to 315576000): `iat` = now, `exp` = now + ttl.
/// - `jti` (true): a random `jti` of 128 bits.
///
/// On success the caller frees `*out` with jeton_signer_free; the key may be freed before it.
/// Returns JETON_OK, JETON_E_KEY_UNSUPPORTED, JETON_E_KEY_WEAK, JETON_E_KEY or JETON_E_CONFIG.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_signer_new(
    key: Option<&jeton_key>,
    options: *const c_char,
    options_len: usize,
    out: *mut *mut jeton_signer,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        let key = borrow(key, "key")?;
        // SAFETY: the contract of this function.
        let options = unsafe { text_in(options, options_len, "options") }?;
        let out = Out::new(out, "out")?;
        out.give(jeton_signer { signer: Signer::new(key.keys.only()?, options)? });
        Ok(())
    })
}

/// The most bytes that a token of this signer can have for claims or a payload of `payload_len` bytes. 0 for NULL; SIZE_MAX if
/// that is more than memory can hold. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_signer_bound(signer: Option<&jeton_signer>, payload_len: usize) -> usize {
    signer.map_or(0, |signer| signer.signer.bound(payload_len))
}

/// Signs claims, a JSON object in UTF-8, and writes the compact JWS (RFC 7515 section 7.1) to `token`, without a NUL.
///
/// `now_s` is the time in Unix seconds; it is only used for `ttl_s`. The claims go into the token as they stand, followed by
/// those of the options. `jeton_signer_bound(signer, claims_len)` bytes are always enough; with too few the answer is
/// JETON_E_BUFFER and `*token_len` is the exact need. On any other failure nothing is written. `token` may not overlap the claims.
/// Returns JETON_OK, JETON_E_CONFIG for claims that are not a strict JSON object or repeat an option's claim, JETON_E_CLAIM_INVALID
/// for a claim that no verifier would accept, JETON_E_BUFFER, JETON_E_INTERNAL without random bytes.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_signer_sign(
    signer: Option<&jeton_signer>,
    claims: *const c_char,
    claims_len: usize,
    now_s: i64,
    token: *mut c_char,
    token_cap: usize,
    token_len: *mut usize,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        let signer = borrow(signer, "signer")?;
        // SAFETY: the contract of this function.
        let claims = unsafe { bytes_in(claims.cast(), claims_len, "claims") }?;
        let token = Buffer::new((token.cast(), "token"), token_cap, (token_len, "token_len"))?;
        let unsigned = signer.signer.prepare(claims, now_s)?;
        let token = token.reserve(unsigned.token_len())?;
        token.write(unsigned.sign()?.as_bytes());
        Ok(())
    })
}

/// Signs a payload of any bytes, which may be none. Options about claims do not go with it (JETON_E_CONFIG). The rest as
/// jeton_signer_sign.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_signer_sign_bytes(
    signer: Option<&jeton_signer>,
    payload: *const u8,
    payload_len: usize,
    token: *mut c_char,
    token_cap: usize,
    token_len: *mut usize,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        let signer = borrow(signer, "signer")?;
        // SAFETY: the contract of this function.
        let payload = unsafe { bytes_in(payload, payload_len, "payload") }?;
        let token = Buffer::new((token.cast(), "token"), token_cap, (token_len, "token_len"))?;
        let unsigned = signer.signer.prepare_bytes(payload)?;
        let token = token.reserve(unsigned.token_len())?;
        token.write(unsigned.sign()?.as_bytes());
        Ok(())
    })
}

/// Frees a signer. NULL is fine. Never fails. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_signer_free(signer: Option<Box<jeton_signer>>) {
    drop(signer);
}
