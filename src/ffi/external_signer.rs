//! `jeton_external_signer`: makes tokens with a private key that never leaves a KMS or HSM.

use std::ffi::c_char;

use super::boundary::{Out, borrow, bytes_in, guard, jeton_error, text_in};
use super::key::jeton_key;
use super::result::jeton_result;
use super::status::jeton_status;
use crate::jose::ExternalSigner;

/// Makes tokens whose signature somebody else computes, such as a KMS: the signing input comes out as a value, the signature
/// goes back in as a value. Immutable: any number of threads may use one at once.
pub struct jeton_external_signer {
    signer: ExternalSigner,
}

/// Makes an external signer from the public key and the options of jeton_signer_new. On success the caller frees `*out` with
/// jeton_external_signer_free; the key may be freed before it. Returns as jeton_signer_new.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_external_signer_new(
    key: Option<&jeton_key>,
    options: *const c_char,
    options_len: usize,
    out: *mut *mut jeton_external_signer,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        let key = borrow(key, "key")?;
        // SAFETY: the contract of this function.
        let options = unsafe { text_in(options, options_len, "options") }?;
        let out = Out::new(out, "out")?;
        out.give(jeton_external_signer { signer: ExternalSigner::new(key.keys.only()?, options)? });
        Ok(())
    })
}

/// Takes claims as jeton_signer_sign does. Part of the result: `signing_input`, the bytes to be signed. On success the caller
/// frees `*out` with jeton_result_free. Returns as jeton_signer_sign.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_external_signer_begin(
    signer: Option<&jeton_external_signer>,
    claims: *const c_char,
    claims_len: usize,
    now_s: i64,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        let signer = borrow(signer, "signer")?;
        // SAFETY: the contract of this function.
        let claims = unsafe { bytes_in(claims.cast(), claims_len, "claims") }?;
        let out = Out::new(out, "out")?;
        let signing_input = signer.signer.begin(claims, now_s)?;
        out.give(jeton_result::of([("signing_input", Some(signing_input.into_bytes()))]));
        Ok(())
    })
}

/// Takes a payload of any bytes as jeton_signer_sign_bytes does. The rest as jeton_external_signer_begin.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_external_signer_begin_bytes(
    signer: Option<&jeton_external_signer>,
    payload: *const u8,
    payload_len: usize,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        let signer = borrow(signer, "signer")?;
        // SAFETY: the contract of this function.
        let payload = unsafe { bytes_in(payload, payload_len, "payload") }?;
        let out = Out::new(out, "out")?;
        let signing_input = signer.signer.begin_bytes(payload)?;
        out.give(jeton_result::of([("signing_input", Some(signing_input.into_bytes()))]));
        Ok(())
    })
}

/// Verifies the signature over a signing input that begin gave, and joins the two. The signature has the form of RFC 7518:
/// for ES256 and ES384 it is R and S, each of full length, not DER. Part of the result: `token`. On success the caller frees
/// `*out` with jeton_result_free.
/// Returns JETON_OK, JETON_E_MALFORMED, JETON_E_HEADER_UNSUPPORTED or JETON_E_ALGORITHM for a signing input that no signer of this key
/// makes, JETON_E_SIGNATURE.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_external_signer_finish(
    signer: Option<&jeton_external_signer>,
    signing_input: *const c_char,
    signing_input_len: usize,
    signature: *const u8,
    signature_len: usize,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        let signer = borrow(signer, "signer")?;
        // SAFETY: the contract of this function.
        let signing_input = unsafe { bytes_in(signing_input.cast(), signing_input_len, "signing_input") }?;
        // SAFETY: the contract of this function.
        let signature = unsafe { bytes_in(signature, signature_len, "signature") }?;
        let out = Out::new(out, "out")?;
        let token = signer.signer.finish(signing_input, signature)?;
        out.give(jeton_result::of([("token", Some(token.into_bytes()))]));
        Ok(())
    })
}

/// Frees an external signer. NULL is fine. Never fails. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_external_signer_free(signer: Option<Box<jeton_external_signer>>) {
    drop(signer);
}
