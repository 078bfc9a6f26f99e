//! `jeton_key`: a key, or the key set of a JWKS.

use std::ffi::c_char;

use super::boundary::{Out, borrow, bytes_in, guard, jeton_error, optional_text_in, text_in};
use super::result::jeton_result;
use super::status::jeton_status;
use crate::error::Result;
use crate::jose::{Generated, Key, KeySet};

/// One key, or the key set of a JWKS. It is checked in full when it is made: an unsound or weak key does not exist.
/// Immutable: any number of threads may use one at once, and signers and verifiers made from it do not need it afterwards.
pub struct jeton_key {
    pub(super) keys: KeySet,
}

/// Reads one key from PEM text: PKCS#8 (`PRIVATE KEY`), SEC 1 (`EC PRIVATE KEY`), PKCS#1 (`RSA PRIVATE KEY`, `RSA PUBLIC KEY`),
/// SPKI (`PUBLIC KEY`) or an X.509 `CERTIFICATE`, of which only the public key is taken. Text around the block is passed over;
/// a second key block is refused.
///
/// `algorithm` (such as `"RS256"`) binds the key; `(NULL, 0)` leaves it to the key. EC and Ed25519 keys name theirs. An RSA key or a
/// secret must be bound here to verify; to sign, the options of the signer may name the algorithm instead.
/// On success `*out` is a handle that the caller frees with jeton_key_free.
/// Returns JETON_OK, JETON_E_KEY_UNSUPPORTED, JETON_E_KEY_WEAK, JETON_E_KEY, or JETON_E_CONFIG for an unknown algorithm name.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_key_from_pem(
    pem: *const c_char,
    pem_len: usize,
    algorithm: *const c_char,
    algorithm_len: usize,
    out: *mut *mut jeton_key,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        // SAFETY: the contract of this function.
        let pem = unsafe { bytes_in(pem.cast(), pem_len, "pem") }?;
        // SAFETY: the contract of this function.
        let algorithm = unsafe { optional_text_in(algorithm, algorithm_len, "algorithm") }?;
        make(out, || Ok(Key::from_pem(pem, algorithm)?.into()))
    })
}

/// Reads one key from the DER of any structure that jeton_key_from_pem knows; trailing bytes are refused. The rest as there.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_key_from_der(
    der: *const u8,
    der_len: usize,
    algorithm: *const c_char,
    algorithm_len: usize,
    out: *mut *mut jeton_key,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        // SAFETY: the contract of this function.
        let der = unsafe { bytes_in(der, der_len, "der") }?;
        // SAFETY: the contract of this function.
        let algorithm = unsafe { optional_text_in(algorithm, algorithm_len, "algorithm") }?;
        make(out, || Ok(Key::from_der(der, algorithm)?.into()))
    })
}

/// Reads one key from a JWK (RFC 7517, 7518, 8037), a JSON text. The rest as jeton_key_from_pem.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_key_from_jwk(
    jwk: *const c_char,
    jwk_len: usize,
    algorithm: *const c_char,
    algorithm_len: usize,
    out: *mut *mut jeton_key,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        // SAFETY: the contract of this function.
        let jwk = unsafe { bytes_in(jwk.cast(), jwk_len, "jwk") }?;
        // SAFETY: the contract of this function.
        let algorithm = unsafe { optional_text_in(algorithm, algorithm_len, "algorithm") }?;
        make(out, || Ok(Key::from_jwk(jwk, algorithm)?.into()))
    })
}

/// Reads a key set from a JWKS (RFC 7517 section 5), a JSON text of at most 64 keys. Members that are unusable here are passed
/// over; if nothing remains, the failure is that of the first. `algorithm` binds the members that name none, without which an RSA key
/// that has no `alg` is unusable. A set can only
/// verify. The rest as jeton_key_from_pem.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_key_from_jwks(
    jwks: *const c_char,
    jwks_len: usize,
    algorithm: *const c_char,
    algorithm_len: usize,
    out: *mut *mut jeton_key,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        // SAFETY: the contract of this function.
        let jwks = unsafe { bytes_in(jwks.cast(), jwks_len, "jwks") }?;
        // SAFETY: the contract of this function.
        let algorithm = unsafe { optional_text_in(algorithm, algorithm_len, "algorithm") }?;
        make(out, || KeySet::from_jwks(jwks, algorithm))
    })
}

