/*
 * jeton.h: make tokens, check tokens, say what a key is.
 *
 * Generated from src/ffi/ by `make header`; do not edit. include/README.md tells the rules that hold for every function:
 * ownership, NULL, threads, strings, output buffers, errors. Text goes in as char, bytes come out as uint8_t.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */

#ifndef JETON_H
#define JETON_H

#include <stddef.h>
#include <stdint.h>

/** Marks a function whose status must not be ignored. */
#if defined(__GNUC__) || defined(__clang__)
#define JETON_MUST_USE __attribute__((warn_unused_result))
#else
#define JETON_MUST_USE
#endif

/**
 * The ABI that this header describes. It grows when a function, a type or a meaning changes so that an old program breaks.
 */
#define JETON_ABI_VERSION 1

/**
 * The runtime's own clock, for a parameter whose function says that it takes this. Where a token is verified without a
 * runtime it is a moment in 1969, at which nothing has ended.
 */
#define JETON_CLOCK -1

/**
 * Says who is calling: a request's headers and query become an actor, or none. Any number of threads may use one at
 * once.
 */
typedef struct jeton_access jeton_access;

/**
 * Holds the tokens of any number of sources, and the key sets of any number of remote verifiers: two sources of the same
 * identity share one entry. It fetches nothing itself: the runtime does, or a host that calls jeton_cache_poll. Any
 * number of threads may use one at once. Most programs never make one: NULL stands for the cache of the process, which
 * the runtime drives.
 */
typedef struct jeton_cache jeton_cache;

/**
 * Calls one server in the name of one user. Any number of threads may use one at once.
 */
typedef struct jeton_client jeton_client;

/**
 * Makes tokens whose signature somebody else computes, such as a KMS: the signing input comes out as a value, the signature
 * goes back in as a value. Immutable: any number of threads may use one at once.
 */
typedef struct jeton_external_signer jeton_external_signer;

/**
 * One key, or the key set of a JWKS. It is checked in full when it is made: an unsound or weak key does not exist.
 * Immutable: any number of threads may use one at once, and signers and verifiers made from it do not need it afterwards.
 */
typedef struct jeton_key jeton_key;

/**
 * An operation that asks the host for what it needs, step by step. One thread at a time.
 */
typedef struct jeton_operation jeton_operation;

/**
 * Checks tokens of one or more issuers, whose key sets are fetched and kept as long as their servers say. Any number of
 * threads may use one at once.
 */
typedef struct jeton_remote_verifier jeton_remote_verifier;

/**
 * What a call found: entries of named parts, each a run of bytes. Most results have one entry; a batch has one for each
 * token. Immutable: any number of threads may read one at once. Its bytes are wiped when it is freed.
 */
typedef struct jeton_result jeton_result;

/**
 * Makes tokens with one key and one header. Immutable: any number of threads may use one at once.
 */
typedef struct jeton_signer jeton_signer;

/**
 * One token that is kept fresh: fetched when first asked for, renewed ahead of its end, while callers are served the old
 * one. Any number of threads may use one at once.
 */
typedef struct jeton_source jeton_source;

/**
 * Checks tokens against keys and a policy. Immutable, but for what `verified_cache_bytes` lets it remember: any number of threads may use one at once.
 */
typedef struct jeton_verifier jeton_verifier;

/**
 * Signs Vizzly access tokens with one ES256 key. Immutable: any number of threads may use one at once.
 */
typedef struct jeton_vizzly jeton_vizzly;

/**
 * The result of something that takes time. One thread at a time may use it, but jeton_wait_cancel may come from any.
 */
typedef struct jeton_wait jeton_wait;

/**
 * What every fallible function returns: `JETON_OK`, one of `JETON_E_…`, or where a function says so `JETON_WAIT` or `JETON_ASK`. Numbers are for ever; new ones may be added.
 */
typedef int32_t jeton_status;

/**
 * Why a call failed. Declared by the caller, who may leave it uninitialised and may pass NULL instead; untouched on success.
 *
 * 256 bytes. `claim` and `message` end in NUL and are cut on a character boundary where they do not fit; no byte of a
 * token, key, secret or claim value is ever in them. Where a server refused, `message` may hold its text.
 */
typedef struct {
    /**
     * The status that the call returned.
     */
    jeton_status status;
    /**
     * The HTTP status of the server that answered; 0 if none did.
     */
    int32_t http_status;
    /**
     * The claim or header member that decided (`exp`, `typ`), or the server's own error code; else empty.
     */
    char claim[48];
    /**
     * One line for people. Its wording is not part of the contract.
     */
    char message[200];
} jeton_error;

/**
 * Done.
 */
#define JETON_OK 0

/**
 * No failure: the answer is not there yet.
 */
#define JETON_WAIT 1

/**
 * No failure: the library asks for something, such as an HTTP exchange, and goes on when it is answered.
 */
#define JETON_ASK 2

/**
 * A pointer that must not be NULL is NULL.
 */
#define JETON_E_NULL 101

/**
 * A text is not UTF-8.
 */
#define JETON_E_UTF8 102

/**
 * A length is larger than any object in memory can be.
 */
#define JETON_E_LENGTH 103

/**
 * The output buffer is too small; the needed length was written to its length, and nothing else happened.
 */
#define JETON_E_BUFFER 104

/**
 * A policy, an option, an argument or the claims to sign contradict themselves or the documentation; the message names the path.
 */
#define JETON_E_CONFIG 105

/**
 * A key cannot be read, is inconsistent, or does not fit its algorithm or the operation.
 */
#define JETON_E_KEY 106

/**
 * A key is too weak: a short HMAC secret, an RSA modulus below 2048 bits or an exponent below 65537.
 */
#define JETON_E_KEY_WEAK 107

/**
 * A well-formed key outside this library, such as P-521, secp256k1 or an encrypted PEM.
 */
#define JETON_E_KEY_UNSUPPORTED 108

/**
 * The token is longer than the policy's `max_token_bytes`.
 */
#define JETON_E_TOO_LARGE 201

/**
 * Not a compact JWS: segments, base64url, or a header that is not a JSON object with a text `alg`.
 */
#define JETON_E_MALFORMED 202

/**
 * The header has `crit`, `b64` or `zip`; no extension is supported.
 */
#define JETON_E_HEADER_UNSUPPORTED 203

/**
 * The header's `alg` is not allowed by the policy, or is not the algorithm of the key.
 */
#define JETON_E_ALGORITHM 301

/**
 * No key, or more than one, answers to the token.
 */
#define JETON_E_KEY_NOT_FOUND 302

/**
 * The signature is not that key's over these bytes.
 */
#define JETON_E_SIGNATURE 303

/**
 * The policy names a `typ` and the header has none or another.
 */
#define JETON_E_TYP 401

/**
 * The verified payload is not a JSON object.
 */
#define JETON_E_CLAIMS_MALFORMED 402

/**
 * A claim has the wrong type or is out of range.
 */
#define JETON_E_CLAIM_INVALID 403

/**
 * A claim that the policy demands is not there.
 */
#define JETON_E_CLAIM_MISSING 404

/**
 * The token has ended, or is older than the policy allows.
 */
#define JETON_E_EXPIRED 405

/**
 * The token is not valid yet, or, where its age is limited, was issued in the future.
 */
#define JETON_E_NOT_YET_VALID 406

/**
 * `iss` is not one of the policy's issuers.
 */
#define JETON_E_ISSUER 407

/**
 * `sub` is not the policy's subject.
 */
#define JETON_E_SUBJECT 408

