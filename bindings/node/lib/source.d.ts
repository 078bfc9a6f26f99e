// Sources, remote key sets, and how to wait.

import type { Closable } from './closable.js'
import type { Claims, ClaimsPolicy, JsonText, Key, Opened } from './index.js'

/** As much of an `AbortSignal`, which a signal has to be, as says so. */
interface Signal {
  /** Whether it was aborted. */
  readonly aborted: boolean
  /** Why. */
  readonly reason: any
  /** Throws the reason, if it was. */
  throwIfAborted(): void
}

/** How a call waits that may have to. */
export interface Waiting {
  /** Whoever aborts is released at once with the signal's reason; what others wait for too goes on. */
  signal?: Signal
  /** Whole milliseconds, after which the call fails with `TIMEOUT`; default 30000. */
  timeoutMs?: number
}

/** Texts that stand for `process.env`, which is read where this is left out. */
export type Environment = Readonly<Record<string, string>>

/** What a {@link Source} is opened with. The members of each kind are listed in docs/SOURCES.md. */
export interface SourceConfig {
  /** How a token is come by. */
  kind: 'oauth2' | 'descarteslabs' | 'tigergraph' | 'signed' | 'static'
  [member: string]: unknown
}

/** What a source needs beside its config. */
export interface SourceOptions {
  /** `client_secret`, `refresh_token`, … by kind. */
  secrets?: Readonly<Record<string, string>> | JsonText
  /** Stands for the environment of the process. */
  environment?: Environment | JsonText
  /** The signing key of the kind `signed`. */
  key?: Key
  /** Default: the cache of the process. */
  cache?: Cache
}

/** What a {@link Cache} holds. */
export interface CacheConfig {
  /** How many tokens and key sets; 1 to 1000000, default 100000. */
  max_entries?: number
  /** The longest token; 256 to 1048576, default 65536. */
  max_token_bytes?: number
}

/**
 * Holds tokens and key sets: sources of the same identity share one entry. Most programs never make one, for there is one of the
 * process, which all its threads share.
 */
export class Cache extends Closable {
  /** Makes a cache of its own; nothing is in it. */
  constructor(config?: CacheConfig | JsonText)
}

/** A token and its end. `console.log` and `util.inspect` show neither. */
export class SourceToken {
  private constructor()
  /** What goes behind `Bearer `. */
  token: string
  /** Unix seconds; null where it is not known. */
  expiresAt: number | null
}

/** What happened to a source. `console.log` and `util.inspect` show `code` and `message`, for it may hold a refresh token. */
export class SourceEvent {
  private constructor()
  /** `RENEWED`, `FAILED`, `NEW_REFRESH_TOKEN`, or the code of a warning. */
  code: string
  /** Whether somebody should look at it. */
  warning: boolean
  /** What happened, for people; without a secret. */
  message: string
  /** Unix milliseconds. */
  at_ms: number
  /** How many older ones were dropped; only of the first. */
  lost?: number
  /** Of `NEW_REFRESH_TOKEN`: takes the place of the old one, and is yours to store. It comes only where no token file does that. */
  refresh_token?: string
}

/** What a source is, never a secret; null where nothing was given. */
export interface SourceDescription {
  /** How its token is come by. */
  kind: string
  /** Where tokens are asked for. */
  token_url: string | null
  /** In whose name. */
  client_id: string | null
  /** What for. */
  scope: string[] | null
  /** How long before its end a token is renewed. */
  leeway_s: number | null
  /** The file that keeps the token. */
  token_path: string | null
  /** How a try that failed is repeated. */
  retries: Record<string, unknown> | null
}

/** What happened so far to all sources of this identity. */
export interface SourceStats {
  /** How often a token was at hand. */
  hits: number
  /** How often it was not; a caller that looks first and then waits has looked twice. */
  misses: number
  /** Callers that waited for a fetch. */
  waits: number
  /** Fetches that gave a token. */
  refreshes: number
  /** Fetches whose tries are used up, by status. */
  failures: Record<string, number>
}

/** What a token says of its subject. */
export interface SourceIdentity {
  /** The user's own; null where the token names none. */
  namespace: string | null
  /** The claims, without the vendor's prefix. */
  payload: Claims
  /** Whom an access list may name to mean this user. */
  all_acl_subjects: string[]
  /** The same, for lists of owners. */
  all_owner_acl_subjects: string[]
}

/**
 * One token that is kept fresh: fetched when first asked for, renewed ahead of its end while callers are served the old one. Many
 * callers cause one request.
 */
