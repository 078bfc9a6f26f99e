import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'

import { ExternalSigner, Key, Signer, Verifier, inspectUnverified } from 'jeton'
import { hs256, now, tokenOf, verifier } from './support.mjs'

test('claims go into a token, with those of the options after them', () => {
  const signer = new Signer(hs256(), {
    issuer: 'https://id.example', audience: ['api', 'web'], subject: 'me', ttl_s: 60, jti: true, kid: 'k1', header: { cty: 'x' },
  })
  const { header, claims } = inspectUnverified(signer.sign({ role: 'admin' }, { now }))
  assert.deepEqual(header, { alg: 'HS256', typ: 'JWT', kid: 'k1', cty: 'x' })
  const { jti, ...rest } = claims
  assert.ok(Buffer.from(jti, 'base64url').length >= 16)
  assert.deepEqual(rest, { role: 'admin', iss: 'https://id.example', sub: 'me', aud: ['api', 'web'], iat: now, exp: now + 60 })
})

test('without options nothing is added', () => {
  assert.equal(inspectUnverified(new Signer(hs256()).sign({ a: 1 })).claimsText, '{"a":1}')
  assert.equal(inspectUnverified(new Signer(hs256(), '{}').sign({ a: 1 })).claimsText, '{"a":1}')
})

test('null is no kid and no typ', () => {
  const key = Key.fromJwk(Key.generate('HS256').privateJwk)
  assert.deepEqual(inspectUnverified(new Signer(key, { kid: null, typ: null }).sign({})).header, { alg: 'HS256' })
  assert.ok(inspectUnverified(new Signer(key).sign({})).header.kid)
})

test('JSON text is signed as it stands', () => {
  const text = '{ "big" : 9007199254740993, "one":1.0 }'
  assert.equal(inspectUnverified(new Signer(hs256()).signJson(text)).claimsText, text)
})

test('claims are what JSON.stringify makes of them', () => {
  const given = { at: new Date(0), none: null, list: [null, { deep: 1.5 }], é: '😀', bare: Object.assign(Object.create(null), { a: true }) }
  const { claims } = inspectUnverified(new Signer(hs256()).sign(given))
  assert.deepEqual(claims, { at: '1970-01-01T00:00:00.000Z', none: null, list: [null, { deep: 1.5 }], é: '😀', bare: { a: true } })
  const user = { toJSON: () => ({ sub: 'me' }) }
  assert.equal(inspectUnverified(new Signer(hs256()).sign(user)).claimsText, '{"sub":"me"}')
})

test('bytes are signed and come back', () => {
  const payload = Uint8Array.from({ length: 256 }, (_, i) => i)
  const bytes = verifierOfBytes()
  for (const part of [payload, payload.subarray(7, 19), Buffer.from(payload), new Uint8Array(0)]) {
    const token = new Signer(hs256()).signBytes(part)
    assert.deepEqual(bytes.verifyBytes(token), new Uint8Array(part))
    assert.deepEqual(bytes.open(token).payload, new Uint8Array(part))
  }
})

test('the system clock is the default', () => {
  const before = Math.floor(Date.now() / 1000)
  const { claims } = inspectUnverified(new Signer(hs256(), { ttl_s: 60 }).sign({}))
  assert.ok(claims.iat >= before && claims.iat <= Math.floor(Date.now() / 1000))
})

test('a mocked Date is the clock', (t) => {
  t.mock.method(Date, 'now', () => now * 1000 + 999)
  assert.equal(inspectUnverified(new Signer(hs256(), { ttl_s: 60 }).sign({})).claims.iat, now)
})