/**
 * `aud` holds none of the policy's audiences.
 */
#define JETON_E_AUDIENCE 409

/**
 * The server cannot be reached, or says that it cannot answer now: connection, TLS, HTTP 429 or 5xx, retries used up.
 */
#define JETON_E_UNAVAILABLE 501

/**
 * The caller's time or a network timeout passed, or HTTP 408.
 */
#define JETON_E_TIMEOUT 502

/**
 * The server refuses: HTTP 4xx, or an answer whose body says that it is an error.
 */
#define JETON_E_REFUSED 503

/**
 * An answer that is none: another HTTP status, a body that is not JSON, lacks what was asked for or is too large.
 */
#define JETON_E_PROTOCOL 504

/**
 * A token file or database that must be read or written cannot be.
 */
#define JETON_E_STORE 505

/**
 * There is nothing to fetch with, and no token that is still valid.
 */
#define JETON_E_NO_CREDENTIALS 506

/**
 * This server, or this build of the library, does not offer the operation.
 */
#define JETON_E_UNSUPPORTED 507

/**
 * There are no keys to judge the token by, for they could not be fetched.
 */
#define JETON_E_KEYS_UNAVAILABLE 508

/**
 * The caller cancelled the wait.
 */
#define JETON_E_CANCELLED 509

/**
 * The source or client was closed.
 */
#define JETON_E_CLOSED 510

/**
 * There is no such token.
 */
#define JETON_E_UNKNOWN 601

/**
 * The token was revoked.
 */
#define JETON_E_REVOKED 602

/**
 * The actor may not do that.
 */
#define JETON_E_DENIED 603

/**
 * A defect of the library was caught at its boundary. The call had no effect; every handle stays usable.
 */
#define JETON_E_PANIC 901

/**
 * The operating system did not give what the call needs, such as random bytes.
 */
#define JETON_E_INTERNAL 902

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The version of the library, such as `"0.1.0"`. The text is static: never freed, valid for ever. Any thread.
 */
const char *jeton_version(void);

/**
 * The ABI that this library speaks; a program compares it with JETON_ABI_VERSION before its first other call. Any thread.
 */
uint32_t jeton_abi_version(void);

/**
 * For the tests of bindings: panics inside the library and answers JETON_E_PANIC. It proves that a defect of the library
 * reaches a host as a status, and that the host goes on. It changes nothing. Any thread.
 */
JETON_MUST_USE
jeton_status jeton_testing_panic(jeton_error *err);

/**
 * The name of a status: `"EXPIRED"` for JETON_E_EXPIRED; `"OK"`, `"WAIT"` and `"ASK"` for the answers; NULL for a number that this library does not
 * know. The text is static: never freed, valid for ever. Any thread.
 */
const char *jeton_status_name(jeton_status status);

/**
 * How many entries the result has; 0 for NULL.
 */
size_t jeton_result_count(const jeton_result *result);

/**
 * Points `bytes` and `bytes_len` at the part `name` of the entry `index` (from 0). The function that made the result lists
 * its parts. The bytes belong to the result: they stay until it is freed, and are not NUL-terminated.
 *
 * A part that this entry does not have gives JETON_OK with `*bytes` NULL and `*bytes_len` 0; one that is there but empty gives
 * a pointer that is not NULL.
 *
 * Returns JETON_OK; the entry's own failure, if that token of a batch failed; JETON_E_CONFIG for an index that is not there.
 */
JETON_MUST_USE
jeton_status jeton_result_get(const jeton_result *result,
                              size_t index,
                              const char *name,
                              size_t name_len,
                              const uint8_t **bytes,
                              size_t *bytes_len,
                              jeton_error *err);

/**
 * Wipes and frees a result, and with it all bytes that were read from it. NULL is fine. Never fails. Any thread.
 */
void jeton_result_free(jeton_result *result);

/**
 * Reads one key from PEM text: PKCS#8 (`PRIVATE KEY`), SEC 1 (`EC PRIVATE KEY`), PKCS#1 (`RSA PRIVATE KEY`, `RSA PUBLIC KEY`),
 * SPKI (`PUBLIC KEY`) or an X.509 `CERTIFICATE`, of which only the public key is taken. Text around the block is passed over;
 * a second key block is refused.
 *
 * `algorithm` (such as `"RS256"`) binds the key; `(NULL, 0)` leaves it to the key. EC and Ed25519 keys name theirs. An RSA key or a
 * secret must be bound here to verify; to sign, the options of the signer may name the algorithm instead.
 * On success `*out` is a handle that the caller frees with jeton_key_free.
 * Returns JETON_OK, JETON_E_KEY_UNSUPPORTED, JETON_E_KEY_WEAK, JETON_E_KEY, or JETON_E_CONFIG for an unknown algorithm name.
 */
JETON_MUST_USE
jeton_status jeton_key_from_pem(const char *pem,
                                size_t pem_len,
                                const char *algorithm,
                                size_t algorithm_len,
                                jeton_key **out,
                                jeton_error *err);

/**
 * Reads one key from the DER of any structure that jeton_key_from_pem knows; trailing bytes are refused. The rest as there.
 */
JETON_MUST_USE
jeton_status jeton_key_from_der(const uint8_t *der,
                                size_t der_len,
                                const char *algorithm,
                                size_t algorithm_len,
                                jeton_key **out,
                                jeton_error *err);

/**
 * Reads one key from a JWK (RFC 7517, 7518, 8037), a JSON text. The rest as jeton_key_from_pem.
 */
JETON_MUST_USE
jeton_status jeton_key_from_jwk(const char *jwk,
                                size_t jwk_len,
                                const char *algorithm,
                                size_t algorithm_len,
                                jeton_key **out,
                                jeton_error *err);

/**
 * Reads a key set from a JWKS (RFC 7517 section 5), a JSON text of at most 64 keys. Members that are unusable here are passed
 * over; if nothing remains, the failure is that of the first. `algorithm` binds the members that name none, without which an RSA key
 * that has no `alg` is unusable. A set can only
 * verify. The rest as jeton_key_from_pem.
 */
JETON_MUST_USE
jeton_status jeton_key_from_jwks(const char *jwks,
                                 size_t jwks_len,
                                 const char *algorithm,
                                 size_t algorithm_len,
                                 jeton_key **out,
                                 jeton_error *err);

/**
 * Takes raw bytes as an HMAC secret, neither trimmed nor decoded. At least as long as the hash: 32 bytes for HS256, 48 for
 * HS384, 64 for HS512. Text or DER that is a public key or a JWK is refused (JETON_E_KEY). The rest as jeton_key_from_pem.
 */
JETON_MUST_USE
jeton_status jeton_key_from_secret(const uint8_t *secret,
                                   size_t secret_len,
                                   const char *algorithm,
                                   size_t algorithm_len,
                                   jeton_key **out,
                                   jeton_error *err);

/**
 * Makes a new key for `algorithm`: ES256, ES384, EdDSA, HS256, HS384 or HS512.
 *
 * Parts of the result: `private_jwk`, and for ES256, ES384 and EdDSA also `public_jwk`, `private_pem` (PKCS#8) and `public_pem`
 * (SPKI). JWKs carry `alg` and a `kid`, the RFC 7638 thumbprint; jeton_key_from_jwk makes a key of them. On success the caller frees `*out` with jeton_result_free.
 * Returns JETON_OK, JETON_E_KEY_UNSUPPORTED for RSA, JETON_E_CONFIG for an unknown name, JETON_E_INTERNAL without random bytes.
 */
