// The types of what is fetched and of who is calling, as an ESM program sees them.

import { Access, Cache, Client, Dataiku, RemoteVerifier, Source, TigerGraph, allowed, allowedAction } from 'jeton'
import { DataikuSettings, SourceEvent, SourceToken, authorizedFetch, checkApiKey, connectMiddleware, fastifyPlugin } from 'jeton'
import { JetonError, Key, generateApiKey, stopRuntime } from 'jeton'
import type { Actor, Authenticated, Claims, OpenedClaims, SourceIdentity, TigerGraphToken, Waiting } from 'jeton'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_: Same<A, B>): void => undefined

// Sources.
const cache = new Cache({ max_entries: 10 })
const source = new Source({ kind: 'oauth2', grant: 'client_credentials' }, { secrets: { client_secret: 's' }, cache })
new Source('{"kind":"static"}', { secrets: '{}', environment: {} })
new Source({ kind: 'signed', claims: {} }, { key: Key.fromPem('') })
const waiting: Waiting = { timeoutMs: 5 }
same<Awaited<ReturnType<typeof source.token>>, string>(true)
same<Awaited<ReturnType<typeof source.refresh>>, SourceToken>(true)
same<Awaited<ReturnType<typeof source.identity>>, SourceIdentity>(true)
same<Awaited<ReturnType<typeof source.close>>, void>(true)
source.token(waiting).then((token) => token satisfies string)
source.revoke(undefined, waiting)
source.invalidate('t') satisfies boolean
source.events() satisfies SourceEvent[]
source.stats().failures.REFUSED satisfies number | undefined
Source.setDefault(source)
Source.getDefault()[Symbol.asyncDispose]()
stopRuntime(5)
// @ts-expect-error no such kind
new Source({ kind: 'other' })
// @ts-expect-error the token is a promise
source.token() satisfies string
// @ts-expect-error a call that does not wait
source.stats(waiting)
// @ts-expect-error a token is made by a source
new SourceToken()
// @ts-expect-error settings come from a server
new DataikuSettings()

// Remote keys.
const remote = new RemoteVerifier([{ issuer: 'i', jwks_url: 'https://i/jwks', algorithms: ['ES256'], audience: 'a' }], { cache })
remote.verify('t').then((claims) => same<typeof claims, Claims>(true))
remote.verify<{ sub: string }>('t', waiting).then(({ sub }) => sub satisfies string)
remote.open('t', { ...waiting, now: 5n }).then(({ header }) => header.alg satisfies string)
remote.verifyText('t', { now: 5 }) satisfies Promise<string>
// @ts-expect-error a time is a number
remote.verify('t', { now: new Date() })
// @ts-expect-error an issuer's policy names an audience, or says that any will do
new RemoteVerifier([{ issuer: 'i', jwks_url: 'https://i/jwks', algorithms: ['ES256'] }])
// @ts-expect-error a leeway is a number
new RemoteVerifier([{ issuer: 'i', jwks_url: 'https://i/jwks', algorithms: ['ES256'], any_audience: true, leeway_s: 'x' }])
new RemoteVerifier([{ issuer: 'i', jwks_url: 'https://i/jwks', algorithms: ['ES256'], any_audience: true, allow_http: true }])
// @ts-expect-error an issuer says where its keys are
new RemoteVerifier([{ issuer: 'i', algorithms: ['ES256'], audience: 'a' }])
remote.stats()[0]?.keys satisfies number | null | undefined
remote.stats().map(({ failures }) => failures.KEYS_UNAVAILABLE satisfies number | undefined)

// Clients.
const graph = new TigerGraph({ host: 'http://h', restpp_port: '9000' }, { secrets: { password: 'p' } })
same<Awaited<ReturnType<typeof graph.getToken>>, TigerGraphToken>(true)
graph.getToken({ secret: 's', lifetime_s: 5, is_global: false }, waiting)
graph.dropSecret({ alias: ['a', 'b'] })
// @ts-expect-error an unknown argument
graph.getToken({ lifetime: 5 })
const dataiku = new Dataiku({ host: 'http://h' }, { secrets: { api_key: 'k' } })
dataiku.asUser('l') satisfies Dataiku
dataiku.ownSettings().then((settings) => settings.addSecret('a', 'b').removeSecret('a').save(waiting))
dataiku satisfies Client
// @ts-expect-error where the server is
new Dataiku({})

// Access.
const access = new Access({ tokens: [] }, { secret: new Uint8Array(), settings: { databases: { d: 'f.db' } } })
access.authenticate({ headers: { authorization: ['a', 'b'] }, query: { t: 'x' } }, { now: 5n }) satisfies Promise<Authenticated>
access.signToken({ actor_id: 'a' }, { ...waiting, now: 5 }) satisfies Promise<string>
new Access([{ token: 't', actor: { id: 'a' } }])
Access.open([{ token: 't', actor: { id: 'a' } }], { secret: 's' }) satisfies Promise<Access>
// @ts-expect-error what it is opened with
Access.open()
access.authenticate({ headers: { authorization: undefined } })
declare const headers: { get(name: string): string | null; forEach(call: (value: string, name: string) => void): void }
access.authenticate({ headers })
access.revokeToken({ id: 5, by: { id: 'a' } }) satisfies Promise<boolean>
access.tokenDetails({ id: 5, by_admin: true })
// @ts-expect-error who asks
access.revokeToken({ id: 5 })
const actor: Actor = { id: 'a', name: 'b' }
allowed(actor, { id: 'a' }) satisfies boolean
allowedAction(null, 'view-table', ['d', 't']) satisfies boolean
// @ts-expect-error a resource is a list
allowedAction(actor, 'view-table', 'd')
generateApiKey('p').digest satisfies Uint8Array
checkApiKey('k').prefix satisfies string | null

// HTTP.
declare const response: { status: number }
const fetch = async (url: string, init?: { method?: string }) => response
const call = authorizedFetch(source, { fetch })
same<typeof call, typeof fetch>(true)
connectMiddleware(access, { required: false, allow: { id: 'a' }, onError: (error) => error.message satisfies string })
fastifyPlugin({}, { access, allow: null })
// @ts-expect-error a gate is of an access
connectMiddleware(source)

// Errors.
function told(error: JetonError): string {
  same<typeof error.httpStatus, number | null>(true)
  return error.status === 'REFUSED' ? (error.serverCode ?? '') : error.code
}
told satisfies (error: JetonError) => string
remote.open('t') satisfies Promise<OpenedClaims | { claims: null }>
