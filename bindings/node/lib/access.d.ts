// Who is calling, and what they may do. docs/ACCESS.md tells the configuration and the rules.

import type { Closable } from './closable.js'
import type { JsonText } from './index.js'
import type { Environment, Waiting } from './source.js'

/** Who is calling. */
export interface Actor {
  /** Whom the host knows it by. */
  id?: string | number
  /** What the token leaves of the actor's rights. */
  _r?: unknown
  /** Who acts for this actor (RFC 8693). */
  act?: { sub: string; act?: unknown }
  /** What else the token or the configuration says of it. */
  [member: string]: unknown
}

/** What an {@link Access} is opened with, as the Datasette plugin takes it, and what is ours; `{}` for signed tokens alone. */
export interface AccessConfig {
  /** A list of `{ token, actor }`. */
  tokens?: object
  /** The parameter of a query that may hold a token. */
  param?: string
  /** `{ sql, database }`: looks up `id-secret` tokens. */
  query?: object
  /** Whether a database holds managed tokens, which hide `tokens` and `query`. */
  manage_tokens?: boolean
  /** The name of that database. */
  manage_tokens_database?: string
  /** `{ key, policy }` or `{ issuers }`, and `actor`: which claims are which members. */
  jwt?: object
  /** `act_as`, `auth_info`, and whatever the plugin comes to take. */
  [member: string]: unknown
}

/** What an {@link Access} needs beside its config. */
export interface AccessOptions {
  /** What Datasette itself is started with. */
  settings?: {
    /** The names in the config to SQLite files; null for those that `rows` looks up. */
    databases?: Readonly<Record<string, string | null>>
    /** Default true. */
    allow_signed_tokens?: boolean
    /** Seconds; default 0, no cap. */
    max_signed_tokens_ttl?: number
    [member: string]: unknown
  } | JsonText
  /** What signed tokens are signed with; default `DATASETTE_SECRET` of the environment, if it is there. */
  secret?: string | Uint8Array
  /** Stands for the environment of the process. */
  environment?: Environment | JsonText
  /** Gives the first row that the SQL gives, column to value, and null or undefined where there is none. */
  rows?: (question: RowQuestion) => RowAnswer | Promise<RowAnswer>
}

/** A row, or none. */
export type RowAnswer = Readonly<Record<string, unknown>> | null | undefined

/** How a call of an {@link Access} waits, and its time. */
export interface AccessCall extends Waiting {
  /** Unix seconds, whole; default the system clock. A managed token that is over by then is noted as ended, for good. */
  now?: number | bigint
}

/** What of a request says who is calling. */
export interface Credentials {
  /** `request.headers` of Node's requests or of a `Request`. Names in any case; of several lines the last counts. */
  headers?: Readonly<Record<string, string | readonly string[] | undefined>> | HeaderLines
  /** Decoded values, of which the first counts. */
  query?: Readonly<Record<string, string | readonly string[]>>
}

/** As much of a `Headers`, which the headers of a `Request` are, as says so. */
interface HeaderLines {
  /** The value of one header. */
  get(name: string): string | null
  /** Calls for each header. */
  forEach(call: (value: string, name: string) => void): void
}

/** Who is calling, and how that was said. */
export interface Authenticated {
  /** Null for nobody. */
  actor: Actor | null
  /** The actor as JSON text, for numbers that JavaScript would round. */
  actorText: JsonText | null
  /** By what the actor was recognised: a configured token, one that was looked up, a managed or a signed one, a JWT; null for nobody. */
  scheme: 'token' | 'query' | 'dsatok' | 'dstok' | 'jwt' | null
  /** Why a token that was presented is not accepted: for logs, never for the answer. */
  refused: 'MALFORMED' | 'SIGNATURE' | 'EXPIRED' | 'REVOKED' | 'UNKNOWN' | 'DISABLED' | null
  /** The value of `WWW-Authenticate` for an answer 401 to nobody, or 403 to an actor. */
  challenge: string
}

/** What an actor may know about itself. `console.log` and `util.inspect` show nothing of it. */
export interface ActorInfo {
  /** The `id` of the actor. */
  identifier: string
  /** Its groups; none where the configuration does not say where they are. */
  groups: string[]
  /** Who acts for it, if anybody does. */
  act?: Actor['act']
  /** Only where they were asked for. */
  secrets?: Record<string, unknown>
}

/** A row that is to be looked up in a database of the program's own. */
export interface RowQuestion {
  /** The name in the config. */
  database: string
  /** A statement with named parameters. */
  sql: string
  /** The named parameters of the SQL. */
  parameters: Record<string, string | number | null>
}

/** A managed token that was made. `console.log` and `util.inspect` show nothing of it. */
export interface CreatedToken {
  /** To be shown once: it is stored nowhere. */
  token: string
  /** By which it is listed and revoked. */
  id: number
}

