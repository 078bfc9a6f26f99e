// The worst case: workers that are ended while they wait; workers that run vectors while the collector is forced, half of them ended in the middle of it; then objects
// dropped and calls made by the thousand, whose memory must come back.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'

import { itemsOf, membersOf, withMembers } from '../../../../tests/conformance/node/raw.mjs'
import { until } from '../servers.mjs'
import { Access, ExternalSigner, Key, Signer, Source, Verifier, inspectUnverified, stopRuntime } from '../../lib/index.mjs'

const vectors = new URL('../../../../tests/vectors/', import.meta.url)
const sampleSize = 60
const rounds = 4
const workersARound = 4

assert.equal(typeof globalThis.gc, 'function', 'run with --expose-gc')

/** Every case of the vector files, as the line that a driver gets. */
function cases() {
  const files = readdirSync(vectors).filter((name) => name.endsWith('.json'))
  return files.flatMap((file) => itemsOf(membersOf(readFileSync(new URL(file, vectors), 'utf8')).get('cases'))).map((text) => {
    const members = membersOf(text)
    const request = members.get('request')
    const line = request === undefined ? JSON.parse(members.get('line')) : withMembers(request, [['id', '1']]).replace(/[\r\n]/g, ' ')
    return { name: JSON.parse(members.get('name')), line, expect: JSON.parse(members.get('expect')) }
  })
}

/** Another part of the cases for each worker, spread over all files. */
function sample(all, turn) {
  const step = Math.max(1, Math.floor(all.length / sampleSize))
  return all.filter((_, index) => index % step === turn % step)
}

async function runWorkers(all) {
  const answered = []
  for (let turn = 0; turn < rounds * workersARound; turn += workersARound) {
    await Promise.all(
      Array.from({ length: workersARound }, async (_, i) => {
        const forever = i % 2 === 1
        const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData: { lines: sample(all, turn + i), forever } })
        const failed = new Promise((_, reject) => worker.once('error', reject))
        const exited = new Promise((resolve) => worker.once('exit', resolve))
        answered.push(await Promise.race([new Promise((resolve) => worker.once('message', resolve)), failed]))
        const code = await (forever ? worker.terminate() : Promise.race([exited, failed]))
        assert.equal(code, forever ? 1 : 0)
      }),
    )
  }
  return answered.reduce((sum, count) => sum + count)
}

/** The resident memory in MiB, once what nobody holds has been collected. Finalizers run when the event loop turns. */
async function residentMemory() {
  for (let i = 0; i < 3; i++) {
    globalThis.gc()
    await setImmediate()
  }
  return process.memoryUsage().rss / 2 ** 20
}

/** Runs `use` often, once to warm up and then again, and checks that the second time needed no memory that stays. */
async function keepsNothing(name, count, use) {
  const run = async (times) => {
    for (let i = 0; i < times; i++) {
      await use()
      if (i % 500 === 0) await residentMemory()
    }
    return residentMemory()
  }
  const warm = await run(count / 4)
  const after = await run(count)
  console.log(`${name}: ${warm.toFixed(0)} MiB resident, after ${count} rounds more ${after.toFixed(0)} MiB`)
  // V8 grows its young generation by 16 MiB at once, at some time; what leaks in every round is several times that.
  assert.ok(after - warm < 32, `${name} give their memory back`)
}

/** Workers that are ended while they wait for a server that never answers, and the descriptors that this leaves. */
async function endWaiting(count) {
  const hung = createServer(() => {})
  await new Promise((listening) => hung.listen(0, '127.0.0.1', listening))
  const descriptors = () => readdirSync('/proc/self/fd').length
  const workerData = { url: `http://127.0.0.1:${hung.address().port}/` }
  const end = async () => {
    const worker = new Worker(new URL('./waiting.mjs', import.meta.url), { workerData })
    const failed = new Promise((_, reject) => worker.once('error', reject))
    await Promise.race([new Promise((resolve) => worker.once('message', resolve)), failed])
    assert.equal(await worker.terminate(), 1)
  }
  await end()
  const before = descriptors()
  for (let i = 0; i < count; i += workersARound) await Promise.all(Array.from({ length: workersARound }, end))
  hung.closeAllConnections()
  hung.close()
  stopRuntime(5000)
  await until(() => descriptors() <= before + 10) // connections are closed by the loop
  console.log(`${count} workers ended while they waited: ${before} descriptors before, ${descriptors()} after`)
}

await endWaiting(100)

const all = cases()
assert.ok(all.length > 0, 'there are vectors')
console.log(`${await runWorkers(all)} answers from ${rounds * workersARound} workers under forced collections, half of them ended at work`)

const key = Key.fromSecret('s'.repeat(32), { algorithm: 'HS256' })
const policy = { algorithms: ['HS256'], any_issuer: true, any_audience: true, required: Array.from({ length: 50 }, (_, i) => `c${i}`) }
await keepsNothing('objects that are dropped', 20_000, () => [new Verifier(key, policy), new Signer(key)])

// Long enough for the heap in the addon, on every way through it.
const signer = new Signer(key, { ttl_s: 60 })
const external = new ExternalSigner(Key.fromJwk(Key.generate('ES256').publicJwk))
const verifier = new Verifier(key, { ...policy, required: [] })
const claims = { text: 'x'.repeat(20_000) }
const signingInput = external.begin(claims)
await keepsNothing('calls', 8_000, () => {
  const token = signer.sign(claims)
  verifier.verify(token)
  verifier.verifyBytes(token)
  verifier.open(token)
  verifier.verifyBatch([token, `${token}x`])
  inspectUnverified(token)
  external.begin(claims)
  for (const fails of [
    () => verifier.verify(`${token}x`),
    () => verifier.open(token, { now: 2 ** 40 }),
    () => verifier.verifyBatch([token, 5]),
    () => signer.signJson(`{"text":"${claims.text}"`),
    () => signer.signJson(`${claims.text}\uD800`),
    () => external.finish(signingInput, new Uint8Array(6000)),
    () => Key.fromPem(claims.text),
    () => new Verifier(key, `{"unknown":"${claims.text}"}`),
  ]) assert.throws(fails)
})

// Tokens at hand, waits that end and waits that are given up.
const access = new Access({}, { secret: 's', environment: {} })
const long = new Source({ kind: 'static' }, { secrets: { token: claims.text } })
await keepsNothing('waits', 8_000, async () => {
  const aborted = new AbortController()
  const waits = [access.signToken({ actor_id: claims.text }), access.authenticate({}), access.authenticate({}, { signal: aborted.signal }).catch(() => {})]
  aborted.abort()
  await Promise.all([long.token(), ...waits])
  const source = new Source({ kind: 'signed', claims: {} }, { key })
  await source.token()
  await source.close()
})