JETON_MUST_USE
jeton_status jeton_key_generate(const char *algorithm,
                                size_t algorithm_len,
                                jeton_result **out,
                                jeton_error *err);

/**
 * Says what a key is. Parts: `kty` (`oct`, `RSA`, `EC`, `OKP`), `algorithm` (absent where nothing binds an RSA key or a secret),
 * `kid` (absent if it has none), `private` (`true` or `false`; a secret is private), `thumbprint` (RFC 7638, SHA-256).
 * On success the caller frees `*out` with jeton_result_free. Returns JETON_OK, or JETON_E_KEY for a key set.
 */
JETON_MUST_USE
jeton_status jeton_key_describe(const jeton_key *key,
                                jeton_result **out,
                                jeton_error *err);

/**
 * Gives the public half away. Parts: `jwks` (a JWKS of all keys), and for a single key also `jwk` and `pem` (SPKI).
 * On success the caller frees `*out` with jeton_result_free. Returns JETON_OK, or JETON_E_KEY for a secret, which has no public half.
 */
JETON_MUST_USE
jeton_status jeton_key_public(const jeton_key *key,
                              jeton_result **out,
                              jeton_error *err);

/**
 * Frees a key. NULL is fine. Never fails. Any thread.
 */
void jeton_key_free(jeton_key *key);

/**
 * Makes a signer from a private key or a secret and options, a JSON object; an empty text or `{}` is no options, and
 * unknown members are refused:
 *
 * - `algorithm` (string): needed where the key names none.
 * - `header` (object): extra header members; not `alg`, `crit`, `b64`, `zip`.
 * - `kid` (string or null): default the key's own; null for none.
 * - `typ` (string or null): default `JWT` for claims and none for bytes; null for none.
 * - `issuer`, `subject` (string), `audience` (string or list): the claims `iss`, `sub`, `aud`.
 * - `ttl_s` (1 to 315576000): `iat` = now, `exp` = now + ttl.
 * - `jti` (true): a random `jti` of 128 bits.
 *
 * On success the caller frees `*out` with jeton_signer_free; the key may be freed before it.
 * Returns JETON_OK, JETON_E_KEY_UNSUPPORTED, JETON_E_KEY_WEAK, JETON_E_KEY or JETON_E_CONFIG.
 */
JETON_MUST_USE
jeton_status jeton_signer_new(const jeton_key *key,
                              const char *options,
                              size_t options_len,
                              jeton_signer **out,
                              jeton_error *err);

/**
 * The most bytes that a token of this signer can have for claims or a payload of `payload_len` bytes. 0 for NULL; SIZE_MAX if
 * that is more than memory can hold. Any thread.
 */
size_t jeton_signer_bound(const jeton_signer *signer,
                          size_t payload_len);

/**
 * Signs claims, a JSON object in UTF-8, and writes the compact JWS (RFC 7515 section 7.1) to `token`, without a NUL.
 *
 * `now_s` is the time in Unix seconds; it is only used for `ttl_s`. The claims go into the token as they stand, followed by
 * those of the options. `jeton_signer_bound(signer, claims_len)` bytes are always enough; with too few the answer is
 * JETON_E_BUFFER and `*token_len` is the exact need. On any other failure nothing is written. `token` may not overlap the claims.
 * Returns JETON_OK, JETON_E_CONFIG for claims that are not a strict JSON object or repeat an option's claim, JETON_E_CLAIM_INVALID
 * for a claim that no verifier would accept, JETON_E_BUFFER, JETON_E_INTERNAL without random bytes.
 */
JETON_MUST_USE
jeton_status jeton_signer_sign(const jeton_signer *signer,
                               const char *claims,
                               size_t claims_len,
                               int64_t now_s,
                               char *token,
                               size_t token_cap,
                               size_t *token_len,
                               jeton_error *err);

/**
 * Signs a payload of any bytes, which may be none. Options about claims do not go with it (JETON_E_CONFIG). The rest as
 * jeton_signer_sign.
 */
JETON_MUST_USE
jeton_status jeton_signer_sign_bytes(const jeton_signer *signer,
                                     const uint8_t *payload,
                                     size_t payload_len,
                                     char *token,
                                     size_t token_cap,
                                     size_t *token_len,
                                     jeton_error *err);

/**
 * Frees a signer. NULL is fine. Never fails. Any thread.
 */
void jeton_signer_free(jeton_signer *signer);

/**
 * Makes an external signer from the public key and the options of jeton_signer_new. On success the caller frees `*out` with
 * jeton_external_signer_free; the key may be freed before it. Returns as jeton_signer_new.
 */
JETON_MUST_USE
jeton_status jeton_external_signer_new(const jeton_key *key,
                                       const char *options,
                                       size_t options_len,
                                       jeton_external_signer **out,
                                       jeton_error *err);

/**
 * Takes claims as jeton_signer_sign does. Part of the result: `signing_input`, the bytes to be signed. On success the caller
 * frees `*out` with jeton_result_free. Returns as jeton_signer_sign.
 */
JETON_MUST_USE
jeton_status jeton_external_signer_begin(const jeton_external_signer *signer,
                                         const char *claims,
                                         size_t claims_len,
                                         int64_t now_s,
                                         jeton_result **out,
                                         jeton_error *err);

/**
 * Takes a payload of any bytes as jeton_signer_sign_bytes does. The rest as jeton_external_signer_begin.
 */
JETON_MUST_USE
jeton_status jeton_external_signer_begin_bytes(const jeton_external_signer *signer,
                                               const uint8_t *payload,
                                               size_t payload_len,
                                               jeton_result **out,
                                               jeton_error *err);

/**
 * Verifies the signature over a signing input that begin gave, and joins the two. The signature has the form of RFC 7518:
 * for ES256 and ES384 it is R and S, each of full length, not DER. Part of the result: `token`. On success the caller frees
 * `*out` with jeton_result_free.
 * Returns JETON_OK, JETON_E_MALFORMED, JETON_E_HEADER_UNSUPPORTED or JETON_E_ALGORITHM for a signing input that no signer of this key
 * makes, JETON_E_SIGNATURE.
 */
JETON_MUST_USE
jeton_status jeton_external_signer_finish(const jeton_external_signer *signer,
                                          const char *signing_input,
                                          size_t signing_input_len,
                                          const uint8_t *signature,
                                          size_t signature_len,
                                          jeton_result **out,
                                          jeton_error *err);

/**
 * Frees an external signer. NULL is fine. Never fails. Any thread.
 */
void jeton_external_signer_free(jeton_external_signer *signer);

/**
 * Makes a verifier from keys and a policy, a JSON object, of which unknown members are refused:
 *
 * - `algorithms` (list of names): required. What the token's `alg` may be.
 * - `issuer` (string or list) or `any_issuer` (true): one is required. `iss` must be there and equal one.
 * - `audience` (string or list) or `any_audience` (true): one is required. `aud` must be there and hold one.
 * - `subject` (string): `sub` must be there and equal it.
 * - `typ` (string): the header's `typ` must be this media type.
 * - `leeway_s` (0 to 300, default 0): clock tolerance for every time claim.
 * - `max_age_s` (1 to 315576000): `iat` must be there, no older than this and not in the future; without it, `iat` decides nothing.
 * - `required` (list of claim names): these must be there and not null.
 * - `allow_missing_exp` (default false): without it, a token that never ends is refused.
 * - `expiry_claim` (default `exp`): another claim that ends the token and holds an RFC 3339 time.
 * - `payload` (`claims`, or `bytes`: the payload is not JSON): beside `bytes` only `algorithms`, `typ`, `max_token_bytes`, `try_keys`.
 * - `max_token_bytes` (256 to 1048576, default 65536).
 * - `try_keys` (1 to 8, default 1): how many keys a token without `kid` may be tried against.
 * - `verified_cache_bytes` (0 to 67108864, default 0): the memory in which this verifier keeps the texts of tokens that verified, not beside
 *   `bytes`. The signature of one that is there is not computed again; all else is judged anew in each call. Below 1024 none is kept,
 *   and one that is longer than a twentieth of it may be left out.
 *
 * On success the caller frees `*out` with jeton_verifier_free; the key may be freed before it.
 * Returns JETON_OK, JETON_E_KEY for a key that cannot verify or that no algorithm binds, JETON_E_KEY_WEAK, or JETON_E_CONFIG.
 */
