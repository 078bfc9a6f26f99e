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
 * What a call found: entries of named parts, each a run of bytes. Most results have one entry; a batch has one for each
 * token. Immutable: any number of threads may read one at once. Its bytes are wiped when it is freed.
 */
typedef struct jeton_result jeton_result;

/**
 * Makes tokens with one key and one header. Immutable: any number of threads may use one at once.
 */
typedef struct jeton_signer jeton_signer;

/**
 * Checks tokens against keys and a policy. Immutable: any number of threads may use one at once.
 */
typedef struct jeton_verifier jeton_verifier;

/**
 * Signs Vizzly access tokens with one ES256 key. Immutable: any number of threads may use one at once.
 */
typedef struct jeton_vizzly jeton_vizzly;

/**
 * What every fallible function returns: `JETON_OK` or one of `JETON_E_…`. Numbers are for ever; new ones may be added.
 */
typedef int32_t jeton_status;

/**
 * Why a call failed. Declared by the caller, who may leave it uninitialised and may pass NULL instead; untouched on success.
 *
 * 256 bytes. `claim` and `message` end in NUL and are cut on a character boundary where they do not fit; no byte of a
 * token, key, secret or claim value is ever in them.
 */
typedef struct {
    /**
     * The status that the call returned.
     */
    jeton_status status;
    /**
     * 0, for no call asks a server.
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
 * The name of a status: `"EXPIRED"` for JETON_E_EXPIRED, `"OK"` for JETON_OK, NULL for a number that this library does not
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
 * Verifies a compact JWS at the time `now_s` (Unix seconds) and writes its payload, the claims as JSON, to `claims`.
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

#ifdef __cplusplus
}
#endif

#endif  /* JETON_H */
