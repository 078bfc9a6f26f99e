/**
 * Jeton: make tokens (JWS, JWT), check tokens, keep fetched tokens fresh, say who is calling.
 *
 * What may wait for a server, a file or a database gives a promise and takes {@link Waiting}; everything else is synchronous, for
 * most of it takes microseconds, and signing with RSA milliseconds. What ends in `Json` takes JSON text, what ends in `Text` gives
 * some. Every object belongs to the thread that made it; a worker makes its own. Wrong types of arguments are a `TypeError`,
 * everything else that fails is a {@link JetonError}; of a promise, both are rejections.
 *
 * A policy, options, arguments and a key as an object are what JSON says in full: plain objects (of no class, with no symbols and
 * nothing hidden), arrays, texts, finite numbers, booleans and nulls. Anything else in them, `undefined` too, is a `TypeError`, and
 * so is a member that the options of a call do not know: what was asked for must not get lost.
 *
 * A text with a lone surrogate, which UTF-8 cannot hold, is refused as `UTF8`. In a token it becomes U+FFFD, which no token
 * may contain: `MALFORMED`.
 */

export * from './access.js'
export * from './client.js'
export * from './error.js'
export * from './http.js'
export * from './source.js'
export * from './vizzly.js'

import type { Closable } from './closable.js'
import type { JetonError } from './error.js'

/** The version of the library, such as `"0.1.0"`. */
export const version: string

/** The ABI of the library that this addon was built with. */
export const abiVersion: number

/** The names of algorithms. `EdDSA` and `Ed25519` are two names of one. */
export type Algorithm =
  | 'HS256' | 'HS384' | 'HS512'
  | 'RS256' | 'RS384' | 'RS512'
  | 'PS256' | 'PS384' | 'PS512'
  | 'ES256' | 'ES384'
  | 'EdDSA' | 'Ed25519'

/** An algorithm with a public half that {@link Key.generate} makes keys for. */
export type GeneratedPairAlgorithm = 'ES256' | 'ES384' | 'EdDSA' | 'Ed25519'

/** An algorithm of secrets. */
export type SecretAlgorithm = 'HS256' | 'HS384' | 'HS512'

/** An algorithm that {@link Key.generate} makes keys for. */
export type GeneratedAlgorithm = GeneratedPairAlgorithm | SecretAlgorithm

/** A JSON text, handed to the library unchanged. */
export type JsonText = string

/** The time of a call. */
export interface Clock {
  /** Unix seconds, whole; default `Math.floor(Date.now() / 1000)`. */
  now?: number | bigint
}

/** What binds a key that does not name its algorithm: an RSA key, a secret. */
export interface KeyOptions {
  /** What the key is for. */
  algorithm?: Algorithm
}

/** What a key is. */
export interface KeyDescription {
  /** The type of RFC 7517. */
  kty: 'oct' | 'RSA' | 'EC' | 'OKP'
  /** Null where nothing binds an RSA key or a secret. */
  algorithm: Algorithm | null
  /** The name that tokens call it by. */
  kid: string | null
  /** Whether it can sign; true for a secret. */
  private: boolean
  /** RFC 7638, SHA-256, base64url. */
  thumbprint: string
}

/** The public half of a key. `jwk` and `pem` are null for a key set. */
export interface PublicKey {
  /** A key set: what a `jwks.json` endpoint answers. */
  jwks: JsonText
  /** The one key of it. */
  jwk: JsonText | null
  /** SPKI. */
  pem: string | null
}

/**
 * A new key, as texts to be stored. `console.log` and `util.inspect` show none of them; `JSON.stringify` writes them all, for
 * that is how they may be stored.
 */
export class GeneratedKey {
  private constructor()
  /** With `alg`, and with the thumbprint as `kid`. */
  privateJwk: JsonText
  /** Null for a secret, as are the two below. */
  publicJwk: JsonText | null
  /** PKCS#8. */
  privatePem: string | null
  /** SPKI. */
  publicPem: string | null
}

/** A new key pair: nothing of it is null. */
export type GeneratedPair = GeneratedKey & { publicJwk: JsonText; privatePem: string; publicPem: string }

/** A new secret, which has a JWK and nothing else. */
export type GeneratedSecret = GeneratedKey & { publicJwk: null; privatePem: null; publicPem: null }