JETON_MUST_USE
jeton_status jeton_verifier_new(const jeton_key *key,
                                const char *policy,
                                size_t policy_len,
                                jeton_verifier **out,
                                jeton_error *err);

/**
 * What the payload of every token is that this verifier accepts: 1 for claims, a JSON object; 0 for bytes, and for NULL. Any thread.
 */
int32_t jeton_verifier_gives_claims(const jeton_verifier *verifier);

/**
 * Verifies a compact JWS at the time `now_s` (Unix seconds; JETON_CLOCK is none here) and writes its payload, the claims
 * as JSON, to `claims`.
 *
 * `claims_cap == token_len` is always enough; with too few the answer is JETON_E_BUFFER and `*claims_len` is the exact need,
 * which only a token that verified gets. On any other failure nothing is written. `claims` may not overlap the token. The token is any bytes, taken as they come.
 * Returns JETON_OK, or the first failure in the order 2xx, 3xx, 4xx; never a 4xx about a token whose signature is not good.
 */
JETON_MUST_USE
jeton_status jeton_verifier_verify(const jeton_verifier *verifier,
                                   const char *token,
                                   size_t token_len,
                                   int64_t now_s,
                                   uint8_t *claims,
                                   size_t claims_cap,
                                   size_t *claims_len,
                                   jeton_error *err);

/**
 * Verifies like jeton_verifier_verify and gives the header too. Parts of the result: `header` (JSON, as it stood), and either
 * `claims` (JSON, as it stood) or, where the policy's `payload` is `bytes`, `payload`. On success the caller frees `*out` with
 * jeton_result_free. Returns as jeton_verifier_verify.
 */
JETON_MUST_USE
jeton_status jeton_verifier_open(const jeton_verifier *verifier,
                                 const char *token,
                                 size_t token_len,
                                 int64_t now_s,
                                 jeton_result **out,
                                 jeton_error *err);

/**
 * Verifies `count` tokens in one call. `tokens` and `token_lens` are arrays of `count` pointers and lengths; `(NULL, NULL, 0)` is
 * an empty batch. Entry i of the result has the parts of jeton_verifier_open, or the failure of token i, which jeton_result_get
 * returns. On success, which says nothing about the tokens, the caller frees `*out` with jeton_result_free.
 * Returns JETON_OK, or a 1xx if a pointer or length is wrong; then no token was looked at.
 */
JETON_MUST_USE
jeton_status jeton_verifier_verify_batch(const jeton_verifier *verifier,
                                         const char *const *tokens,
                                         const size_t *token_lens,
                                         size_t count,
                                         int64_t now_s,
                                         jeton_result **out,
                                         jeton_error *err);

/**
 * Frees a verifier. NULL is fine. Never fails. Any thread.
 */
void jeton_verifier_free(jeton_verifier *verifier);

/**
 * Shows what a token says. NOTHING IS VERIFIED: anyone can have written it. For logs, for choosing a verifier, never for
 * deciding anything.
 *
 * Parts of the result: `header` (JSON), and either `claims` (JSON), if the payload is a JSON object, or `payload` (the bytes). On
 * success the caller frees `*out` with jeton_result_free. Returns JETON_OK, JETON_E_TOO_LARGE (above 65536 bytes) or JETON_E_MALFORMED.
 */
JETON_MUST_USE
jeton_status jeton_inspect_unverified(const char *token,
                                      size_t token_len,
                                      jeton_result **out,
                                      jeton_error *err);

/**
 * Makes a Vizzly signer from a private P-256 key. On success the caller frees `*out` with jeton_vizzly_free; the key may be freed
 * before it. Returns JETON_OK, or JETON_E_KEY for any other key.
 */
JETON_MUST_USE
jeton_status jeton_vizzly_new(const jeton_key *key,
                              jeton_vizzly **out,
                              jeton_error *err);

/**
 * Signs a dashboard access token at the time `now_s` (Unix seconds). `args` is a JSON object:
 *
 * - `expiry_ttl_in_minutes` (number above 0): minutes until the token ends; whole seconds count.
 * - `project_id`, `user_reference` (string): required.
 * - `scope` (string, default `read_write`), `access_type` (string, default `standard`), `parent_dashboard_ids` (list of strings).
 * - `timezone` (`UTC`, the default, or `+HH:MM` / `-HH:MM`): how `expires` is written.
 * - `registered_claims` (default false): adds `iat` and `exp`, which every verifier understands.
 *
 * Part of the result: `token`. On success the caller frees `*out` with jeton_result_free.
 * Returns JETON_OK, JETON_E_CONFIG for an argument that is missing, unknown or of the wrong type.
 */
JETON_MUST_USE
jeton_status jeton_vizzly_dashboard(const jeton_vizzly *vizzly,
                                    const char *args,
                                    size_t args_len,
                                    int64_t now_s,
                                    jeton_result **out,
                                    jeton_error *err);

/**
 * Signs a data access token. `args`: `expiry_ttl_in_minutes`, `timezone`, `registered_claims` as for a dashboard, and
 * `data_set_ids` (`"*"` or a list of strings), `secure_filters` (object), `parameters` (object, default `{}`). The rest as
 * jeton_vizzly_dashboard.
 */
JETON_MUST_USE
jeton_status jeton_vizzly_data(const jeton_vizzly *vizzly,
                               const char *args,
                               size_t args_len,
                               int64_t now_s,
                               jeton_result **out,
                               jeton_error *err);

/**
 * Signs a query-engine access token. `args`: `expiry_ttl_in_minutes`, `timezone`, `registered_claims` as for a dashboard, and
 * `allow_data_preview_access`, `allow_database_schema_access` (both true or false). The rest as jeton_vizzly_dashboard.
 */
JETON_MUST_USE
jeton_status jeton_vizzly_query_engine(const jeton_vizzly *vizzly,
                                       const char *args,
                                       size_t args_len,
                                       int64_t now_s,
                                       jeton_result **out,
                                       jeton_error *err);

/**
 * Signs the whole answer of an identity endpoint. `args` is a JSON object of argument objects: `dashboard`, and optionally
 * `data` and `query_engine`.
 *
 * Parts of the result: `identity`, the documented JSON (`{"dashboardAccessToken":…,"dataAccessToken":…,"queryEngineAccessToken":…}`, with
 * the tokens that were asked for), and each of these tokens under its own name. The rest as jeton_vizzly_dashboard.
 */
JETON_MUST_USE
jeton_status jeton_vizzly_identity(const jeton_vizzly *vizzly,
                                   const char *args,
                                   size_t args_len,
                                   int64_t now_s,
                                   jeton_result **out,
                                   jeton_error *err);

