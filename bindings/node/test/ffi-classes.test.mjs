// Tests that are named after the classes of failures in docs/FFI.md.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { format, inspect } from 'node:util'
import { Worker } from 'node:worker_threads'

import { Key, Signer, Verifier } from 'jeton'
import { hs256, now, policy, secret, tokenOf, verifier } from './support.mjs'

const bytesVerifier = () => new Verifier(hs256(), { algorithms: ['HS256'], payload: 'bytes' })

test('F3: a generated key is not printed, but stored as ever', () => {
  const made = Key.generate('ES256')
  const shown = [inspect(made), inspect({ made }, { depth: Infinity, showHidden: true }), format('%o %O %s %j', made, [made], made, 0)]
  for (const text of shown) assert.doesNotMatch(text, /PRIVATE|"d"/)
  assert.deepEqual(Object.keys({ ...made }), ['privateJwk', 'publicJwk', 'privatePem', 'publicPem'])
  assert.equal(JSON.parse(JSON.stringify(made)).privateJwk, made.privateJwk)
})

test('F15: workers end at any moment of their life, and nothing of them is left behind', async () => {
  const program = `
    const { parentPort, workerData } = require('node:worker_threads')
    const { Key, Signer, Verifier } = require(workerData.jeton)
    parentPort.postMessage('loaded')
    for (;;) {
      const key = Key.fromSecret(workerData.secret, { algorithm: 'HS256' })
      const token = new Signer(key, { ttl_s: 60 }).sign({})
      new Verifier(key, workerData.policy).verifyBatch(Array(50).fill(token))
      parentPort.postMessage('worked')
    }
  `
  const jeton = new URL('../lib/index.js', import.meta.url).pathname
  const judge = verifier()
  // Before it runs, while it loads the addon, and inside a batch.
  const moments = [
    () => Promise.resolve(),
    (worker) => new Promise((done) => worker.once('online', done)),
    (worker) => new Promise((done) => worker.once('message', done)),
    (worker) => new Promise((done) => worker.on('message', (message) => message === 'worked' && done())),
  ]
  for (let round = 0; round < 6; round++) {
    for (const moment of moments) {
      const worker = new Worker(program, { eval: true, workerData: { jeton, secret, policy } })
      const failed = new Promise((_, fail) => worker.once('error', fail))
      await Promise.race([moment(worker), failed])
      await Promise.race([worker.terminate(), failed])
      judge.verify(tokenOf(), { now })
    }
  }
})

test('F16: no call holds the event loop: each needs less than 10 ms of the processor', () => {
  const pem = readFileSync(new URL('../../../tests/vectors/keys/rsa2048.pem', import.meta.url), 'utf8')
  const keys = [...['ES256', 'ES384', 'EdDSA', 'HS512'].map((name) => [name, Key.fromJwk(Key.generate(name).privateJwk)]),
    ...['RS256', 'PS512'].map((name) => [name, Key.fromPem(pem, { algorithm: name })])]
  const slowest = (call) => {
    // Processor time, which other programs do not change; the second slowest, since a collection can fall into one.
    const times = Array.from({ length: 30 }, () => {
      const before = process.cpuUsage()
      call()
      const { user, system } = process.cpuUsage(before)
      return user + system
    })
    return times.sort((one, other) => other - one)[1]
  }
  for (const [algorithm, key] of keys) {
    const signer = new Signer(key, { ttl_s: 60 })
    const judge = new Verifier(key, { ...policy, algorithms: [algorithm] })
    const token = signer.sign({ sub: 'me' }, { now })
    assert.ok(slowest(() => signer.sign({ sub: 'me' }, { now })) < 10_000, `${algorithm}: sign`)
    assert.ok(slowest(() => judge.verify(token, { now })) < 10_000, `${algorithm}: verify`)
  }
})

test('F17: what a call gives is a copy, and what it takes it does not keep', () => {
  const signer = new Signer(hs256())
  const judge = bytesVerifier()
  const payload = Uint8Array.from([1, 0, 2])
  const token = signer.signBytes(payload)
  payload.fill(9)
  const [one, other] = [judge.verifyBytes(token), judge.open(token).payload]
  assert.deepEqual(one, Uint8Array.from([1, 0, 2]))
  assert.notEqual(one.buffer, other.buffer)
  one.fill(9)
  assert.deepEqual(other, Uint8Array.from([1, 0, 2]))
  assert.deepEqual(judge.verifyBytes(token), Uint8Array.from([1, 0, 2]))
  // It is plain memory of JavaScript, which can be given away, and it outlives everything that made it.
  structuredClone(one.buffer, { transfer: [one.buffer] })
  assert.equal(one.length, 0)
  judge.close()
  signer.close()
  globalThis.gc()
  assert.deepEqual(other, Uint8Array.from([1, 0, 2]))
})

test('F31: a NUL ends no text', () => {
  const [one, other] = ['a', 'b'].map((last) => Key.fromSecret(`\0${'s'.repeat(30)}${last}`, { algorithm: 'HS256' }))
  const token = new Signer(one, { ttl_s: 60 }).sign({ sub: 'a\0b' }, { now })
  assert.equal(new Verifier(one, { ...policy, subject: 'a\0b' }).verify(token, { now }).sub, 'a\0b')
  assert.throws(() => new Verifier(one, { ...policy, subject: 'a' }).verify(token, { now }), { code: 'ERR_JETON_SUBJECT' })
  assert.throws(() => new Verifier(other, policy).verify(token, { now }), { code: 'ERR_JETON_SIGNATURE' })
  assert.throws(() => new Verifier(one, policy).verify(`${token}\0`, { now }), { code: 'ERR_JETON_MALFORMED' })
  assert.throws(() => Key.fromSecret(secret, { algorithm: 'HS256\0' }), { code: 'ERR_JETON_CONFIG' })
  assert.throws(() => new Verifier(one, `${JSON.stringify(policy)}\0`), { code: 'ERR_JETON_CONFIG' })
})
