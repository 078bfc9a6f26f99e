import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'

import { JetonError, Key, Signer, Verifier, inspectUnverified } from 'jeton'
import { hs256, now, policy, tokenOf, verifier } from './support.mjs'

test('verify gives the claims, verifyText their text, verifyBytes their bytes', () => {
  const token = new Signer(hs256()).signJson('{"exp":4e9, "big":9007199254740993, "é":"😀"}')
  assert.deepEqual(verifier().verify(token), { exp: 4e9, big: 9007199254740992, é: '😀' })
  assert.equal(verifier().verifyText(token), '{"exp":4e9, "big":9007199254740993, "é":"😀"}')
  assert.equal(Buffer.from(verifier().verifyBytes(token)).toString(), verifier().verifyText(token))
})

test('open gives the header too', () => {
  const token = tokenOf({ sub: 'me' })
  const opened = verifier().open(token, { now })
  assert.deepEqual(opened, {
    header: { alg: 'HS256', typ: 'JWT' },
    headerText: Buffer.from(token.split('.')[0], 'base64url').toString(),
    claims: { sub: 'me', iat: now, exp: now + 60 },
    claimsText: Buffer.from(token.split('.')[1], 'base64url').toString(),
    payload: null,
  })
})

test('a policy is an object or its JSON text', () => {
  const token = tokenOf()
  new Verifier(hs256(), JSON.stringify(policy)).verify(token, { now })
  assert.throws(() => new Verifier(hs256(), `{"algorithms":["HS256"],"any_issuer":true,"any_issuer":true,"any_audience":true}`), {
    code: 'ERR_JETON_CONFIG',
  })
})

test('each rejection has its code and claim', () => {
  const token = tokenOf({ iss: 'a', aud: 'b' })
  const forged = new Signer(Key.fromSecret('x'.repeat(32), { algorithm: 'HS256' }), { ttl_s: 60 }).sign({}, { now })
  for (const [more, time, text, expected] of [
    [{}, now + 60, token, { code: 'ERR_JETON_EXPIRED', status: 'EXPIRED', number: 405, claim: 'exp' }],
    [{ issuer: 'c', any_issuer: false }, now, token, { code: 'ERR_JETON_ISSUER', claim: 'iss' }],
    [{ audience: 'c', any_audience: false }, now, token, { code: 'ERR_JETON_AUDIENCE', claim: 'aud' }],
    [{ subject: 'c' }, now, token, { code: 'ERR_JETON_CLAIM_MISSING', claim: 'sub' }],
    [{ typ: 'at+jwt' }, now, token, { code: 'ERR_JETON_TYP', claim: 'typ' }],
    [{}, now, forged, { code: 'ERR_JETON_SIGNATURE', claim: null }],
    [{}, now, '', { code: 'ERR_JETON_MALFORMED', claim: null }],
    [{}, now, `${token} `, { code: 'ERR_JETON_MALFORMED' }],
    [{}, now, `${token}\0`, { code: 'ERR_JETON_MALFORMED' }],
    [{ max_token_bytes: 256 }, now, `${token}${'A'.repeat(256)}`, { code: 'ERR_JETON_TOO_LARGE' }],
  ]) {
    const judge = verifier(more)
    for (const method of ['verify', 'verifyText', 'verifyBytes', 'open']) {
      assert.throws(() => judge[method](text, { now: time }), { name: 'JetonError', ...expected }, expected.code)
    }
    const [entry] = judge.verifyBatch([text], { now: time })
    assert.ok(entry instanceof JetonError)
    assert.equal(entry.code, expected.code)
  }
})

test('a batch answers for each token in order', () => {
  const [good, bad, again] = verifier().verifyBatch([tokenOf({ n: 1 }), 'x', tokenOf({ n: 2 })], { now })
  assert.equal(good.claims.n, 1)
  assert.ok(bad instanceof JetonError && bad.status === 'MALFORMED')
  assert.equal(again.claims.n, 2)
  assert.deepEqual(verifier().verifyBatch([]), [])
  const many = verifier().verifyBatch(Array.from({ length: 1000 }, (_, n) => tokenOf({ n })), { now })
  assert.deepEqual(many.map((entry) => entry.claims.n), Array.from({ length: 1000 }, (_, n) => n))
})

