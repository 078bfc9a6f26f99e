// Remote key sets: fetched once, waited for, told apart from bad signatures.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Cache, Key, RemoteVerifier, Signer } from 'jeton'
import { serve, until } from './servers.mjs'
import { now } from './support.mjs'

const issuer = 'https://id.example'
const key = Key.fromJwk(Key.generate('ES256').privateJwk)
const stranger = Key.fromJwk(Key.generate('ES256').privateJwk)
const tokenOf = (claims = {}, signed = key) => new Signer(signed, { audience: 'api', ttl_s: 60 }).sign({ iss: issuer, ...claims })

async function remote(t, handler = (_, response) => response.end(key.public().jwks)) {
  const server = await serve(t, handler)
  const cache = new Cache()
  const verifier = new RemoteVerifier([{ issuer, jwks_url: `${server.url}/jwks`, algorithms: ['ES256'], audience: 'api' }], { cache })
  t.after(() => verifier.close())
  return { ...server, verifier }
}

test('many tokens at once, and one request for the keys', async (t) => {
  const { verifier, requests } = await remote(t)
  assert.equal(requests.length, 0)
  const all = await Promise.all(Array.from({ length: 100 }, (_, i) => verifier.verify(tokenOf({ sub: `s${i}` }))))
  assert.deepEqual(all.map(({ sub }) => sub), Array.from({ length: 100 }, (_, i) => `s${i}`))
  assert.match(await verifier.verifyText(tokenOf({ big: 5 })), /"big":5/)
  const { header, claims } = await verifier.open(tokenOf({ sub: 'me' }))
  assert.deepEqual([header.alg, claims.sub], ['ES256', 'me'])
  assert.deepEqual(requests.map(({ method, url }) => [method, url]), [['GET', '/jwks']])
})

test('what a token lacks is said as a verifier says it', async (t) => {
  const { verifier } = await remote(t)
  await verifier.verify(tokenOf())
  await assert.rejects(verifier.verify('x'), { code: 'ERR_JETON_MALFORMED' })
  await assert.rejects(verifier.verify(tokenOf({ iss: 'other' })), { code: 'ERR_JETON_ISSUER', claim: 'iss' })
  const forged = tokenOf({}, stranger).split('.')
  const mixed = [tokenOf().split('.')[0], ...forged.slice(1)].join('.')
  await assert.rejects(verifier.verify(mixed), { code: 'ERR_JETON_SIGNATURE' })
  await assert.rejects(verifier.verify(5), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('a token is judged at the time that is named, with keys that are fetched as with keys at hand', async (t) => {
  const { verifier, requests } = await remote(t)
  const old = new Signer(key, { audience: 'api', ttl_s: 60 }).sign({ iss: issuer, sub: 'me' }, { now })
  const expired = { code: 'ERR_JETON_EXPIRED', claim: 'exp' }
  await assert.rejects(verifier.verify(old, { now: now + 3600, timeoutMs: 5000 }), expired)
  assert.equal((await verifier.verify(old, { now })).sub, 'me')
  assert.match(await verifier.verifyText(old, { now: BigInt(now + 59) }), /"sub":"me"/)
  assert.equal((await verifier.open(old, { now: -(2n ** 63n) })).claims.sub, 'me')
  assert.equal((await verifier.open(old, { now: -1 })).claims.sub, 'me')
  for (const time of [now + 60, 2n ** 63n - 1n, undefined]) await assert.rejects(verifier.verify(old, { now: time }), expired)
  await assert.rejects(verifier.verify(old, { now: 0.5 }), { code: 'ERR_OUT_OF_RANGE' })
  await assert.rejects(verifier.verify(old, { now: null }), { code: 'ERR_INVALID_ARG_TYPE' })
  await assert.rejects(verifier.verify(old, { later: now }), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.equal(requests.length, 1)
})

test('without keys nothing is judged', async (t) => {
  const { verifier } = await remote(t, (_, response) => response.writeHead(500).end())
  await assert.rejects(verifier.verify(tokenOf()), { code: 'ERR_JETON_KEYS_UNAVAILABLE', number: 508 })
  assert.throws(() => new RemoteVerifier([]), { code: 'ERR_JETON_CONFIG' })
  assert.throws(() => new RemoteVerifier([{ issuer }]), { code: 'ERR_JETON_CONFIG' })
  assert.throws(() => new RemoteVerifier(), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('what is told of the keys of each issuer', async (t) => {
  let status = 503
  const { url, verifier } = await remote(t, (_, response) => response.writeHead(status).end(key.public().jwks))
  const fresh = { issuer, jwks_url: `${url}/jwks`, keys: null, refreshes: 0, failures: {}, last_failure: null, is_stale: false }
  assert.deepEqual(verifier.stats(), [fresh])
  await assert.rejects(verifier.verify(tokenOf()), { code: 'ERR_JETON_KEYS_UNAVAILABLE' })
  const failed = { failures: { KEYS_UNAVAILABLE: 1 }, last_failure: 'the server of the keys gave none (HTTP 503)' }
  assert.deepEqual(verifier.stats(), [{ ...fresh, ...failed }])
  status = 200
  await verifier.verify(tokenOf())
  assert.deepEqual(verifier.stats(), [{ ...fresh, ...failed, keys: 1, refreshes: 1, last_failure: null }])
})

test('a caller waits for keys as long as it wants', async (t) => {
  let release
  const { verifier, requests } = await remote(t, (_, response) => (release = () => response.end(key.public().jwks)))
  const patient = verifier.verify(tokenOf({ sub: 'me' }))
  await assert.rejects(verifier.verify(tokenOf(), { timeoutMs: 20 }), { code: 'ERR_JETON_TIMEOUT' })
  await assert.rejects(verifier.verify(tokenOf(), { signal: AbortSignal.timeout(20) }), { name: 'TimeoutError' })
  await until(() => release !== undefined)
  release()
  assert.equal((await patient).sub, 'me')
  assert.equal(requests.length, 1)
  verifier.close()
  await assert.rejects(verifier.verify(tokenOf()), { code: 'ERR_JETON_CLOSED' })
})
