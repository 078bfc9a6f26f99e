// Sources and authenticators where HTTP is spoken.

import type { Access, Actor, Authenticated } from './access.js'
import type { Source } from './source.js'

/** As much of a `fetch` as is needed to stand in for one. */
type Fetch = (input: any, init?: any) => Promise<any>

/**
 * A `fetch` that sends the source's token as `Authorization: Bearer`. An answer 401 invalidates the token, and the request goes out
 * once more with a new one, unless there is none or the body was a stream, which is gone.
 *
 * It waits for a token as long as {@link Source.token} does, 30 seconds, or until the request's own `signal` aborts; after a 401 once more.
 * A source whose server is down makes a request wait that long: see docs/SOURCES.md for how to have it fail sooner.
 */
export function authorizedFetch<F extends Fetch = typeof globalThis extends { fetch: infer G extends Fetch } ? G : Fetch>(
  source: Source, options?: { /** Default the global one. */ fetch?: F },
): F

/**
 * Whom a middleware lets pass. Whoever may not gets 401 or 403 with `WWW-Authenticate`, which never says what was wrong. A request that
 * cannot be judged, because a database cannot be read or keys are not there, gets 503.
 */
export interface Gate {
  /** Default true: nobody passes without being known. It does not count beside `allow`. */
  required?: boolean
  /** An allow block, by Datasette's rules. */
  allow?: unknown
}

/** As {@link Gate}, for {@link connectMiddleware}. */
export interface ConnectGate extends Gate {
  /** Is told why a request could not be judged. Default `console.error`. */
  onError?: (error: Error, request: any) => void
}

/**
 * A middleware for Connect, Express and the like. It sets `request.actor`, null for nobody, and `request.authentication`, also before it
 * refuses: so a log can say why, by `refused`.
 */
export function connectMiddleware(
  access: Access, gate?: ConnectGate,
): (request: any, response: any, next: (error?: unknown) => void) => void

/**
 * A plugin for Fastify: `fastify.register(fastifyPlugin, { access })`. It sets `request.actor` and `request.authentication` as
 * {@link connectMiddleware} does, for all routes of the scope that it is registered in, and of the scopes within. Why a request could
 * not be judged is told `request.log`.
 */
export function fastifyPlugin(fastify: any, options: Gate & { access: Access }): Promise<void>

/** What {@link connectMiddleware} and {@link fastifyPlugin} add to a request. */
export interface WithActor {
  /** Who is calling; null for nobody. */
  actor: Actor | null
  /** All that was found out. What it says of a refused token is for logs. */
  authentication: Authenticated
}

export {}
