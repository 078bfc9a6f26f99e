// Sources: many callers and one request, waits that end, failures that say why, and what happened.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'

import { Cache, JetonError, Key, Source, SourceEvent, SourceToken, Verifier } from 'jeton'
import { answerJson, clientCredentials, serve, tokenServer, until } from './servers.mjs'
import { hs256, policy } from './support.mjs'

const secrets = { client_secret: 'a secret of the client' }

function sourceOf(t, config, options = { secrets }) {
  const source = new Source(config, options)
  t.after(() => source.close())
  return source
}

const fetched = (t, server, more) => sourceOf(t, clientCredentials(server.url, more))

test('a token that is given is served', async (t) => {
  const expires_at_s = Math.floor(Date.now() / 1000) + 3600
  const source = sourceOf(t, { kind: 'static', expires_at_s }, { secrets: { token: 'x' } })
  assert.equal(await source.token(), 'x')
  const token = await source.tokenWithExpiry()
  assert.ok(token instanceof SourceToken)
  assert.deepEqual({ ...token }, { token: 'x', expiresAt: expires_at_s })
  assert.doesNotMatch(inspect([token]), /x'/)
  const endless = sourceOf(t, '{"kind":"static"}', { secrets: '{"token":"y"}' })
  assert.deepEqual({ ...(await endless.tokenWithExpiry()) }, { token: 'y', expiresAt: null })
})

test('a token is signed where it is needed', async (t) => {
  const source = sourceOf(t, { kind: 'signed', claims: { sub: 'me' }, options: { ttl_s: 60 } }, { key: hs256() })
  assert.equal(new Verifier(hs256(), policy).verify(await source.token()).sub, 'me')
})

test('S1: a thousand callers cause one request', async (t) => {
  const server = await tokenServer(t, { open: false })
  const source = fetched(t, server)
  const calls = Array.from({ length: 1000 }, () => source.token())
  await until(() => server.requests.length === 1)
  server.open()
  assert.deepEqual(new Set(await Promise.all(calls)), new Set(['t1']))
  assert.equal(await source.token(), 't1')
  assert.equal(server.requests.length, 1)
  assert.equal(new URLSearchParams(server.requests[0].text).get('grant_type'), 'client_credentials')
  const { hits, refreshes } = source.stats()
  assert.equal(refreshes, 1)
  assert.ok(hits >= 1)
})

test('S2: who aborts is released, and the others get the token', async (t) => {
  const server = await tokenServer(t, { open: false })
  const source = fetched(t, server)
  const aborted = new AbortController()
  const [one, other] = [source.token({ signal: aborted.signal }), source.token()]
  await until(() => server.requests.length === 1)
  const reason = new Error('no more')
  const start = performance.now()
  aborted.abort(reason)
  await assert.rejects(one, (error) => error === reason)
  assert.ok(performance.now() - start < 50)
  server.open()
  assert.equal(await other, 't1')
  await assert.rejects(source.token({ signal: AbortSignal.abort(reason) }), (error) => error === reason)
  assert.equal(server.requests.length, 1)
})

test('an abort that names no reason is an AbortError', async (t) => {
  const server = await tokenServer(t, { open: false })
  const aborted = new AbortController()
  const call = fetched(t, server).token({ signal: aborted.signal })
  aborted.abort()
  await assert.rejects(call, { name: 'AbortError' })
})

test('a caller waits as long as it wants', async (t) => {
  const server = await tokenServer(t, { open: false })
  const source = fetched(t, server)
  await assert.rejects(source.token({ timeoutMs: 20 }), { code: 'ERR_JETON_TIMEOUT', number: 502, httpStatus: null })
  await assert.rejects(source.token({ timeoutMs: 0 }), { code: 'ERR_JETON_TIMEOUT' })
  server.open()
  assert.equal(await source.token(), 't1')
  assert.equal(server.requests.length, 1)
})

test('closing wakes all who wait, and twice is fine', async (t) => {
  const server = await tokenServer(t, { open: false })
  const source = fetched(t, server)
  const calls = Array.from({ length: 10 }, () => assert.rejects(source.token(), { code: 'ERR_JETON_CLOSED' }))
  await until(() => server.requests.length === 1)
  await Promise.all([source.close(), source.close(), ...calls])
  await source.close()
  for (const call of [() => source.token(), () => source.refresh(), () => source.identity(), () => source.revoke()]) {
    await assert.rejects(call, { code: 'ERR_JETON_CLOSED' })
  }
  for (const call of [() => source.invalidate(), () => source.describe(), () => source.stats(), () => source.events()]) {
    assert.throws(call, { code: 'ERR_JETON_CLOSED' })
  }
})

test('Symbol.asyncDispose closes, where the runtime has it', async () => {
  const source = new Source({ kind: 'static' }, { secrets: { token: 'x' } })
  const dispose = Symbol.asyncDispose === undefined ? 'close' : Symbol.asyncDispose
  await source[dispose]()
  await assert.rejects(source.token(), { code: 'ERR_JETON_CLOSED' })
})

test('S29: a refused token is fetched anew, once for each distinct token', async (t) => {
  const server = await tokenServer(t)
  const source = fetched(t, server)
  const token = await source.token()
  assert.deepEqual([source.invalidate('another'), source.invalidate(token), source.invalidate(token)], [false, true, false])
  assert.equal(await source.token(), 't2')
  assert.equal((await source.refresh()).token, 't3')
  assert.equal(source.invalidate(), true)
  assert.equal(server.requests.length, 3)
})

test('a refusal says what the server said, and no secret', async (t) => {
  const description = `never with ${secrets.client_secret}`
  const server = await serve(t, (_, response) => answerJson(response, { error: 'invalid_client', error_description: description }, 401))
  const source = fetched(t, server)
  for (let i = 0; i < 3; i++) {
    await assert.rejects(source.token(), (error) => {
      assert.ok(error instanceof JetonError)
      assert.deepEqual({ ...error }, {
        code: 'ERR_JETON_REFUSED', status: 'REFUSED', number: 503, claim: null, httpStatus: 401, serverCode: 'invalid_client',
      })
      return !inspect(error).includes(secrets.client_secret)
    })
  }
  assert.equal(server.requests.length, 1, 'a final refusal is not asked for again')
  assert.equal(source.stats().failures.REFUSED, 1)
})

test('what happened can be drained', async (t) => {
  const server = await tokenServer(t)
  const source = fetched(t, server)
  await source.token()
  const [renewed, ...rest] = source.events()
  assert.ok(renewed instanceof SourceEvent)
  assert.deepEqual([renewed.code, renewed.warning, rest], ['RENEWED', false, []])
  assert.ok(Math.abs(renewed.at_ms - Date.now()) < 60_000)
  assert.match(inspect([renewed]), /SourceEvent \{\s+code: 'RENEWED',\s+message: '[^']+'\s+\}/)
  assert.ok(!inspect(new SourceEvent({ code: 'NEW_REFRESH_TOKEN', message: 'm', refresh_token: 's3cret' })).includes('s3cret'))
  assert.deepEqual(source.events(), [])
})

test('a rotated refresh token comes out as an event, for nothing stores it', async (t) => {
  const server = await serve(t, (_, response) => answerJson(response, { access_token: 'a', refresh_token: 'r2', expires_in: 3600 }))
  const source = sourceOf(t, clientCredentials(server.url, { grant: 'refresh_token' }), { secrets: { ...secrets, refresh_token: 'r1' } })
  assert.equal(await source.token(), 'a')
  assert.equal(source.events().find(({ code }) => code === 'NEW_REFRESH_TOKEN').refresh_token, 'r2')
})

test('a source says what it is and whom its token is for', async (t) => {
  const payload = Buffer.from(JSON.stringify({ sub: 'me', exp: Math.floor(Date.now() / 1000) + 3600 })).toString('base64url')
  const jwt_token = `e30.${payload}.x`
  const source = sourceOf(t, { kind: 'descarteslabs', token_info_path: null }, { secrets: { jwt_token }, environment: {} })
  assert.equal(source.describe().kind, 'descarteslabs')
  const { payload: claims, namespace, all_acl_subjects } = await source.identity()
  assert.equal(claims.sub, 'me')
  assert.equal(typeof namespace, 'string')
  assert.ok(all_acl_subjects.length > 0)
  assert.match(await source.identityText(), /"sub":"me"/)
  assert.doesNotMatch(inspect(source, { showHidden: true, depth: 9 }), /e30|secret/)
})

test('the default source is the one that was set, else one from the environment', async () => {
  assert.throws(() => Source.setDefault({}), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.equal(Source.getDefault(), Source.getDefault())
  assert.equal(Source.getDefault().describe().kind, 'descarteslabs')
  await Source.getDefault().close()
  const mine = new Source({ kind: 'static' }, { secrets: { token: 'mine' } })
  Source.setDefault(mine)
  assert.equal(await Source.getDefault().token(), 'mine')
  for (const nothing of [null, undefined]) {
    Source.setDefault(mine)
    Source.setDefault(nothing)
    assert.equal(Source.getDefault().describe().kind, 'descarteslabs')
    await Source.getDefault().close()
  }
  Source.setDefault(null)
  await mine.close()
})

test('sources of one identity share a token on one cache, and on another they do not', async (t) => {
  const server = await tokenServer(t)
  const config = clientCredentials(server.url)
  const cache = new Cache({ max_entries: 10 })
  const tokens = []
  for (const options of [{ secrets }, { secrets }, { secrets, cache }]) tokens.push(await sourceOf(t, config, options).token())
  assert.deepEqual(tokens, ['t1', 't1', 't2'])
  cache.close()
})

test('wrong arguments are refused before anything is sent', async (t) => {
  const type = { code: 'ERR_INVALID_ARG_TYPE' }
  const source = sourceOf(t, { kind: 'static' }, { secrets: { token: 'x' } })
  assert.throws(() => new Source(), type)
  assert.throws(() => new Source({ kind: 'static', x: undefined }), type)
  assert.throws(() => new Source({ kind: 'static' }, { secret: 'x' }), { ...type, message: 'options: secret is unknown' })
  assert.throws(() => new Source({ kind: 'static' }, { cache: {} }), type)
  assert.throws(() => new Source({ kind: 'static' }, { cache: hs256(), secrets: { token: 'x' } }), { ...type, message: 'not a Cache' })
  assert.throws(() => new Source({ kind: 'signed', claims: {} }, { key: new Cache() }), { ...type, message: 'not a Key' })
  assert.throws(() => new Source({ kind: 'other' }), { code: 'ERR_JETON_CONFIG' })
  assert.throws(() => new Source({ kind: 'static', unknown: 1 }, { secrets: { token: 'x' } }), { code: 'ERR_JETON_CONFIG' })
  await assert.rejects(source.token({ signal: {} }), type)
  await assert.rejects(source.token({ timeout: 5 }), { ...type, message: 'options: timeout is unknown' })
  for (const timeoutMs of [-1, 0.5, Infinity, Number.NaN]) await assert.rejects(source.refresh({ timeoutMs }), { code: 'ERR_OUT_OF_RANGE' })
  await assert.rejects(source.refresh({ timeoutMs: '5' }), type)
  assert.throws(() => source.invalidate(5), type)
  await assert.rejects(source.revoke(5), type)
  assert.equal(await source.token(), 'x')
})

test('a source that nobody holds is collected, but not under those who wait for it', async (t) => {
  const server = await tokenServer(t, { open: false })
  let call = new Source(clientCredentials(server.url), { secrets }).token()
  await until(() => server.requests.length === 1)
  for (let i = 0; i < 5; i++) {
    globalThis.gc()
    await new Promise(setImmediate)
  }
  server.open()
  assert.equal(await call, 't1')
  call = undefined
  for (let i = 0; i < 50; i++) new Source({ kind: 'signed', claims: {} }, { key: Key.fromSecret('s'.repeat(32), { algorithm: 'HS256' }) })
  globalThis.gc()
})