/** One key, or the keys of a JWKS. It is checked in full when it is made: an unsound or weak key does not exist. */
export class Key extends Closable {
  private constructor()
  /** Reads PKCS#8, SEC 1, PKCS#1, SPKI or an X.509 certificate, of which only the public key is taken. */
  static fromPem(pem: string | Uint8Array, options?: KeyOptions): Key
  /** Reads the DER of a structure that {@link fromPem} knows. */
  static fromDer(der: Uint8Array, options?: KeyOptions): Key
  /** Reads a JWK. */
  static fromJwk(jwk: object | JsonText, options?: KeyOptions): Key
  /** Reads a JWKS of at most 64 keys. It can only verify. The algorithm binds the keys that name none. */
  static fromJwks(jwks: object | JsonText, options?: KeyOptions): Key
  /** Takes an HMAC secret, neither trimmed nor decoded: at least 32 bytes for HS256, 48 for HS384, 64 for HS512. */
  static fromSecret(secret: string | Uint8Array, options?: KeyOptions): Key
  /** Makes a new key pair. */
  static generate(algorithm: GeneratedPairAlgorithm): GeneratedPair
  /** Makes a new secret. */
  static generate(algorithm: SecretAlgorithm): GeneratedSecret
  /** Makes a new key or secret. */
  static generate(algorithm: GeneratedAlgorithm): GeneratedKey
  /** Says what the key is. Throws `KEY` for a key set. */
  describe(): KeyDescription
  /** Gives the public half. Throws `KEY` for a secret, which has none. */
  public(): PublicKey
}

/** How a {@link Signer} makes tokens. */
export interface SignerOptions {
  /** Needed where the key names none. */
  algorithm?: Algorithm
  /** Extra header members; not `alg`, `crit`, `b64`, `zip`. */
  header?: Record<string, unknown>
  /** Default the key's own; null for none. */
  kid?: string | null
  /** Default `JWT` for claims and none for bytes; null for none. */
  typ?: string | null
  /** The claim `iss`. */
  issuer?: string
  /** The claim `sub`. */
  subject?: string
  /** The claim `aud`. */
  audience?: string | readonly string[]
  /** Adds `iat` = now and `exp` = now + this; 1 to 315576000. */
  ttl_s?: number
  /** Adds a random `jti` of 128 bits. */
  jti?: boolean
}

/** Makes tokens with one key and one header. */
export class Signer extends Closable {
  /** Takes a private key or a secret. */
  constructor(key: Key, options?: SignerOptions | JsonText)
  /**
   * Signs claims as `JSON.stringify` writes them, followed by those of the options. They are plain as all arguments are, but may
   * hold, or be, an object with a `toJSON`, such as a `Date`; one that gives null or nothing is a `TypeError`.
   */
  sign(claims: object, options?: Clock): string
  /** Signs the JSON text of claims as it stands. */
  signJson(claims: JsonText, options?: Clock): string
  /** Signs any bytes. Options about claims do not go with them. */
  signBytes(payload: Uint8Array): string
}

/** Makes tokens whose signature somebody else computes, such as a KMS. */
export class ExternalSigner extends Closable {
  /** Takes the public key. */
  constructor(publicKey: Key, options?: SignerOptions | JsonText)
  /** Takes claims as {@link Signer.sign} does, and gives the text whose bytes are to be signed. */
  begin(claims: object, options?: Clock): string
  /** Takes the JSON text of claims as it stands. */
  beginJson(claims: JsonText, options?: Clock): string
  /** Takes any bytes. */
  beginBytes(payload: Uint8Array): string
  /** Verifies the signature, which for ES256 and ES384 is R and S and not DER, and gives the token. */
  finish(signingInput: string, signature: Uint8Array): string
}

/** Who a token must be from. */
type IssuerPolicy =
  | { /** `iss` must be there and be one of these. */ issuer: string | readonly string[]; any_issuer?: false }
  | { /** `iss` may be anything. */ any_issuer: true; issuer?: never }

/** Who a token must be for. */
type AudiencePolicy =
  | { /** `aud` must be there and hold one of these. */ audience: string | readonly string[]; any_audience?: false }
  | { /** `aud` may be anything. */ any_audience: true; audience?: never }

