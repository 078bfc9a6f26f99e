// One worker under stress: a sample of the vectors, with a collection forced between them, over objects closed and dropped.

import assert from 'node:assert/strict'
import { parentPort, workerData } from 'node:worker_threads'

import { answer } from '../../../../tests/conformance/node/answer.mjs'
import { Key, Signer, Verifier } from '../../lib/index.mjs'

const { lines, forever } = workerData
const policy = { algorithms: ['ES256'], any_issuer: true, any_audience: true }

/** Makes objects of which some are closed, one twice, and the rest are left to the collector. */
function churn() {
  const made = Key.generate('ES256')
  const key = Key.fromJwk(made.privateJwk)
  const signer = new Signer(key, { ttl_s: 60 })
  key.close()
  const verifier = new Verifier(Key.fromJwk(made.publicJwk), policy)
  const token = signer.sign({ sub: 'me' })
  globalThis.gc()
  assert.equal(verifier.verify(token).sub, 'me')
  verifier.close()
  verifier.close()
  assert.throws(() => verifier.verify(token), { code: 'ERR_JETON_CLOSED' })
}

/** Of an error what a case promises. */
function verdict(error) {
  return error?.status === undefined ? error : { status: error.status, claim: error.claim }
}

do {
  for (const [index, { name, line, expect }] of lines.entries()) {
    const { ok, error } = JSON.parse(await answer(Buffer.from(line)), (member, value) => (member === 'error' ? verdict(value) : value))
    if (expect.error) assert.deepEqual(error, expect.error, name)
    else if (expect.ok) assert.deepEqual(ok, expect.ok, name)
    else assert.ok(ok, name)
    if (index % 8 === 0) churn()
  }
  parentPort.postMessage(lines.length)
} while (forever)