/**
 * Makes a verifier for Vizzly access tokens from the public (or private) P-256 key: ES256, ended by `expires`, any issuer and
 * audience, since these tokens name none. On success the caller frees `*out` with jeton_verifier_free. Returns JETON_OK,
 * or JETON_E_KEY for any other key.
 */
JETON_MUST_USE
jeton_status jeton_vizzly_verifier(const jeton_key *key,
                                   jeton_verifier **out,
                                   jeton_error *err);

/**
 * Frees a Vizzly signer. NULL is fine. Never fails. Any thread.
 */
void jeton_vizzly_free(jeton_vizzly *vizzly);

/**
 * Makes a cache. `config` is a JSON object, of which unknown members are refused:
 *
 * - `driven_by` (`runtime`, the default where the library has it, or `host`: the host calls jeton_cache_poll).
 * - `max_entries` (1 to 1000000, default 100000): how many tokens and key sets are held.
 * - `max_token_bytes` (256 to 1048576, default 65536): the longest token that is kept.
 *
 * On success the caller frees `*out` with jeton_cache_free; its sources keep it alive as long as they need it.
 * Returns JETON_OK, JETON_E_CONFIG, or JETON_E_UNSUPPORTED for `runtime` in a build without it.
 */
JETON_MUST_USE
jeton_status jeton_cache_new(const char *config,
                             size_t config_len,
                             jeton_cache **out,
                             jeton_error *err);

/**
 * For a cache that the host drives: what is to be done at the time `now_ms` (Unix milliseconds).
 *
 * JETON_ASK: an HTTP exchange is to be made. `*lease` names it for jeton_cache_answer or jeton_cache_fail, and `*out`
 * has the parts `method`, `url`, `headers` (a JSON object of texts), `body` (absent if there is none) and `transport` (a
 * JSON object: the members `ca_file`, `client_certificate`, `client_key`, `connect_timeout_ms`, `request_timeout_ms`,
 * `proxy`, `max_body_bytes` of the source's config). The caller frees `*out` with jeton_result_free. A lease that nobody
 * answers ends by itself after the request's timeouts. Ask again until there is no more.
 * JETON_OK: nothing is to be done before `*next_due_ms` (INT64_MAX: before something else happens); `*out` is NULL.
 * Otherwise JETON_E_CONFIG for a cache that the runtime drives.
 */
JETON_MUST_USE
jeton_status jeton_cache_poll(const jeton_cache *cache,
                              int64_t now_ms,
                              uint64_t *lease,
                              jeton_result **out,
                              int64_t *next_due_ms,
                              jeton_error *err);

/**
 * Answers a lease with what the server said: the HTTP status, `headers` (a JSON object of texts; `(NULL, 0)` for none)
 * and the body. An answer to a lease that has ended is ignored. Returns JETON_OK, or JETON_E_CONFIG for headers that are
 * not such an object or a status outside 100 to 599.
 */
JETON_MUST_USE
jeton_status jeton_cache_answer(const jeton_cache *cache,
                                uint64_t lease,
                                int32_t http_status,
                                const char *headers,
                                size_t headers_len,
                                const uint8_t *body,
                                size_t body_len,
                                int64_t now_ms,
                                jeton_error *err);

/**
 * Answers a lease that got no answer. `fault` is `refused`, `dropped`, `unresolved`, `tls`, `timeout`, `too_large` or
 * `garbled`. The rest as jeton_cache_answer.
 */
JETON_MUST_USE
jeton_status jeton_cache_fail(const jeton_cache *cache,
                              uint64_t lease,
                              const char *fault,
                              size_t fault_len,
                              int64_t now_ms,
                              jeton_error *err);

/**
 * Frees a cache. Its sources and verifiers stay usable. NULL is fine. Never fails. Any thread.
 */
void jeton_cache_free(jeton_cache *cache);

/**
 * Opens a source on a cache (NULL: the cache of the process, which the runtime drives). Nothing is fetched yet; files
 * and the environment are read here and not later.
 *
 * - `config` (JSON object): its `kind` is `oauth2`, `descarteslabs`, `tigergraph`, `signed` or `static`; the other
 *   members are listed in docs/SOURCES.md.
 * - `secrets` (JSON object of texts, or `(NULL, 0)`): `client_secret`, `refresh_token`, … by kind. It may be wiped after
 *   the call.
 * - `environment` (JSON object of texts): stands for the environment of the process, which is read where it is `(NULL,
 *   0)`.
 * - `key`: the signing key of kind `signed`; NULL for the others. It may be freed after the call.
 *
 * On success the caller ends `*out` with jeton_source_close, if something is to be done at the end, and
 * jeton_source_free. Missing credentials are a warning among the events. Returns JETON_OK, JETON_E_CONFIG, JETON_E_KEY,
 * JETON_E_STORE for a token file of another owner, of which a `descarteslabs` source warns (`TOKEN_FILE_UNREADABLE`) and goes
 * without.
 */
JETON_MUST_USE
jeton_status jeton_source_new(const jeton_cache *cache,
                              const char *config,
                              size_t config_len,
                              const char *secrets,
                              size_t secrets_len,
                              const char *environment,
                              size_t environment_len,
                              const jeton_key *key,
                              int64_t now_ms,
                              jeton_source **out,
                              jeton_error *err);

/**
 * Writes the token to `token`, if one is at hand that has not ended at the time `now_ms` (Unix milliseconds, or
 * JETON_CLOCK), and to `*expires_at_s` the Unix second at which it ends (INT64_MAX if that is not known). Never waits,
 * opens no connection and no file, starts a renewal when one is due. With too little room the answer is JETON_E_BUFFER
 * and `*token_len` is the exact need; `max_token_bytes` of the cache is always enough.
 * Returns JETON_OK; JETON_WAIT if a fetch is under way or due: see jeton_source_begin; the last failure if the next
 * fetch is not due yet (5xx). JETON_WAIT also in the last moments of a token, a sixtieth of its life and at most ten
 * seconds, unless a try to renew it has failed or takes a second.
 */
JETON_MUST_USE
jeton_status jeton_source_token(const jeton_source *source,
                                int64_t now_ms,
                                uint8_t *token,
                                size_t token_cap,
                                size_t *token_len,
                                int64_t *expires_at_s,
                                jeton_error *err);

/**
 * As jeton_source_token on the runtime's clock, but waits for a fetch at most `timeout_ms` milliseconds; a token in its
 * last moments is what it gives after that. Returns JETON_OK, JETON_E_TIMEOUT, or the failure of the fetch (5xx).
 */
JETON_MUST_USE
jeton_status jeton_source_wait(const jeton_source *source,
                               uint64_t timeout_ms,
                               uint8_t *token,
                               size_t token_cap,
                               size_t *token_len,
                               int64_t *expires_at_s,
                               jeton_error *err);

/**
 * Begins what may take time, and gives a wait for its result. `operation` is one of
 *
 * - `token`: as jeton_source_token. Parts: `token`, and `expires_at_s` (decimal; absent where it is not known).
 * - `refresh`: fetches now. The same parts.
 * - `identity`: what the token says of its subject, fetched first where `token` would be. Part: `identity`, a JSON
 *   object of `namespace`, `payload`, `all_acl_subjects`, `all_owner_acl_subjects`.
 * - `revoke`: ends a token at its server (RFC 7009, or the vendor's way): `token`, or the current one where it is
 *   empty. Part: `revoked` (`true` or `false`).
 * - `close`: as jeton_source_close. No parts.
 *
 * After `timeout_ms` milliseconds the wait fails with JETON_E_TIMEOUT, or JETON_E_STORE where another process keeps the token
 * file locked; the fetch, which others may share, goes on. In the last moments of a token `token` and `identity` end with
 * that one instead, after a second at most. On a cache that the host drives a wait has no end of its own.
 * `now_ms` as in jeton_source_token.
 * On success the caller frees `*out` with jeton_wait_free. Returns JETON_OK, or JETON_E_CONFIG for another operation.
 */
