// Workers: each loads the addon into an environment of its own, uses it, and may be ended at any moment.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'

import { now, tokenOf, verifier } from './support.mjs'

const program = `
  const { parentPort, workerData } = require('node:worker_threads')
  const jeton = require(workerData.jeton)
  const { JetonError, Key, Signer, Verifier } = jeton
  const use = () => {
    const key = Key.fromSecret(workerData.secret, { algorithm: 'HS256' })
    const verifier = new Verifier(key, { algorithms: ['HS256'], any_issuer: true, any_audience: true })
    const claims = verifier.verify(new Signer(key, { ttl_s: 60 }).sign({ sub: 'me' }))
    try { verifier.verify('x') } catch (error) { claims.rejected = error instanceof JetonError && error.code }
    return claims
  }
  parentPort.postMessage(use())
  while (workerData.forever) use()
`

const start = (forever) =>
  new Worker(program, {
    eval: true,
    workerData: { forever, secret: 's'.repeat(32), jeton: new URL('../lib/index.js', import.meta.url).pathname },
  })

const once = (worker, event) => new Promise((resolve, reject) => worker.once(event, resolve).once('error', reject))

test('workers sign, verify and see their own JetonError', async () => {
  const workers = Array.from({ length: 6 }, () => start(false))
  const answers = workers.map((worker) => once(worker, 'message'))
  const exits = workers.map((worker) => once(worker, 'exit'))
  for (const claims of await Promise.all(answers)) {
    assert.equal(claims.sub, 'me')
    assert.equal(claims.rejected, 'ERR_JETON_MALFORMED')
  }
  assert.deepEqual(await Promise.all(exits), Array(6).fill(0))
})

test('workers that are ended in the middle of their work leave the others alone', async () => {
  const judge = verifier()
  for (let round = 0; round < 3; round++) {
    const workers = Array.from({ length: 4 }, () => start(true))
    await Promise.all(workers.map((worker) => once(worker, 'message')))
    assert.deepEqual(await Promise.all(workers.map((worker) => worker.terminate())), Array(4).fill(1))
    assert.equal(judge.verify(tokenOf({ sub: 'main' }), { now }).sub, 'main')
  }
})

test('F26: a worker reads its own environment, whatever the main thread writes meanwhile', async (t) => {
  const program = `
    const { parentPort, workerData } = require('node:worker_threads')
    const { Access } = require(workerData.jeton)
    const config = { tokens: [{ token: { $env: 'JETON_TEST' }, actor: { id: 'a' } }] }
    for (let i = 0; i < 200; i++) new Access(config, { secret: 's' }).close()
    new Access(config, { secret: 's' }).authenticate({ headers: { authorization: 'Bearer of the worker' } }).then(({ actor }) => parentPort.postMessage(actor))
  `
  t.after(() => delete process.env.JETON_TEST)
  const jeton = new URL('../lib/index.js', import.meta.url).pathname
  const worker = new Worker(program, { eval: true, workerData: { jeton }, env: { ...process.env, JETON_TEST: 'of the worker' } })
  const answer = once(worker, 'message')
  let writing = true
  const write = () => {
    for (let i = 0; i < 1000; i++) process.env.JETON_TEST = String(i).repeat(i % 50)
    if (writing) setImmediate(write)
  }
  write()
  assert.deepEqual(await answer.finally(() => (writing = false)), { id: 'a' })
})