export class Source {
  /** Opens a source; nothing is fetched. Files and the environment are read here and not later. */
  constructor(config: SourceConfig | JsonText, options?: SourceOptions)
  /** The token, at once if one is at hand that is not in its last moments; in these it waits up to a second for the next one. */
  token(options?: Waiting): Promise<string>
  /** The token and its end. */
  tokenWithExpiry(options?: Waiting): Promise<SourceToken>
  /** Fetches now. */
  refresh(options?: Waiting): Promise<SourceToken>
  /** What the token says of its subject; fetches first where {@link token} would. */
  identity(options?: Waiting): Promise<SourceIdentity>
  /** As {@link identity}, as JSON text, for numbers that JavaScript would round. */
  identityText(options?: Waiting): Promise<JsonText>
  /** Ends a token at its server: this one, or the current one. */
  revoke(token?: string, options?: Waiting): Promise<boolean>
  /**
   * Says that a server refused a token: this one, or the current one. It is not served again. True once for each distinct token,
   * false for one that is not current any more.
   */
  invalidate(token?: string): boolean
  /** What the source is. */
  describe(): SourceDescription
  /** What was counted so far. */
  stats(): SourceStats
  /** Takes out what happened since the last call, oldest first. */
  events(): SourceEvent[]
  /** Does what the config wants done at the end, wakes all who wait with `CLOSED`, and frees. Closing twice is fine. */
  close(options?: Waiting): Promise<void>
  /** Frees without doing anything at the end, for `using`; where the runtime has `Symbol.dispose`. */
  [Symbol.dispose](): void
  /** As {@link close}, for `await using`; where the runtime has `Symbol.asyncDispose`. */
  [Symbol.asyncDispose](): Promise<void>
  /** The source that this thread uses where nobody names one: the one that was set, else one of Descartes Labs from the environment. */
  static getDefault(): Source
  /** Sets that source, for this thread; null or nothing lets the next {@link getDefault} make one. The one that was there is not closed. */
  static setDefault(source?: Source | null): void
}

/** A policy but for its issuer, each of its forms. */
type WithoutIssuer<Form> = Form extends unknown ? Omit<Form, 'issuer' | 'any_issuer'> : never

/** One issuer of a {@link RemoteVerifier}: where its keys are, and the rest of a policy. docs/SOURCES.md lists the members about connections. */
export type RemoteIssuer = WithoutIssuer<ClaimsPolicy> & {
  /** The claim `iss` of its tokens. */
  issuer: string
  /** Where its keys are. */
  jwks_url: string
  [member: string]: unknown
}

/** How the keys of one issuer of a {@link RemoteVerifier} stand. */
export interface RemoteIssuerStats {
  /** The claim `iss` of its tokens. */
  issuer: string
  /** Where its keys are. */
  jwks_url: string
  /** How many usable keys are at hand; null if there is no set. */
  keys: number | null
  /** How often a server gave a set, or said that the one at hand is still the one. */
  refreshes: number
  /** How often it did neither, by status. */
  failures: Record<string, number>
  /** Why the last fetch failed, one line for people; null if it did not. */
  last_failure: string | null
  /** Whether the last token was judged by a set that is old, because its server gives no newer one. */
  is_stale: boolean
}

/** What a remote verifier needs beside its issuers. */
export interface RemoteVerifierOptions {
  /** Stands for the environment of the process. */
  environment?: Environment | JsonText
  /** Default: the cache of the process. */
  cache?: Cache
}

/** How a call of a {@link RemoteVerifier} waits for keys, and the time that it judges at. */
export interface RemoteVerifierCall extends Waiting {
  /** Unix seconds, whole; default the system clock. */
  now?: number | bigint
}

/** Checks tokens of one or more issuers, whose key sets are fetched and kept as long as their servers say. */
export class RemoteVerifier extends Closable {
  /** Nothing is fetched. */
  constructor(issuers: readonly RemoteIssuer[] | JsonText, options?: RemoteVerifierOptions)
  /** How the keys of each issuer stand, in the order of the issuers. Asks no server. */
  stats(): RemoteIssuerStats[]
  /** Verifies a token and gives its claims, at once if the keys are at hand. What `T` says about them is not checked. */
  verify<T = Claims>(token: string, options?: RemoteVerifierCall): Promise<T>
  /** Verifies a token and gives its claims as the JSON text it holds. */
  verifyText(token: string, options?: RemoteVerifierCall): Promise<JsonText>
  /** Verifies a token and gives its header too. */
  open<T = Claims>(token: string, options?: RemoteVerifierCall): Promise<Opened<T>>
}

/**
 * Ends all threads of the library; whatever is waited for fails with `CLOSED`. For a program that wants to be sure that nothing is
 * under way: it blocks, at most so many milliseconds (default 1000). A later call that needs threads starts them again.
 */
export function stopRuntime(timeoutMs?: number): void

export {}
