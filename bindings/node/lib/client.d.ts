// Clients of TigerGraph and Dataiku. docs/CLIENTS.md tells what each operation asks of its server.

import type { Closable } from './closable.js'
import type { JsonText } from './index.js'
import type { Environment, Waiting } from './source.js'

/** What a client needs beside its config. */
export interface ClientOptions {
  /** `password`, `api_key`, … by vendor. */
  secrets?: Readonly<Record<string, string>> | JsonText
  /** Stands for the environment of the process. */
  environment?: Environment | JsonText
}

/** Calls one server in the name of one user. */
export class Client extends Closable {
  /** Opens a client of the vendor; nothing is sent. {@link TigerGraph} and {@link Dataiku} have methods for each operation. */
  constructor(vendor: string, config: object | JsonText, options?: ClientOptions)
  /** A client that acts as that user and keeps everything else; `UNSUPPORTED` for another vendor than Dataiku. */
  asUser(login: string): this
  /** Calls an operation of docs/CLIENTS.md by its name. */
  call<T = unknown>(operation: string, args?: object | JsonText, options?: Waiting): Promise<T>
  /** As {@link call}, as the JSON text of the result, for numbers that JavaScript would round. */
  callText(operation: string, args?: object | JsonText, options?: Waiting): Promise<JsonText>
}

/** Which TigerGraph server, and who asks. */
export interface TigerGraphConfig {
  /** Default `http://127.0.0.1`. */
  host?: string
  /** Default 9000. */
  restpp_port?: number | string
  /** Default 14240. */
  gs_port?: number | string
  /** In place of `host` and `restpp_port`. */
  restpp_url?: string
  /** In place of `host` and `gs_port`. */
  gs_url?: string
  /** The graph that tokens of a graph are for. */
  graph?: string
  /** Such as `3.9.3`. Where it is needed and not given, the server is asked once. */
  version?: string
  /** Whose `password` is among the secrets. */
  username?: string
  /** About connections; docs/SOURCES.md lists them. */
  [member: string]: unknown
}

/** A token as the server gave it. `console.log` and `util.inspect` show nothing of it. */
export interface TigerGraphToken {
  /** What goes behind `Bearer `. */
  token: string
  /** As the server sent it. */
  expiration: string | number | null
  /** Unix seconds; null where the server's text names no zone. */
  expires_at_s: number | null
}

/** What a token is asked for with. */
export interface TigerGraphTokenArgs {
  /** Default the client's `gsql_secret`. */
  secret?: string
  /** Default the server's own. */
  lifetime_s?: number
  /** Default true: later calls use the token. */
  set_token?: boolean
}

/** Tokens and secrets of a TigerGraph server. */
export class TigerGraph extends Client {
  /** Secrets: `password`, `gsql_secret`, `api_token`. */
  constructor(config: TigerGraphConfig | JsonText, options?: ClientOptions)
  /** `is_global`, default true; false asks for a token of the graph. */
  getToken(args?: TigerGraphTokenArgs & { is_global?: boolean }, options?: Waiting): Promise<TigerGraphToken>
  /** `token`: default the client's. `UNSUPPORTED` from version 4.0 on. */
  refreshToken(args?: TigerGraphTokenArgs & { token?: string }, options?: Waiting): Promise<TigerGraphToken>
  /** `skip_na`: a token that does not exist is no failure. */
  deleteToken(args?: { secret?: string; token?: string; skip_na?: boolean }, options?: Waiting): Promise<true>
  /** `UNSUPPORTED` below version 4.0. */
  checkToken(args?: { token?: string }, options?: Waiting): Promise<Record<string, unknown>>
  /** The version of the server, such as `3.9.3`. */
  getVersion(options?: Waiting): Promise<string>
  /** Alias to value. `console.log` and `util.inspect` show none. */
  getSecrets(args?: { alias?: string; user_name?: string; create_new?: boolean }, options?: Waiting): Promise<Record<string, string>>
  /** `alias` is null if the server did not say. */
  createSecret(args?: { alias?: string; value?: string; user_name?: string }, options?: Waiting): Promise<{ alias: string | null; value: string }>
  /** `ignore_errors`: default true. */
  dropSecret(
    args: { alias: string | readonly string[]; user_name?: string; ignore_errors?: boolean }, options?: Waiting,
  ): Promise<Record<string, unknown>>
}