test('a batch that changes while it is read harms nothing', () => {
  const judge = verifier()
  const tokens = [tokenOf(), 0, tokenOf()]
  Object.defineProperty(tokens, 1, { get: () => (judge.close(), (tokens.length = 1), tokenOf()) })
  assert.throws(() => judge.verifyBatch(tokens, { now }), { name: 'TypeError' })
  const sparse = [tokenOf()]
  sparse.length = 2 ** 32 - 1
  assert.throws(() => verifier().verifyBatch(sparse, { now }), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' })
  const throwing = Object.defineProperty([''], 0, { get: () => { throw new RangeError('mine') } })
  assert.throws(() => verifier().verifyBatch(throwing, { now }), { name: 'RangeError', message: 'mine' })
})

test('bytes are not taken for claims', () => {
  const bytes = new Verifier(hs256(), '{"algorithms":["HS256"],"payload":"bytes"}')
  const token = new Signer(hs256()).signBytes(Buffer.from('{"sub":"me"}'))
  assert.deepEqual(Buffer.from(bytes.verifyBytes(token)).toString(), '{"sub":"me"}')
  assert.equal(bytes.open(token).claims, null)
  assert.throws(() => bytes.verify(token), { name: 'TypeError' })
  assert.throws(() => bytes.verifyText(token), { name: 'TypeError' })
})

test('inspectUnverified shows and does not judge', () => {
  const header = Buffer.from('{"alg":"none"}').toString('base64url')
  const shown = inspectUnverified(`${header}.${Buffer.from('{"sub":"me"}').toString('base64url')}.`)
  assert.deepEqual([shown.header, shown.claims, shown.payload], [{ alg: 'none' }, { sub: 'me' }, null])
  const raw = inspectUnverified(`${header}.AAE.`)
  assert.deepEqual([raw.claims, raw.claimsText, raw.payload], [null, null, new Uint8Array([0, 1])])
  assert.throws(() => inspectUnverified('x'), { code: 'ERR_JETON_MALFORMED' })
  assert.throws(() => inspectUnverified('x'.repeat(65537)), { code: 'ERR_JETON_TOO_LARGE' })
  assert.throws(() => inspectUnverified(), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('a policy that contradicts itself is CONFIG, and the message names the path', () => {
  assert.throws(() => verifier({ audience: ['a', 5], any_audience: false }), { code: 'ERR_JETON_CONFIG', message: /audience/ })
  assert.throws(() => verifier({ unknown: 1 }), { code: 'ERR_JETON_CONFIG', message: /unknown/ })
  assert.throws(() => new Verifier(hs256(), {}), { code: 'ERR_JETON_CONFIG' })
  assert.throws(() => verifier({ leeway_s: '60' }), { code: 'ERR_JETON_CONFIG' })
})

test('a check that is undefined is no check left out', () => {
  assert.throws(() => verifier({ subject: undefined }), { name: 'TypeError', message: 'policy.subject is undefined' })
  assert.throws(() => verifier({ leeway_s: Number.NaN }), { name: 'TypeError' })
  assert.throws(() => verifier({ subject: () => 'me' }), { name: 'TypeError' })
})

test('wrong types are TypeErrors', () => {
  const judge = verifier()
  const type = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }
  for (const call of [
    () => new Verifier(),
    () => new Verifier(hs256()),
    () => new Verifier(hs256(), null),
    () => new Verifier(judge, policy),
    () => judge.verify(),
    () => judge.verify(null),
    () => judge.verify(Buffer.from(tokenOf())),
    () => judge.verify(new String(tokenOf())),
    () => judge.verify(tokenOf(), now),
    () => judge.verify(tokenOf(), { now: null }),
    () => judge.verifyBatch(),
    () => judge.verifyBatch('token'),
    () => judge.verifyBatch([tokenOf(), 5]),
    () => judge.verifyBatch(new Set()),
  ]) assert.throws(call, type, String(call))
})

test('nothing of a token is in an error', () => {
  const token = tokenOf({ sub: 'somebody', iss: 'someone' })
  for (const [judge, text] of [
    [verifier({ subject: 'other' }), token],
    [verifier({ issuer: 'other', any_issuer: false }), token],
    [verifier(), `${token}x`],
    [verifier(), token.replace('.', '. ')],
    [verifier({ max_token_bytes: 256 }), token.repeat(9)],
  ]) {
    assert.throws(
      () => judge.verify(text, { now }),
      (error) => {
        const { stack, ...shown } = { ...error, message: error.message }
        const words = inspect(shown, { showHidden: true })
        return error instanceof JetonError && ![...token.split('.'), 'somebody', 'someone'].some((part) => words.includes(part))
      },
    )
  }
})

test('claims cannot pollute a prototype', () => {
  const token = new Signer(hs256(), { ttl_s: 60 }).signJson('{"__proto__":{"admin":true}}', { now })
  const claims = verifier().verify(token, { now })
  assert.equal(claims.admin, undefined)
  assert.equal({}.admin, undefined)
})
