// Vizzly: access tokens, the identity answer that holds them, and a verifier for them.

import type { Closable } from './closable.js'
import type { Clock, JsonText, Key, Verifier } from './index.js'

/** Arguments of every Vizzly access token. */
export interface VizzlyArgs {
  /** Minutes until the token ends, above 0; whole seconds count. */
  expiry_ttl_in_minutes: number
  /** How `expires` is written: `UTC`, the default, or `+HH:MM` / `-HH:MM`. */
  timezone?: string
  /** Adds `iat` and `exp`, which every verifier understands; default false. */
  registered_claims?: boolean
}

/** Arguments of a dashboard access token. */
export interface VizzlyDashboardArgs extends VizzlyArgs {
  /** The project of the dashboards. */
  project_id: string
  /** The user, as the program names them. */
  user_reference: string
  /** Default `read_write`. */
  scope?: string
  /** Default `standard`. */
  access_type?: string
  /** Dashboards that the user's own may be made from. */
  parent_dashboard_ids?: readonly string[]
}

/** Arguments of a data access token. */
export interface VizzlyDataArgs extends VizzlyArgs {
  /** Which data sets; `*` for all. */
  data_set_ids: '*' | readonly string[]
  /** What of each data set the user may see. */
  secure_filters: Record<string, unknown>
  /** Default `{}`. */
  parameters?: Record<string, unknown>
}

/** Arguments of a query-engine access token. */
export interface VizzlyQueryEngineArgs extends VizzlyArgs {
  /** Whether rows may be looked at. */
  allow_data_preview_access: boolean
  /** Whether tables and columns may be looked at. */
  allow_database_schema_access: boolean
}

/** Arguments of an identity answer: those of each token that is wanted. */
export interface VizzlyIdentityArgs {
  /** Always made. */
  dashboard: VizzlyDashboardArgs
  /** For a token for data. */
  data?: VizzlyDataArgs
  /** For a token for a query engine. */
  query_engine?: VizzlyQueryEngineArgs
}

/**
 * The documented answer of an identity endpoint: `JSON.stringify` writes what is to be sent. `console.log` and `util.inspect`
 * show no token of it.
 */
export class VizzlyIdentity {
  private constructor()
  /** For dashboards. */
  dashboardAccessToken: string
  /** For data, if it was asked for. */
  dataAccessToken?: string
  /** For a query engine, if it was asked for. */
  queryEngineAccessToken?: string
}

/** Signs Vizzly access tokens. */
export class Vizzly extends Closable {
  /** Takes a private P-256 key. */
  constructor(key: Key)
  /** Signs a dashboard access token. */
  dashboard(args: VizzlyDashboardArgs | JsonText, options?: Clock): string
  /** Signs a data access token. */
  data(args: VizzlyDataArgs | JsonText, options?: Clock): string
  /** Signs a query-engine access token. */
  queryEngine(args: VizzlyQueryEngineArgs | JsonText, options?: Clock): string
  /** Signs the whole answer of an identity endpoint. */
  identity(args: VizzlyIdentityArgs | JsonText, options?: Clock): VizzlyIdentity
  /** As {@link identity}, as the JSON text to be sent. */
  identityText(args: VizzlyIdentityArgs | JsonText, options?: Clock): JsonText
  /** A verifier for such tokens, from the public or private key: ES256, ended by `expires`, any issuer and audience. */
  static verifier(key: Key): Verifier
}

export {}
