//! `jeton_verifier`: checks tokens.

use std::ffi::c_char;

use super::boundary::{Buffer, Out, borrow, bytes_in, guard, guard_or, items_in, jeton_error, text_in};
use super::key::jeton_key;
use super::result::{entry, jeton_result};
use super::status::jeton_status;
use crate::jose::{Payload, Verified, Verifier};

/// Checks tokens against keys and a policy. Immutable, but for what `verified_cache_bytes` lets it remember: any number of threads may use one at once.
pub struct jeton_verifier {
    pub(super) verifier: Verifier,
}

/// Makes a verifier from keys and a policy, a JSON object, of which unknown members are refused:
///
/// - `algorithms` (list of names): required. What the token's `alg` may be.
/// - `issuer` (string or list) or `any_issuer` (true): one is required. `iss` must be there and equal one.
/// - `audience` (string or list) or `any_audience` (true): one is required. `aud` must be there and hold one.
/// - `subject` (string): `sub` must be there and equal it.
/// - `typ` (string): the header's `typ` must be this media type.
/// - `leeway_s` (0 to 300, default 0): clock tolerance for every time claim.
/// - `max_age_s` (1 to 315576000): `iat` must be there, no older than this and not in the future; without it, `iat` decides nothing.
/// - `required` (list of claim names): these must be there and not null.
/// - `allow_missing_exp` (default false): without it, a token that never ends is refused.
/// - `expiry_claim` (default `exp`): another claim that ends the token and holds an RFC 3339 time.
/// - `payload` (`claims`, or `bytes`: the payload is not JSON): beside `bytes` only `algorithms`, `typ`, `max_token_bytes`, `try_keys`.
/// - `max_token_bytes` (256 to 1048576, default 65536).
/// - `try_keys` (1 to 8, default 1): how many keys a token without `kid` may be tried against.
/// - `verified_cache_bytes` (0 to 67108864, default 0): the memory in which this verifier keeps the texts of tokens that verified, not beside
///   `bytes`. The signature of one that is there is not computed again; all else is judged anew in each call. Below 1024 none is kept,
///   and one that is longer than a twentieth of it may be left out.
///
/// On success the caller frees `*out` with jeton_verifier_free; the key may be freed before it.
/// Returns JETON_OK, JETON_E_KEY for a key that cannot verify or that no algorithm binds, JETON_E_KEY_WEAK, or JETON_E_CONFIG.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_verifier_new(
    key: Option<&jeton_key>,
    policy: *const c_char,
    policy_len: usize,
    out: *mut *mut jeton_verifier,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        let key = borrow(key, "key")?;
        // SAFETY: the contract of this function.
        let policy = unsafe { text_in(policy, policy_len, "policy") }?;
        let out = Out::new(out, "out")?;
        out.give(jeton_verifier { verifier: Verifier::new(&key.keys, policy)? });
        Ok(())
    })
}

/// What the payload of every token is that this verifier accepts: 1 for claims, a JSON object; 0 for bytes, and for NULL. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_verifier_gives_claims(verifier: Option<&jeton_verifier>) -> i32 {
    verifier.map_or(0, |verifier| i32::from(verifier.verifier.payload() == Payload::Claims))
}

/// Verifies a compact JWS at the time `now_s` (Unix seconds; JETON_CLOCK is none here) and writes its payload, the claims
/// as JSON, to `claims`.
///
/// `claims_cap == token_len` is always enough; with too few the answer is JETON_E_BUFFER and `*claims_len` is the exact need,
/// which only a token that verified gets. On any other failure nothing is written. `claims` may not overlap the token. The token is any bytes, taken as they come.
/// Returns JETON_OK, or the first failure in the order 2xx, 3xx, 4xx; never a 4xx about a token whose signature is not good.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_verifier_verify(
    verifier: Option<&jeton_verifier>,
    token: *const c_char,
    token_len: usize,
    now_s: i64,
    claims: *mut u8,
    claims_cap: usize,
    claims_len: *mut usize,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        let verifier = borrow(verifier, "verifier")?;
        // SAFETY: the contract of this function.
        let token = unsafe { bytes_in(token.cast(), token_len, "token") }?;
        let claims = Buffer::new((claims, "claims"), claims_cap, (claims_len, "claims_len"))?;
        let verified = verifier.verifier.verify(token, now_s)?;
        claims.reserve(verified.payload().len())?.write(verified.payload());
        Ok(())
    })
}

/// Verifies like jeton_verifier_verify and gives the header too. Parts of the result: `header` (JSON, as it stood), and either
/// `claims` (JSON, as it stood) or, where the policy's `payload` is `bytes`, `payload`. On success the caller frees `*out` with
/// jeton_result_free. Returns as jeton_verifier_verify.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_verifier_open(
    verifier: Option<&jeton_verifier>,
    token: *const c_char,
    token_len: usize,
    now_s: i64,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        let verifier = borrow(verifier, "verifier")?;
        // SAFETY: the contract of this function.
        let token = unsafe { bytes_in(token.cast(), token_len, "token") }?;
        let out = Out::new(out, "out")?;
        let verified = verifier.verifier.verify(token, now_s)?;
        out.give(jeton_result::of(parts(&verified)));
        Ok(())
    })
}

/// Verifies `count` tokens in one call. `tokens` and `token_lens` are arrays of `count` pointers and lengths; `(NULL, NULL, 0)` is
/// an empty batch. Entry i of the result has the parts of jeton_verifier_open, or the failure of token i, which jeton_result_get
/// returns. On success, which says nothing about the tokens, the caller frees `*out` with jeton_result_free.
/// Returns JETON_OK, or a 1xx if a pointer or length is wrong; then no token was looked at.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_verifier_verify_batch(
    verifier: Option<&jeton_verifier>,
    tokens: *const *const c_char,
    token_lens: *const usize,
    count: usize,
    now_s: i64,
    out: *mut *mut jeton_result,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        let verifier = borrow(verifier, "verifier")?;
        // SAFETY: the contract of this function.
        let (tokens, lens) =
            unsafe { (items_in(tokens, count, "tokens")?, items_in(token_lens, count, "token_lens")?) };
        let out = Out::new(out, "out")?;
        let mut texts = Vec::new();
        for (token, len) in tokens.iter().zip(lens) {
            // SAFETY: the contract of this function.
            texts.push(unsafe { bytes_in(token.cast(), *len, "tokens[i]") }?);
        }
        let open = |token| verifier.verifier.verify(token, now_s).map(|verified| entry(parts(&verified)));
        out.give(jeton_result::batch(texts.into_iter().map(open).collect()));
        Ok(())
    })
}

/// The parts that tell what a token says.
pub(super) fn parts(verified: &Verified) -> [(&'static str, Option<Vec<u8>>); 2] {
    let payload = match verified.kind() {
        Payload::Claims => "claims",
        Payload::Bytes => "payload",
    };
    [("header", Some(verified.header().to_vec())), (payload, Some(verified.payload().to_vec()))]
}

/// Frees a verifier. NULL is fine. Never fails. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn jeton_verifier_free(verifier: Option<Box<jeton_verifier>>) {
    guard_or((), || drop(verifier));
}
