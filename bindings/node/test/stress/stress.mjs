// The worst case: workers that run vectors while the collector is forced, half of them ended in the middle of it; then objects
// dropped by the thousand, whose memory must come back.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'

import { itemsOf, membersOf, withMembers } from '../../../../tests/conformance/node/raw.mjs'
import { Key, Signer, Verifier } from '../../lib/index.mjs'

const vectors = new URL('../../../../tests/vectors/', import.meta.url)
const sampleSize = 60
const rounds = 4
const workersARound = 4

assert.equal(typeof globalThis.gc, 'function', 'run with --expose-gc')

/** Every case of the vector files, as the request line that a driver gets. */
function cases() {
  const files = readdirSync(vectors).filter((name) => name.endsWith('.json'))
  return files.flatMap((file) => itemsOf(membersOf(readFileSync(new URL(file, vectors), 'utf8')).get('cases'))).map((text) => {
    const members = membersOf(text)
    const line = withMembers(members.get('request'), [['id', '1']]).replace(/[\r\n]/g, ' ')
    return { name: JSON.parse(members.get('name')), line, expect: normal(JSON.parse(members.get('expect'))) }
  })
}

const normal = (expect) => (expect.error ? { error: { claim: null, ...expect.error } } : expect)

/** Another part of the cases for each worker, spread over all files. */
function sample(all, turn) {
  const step = Math.max(1, Math.floor(all.length / sampleSize))
  return all.filter((_, index) => index % step === turn % step)
}

async function runWorkers(all) {
  let answered = 0
  for (let turn = 0; turn < rounds * workersARound; turn += workersARound) {
    await Promise.all(
      Array.from({ length: workersARound }, async (_, i) => {
        const forever = i % 2 === 1
        const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData: { lines: sample(all, turn + i), forever } })
        const failed = new Promise((_, reject) => worker.once('error', reject))
        const exited = new Promise((resolve) => worker.once('exit', resolve))
        answered += await Promise.race([new Promise((resolve) => worker.once('message', resolve)), failed])
        const code = await (forever ? worker.terminate() : Promise.race([exited, failed]))
        assert.equal(code, forever ? 1 : 0)
      }),
    )
  }
  return answered
}

async function dropObjects(count) {
  const key = Key.fromSecret('s'.repeat(32), { algorithm: 'HS256' })
  const policy = { algorithms: ['HS256'], any_issuer: true, any_audience: true, required: Array.from({ length: 50 }, (_, i) => `claim-${i}`) }
  for (let i = 0; i < count; i++) {
    new Verifier(key, policy)
    new Signer(key)
    // Finalizers run when the event loop turns.
    if (i % 1000 === 0) {
      globalThis.gc()
      await setImmediate()
    }
  }
  globalThis.gc()
  await setImmediate()
  return process.memoryUsage().rss / 2 ** 20
}

const all = cases()
assert.ok(all.length > 0, 'there are vectors')
console.log(`${await runWorkers(all)} answers from ${rounds * workersARound} workers under forced collections, half of them ended at work`)

const warm = await dropObjects(10_000)
const after = await dropObjects(40_000)
console.log(`resident memory ${warm.toFixed(0)} MiB, after 80000 objects more ${after.toFixed(0)} MiB`)
assert.ok(after - warm < 24, 'dropped objects give their memory back')