JETON_MUST_USE
jeton_status jeton_source_begin(const jeton_source *source,
                                const char *operation,
                                size_t operation_len,
                                const char *token,
                                size_t token_len,
                                uint64_t timeout_ms,
                                int64_t now_ms,
                                jeton_wait **out,
                                jeton_error *err);

/**
 * Says that a server refused a token: `token`, or the current one where it is empty. It is not served again, and
 * the next call fetches. `*invalidated` is 1 once for each distinct token, 0 for one that is not current any more.
 * Returns JETON_OK.
 */
JETON_MUST_USE
jeton_status jeton_source_invalidate(const jeton_source *source,
                                     const char *token,
                                     size_t token_len,
                                     int64_t now_ms,
                                     int32_t *invalidated,
                                     jeton_error *err);

/**
 * Tells what a source is, never a secret. Part of the result: `description`, a JSON object of `kind`, `token_url`,
 * `client_id`, `scope`, `leeway_s`, `token_path` and `retries`. On success the caller frees `*out` with
 * jeton_result_free. Returns JETON_OK.
 */
JETON_MUST_USE
jeton_status jeton_source_describe(const jeton_source *source,
                                   jeton_result **out,
                                   jeton_error *err);

/**
 * Counts what happened so far. Part of the result: `stats`, a JSON object of `hits`, `misses`, `waits`, `refreshes`, and
 * `failures` (an object: status name to count).
 * On success the caller frees `*out` with jeton_result_free. Returns JETON_OK.
 */
JETON_MUST_USE
jeton_status jeton_source_stats(const jeton_source *source,
                                jeton_result **out,
                                jeton_error *err);

/**
 * Takes out what happened since the last call, oldest first: entries with the part `event`, a JSON object of `code`
 * (`RENEWED`, `FAILED`, `NEW_REFRESH_TOKEN`, or the code of a warning), `warning` (bool), `message`, `at_ms`; of the
 * first of them `lost`, if older ones were dropped. `NEW_REFRESH_TOKEN` has `refresh_token`, which the host is to store,
 * for it replaces the old one; it comes only where no token file does that. On success the caller frees `*out` with
 * jeton_result_free. Returns JETON_OK.
 */
JETON_MUST_USE
jeton_status jeton_source_events(const jeton_source *source,
                                 jeton_result **out,
                                 jeton_error *err);

/**
 * Closes a source: wakes all who wait with JETON_E_CLOSED, and does what the config wants done at the end
 * (`delete_on_close`), for which it waits at most `timeout_ms` milliseconds. Every later call answers JETON_E_CLOSED.
 * Closing twice is fine. Returns JETON_OK, JETON_E_TIMEOUT, or why the end could not be done (5xx); it is closed then,
 * too.
 */
JETON_MUST_USE
jeton_status jeton_source_close(const jeton_source *source,
                                uint64_t timeout_ms,
                                jeton_error *err);

/**
 * Frees a source; does no I/O, and closes it if that was not done. NULL is fine. Never fails. Any thread.
 */
void jeton_source_free(jeton_source *source);

/**
 * Opens the source of the process once more: the one that jeton_source_make_default was given, or else, from the first call
 * on, that of Descartes Labs with what the environment and the token file say. All that are opened share one token and one
 * fetch, each is closed and freed for itself. Any thread.
 * On success the caller frees `*out` with jeton_source_free. Returns JETON_OK, or as jeton_source_new.
 */
JETON_MUST_USE
jeton_status jeton_source_default(jeton_source **out,
                                  jeton_error *err);

/**
 * Makes a source that of the process, until another one is; NULL lets the next jeton_source_default make one. `source`
 * stays the caller's, and may be closed and freed after the call; what is to be done at its end (`delete_on_close`) is done where
 * it is closed after another one was made the default. Any thread. Returns JETON_OK, or JETON_E_CLOSED.
 */
JETON_MUST_USE
jeton_status jeton_source_make_default(const jeton_source *source,
                                       jeton_error *err);

/**
 * A file descriptor that becomes readable when the result is there, and stays so. It belongs to the wait: never read,
 * write or close it. -1 for NULL, and where the system gave none: then only jeton_wait_for helps. Any thread.
 */
int32_t jeton_wait_fd(const jeton_wait *wait);

/**
 * Waits at most `timeout_ms` milliseconds. Returns JETON_OK when the result is there, JETON_WAIT if it is not. On a wait
 * of a cache that the host drives it never waits.
 */
JETON_MUST_USE
jeton_status jeton_wait_for(const jeton_wait *wait,
                            uint64_t timeout_ms,
                            jeton_error *err);

/**
 * The result, whose parts the function lists that began the wait. Never waits. On success the caller frees `*out` with
 * jeton_result_free; a second call gives it again.
 * Returns JETON_OK, JETON_WAIT if it is not there yet, or the failure.
 */
JETON_MUST_USE
jeton_status jeton_wait_result(const jeton_wait *wait,
                               jeton_result **out,
                               jeton_error *err);

/**
 * Gives up waiting: the result is JETON_E_CANCELLED from now on, unless it was there already, and the descriptor becomes
 * readable. What others wait for too goes on. NULL is fine. Any thread.
 */
void jeton_wait_cancel(const jeton_wait *wait);

/**
 * Frees a wait and closes its descriptor; a result that came is lost. NULL is fine. Never fails. Any thread.
 */
void jeton_wait_free(jeton_wait *wait);

/**
 * Ends all threads of the library in at most `timeout_ms` milliseconds; all that is waited for fails with
 * JETON_E_CLOSED, and connections that are up are broken. A connection that is being made and a name that is being
 * looked up cannot be: such a thread ends by itself, at the latest after `connect_timeout_ms` of its source. For a
 * program that unloads the library, or wants to be sure that nothing is under way. A later call that needs threads
 * starts them again. Returns JETON_OK, also if none ran, or JETON_E_TIMEOUT if a thread is still busy.
 */
JETON_MUST_USE
jeton_status jeton_runtime_stop(uint64_t timeout_ms,
                                jeton_error *err);

/**
 * The next step at the time `now_ms` (Unix milliseconds).
 *
 * JETON_ASK: something is to be found out. Part `ask` of the result is `http`, with the parts of jeton_cache_poll; or
 * `row`, with `database`, `sql` and `parameters` (a JSON object: the named parameters of the SQL). Answer it with
 * jeton_operation_answer, jeton_operation_fail or jeton_operation_row, then call again.
 * JETON_OK: done; the function that made the operation lists the parts. Otherwise the operation failed. Both stay so. On
 * JETON_ASK and JETON_OK the caller frees `*out` with jeton_result_free.
 */
JETON_MUST_USE
jeton_status jeton_operation_next(const jeton_operation *operation,
                                  int64_t now_ms,
                                  jeton_result **out,
                                  jeton_error *err);

/**
 * Answers an `http` ask with what the server said, as jeton_cache_answer. Returns JETON_OK, or JETON_E_CONFIG, also if
 * nothing was asked.
 */
JETON_MUST_USE
jeton_status jeton_operation_answer(const jeton_operation *operation,
                                    int32_t http_status,
                                    const char *headers,
                                    size_t headers_len,
                                    const uint8_t *body,
                                    size_t body_len,
                                    jeton_error *err);