test('what contradicts itself is CONFIG', () => {
  for (const options of [{ lifetime: 5 }, { ttl_s: '60' }, { ttl_s: 0 }, { header: { alg: 'none' } }, { jti: 1 }, [], 'x', '{"ttl_s":1,"ttl_s":2}']) {
    assert.throws(() => new Signer(hs256(), options), { code: 'ERR_JETON_CONFIG' }, JSON.stringify(options))
  }
  const signer = new Signer(hs256(), { ttl_s: 60 })
  assert.throws(() => signer.sign({ exp: 5 }, { now }), { code: 'ERR_JETON_CONFIG' })
  assert.throws(() => signer.sign([], { now }), { code: 'ERR_JETON_CONFIG' })
  assert.throws(() => signer.signJson('{"a":1,"a":2}', { now }), { code: 'ERR_JETON_CONFIG' })
  assert.throws(() => signer.signBytes(new Uint8Array(1)), { code: 'ERR_JETON_CONFIG' })
  assert.throws(() => new Signer(hs256()).sign({ exp: 'never' }), { code: 'ERR_JETON_CLAIM_INVALID', claim: 'exp' })
})

test('a public key does not sign', () => {
  assert.throws(() => new Signer(Key.fromPem(Key.generate('ES256').publicPem)), { code: 'ERR_JETON_KEY' })
})

test('wrong types are TypeErrors', () => {
  const type = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }
  const signer = new Signer(hs256())
  for (const call of [
    () => new Signer(),
    () => new Signer({}),
    () => new Signer('secret'),
    () => new Signer(signer),
    () => new Signer(hs256(), 5),
    () => new Signer(hs256(), null),
    () => new Signer(hs256(), { kid: undefined }),
    () => new Signer(hs256(), { header: { a: [Number.NaN] } }),
    () => signer.sign('{}'),
    () => signer.sign(),
    () => signer.sign(null),
    () => signer.sign({ toJSON: () => undefined }),
    () => signer.signJson({}),
    () => signer.signBytes('text'),
    () => signer.sign({}, now),
    () => signer.sign({}, null),
    () => signer.sign({}, { now: null }),
    () => signer.sign({}, { now: new Date() }),
    () => signer.sign({}, { now: '5' }),
  ]) assert.throws(call, type, String(call))
  assert.throws(() => signer.sign({ big: 1n }), TypeError)
})

test('times are whole seconds', () => {
  const signer = new Signer(hs256())
  for (const time of [0, -1, 2 ** 53 - 1, 1n, 2n ** 63n - 1n, -(2n ** 63n)]) signer.sign({}, { now: time })
  for (const time of [1.5, Number.NaN, Infinity, 2 ** 53, 2n ** 63n]) {
    assert.throws(() => signer.sign({}, { now: time }), { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' }, String(time))
  }
})

test('a key elsewhere signs through an external signer', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = Key.fromJwk(publicKey.export({ format: 'jwk' }))
  const signer = new ExternalSigner(key, { ttl_s: 60 })
  const kms = (text) => sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  const checks = new Verifier(key, { algorithms: ['ES256'], any_issuer: true, any_audience: true })

  for (const signingInput of [signer.begin({ sub: 'me' }, { now }), signer.beginJson('{"sub":"me"}', { now })]) {
    const token = signer.finish(signingInput, kms(signingInput))
    assert.deepEqual(checks.verify(token, { now }), { sub: 'me', iat: now, exp: now + 60 })
  }
  const bytes = new ExternalSigner(key)
  const signingInput = bytes.beginBytes(new Uint8Array([1, 2]))
  assert.deepEqual(inspectUnverified(bytes.finish(signingInput, kms(signingInput))).payload, new Uint8Array([1, 2]))

  const other = signer.begin({ sub: 'you' }, { now })
  assert.throws(() => signer.finish(other, kms(signingInput)), { code: 'ERR_JETON_SIGNATURE' })
  assert.throws(() => signer.finish('x', kms('x')), { code: 'ERR_JETON_MALFORMED' })
  assert.throws(() => signer.finish(other, 'signature'), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.throws(() => signer.begin('{}'), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('long claims make long tokens', () => {
  for (const length of [100, 3000, 4090, 4096, 5000, 9000, 40_000]) {
    const claims = { text: 'x'.repeat(length), wide: 'é'.repeat(7) }
    const { text, wide } = verifier().verify(tokenOf(claims), { now })
    assert.deepEqual({ text, wide }, claims)
  }
})

function verifierOfBytes() {
  return new Verifier(hs256(), { algorithms: ['HS256'], payload: 'bytes' })
}