/// Takes raw bytes as an HMAC secret, neither trimmed nor decoded. At least as long as the hash: 32 bytes for HS256, 48 for
/// HS384, 64 for HS512. Text or DER that is a public key or a JWK is refused (JETON_E_KEY). The rest as jeton_key_from_pem.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_key_from_secret(
    secret: *const u8,
    secret_len: usize,
    algorithm: *const c_char,
    algorithm_len: usize,
    out: *mut *mut jeton_key,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        // SAFETY: the contract of this function.
        let secret = unsafe { bytes_in(secret, secret_len, "secret") }?;
        // SAFETY: the contract of this function.
        let algorithm = unsafe { optional_text_in(algorithm, algorithm_len, "algorithm") }?;
        make(out, || Ok(Key::from_secret(secret, algorithm)?.into()))
    })
}

fn make(out: *mut *mut jeton_key, keys: impl FnOnce() -> Result<KeySet>) -> Result<()> {
    let out = Out::new(out, "out")?;
    out.give(jeton_key { keys: keys()? });
    Ok(())
}

/// Makes a new key for `algorithm`: ES256, ES384, EdDSA, HS256, HS384 or HS512.
///
/// Parts of the result: `private_jwk`, and for ES256, ES384 and EdDSA also `public_jwk`, `private_pem` (PKCS#8) and `public_pem`
/// (SPKI). JWKs carry `alg` and a `kid`, the RFC 7638 thumbprint; jeton_key_from_jwk makes a key of them. On success the caller frees `*out` with jeton_result_free.
/// Returns JETON_OK, JETON_E_KEY_UNSUPPORTED for RSA, JETON_E_CONFIG for an unknown name, JETON_E_INTERNAL without random bytes.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_key_generate(
    algorithm: *const c_char,
    algorithm_len: usize,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        // SAFETY: the contract of this function.
        let algorithm = unsafe { text_in(algorithm, algorithm_len, "algorithm") }?;
        let out = Out::new(out, "out")?;
        let Generated { private_jwk, public_jwk, private_pem, public_pem } = Key::generate(algorithm)?;
        out.give(jeton_result::of([
            ("private_jwk", Some(private_jwk.into_bytes())),
            ("public_jwk", public_jwk.map(String::into_bytes)),
            ("private_pem", private_pem.map(String::into_bytes)),
            ("public_pem", public_pem.map(String::into_bytes)),
        ]));
        Ok(())
    })
}

/// Says what a key is. Parts: `kty` (`oct`, `RSA`, `EC`, `OKP`), `algorithm` (absent where nothing binds an RSA key or a secret),
/// `kid` (absent if it has none), `private` (`true` or `false`; a secret is private), `thumbprint` (RFC 7638, SHA-256).
/// On success the caller frees `*out` with jeton_result_free. Returns JETON_OK, or JETON_E_KEY for a key set.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_key_describe(
    key: Option<&jeton_key>,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        let key = borrow(key, "key")?;
        let out = Out::new(out, "out")?;
        let key = key.keys.only()?;
        out.give(jeton_result::of([
            ("kty", Some(key.kty().into())),
            ("algorithm", key.algorithm().map(|algorithm| algorithm.name().into())),
            ("kid", key.kid().map(Into::into)),
            ("private", Some(key.is_private().to_string().into_bytes())),
            ("thumbprint", Some(key.thumbprint().into_bytes())),
        ]));
        Ok(())
    })
}

/// Gives the public half away. Parts: `jwks` (a JWKS of all keys), and for a single key also `jwk` and `pem` (SPKI).
/// On success the caller frees `*out` with jeton_result_free. Returns JETON_OK, or JETON_E_KEY for a secret, which has no public half.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_key_public(
    key: Option<&jeton_key>,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        let keys = &borrow(key, "key")?.keys;
        let out = Out::new(out, "out")?;
        let jwks = keys.public_jwks()?;
        let single = keys.only().ok();
        out.give(jeton_result::of([
            ("jwks", Some(jwks.into_bytes())),
            ("jwk", single.map(|key| key.public_jwk()).transpose()?.map(String::into_bytes)),
            ("pem", single.map(|key| key.public_pem()).transpose()?.map(String::into_bytes)),
        ]));
        Ok(())
    })
}

/// Frees a key. NULL is fine. Never fails. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_key_free(key: Option<Box<jeton_key>>) {
    drop(key);
}