/**
 * Answers an ask that could not be met: for `http` with a fault as jeton_cache_fail, for `row` with any text. Returns as
 * jeton_operation_answer.
 */
JETON_MUST_USE
jeton_status jeton_operation_fail(const jeton_operation *operation,
                                  const char *fault,
                                  size_t fault_len,
                                  jeton_error *err);

/**
 * Answers a `row` ask with the first row that the SQL gave, a JSON object (column to value), or `(NULL, 0)` if there is
 * none. Returns as jeton_operation_answer.
 */
JETON_MUST_USE
jeton_status jeton_operation_row(const jeton_operation *operation,
                                 const char *row,
                                 size_t row_len,
                                 jeton_error *err);

/**
 * Frees an operation, done or not. NULL is fine. Never fails. Any thread.
 */
void jeton_operation_free(jeton_operation *operation);

/**
 * Opens a client; nothing is sent. `vendor` is `dataiku` or `tigergraph`; `config` and `secrets` are JSON objects whose
 * members are listed in docs/CLIENTS.md; `environment` as in jeton_source_new.
 * On success the caller frees `*out` with jeton_client_free. Returns JETON_OK or JETON_E_CONFIG.
 */
JETON_MUST_USE
jeton_status jeton_client_new(const char *vendor,
                              size_t vendor_len,
                              const char *config,
                              size_t config_len,
                              const char *secrets,
                              size_t secrets_len,
                              const char *environment,
                              size_t environment_len,
                              jeton_client **out,
                              jeton_error *err);

/**
 * A client of the same server that acts as the user `login` (Dataiku). The other stays as it is. On success the caller
 * frees `*out` with jeton_client_free.
 * Returns JETON_OK, JETON_E_CONFIG for a login that is empty or has control characters, JETON_E_UNSUPPORTED for another
 * vendor.
 */
JETON_MUST_USE
jeton_status jeton_client_as_user(const jeton_client *client,
                                  const char *login,
                                  size_t login_len,
                                  jeton_client **out,
                                  jeton_error *err);

/**
 * Begins an operation of the table in docs/CLIENTS.md on the runtime. `args` is a JSON object, `(NULL, 0)` for none.
 * Part of the result: `result`, JSON. After `timeout_ms` milliseconds the wait fails with JETON_E_TIMEOUT. On success
 * the caller frees `*out` with jeton_wait_free.
 * Returns JETON_OK, JETON_E_CONFIG for a wrong argument, JETON_E_UNSUPPORTED for an operation that the vendor does not
 * have, and in a build without the runtime.
 */
JETON_MUST_USE
jeton_status jeton_client_begin(const jeton_client *client,
                                const char *operation,
                                size_t operation_len,
                                const char *args,
                                size_t args_len,
                                uint64_t timeout_ms,
                                jeton_wait **out,
                                jeton_error *err);

/**
 * As jeton_client_begin, and waits. Part of the result: `result`. On success the caller frees `*out` with
 * jeton_result_free. Returns JETON_OK or the failure (1xx, 5xx).
 */
JETON_MUST_USE
jeton_status jeton_client_call(const jeton_client *client,
                               const char *operation,
                               size_t operation_len,
                               const char *args,
                               size_t args_len,
                               uint64_t timeout_ms,
                               jeton_result **out,
                               jeton_error *err);

/**
 * Makes an operation that the host runs, step by step. Part of its result: `result`. On success the caller frees `*out`
 * with jeton_operation_free; the client may be freed before it.
 * Returns JETON_OK, JETON_E_CONFIG, JETON_E_UNSUPPORTED as jeton_client_begin.
 */
JETON_MUST_USE
jeton_status jeton_client_operation(const jeton_client *client,
                                    const char *operation,
                                    size_t operation_len,
                                    const char *args,
                                    size_t args_len,
                                    jeton_operation **out,
                                    jeton_error *err);

/**
 * Frees a client. What it began goes on. NULL is fine. Never fails. Any thread.
 */
void jeton_client_free(jeton_client *client);

/**
 * Makes a verifier on a cache (NULL: the cache of the process). Nothing is fetched. `issuers` is a JSON list of objects:
 * `issuer` (text) and `jwks_url` are required, the other members are those of a policy (see jeton_verifier_new; `issuer`
 * is taken from above) and of a connection (`ca_file`, `client_certificate`, `client_key`, `connect_timeout_ms`,
 * `request_timeout_ms`, `proxy`, `allow_http`, see docs/SOURCES.md). `environment` as in jeton_source_new. On success
 * the caller frees `*out` with jeton_remote_verifier_free. Returns JETON_OK or JETON_E_CONFIG.
 */
JETON_MUST_USE
jeton_status jeton_remote_verifier_new(const jeton_cache *cache,
                                       const char *issuers,
                                       size_t issuers_len,
                                       const char *environment,
                                       size_t environment_len,
                                       jeton_remote_verifier **out,
                                       jeton_error *err);

/**
 * Verifies with the keys at hand, at the time `now_ms` (Unix milliseconds, or JETON_CLOCK). Milliseconds: seconds are a
 * day in 1970, at which nothing has ended. Never waits. Parts of the result as jeton_verifier_open. On success the caller frees `*out` with jeton_result_free.
 * Returns JETON_OK; JETON_WAIT if keys have to be fetched first: see jeton_remote_verifier_begin; JETON_E_ISSUER for an
 * issuer that is not one of these; JETON_E_KEYS_UNAVAILABLE if there are no keys to judge by; else as
 * jeton_verifier_verify.
 */
JETON_MUST_USE
jeton_status jeton_remote_verifier_verify(const jeton_remote_verifier *verifier,
                                          const char *token,
                                          size_t token_len,
                                          int64_t now_ms,
                                          jeton_result **out,
                                          jeton_error *err);

/**
 * Verifies a token, fetching keys where that is needed. Parts of the wait's result as jeton_verifier_open. After
 * `timeout_ms` milliseconds the wait fails with JETON_E_TIMEOUT. On success the caller frees `*out` with
 * jeton_wait_free. Returns JETON_OK; what the token lacks is a failure of the wait.
 */
JETON_MUST_USE
jeton_status jeton_remote_verifier_begin(const jeton_remote_verifier *verifier,
                                         const char *token,
                                         size_t token_len,
                                         uint64_t timeout_ms,
                                         int64_t now_ms,
                                         jeton_wait **out,
                                         jeton_error *err);

/**
 * As jeton_remote_verifier_begin on the runtime's clock, and waits. On success the caller frees `*out` with jeton_result_free.
 */
JETON_MUST_USE
jeton_status jeton_remote_verifier_wait(const jeton_remote_verifier *verifier,
                                        const char *token,
                                        size_t token_len,
                                        uint64_t timeout_ms,
                                        jeton_result **out,
                                        jeton_error *err);

/**
 * Tells how the keys of each issuer stand, without asking a server. Part of the result: `stats`, a JSON list with an object for
 * each issuer, in their order: `issuer`, `jwks_url`, `keys` (how many usable ones the set at hand has, null without one), `refreshes`
 * (answers that brought or confirmed a set), `failures` (an object: status name to count), `last_failure` (a line for people, never
 * a secret; null unless the last fetch failed), and `is_stale` (bool: the last token was judged by a set that is old, for its
 * server gives no newer one). On success the caller frees `*out` with jeton_result_free. Returns JETON_OK.
 */
