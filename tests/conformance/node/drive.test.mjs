// The driver as the runner sees it: a process that answers every line in order.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { Verifier } from '../../../bindings/node/lib/index.mjs'
import { answer } from './answer.mjs'

const driver = fileURLToPath(new URL('./drive.mjs', import.meta.url))

const secret = { secret: 'a secret of more than thirty-two bytes', algorithm: 'HS256' }
const anyone = { algorithms: ['HS256'], any_issuer: true, any_audience: true, allow_missing_exp: true }

function driveRaw(input) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [driver], { input, encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  return stdout.split('\n').slice(0, -1)
}

const drive = (...requests) => driveRaw(requests.map((request) => `${JSON.stringify(request)}\n`).join('')).map((line) => JSON.parse(line))

test('bad lines are answered in order, and nothing ends the driver', () => {
  const lines = ['', 'x', '[]', '"\xff"', '{"id":7}', '{"id":{"a":[1.0]},"op":"nothing"}', '{"id":1,"op":"sign"}', '{"op":"version"}']
  const answers = driveRaw(Buffer.from(lines.join('\n'), 'latin1'))
  assert.deepEqual(
    answers.map((line) => [JSON.parse(line).id, JSON.parse(line).error?.status ?? 'OK']),
    [
      [null, 'BAD_REQUEST'],
      [null, 'BAD_REQUEST'],
      [null, 'BAD_REQUEST'],
      [null, 'BAD_REQUEST'],
      [7, 'BAD_REQUEST'],
      [{ a: [1] }, 'UNSUPPORTED_OP'],
      [1, 'BAD_REQUEST'],
      [null, 'OK'],
    ],
  )
  assert.match(answers[5], /^\{"id":\{"a":\[1\.0\]\},/)
})

test('numbers go in and come out as they are written', () => {
  const claims = '{"big":9007199254740993,"huge":18446744073709551615,"one":1.0,\r"exp":4e9}'
  const [signed] = driveRaw(`{"id":1,"op":"sign","key":${JSON.stringify(secret)},"algorithm":"HS256","claims":${claims}}\n`)
  const token = JSON.parse(signed).ok.token
  const [verified] = driveRaw(`${JSON.stringify({ id: 2, op: 'verify', key: secret, policy: anyone, token })}\n`)
  assert.ok(verified.includes('"claims":{"big":9007199254740993,"huge":18446744073709551615,"one":1.0, "exp":4e9}'), verified)
})

test('duplicate members reach the library, which refuses them', () => {
  const [answer] = driveRaw(`{"id":1,"op":"sign","key":${JSON.stringify(secret)},"claims":{"a":1,"a":2}}\n`)
  assert.equal(JSON.parse(answer).error.status, 'CONFIG')
})

test('options, algorithm and header become the options of the library', () => {
  const request = { id: 1, op: 'sign', key: secret, algorithm: 'HS256', claims: { a: 1 }, now_s: 100 }
  const [plain, full, none, ...refused] = drive(
    request,
    { ...request, header: { cty: 'x' }, options: { ttl_s: 5, kid: 'k' } },
    { ...request, options: { typ: null } },
    { ...request, options: [] },
    { ...request, options: { algorithm: 'HS256' } },
    { ...request, options: { header: {} } },
    { ...request, payload_b64u: 'AA' },
    { ...request, claims: undefined },
  )
  const inspected = drive(...[plain, full, none].map((answer) => ({ id: 1, op: 'inspect', token: answer.ok.token })))
  assert.deepEqual(inspected[0].ok, { header: { alg: 'HS256', typ: 'JWT' }, claims: { a: 1 } })
  assert.deepEqual(inspected[1].ok, {
    header: { alg: 'HS256', typ: 'JWT', kid: 'k', cty: 'x' },
    claims: { a: 1, iat: 100, exp: 105 },
  })
  assert.deepEqual(inspected[2].ok.header, { alg: 'HS256' })
  for (const answer of refused) assert.equal(answer.error?.status, 'CONFIG')
})

test('bytes are strict base64url', () => {
  const request = { id: 1, op: 'sign', key: secret, payload_b64u: 'AAEC_w' }
  const [good, ...bad] = drive(request, ...['A', 'AA=', 'A+', 'AB', 'A A', '\u00e9A'].map((payload_b64u) => ({ ...request, payload_b64u })))
  const [opened] = drive({ id: 1, op: 'verify', key: secret, policy: { algorithms: ['HS256'], payload: 'bytes' }, token: good.ok.token })
  assert.equal(opened.ok.payload_b64u, 'AAEC_w')
  for (const answer of bad) assert.equal(answer.error?.status, 'BAD_REQUEST')
})

test('a key has exactly one form', () => {
  const answers = drive(
    { id: 1, op: 'key', key: { ...secret, secret_b64u: 'AA' } },
    { id: 1, op: 'key', key: { algorithm: 'HS256' } },
    { id: 1, op: 'key', key: 'secret' },
    { id: 1, op: 'key', key: { pem: 5 } },
    { id: 1, op: 'key', key: { ...secret, algorithm: 5 } },
    { id: 1, op: 'key', key: { ...secret, algorithm: '\ud800' } },
    { id: 1, op: 'key', key: secret },
  )
  assert.deepEqual(
    answers.map((answer) => answer.error?.status ?? answer.ok.kty),
    ['BAD_REQUEST', 'BAD_REQUEST', 'BAD_REQUEST', 'BAD_REQUEST', 'CONFIG', 'CONFIG', 'oct'],
  )
})

test('an algorithm that is no name comes after the faults of the key', () => {
  const status = (key) => drive({ id: 1, op: 'key', key })[0].error?.status
  for (const algorithm of [7, null, ['HS256'], { a: 'HS256' }, '\ud800', 'none', '']) {
    assert.equal(status({ secret: 'x', algorithm }), 'KEY_WEAK', JSON.stringify(algorithm))
    assert.equal(status({ pem: 'x', algorithm }), 'KEY', JSON.stringify(algorithm))
    assert.equal(status({ ...secret, algorithm }), 'CONFIG', JSON.stringify(algorithm))
  }
})

test('options that hold algorithm or header are refused before the library sees them, after the key', () => {
  for (const op of ['sign', 'sign_begin']) {
    for (const options of [{ algorithm: 'HS512' }, { header: 5 }]) {
      const status = (key) => drive({ id: 1, op, key, claims: {}, options })[0].error?.status
      assert.equal(status(secret), 'CONFIG')
      assert.equal(status({ pem: 'x' }), 'KEY')
    }
  }
})

test('a line as long as many chunks is one line, and the next is the next', () => {
  const id = `${'x'.repeat(1 << 19)}end`
  const answers = drive({ id: 1, op: 'version' }, { id, op: 'version' }, { pad: 'é'.repeat(1 << 22), id: 3, op: 'version' }, { id: 4, op: 'version' })
  assert.deepEqual(answers.map((line) => line.id === id ? 2 : line.id), [1, 2, 3, 4])
  assert.equal(driveRaw(`${' '.repeat(1 << 20)}{"id":5,"op":"version"}`).length, 1)
})

test('the hot calls have to say what open says', async (t) => {
  const [signed] = drive({ id: 1, op: 'sign', key: secret, claims: { a: 1 } })
  const status = async (token) => {
    const line = JSON.stringify({ id: 1, op: 'verify', key: secret, policy: anyone, token })
    return JSON.parse(await answer(Buffer.from(line))).error?.status
  }
  const statuses = (tokens) => Promise.all(tokens.map(status))
  const [good, bad] = [signed.ok.token, 'x']
  assert.deepEqual(await statuses([good, bad]), [undefined, 'MALFORMED'])
  const { verifyBytes, verifyText } = Verifier.prototype
  t.after(() => Object.assign(Verifier.prototype, { verifyBytes, verifyText }))
  Verifier.prototype.verifyBytes = () => Buffer.from('{"a":2}')
  assert.deepEqual(await statuses([good, bad]), ['DRIVER', 'DRIVER'])
  Verifier.prototype.verifyBytes = verifyBytes
  Verifier.prototype.verifyText = () => '{"a":2}'
  assert.equal(await status(good), 'DRIVER')
})

test('a batch answers for each token', () => {
  const [signed] = drive({ id: 1, op: 'sign', key: secret, claims: { a: 1 } })
  const tokens = [signed.ok.token, 'x', signed.ok.token]
  const [batch] = drive({ id: 1, op: 'verify_batch', key: secret, policy: anyone, tokens })
  assert.deepEqual(
    batch.ok.results.map((result) => result.ok?.claims ?? result.error.status),
    [{ a: 1 }, 'MALFORMED', { a: 1 }],
  )
})

test('an external signature makes a token', () => {
  const [generated] = drive({ id: 1, op: 'generate', algorithm: 'ES256' })
  const key = { jwk: generated.ok.public_jwk }
  const [begun] = drive({ id: 1, op: 'sign_begin', key, claims: { a: 1 } })
  const [finished] = drive({
    id: 1, op: 'sign_finish', key, algorithm: 'ES256', signing_input: begun.ok.signing_input, signature_b64u: 'AA',
  })
  assert.equal(finished.error.status, 'SIGNATURE')
})

test('Vizzly tokens and the identity answer', () => {
  const [generated] = drive({ id: 1, op: 'generate', algorithm: 'ES256' })
  const key = { jwk: generated.ok.private_jwk }
  const dashboard = { expiry_ttl_in_minutes: 1, project_id: 'p', user_reference: 'u' }
  const answers = drive(
    { id: 1, op: 'vizzly', token: 'dashboard', args: dashboard, key, now_s: 0 },
    { id: 1, op: 'vizzly', token: 'other', args: dashboard, key },
    { id: 1, op: 'vizzly.identity', dashboard, key },
    { id: 1, op: 'vizzly.identity', key },
  )
  assert.deepEqual(Object.keys(answers[0].ok), ['token'])
  assert.equal(answers[1].error.status, 'BAD_REQUEST')
  assert.deepEqual(Object.keys(answers[2].ok), ['dashboardAccessToken'])
  assert.equal(answers[3].error.status, 'BAD_REQUEST')
})
