// Waiting by itself: the event loop goes on, the process stays alive, workers end in the middle of it, and nothing is left behind.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'

import { Source, stopRuntime } from 'jeton'
import { clientCredentials, tokenServer, until } from './servers.mjs'

const jeton = new URL('../lib/index.js', import.meta.url).pathname
const secrets = { client_secret: 's' }
const descriptors = () => readdirSync('/proc/self/fd').length

test('F16: the event loop turns while a server hangs', async (t) => {
  const server = await tokenServer(t, { open: false })
  const source = new Source(clientCredentials(server.url), { secrets })
  const call = source.token()
  await until(() => server.requests.length === 1)
  const start = performance.now()
  for (let turns = 0; turns < 100; turns++) await new Promise(setImmediate)
  assert.ok(performance.now() - start < 1000)
  server.open()
  assert.equal(await call, 't1')
  await source.close()
})

test('who waits keeps the process alive, and who has waited does not', async (t) => {
  const server = await tokenServer(t)
  const program = `
    const { Source } = require(${JSON.stringify(jeton)})
    const source = new Source(${JSON.stringify(clientCredentials(server.url))}, { secrets: { client_secret: 's' } })
    source.token().then(console.log)
  `
  // The server is this process, which must not be blocked meanwhile.
  const child = spawn(process.execPath, ['--eval', program])
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  const code = await new Promise((exited) => child.on('close', exited))
  assert.deepEqual([output, code], ['t1\n', 0])
})

test('the clean-up of a main thread that ends while it waits', () => {
  const program = `
    const { Source } = require(${JSON.stringify(jeton)})
    const { createServer } = require('node:net')
    const server = createServer(() => process.exit(7)).listen(0, '127.0.0.1', () => {
      const token_url = 'http://127.0.0.1:' + server.address().port
      const config = { kind: 'oauth2', token_url, grant: 'client_credentials', client_id: 'a', client_auth: 'post' }
      new Source(config, { secrets: { client_secret: 's' } }).token()
    })
  `
  const { status, signal, stderr } = spawnSync(process.execPath, ['--eval', program], { encoding: 'utf8' })
  assert.deepEqual([status, signal, stderr], [7, null, ''])
})

test('F15: workers end in the middle of a wait, and leave nothing behind', async (t) => {
  const server = await tokenServer(t, { open: false })
  const program = `
    const { parentPort, workerData } = require('node:worker_threads')
    const { Source } = require(workerData.jeton)
    const source = new Source(workerData.config, { secrets: { client_secret: 's' } })
    for (let i = 0; i < 20; i++) source.token().catch(() => {})
    parentPort.postMessage('waits')
  `
  const config = clientCredentials(server.url)
  const round = async () => {
    const worker = new Worker(program, { eval: true, workerData: { jeton, config } })
    const failed = new Promise((_, fail) => worker.once('error', fail))
    await Promise.race([new Promise((waits) => worker.once('message', waits)), failed])
    const began = performance.now()
    assert.equal(await Promise.race([worker.terminate(), failed]), 1)
    return performance.now() - began
  }
  // A worker that waits ends at once, if the machine leaves it the time in one of five tries.
  const took = []
  for (let i = 0; i < 5; i++) took.push(await round())
  assert.ok(Math.min(...took) < 50, `${took}`)
  const before = descriptors()
  for (let i = 0; i < 5; i++) await Promise.all(Array.from({ length: 4 }, round))
  server.open() // exchanges that hang have descriptors of their own
  await until(() => descriptors() < before + 10)
})

test('waits give their descriptors back', async (t) => {
  const server = await tokenServer(t)
  const source = new Source(clientCredentials(server.url), { secrets })
  await source.refresh()
  const before = descriptors()
  for (let i = 0; i < 20; i++) await Promise.all(Array.from({ length: 10 }, () => source.refresh()))
  const aborted = Array.from({ length: 50 }, () => new AbortController())
  const calls = aborted.map(({ signal }) => source.refresh({ signal }).catch(() => {}))
  for (const controller of aborted) controller.abort()
  await Promise.all(calls)
  await until(() => descriptors() < before + 10)
  await source.close()
})

test('the runtime stops, wakes who waits, and starts again', async (t) => {
  const server = await tokenServer(t, { open: false })
  const source = new Source(clientCredentials(server.url), { secrets })
  const call = assert.rejects(source.token(), { code: 'ERR_JETON_CLOSED' })
  await until(() => server.requests.length === 1)
  stopRuntime() // The exchange hangs, and is broken off.
  await call
  server.open()
  await source.close()
  const other = new Source(clientCredentials(server.url), { secrets })
  assert.match(await other.token(), /^t/)
  await other.close()
  assert.throws(() => stopRuntime('5'), { code: 'ERR_INVALID_ARG_TYPE' })
})