/** Who asks about a managed token. That of another actor is `DENIED`, unless `by_admin` says that whoever asks may do so. */
export type Asker = { by: Actor; by_admin?: boolean } | { by?: Actor; by_admin: true }

/** A managed token as it is listed, never with its text. */
export interface ManagedToken {
  /** By which it is revoked. */
  id: number
  /** A column of the table, such as `actor_id`, `token_status` and `expires_after_seconds`. */
  [column: string]: unknown
}

/** Says who is calling: a request's headers and query become an actor, or none. */
export class Access extends Closable {
  /**
   * Databases, files and the environment are opened here, before this returns: for the start of a program. Where another process has a
   * database locked, it waits up to 10 seconds, and the event loop with it; {@link Access.open} does not keep that.
   */
  constructor(config: AccessConfig | readonly object[] | JsonText, options?: AccessOptions)
  /**
   * As the constructor, on a thread of libuv's pool (`UV_THREADPOOL_SIZE`): the event loop goes on. What is wrong with the config or a
   * database rejects the promise.
   */
  static open(config: AccessConfig | readonly object[] | JsonText, options?: AccessOptions): Promise<Access>
  /** A token that is not accepted is no failure. `STORE` where a database cannot be read. */
  authenticate(credentials: Credentials, options?: AccessCall): Promise<Authenticated>
  /**
   * `expires_after_s`, above 0; without it the token does not end. `by`: the actor who asks; one with `token`, `_r` or `act` is `DENIED`.
   * Without it nothing is checked: who may ask for whose token is the program's to decide.
   */
  createToken(
    args: { actor_id: string; description?: string | null; expires_after_s?: number; restrictions?: object; by?: Actor }, options?: AccessCall,
  ): Promise<CreatedToken>
  /** Of one actor, or of all; `limit` default 30. */
  listTokens(
    args?: { actor_id?: string; next?: string | number | null; limit?: number }, options?: AccessCall,
  ): Promise<{ tokens: ManagedToken[]; next: string | number | null }>
  /** The row of a managed token. `UNKNOWN` if there is none. */
  tokenDetails(args: { id: number } & Asker, options?: AccessCall): Promise<ManagedToken>
  /** Whether the token had not ended before. */
  revokeToken(args: { id: number } & Asker, options?: AccessCall): Promise<boolean>
  /** A token that is stored nowhere (`dstok_`). */
  signToken(args: { actor_id: string; ttl_s?: number; restrictions?: object }, options?: AccessCall): Promise<string>
  /**
   * What an actor may know about itself. Secrets are told on request, and to the actor itself only: `DENIED` for one that somebody
   * acts for, or that came from a restricted token.
   */
  authInfo(actor: Actor, args?: { with_secrets?: boolean }, options?: AccessCall): Promise<ActorInfo>
  /** Lets the actor `by` act as another one; `DENIED` if the config does not allow it. */
  actAs(by: Actor, actor: Actor, options?: AccessCall): Promise<{ actor: Actor; claims: Record<string, unknown> }>
  /** Calls an operation of docs/ACCESS.md by its name. */
  call<T = unknown>(operation: string, args?: object | JsonText, options?: AccessCall): Promise<T>
  /** As {@link call}, as the JSON text of the answer, for numbers that JavaScript would round. */
  callText(operation: string, args?: object | JsonText, options?: AccessCall): Promise<JsonText>
}

/** Whether an allow block lets an actor in, by Datasette's rules. A block that says nothing sensible lets nobody in. */
export function allowed(actor: Actor | null, allow: unknown): boolean

/** As {@link allowed}, from JSON texts. */
export function allowedJson(actor: JsonText, allow: JsonText): boolean

/** Whether the restrictions of a token's actor leave an action; `resource` is database and table, or less. */
export function allowedAction(actor: Actor | null, action: string, resource?: readonly string[]): boolean

/** As {@link allowedAction}, from JSON texts. */
export function allowedActionJson(actor: JsonText, action: string, resource?: JsonText): boolean

/** An API key that was made. `console.log` and `util.inspect` show nothing of it. */
export interface GeneratedApiKey {
  /** To be shown once. */
  apiKey: string
  /** SHA-256: what a service stores. */
  digest: Uint8Array
}

/** Makes an API key: the prefix (2 to 16 of a-z and 0-9, a letter first), 30 random characters and a checksum. */
export function generateApiKey(prefix: string): GeneratedApiKey

/** What the form of an API key says. */
export interface CheckedApiKey {
  /** Form and checksum are right; whether the key was ever given to anybody, the service knows by its digest. */
  valid: boolean
  /** What stands before the first `_`; null if the key is not valid. */
  prefix: string | null
  /** SHA-256, by which the service finds it; null if the key is not valid. */
  digest: Uint8Array | null
}

/** Looks at the form and the checksum of an API key. */
export function checkApiKey(apiKey: string): CheckedApiKey

export {}