/** What holds for every token. */
interface TokenPolicy {
  /** What the token's `alg` may be. */
  algorithms: readonly Algorithm[]
  /** The header's `typ` must be this media type. */
  typ?: string
  /** 256 to 1048576, default 65536. */
  max_token_bytes?: number
  /** How many keys a token without `kid` may be tried against; 1 to 8, default 1. */
  try_keys?: number
}

/** What the claims of a token must be. */
export type ClaimsPolicy = TokenPolicy & IssuerPolicy & AudiencePolicy & {
  /** What the payload is. */
  payload?: 'claims'
  /**
   * The memory in which the verifier keeps the texts of tokens that verified, so that their signature is not computed again; all else is
   * judged anew in each call. 0 to 67108864, default 0: none is kept.
   */
  verified_cache_bytes?: number
  /** `sub` must be there and equal it. */
  subject?: string
  /** Clock tolerance for every time claim; 0 to 300, default 0. */
  leeway_s?: number
  /** `iat` must be there and no older; 1 to 315576000. */
  max_age_s?: number
  /** These claims must be there and not null. */
  required?: readonly string[]
  /** Default false: a token that never ends is refused. */
  allow_missing_exp?: boolean
  /** Another claim than `exp` that ends the token, holding an RFC 3339 time. */
  expiry_claim?: string
}

/** For tokens whose payload is not JSON. */
export type BytesPolicy = TokenPolicy & { payload: 'bytes' }

/** What a {@link Verifier} accepts. */
export type Policy = ClaimsPolicy | BytesPolicy

/** The claims of a token. */
export interface Claims {
  /** Who issued it. */
  iss?: string
  /** Whom it is about. */
  sub?: string
  /** Whom it is for. */
  aud?: string | string[]
  /** When it ends, in Unix seconds. */
  exp?: number
  /** When it begins, in Unix seconds. */
  nbf?: number
  /** When it was issued, in Unix seconds. */
  iat?: number
  /** Its own name. */
  jti?: string
  [name: string]: unknown
}

/** The header of a token. */
export interface Header {
  /** The algorithm of the signature. */
  alg: string
  /** The name of the key. */
  kid?: string
  /** What the token is. */
  typ?: string
  /** What its payload is. */
  cty?: string
  [name: string]: unknown
}

/** A token's header and claims, or, where the payload is no claims, its bytes. The texts are exactly what the token holds. */
export type Opened<T = Claims> = OpenedClaims<T> | OpenedBytes

/** What a token whose payload is claims says. */
export interface OpenedClaims<T = Claims> {
  /** The header. */
  header: Header
  /** The header as it stands in the token. */
  headerText: JsonText
  /** The claims. What `T` says about them is not checked. */
  claims: T
  /** The claims as they stand in the token, for numbers that JavaScript would round. */
  claimsText: JsonText
  /** No bytes. */
  payload: null
}

/** What a token whose payload is bytes says. */
export interface OpenedBytes {
  /** The header. */
  header: Header
  /** The header as it stands in the token. */
  headerText: JsonText
  /** No claims. */
  claims: null
  /** No claims. */
  claimsText: null
  /** The payload, a copy. */
  payload: Uint8Array
}

/** Checks tokens against keys and a policy. */
export class Verifier extends Closable {
  /** Takes any key or key set that can verify; of a private key the public half. */
  constructor(key: Key, policy: Policy | JsonText)
  /** Verifies a token and gives its claims. What `T` says about them is not checked. */
  verify<T = Claims>(token: string, options?: Clock): T
  /** Verifies a token and gives its claims as the JSON text it holds, for numbers that JavaScript would round. */
  verifyText(token: string, options?: Clock): JsonText
  /** Verifies a token and gives its payload. */
  verifyBytes(token: string, options?: Clock): Uint8Array
  /** Verifies a token and gives its header too. */
  open<T = Claims>(token: string, options?: Clock): Opened<T>
  /** Verifies tokens in one call. For each, in order: what {@link open} gives, or the error that it would throw. */
  verifyBatch<T = Claims>(tokens: readonly string[], options?: Clock): Array<Opened<T> | JetonError>
}

/**
 * Shows what a token says. NOTHING IS VERIFIED: anyone can have written it. For logs and for choosing a verifier, never for
 * deciding anything.
 */
export function inspectUnverified<T = Claims>(token: string): Opened<T>

/** Without this line all that is declared above would be exported, and some of it exists as a type only. */
export {}