/** Which Dataiku server. */
export interface DataikuConfig {
  /** With an optional base path. */
  host: string
  /** Sent with every request. */
  extra_headers?: Readonly<Record<string, string>>
  /** A PEM file. */
  client_certificate?: string
  /** About connections; docs/SOURCES.md lists them. */
  [member: string]: unknown
}

/** Whom a credential of the server belongs to. `console.log` and `util.inspect` show nothing of it. */
export interface DataikuAuthInfo {
  /** The login, or the name of an API key. */
  authIdentifier?: string
  /** The groups of a user. */
  groups?: string[]
  /** What else the server says. */
  [member: string]: unknown
}

/** Which headers of a browser's request say who it is. */
export interface BrowserHeaders {
  /** Name to value, as the browser sent them. */
  headers: Readonly<Record<string, string>>
}

/** Identity, impersonation and user settings of a Dataiku server. */
export class Dataiku extends Client {
  /** Secrets: `api_key`, before `internal_ticket`, before `jwt_bearer_token`. */
  constructor(config: DataikuConfig | JsonText, options?: ClientOptions)
  /** Whom the credentials of this client belong to. */
  authInfo(args?: { with_secrets?: boolean }, options?: Waiting): Promise<DataikuAuthInfo>
  /** Whom a browser belongs to. */
  authInfoFromBrowserHeaders(args: BrowserHeaders & { with_secrets?: boolean }, options?: Waiting): Promise<DataikuAuthInfo>
  /** A ticket of the server that acts as the browser's user. */
  ticketFromBrowserHeaders(args: BrowserHeaders, options?: Waiting): Promise<string>
  /** The settings of the user that this client is. */
  ownSettings(options?: Waiting): Promise<DataikuSettings>
  /** The settings of another user; for administrators. */
  userSettings(login: string, options?: Waiting): Promise<DataikuSettings>
}

/** Which parameter of a plugin a credential is for. */
export interface PluginParameter {
  /** The plugin. */
  plugin_id: string
  /** Which of its sets of parameters. */
  param_set_id: string
  /** Which preset of that set. */
  preset_id: string
  /** The parameter that holds the credential. */
  param_name: string
}

/**
 * The settings of a user. Edits send nothing until {@link save}, keep members that they do not know, the text of numbers and the
 * order of members, and give the settings themselves. `console.log` and `util.inspect` show nothing; `JSON.stringify` writes all.
 */
export class DataikuSettings {
  private constructor()
  /** The document as JSON text. */
  toText(): JsonText
  /** The document as an object, a copy. */
  toJSON(): Record<string, unknown>
  /** Adds a secret, in place of one of the same name. */
  addSecret(name: string, value: string): this
  /** Removes the secret of that name, if there is one. */
  removeSecret(name: string): this
  /** Sets a property of the user. */
  setUserProperty(name: string, value: unknown): this
  /** Sets login and password for a connection. */
  setBasicConnectionCredential(connection: string, login: string, password: string): this
  /** Removes the credential of a connection, if there is one. */
  removeConnectionCredential(connection: string): this
  /** Sets login and password for a plugin. */
  setBasicPluginCredential(parameter: PluginParameter, login: string, password: string): this
  /** Sets the refresh token for a plugin. */
  setOAuth2PluginCredential(parameter: PluginParameter, refreshToken: string): this
  /** Removes the credential of a plugin, if there is one. */
  removePluginCredential(parameter: PluginParameter): this
  /** Sends the document to the server. */
  save(options?: Waiting): Promise<void>
}

export {}