JETON_MUST_USE
jeton_status jeton_remote_verifier_stats(const jeton_remote_verifier *verifier,
                                         jeton_result **out,
                                         jeton_error *err);

/**
 * Frees a remote verifier. NULL is fine. Never fails. Any thread.
 */
void jeton_remote_verifier_free(jeton_remote_verifier *verifier);

/**
 * Opens an authenticator. Databases, files and the environment are opened here, on the caller's thread: where somebody
 * else has a database locked, it waits up to 10 seconds. All but `secret` are JSON objects, described in docs/ACCESS.md:
 *
 * - `config`: `tokens`, `param`, `query`, `manage_tokens`, … as the Datasette plugin takes them, and `jwt`; `{}` for
 *   signed tokens alone.
 * - `settings`: `databases` (name to path; null: the host is asked for rows), `allow_signed_tokens` (default true),
 *   `max_signed_tokens_ttl` (seconds, default 0: no cap). `(NULL, 0)` for none.
 * - `secret`: the secret that signed tokens are signed with; `(NULL, 0)`: `DATASETTE_SECRET` of the environment, if
 *   there is one.
 * - `environment` as in jeton_source_new.
 *
 * On success the caller frees `*out` with jeton_access_free. Returns JETON_OK, JETON_E_CONFIG, JETON_E_STORE for a
 * database that cannot be opened, JETON_E_UNSUPPORTED for one in a build without SQLite.
 */
JETON_MUST_USE
jeton_status jeton_access_new(const char *config,
                              size_t config_len,
                              const char *settings,
                              size_t settings_len,
                              const uint8_t *secret,
                              size_t secret_len,
                              const char *environment,
                              size_t environment_len,
                              jeton_access **out,
                              jeton_error *err);

/**
 * Calls an operation of the table in docs/ACCESS.md at the time `now_s` (Unix seconds; JETON_CLOCK: the runtime's
 * clock): `authenticate`, `create_token`, `list_tokens`, `token_details`, `revoke_token`, `sign_token`, `auth_info`,
 * `act_as`. `args` is a JSON object. It may wait for a database, never for the network. Part of the result: `answer`,
 * JSON; of `authenticate` also `actor` (JSON, absent if nobody is calling) and `challenge`, the value of
 * `WWW-Authenticate` for an answer 401 to nobody, or 403 to an actor.
 * On success the caller frees `*out` with jeton_result_free. A token that is not accepted is no failure: `actor` of the
 * answer is null and `refused` says why.
 * Returns JETON_OK, JETON_E_CONFIG, JETON_E_STORE, JETON_E_UNKNOWN, JETON_E_DENIED, JETON_E_KEYS_UNAVAILABLE; JETON_ASK,
 * with `*out` NULL, where a row has to be asked for (use jeton_access_operation), or keys that are being fetched (use
 * jeton_access_begin, or call again).
 */
JETON_MUST_USE
jeton_status jeton_access_call(const jeton_access *access,
                               const char *operation,
                               size_t operation_len,
                               const char *args,
                               size_t args_len,
                               int64_t now_s,
                               jeton_result **out,
                               jeton_error *err);

/**
 * Begins an operation: the caller's thread waits for neither database nor network. What needs neither is done when this
 * returns, on the caller's thread and without the runtime, and the wait is over; a call that needs a database waits for
 * that file alone, whatever happens to others. Parts as jeton_access_call. After `timeout_ms` milliseconds the wait fails
 * with JETON_E_TIMEOUT; what had begun in a database by then may still be done. A row that the host is to look up is
 * JETON_E_CONFIG: see jeton_access_asks_rows. On success the caller frees `*out` with jeton_wait_free.
 * Returns JETON_OK, or JETON_E_UNSUPPORTED for JETON_CLOCK in a build without the runtime. Whatever else fails, fails in
 * the wait; in such a build, all that needs a database with JETON_E_UNSUPPORTED.
 */
JETON_MUST_USE
jeton_status jeton_access_begin(const jeton_access *access,
                                const char *operation,
                                size_t operation_len,
                                const char *args,
                                size_t args_len,
                                int64_t now_s,
                                uint64_t timeout_ms,
                                jeton_wait **out,
                                jeton_error *err);

/**
 * Whether calls may come to a row that the host is to look up: 1 or 0, and 0 for NULL. Where it is 1 use
 * jeton_access_operation, of which no step then waits for a database; where it is 0 nothing is ever asked, and
 * jeton_access_begin does all. It stays the same for as long as the authenticator is open. Any thread.
 */
int32_t jeton_access_asks_rows(const jeton_access *access);

/**
 * Makes an operation that the host runs, step by step: it is asked for rows of databases that the settings left to it.
 * Where none are (jeton_access_asks_rows), a step may wait for a database. Parts of its result as jeton_access_call. On success the caller frees `*out` with
 * jeton_operation_free. Returns JETON_OK, JETON_E_CONFIG.
 */
JETON_MUST_USE
jeton_status jeton_access_operation(const jeton_access *access,
                                    const char *operation,
                                    size_t operation_len,
                                    const char *args,
                                    size_t args_len,
                                    int64_t now_s,
                                    jeton_operation **out,
                                    jeton_error *err);

/**
 * Frees an authenticator and closes its databases. NULL is fine. Never fails. Any thread.
 */
void jeton_access_free(jeton_access *access);

/**
 * Whether an allow block lets an actor in, by Datasette's rules. `actor` (an object or null) and `allow` (any JSON) are
 * JSON texts. `*allowed` is 1 or 0; an allow block that says nothing sensible allows nobody.
 * Returns JETON_OK, or JETON_E_CONFIG for an actor that is neither an object nor null, or text that is not JSON.
 */
JETON_MUST_USE
jeton_status jeton_allowed(const char *actor,
                           size_t actor_len,
                           const char *allow,
                           size_t allow_len,
                           int32_t *allowed,
                           jeton_error *err);

/**
 * Whether the restrictions (`_r`) of a token's actor leave an action, by Datasette's rules. `resource` is a JSON list of
 * 0 to 2 texts: database, table. The rest as jeton_allowed.
 */
JETON_MUST_USE
jeton_status jeton_allowed_action(const char *actor,
                                  size_t actor_len,
                                  const char *action,
                                  size_t action_len,
                                  const char *resource,
                                  size_t resource_len,
                                  int32_t *allowed,
                                  jeton_error *err);

/**
 * Makes a key: `<prefix>_`, 30 random characters and 6 of checksum. `prefix` is 2 to 16 of a-z and 0-9, a letter first.
 * Parts of the result: `api_key`, to be shown once, and `digest`, the 32 bytes of SHA-256 that a service stores. On
 * success the caller frees `*out` with jeton_result_free. Returns JETON_OK, JETON_E_CONFIG for another prefix,
 * JETON_E_INTERNAL without random bytes.
 */
JETON_MUST_USE
jeton_status jeton_api_key_generate(const char *prefix,
                                    size_t prefix_len,
                                    jeton_result **out,
                                    jeton_error *err);

/**
 * Looks at the form and the checksum of a key; whether it was ever given to anybody is for the service to know, by its
 * digest. Parts of the result: `prefix` and `digest`, both absent if it is not well formed.
 * On success, which says nothing about the key, the caller frees `*out` with jeton_result_free. Returns JETON_OK.
 */
JETON_MUST_USE
jeton_status jeton_api_key_check(const uint8_t *api_key,
                                 size_t api_key_len,
                                 jeton_result **out,
                                 jeton_error *err);

#ifdef __cplusplus
}
#endif

#endif  /* JETON_H */
