// Who is calling: actors, managed and signed tokens, allow blocks, API keys. Their rules are for the vectors of all hosts.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { inspect } from 'node:util'
import { Worker } from 'node:worker_threads'

import { Access, allowed, allowedAction, allowedActionJson, allowedJson, checkApiKey, generateApiKey } from 'jeton'
import { now } from './support.mjs'

const secret = 'the secret of signed tokens'

function accessOf(t, config = {}, settings) {
  const access = new Access(config, { secret, environment: {}, ...(settings && { settings }) })
  t.after(() => access.close())
  return access
}

const bearer = (token) => ({ headers: { Authorization: `Bearer ${token}` } })

test('a request becomes an actor, or none', async (t) => {
  const access = accessOf(t, { tokens: [{ token: 's-root', actor: { id: 'root' } }], param: 't' })
  const known = await access.authenticate(bearer('s-root'))
  assert.deepEqual([known.actor.id, known.scheme, known.refused], ['root', 'token', null])
  assert.equal(JSON.parse(known.actorText).id, 'root')
  const nobody = await access.authenticate({})
  assert.deepEqual([nobody.actor, nobody.actorText, nobody.scheme, nobody.refused, nobody.challenge], [null, null, null, null, 'Bearer'])
  const refused = await access.authenticate(bearer('dstok_x'))
  assert.equal(refused.actor, null)
  assert.equal(refused.challenge, 'Bearer error="invalid_token"')
  assert.notEqual(refused.refused, null)
  assert.equal((await access.authenticate({ query: { t: ['s-root', 'other'] } })).actor.id, 'root')
})

test('headers are those of any request', async (t) => {
  const access = accessOf(t, [{ token: 's', actor: { id: 'a' } }])
  const nobody = await access.authenticate({ headers: { authorization: undefined } })
  assert.deepEqual([nobody.actor, nobody.refused], [null, null])
  const request = new Request('http://localhost/', { headers: { Authorization: 'Bearer s' } })
  assert.equal((await access.authenticate({ headers: request.headers })).actor.id, 'a')
  await assert.rejects(access.authenticate({ headers: { authorization: 5n } }), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('the texts of an actor keep its numbers', async (t) => {
  const access = accessOf(t, '{"tokens":[{"token":"s","actor":{"id":9007199254740993}}]}')
  assert.match((await access.authenticate(bearer('s'))).actorText, /9007199254740993/)
  assert.match(await access.callText('authenticate', bearer('s')), /9007199254740993/)
})

test('a signed token ends', async (t) => {
  const access = accessOf(t)
  const token = await access.signToken({ actor_id: 'mia', ttl_s: 60 }, { now })
  const { actor, scheme } = await access.authenticate(bearer(token), { now: now + 59 })
  assert.deepEqual([actor.id, scheme], ['mia', 'dstok'])
  assert.equal((await access.authenticate(bearer(token), { now: BigInt(now + 61) })).refused, 'EXPIRED')
  await assert.rejects(access.authenticate(bearer(token), { now: 0.5 }), { code: 'ERR_OUT_OF_RANGE' })
})

test('managed tokens are made, listed and revoked', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'jeton-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const config = { manage_tokens: true, manage_tokens_database: 'tokens' }
  const access = accessOf(t, config, { databases: { tokens: join(folder, 'tokens.db') } })
  const made = await access.createToken({ actor_id: 'mia', description: 'mine', expires_after_s: 60, by: { id: 'mia' } }, { now })
  assert.doesNotMatch(inspect([made]), /dsatok/)
  const { token, id } = made
  assert.equal((await access.authenticate(bearer(token), { now })).actor.id, 'mia')
  const { tokens } = await access.listTokens({ actor_id: 'mia' }, { now })
  assert.deepEqual(tokens.map((row) => row.id), [id])
  assert.equal((await access.tokenDetails({ id, by: { id: 'mia' } }, { now })).description, 'mine')
  await assert.rejects(access.revokeToken({ id, by: { id: 'leo' } }, { now }), { code: 'ERR_JETON_DENIED', number: 603 })
  assert.equal(await access.revokeToken({ id, by: { id: 'mia' } }, { now }), true)
  assert.equal((await access.authenticate(bearer(token), { now })).refused, 'REVOKED')
  await assert.rejects(access.createToken({ actor_id: 'mia', expires_after_s: -1 }), { code: 'ERR_JETON_CONFIG' })
  await assert.rejects(access.createToken({ actor_id: 'mia', expires_after_s: undefined }), { code: 'ERR_INVALID_ARG_TYPE' })
})

/** Another process has the file for itself, until the function that this gives is called. */
async function locked(t, file) {
  const lock = `import sqlite3, sys
file = sqlite3.connect(sys.argv[1], isolation_level=None)
file.execute('begin exclusive')
print(1, flush=True)
sys.stdin.read()`
  const other = spawn('python3', ['-c', lock, file], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.after(() => other.kill())
  await once(other.stdout, 'data')
  return async () => {
    other.stdin.end()
    await once(other, 'exit')
  }
}

test('the event loop goes on while a database is waited for, and so does every other access', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'jeton-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'tokens.db')
  writeFileSync(file, '') // A file of somebody else keeps its mode, in which writers keep readers out.
  const managing = (path, options) => {
    const access = new Access({ manage_tokens: true }, { settings: { databases: { tokens: path } }, secret, environment: {}, ...options })
    t.after(() => access.close())
    return access
  }
  const healthy = managing(join(folder, 'healthy.db'))
  const configured = accessOf(t, [{ token: 's', actor: { id: 'a' } }])
  const { token: other } = await healthy.createToken({ actor_id: 'leo' })
  for (const options of [{}, { rows: () => assert.fail('no row is the program\'s') }]) {
    const access = managing(file, options)
    const { token } = await access.createToken({ actor_id: 'mia' })
    const unlock = await locked(t, file)
    const started = performance.now()
    let over = 0
    const logins = Array.from({ length: 64 }, () => access.authenticate(bearer(token)).finally(() => over++))
    for (let ticks = 0; ticks < 20; ticks++) await setTimeout(5)
    assert.equal((await configured.authenticate(bearer('s'))).scheme, 'token')
    assert.equal((await healthy.authenticate(bearer(other))).scheme, 'dsatok')
    assert.ok(performance.now() - started < 3000, 'all wait for one database')
    assert.equal(over, 0, 'the database was not locked')
    await unlock()
    assert.deepEqual(new Set((await Promise.all(logins)).map(({ scheme }) => scheme)), new Set(['dsatok']))
  }
})

test('the event loop goes on while a database is opened that another process has locked', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'jeton-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'tokens.db')
  writeFileSync(file, '') // A file of somebody else keeps its mode, in which writers keep readers out.
  const unlock = await locked(t, file)
  const started = performance.now()
  let over = false
  const opening = Access.open({ manage_tokens: true }, { settings: { databases: { tokens: file } }, secret, environment: {} })
  const done = opening.finally(() => (over = true))
  for (let ticks = 0; ticks < 20; ticks++) await setTimeout(5)
  assert.ok(performance.now() - started < 3000, 'the event loop waits for the database')
  assert.equal(over, false, 'the database was not locked')
  await unlock()
  const access = await done
  t.after(() => access.close())
  assert.ok(access instanceof Access)
  const { token } = await access.createToken({ actor_id: 'mia' })
  assert.equal((await access.authenticate(bearer(token))).actor.id, 'mia')
})

test('an opening that fails rejects, and says why', async (t) => {
  await assert.rejects(Access.open({ token: [] }), { name: 'JetonError', code: 'ERR_JETON_CONFIG', message: /token/ })
  await assert.rejects(Access.open({}, { secret: '' }), { code: 'ERR_JETON_CONFIG' })
  await assert.rejects(Access.open({ manage_tokens: true }, { secret, settings: { databases: { tokens: '/no/such/folder/tokens.db' } } }), { code: 'ERR_JETON_STORE' })
  for (const args of [[], [5], [{}, { secret: 5 }], [{}, { rows: {} }], [{}, { secrets: '' }], [{ tokens: undefined }]]) {
    await assert.rejects(Access.open(...args), { code: 'ERR_INVALID_ARG_TYPE' })
  }
  const config = { query: { sql: 'select :token_id', database: 'mine' } }
  const rows = () => ({ actor_id: 'mia', token_secret: 'secret' })
  const access = await Access.open(config, { settings: { databases: { mine: null } }, rows, environment: {} })
  t.after(() => access.close())
  assert.equal((await access.authenticate(bearer('1-secret'))).actor.id, 'mia')
})

test('a worker may end while it opens a database', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'jeton-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'tokens.db')
  writeFileSync(file, '')
  const unlock = await locked(t, file)
  const program = `
    const { parentPort, workerData } = require('node:worker_threads')
    const { Access } = require(workerData.jeton)
    Access.open({ manage_tokens: true }, { settings: { databases: { tokens: workerData.file } }, secret: 's', environment: {} })
    parentPort.postMessage('opening')
  `
  const worker = new Worker(program, { eval: true, workerData: { jeton: new URL('../lib/index.js', import.meta.url).pathname, file } })
  await once(worker, 'message')
  const ended = worker.terminate()
  await unlock()
  assert.equal(await ended, 1)
  const access = await Access.open({ manage_tokens: true }, { settings: { databases: { tokens: file } }, secret, environment: {} })
  access.close()
})

test('rows may be in a database of the program', async (t) => {
  const config = { query: { sql: 'select actor_id, token_secret from tokens where token_id = :token_id', database: 'mine' } }
  const questions = []
  const rows = async (question) => {
    questions.push(question)
    await new Promise(setImmediate)
    if (question.parameters.token_id === 'broken') throw new Error('the database is gone')
    return { 1: { actor_id: 'mia', token_secret: 'secret' } }[question.parameters.token_id]
  }
  const access = new Access(config, { settings: { databases: { mine: null } }, rows, secret, environment: {} })
  t.after(() => access.close())
  assert.equal((await access.authenticate(bearer('1-secret'))).actor.id, 'mia')
  assert.equal((await access.authenticate(bearer('1-other'))).actor, null)
  assert.equal((await access.authenticate(bearer('2-secret'))).actor, null)
  await assert.rejects(access.authenticate(bearer('broken-secret')), { message: 'the database is gone' })
  assert.deepEqual(questions[0], { database: 'mine', sql: config.query.sql, parameters: { token_id: '1' } })
  assert.equal(questions.length, 4)
  const without = accessOf(t, config, { databases: { mine: null } })
  await assert.rejects(without.authenticate(bearer('1-secret')), { code: 'ERR_JETON_CONFIG' })
  assert.throws(() => new Access({}, { rows: {} }), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('an actor knows itself, and may act as another where the config says so', async (t) => {
  const config = { act_as: { allow: { id: 'root' } }, auth_info: { secrets: { mia: { key: 'of mia' } } } }
  const access = accessOf(t, config)
  const mia = { id: 'mia', groups: ['readers'] }
  const info = await access.authInfo(mia)
  assert.deepEqual({ ...info }, { identifier: 'mia', groups: ['readers'] })
  assert.deepEqual((await access.authInfo(mia, { with_secrets: true })).secrets, { key: 'of mia' })
  assert.doesNotMatch(inspect(info), /mia/)
  const { actor, claims } = await access.actAs({ id: 'root' }, mia)
  assert.deepEqual(actor, { ...mia, act: { sub: 'root' } })
  assert.deepEqual(claims.act, { sub: 'root' })
  await assert.rejects(access.authInfo(actor, { with_secrets: true }), { code: 'ERR_JETON_DENIED' })
  await assert.rejects(access.actAs(mia, { id: 'root' }), { code: 'ERR_JETON_DENIED' })
})

test('many logins at once', async (t) => {
  const access = accessOf(t)
  const token = await access.signToken({ actor_id: 'mia' })
  const found = await Promise.all(Array.from({ length: 200 }, () => access.authenticate(bearer(token))))
  assert.deepEqual(new Set(found.map(({ actor }) => actor.id)), new Set(['mia']))
})

test('allow blocks and restrictions', () => {
  for (const [actor, allow, expected] of [
    [{ id: 'root' }, { id: 'root' }, true],
    [{ id: 'root' }, { id: ['mia', 'root'] }, true],
    [{ id: 'mia' }, { id: 'root' }, false],
    [null, { unauthenticated: true }, true],
    [null, { id: '*' }, false],
    [null, null, true],
    [{ id: 'root' }, 'root', false],
    [{ id: 'root' }, false, false],
  ]) {
    assert.equal(allowed(actor, allow), expected, JSON.stringify([actor, allow]))
    assert.equal(allowedJson(JSON.stringify(actor), JSON.stringify(allow)), expected)
  }
  const restricted = { id: 'mia', _r: { d: { db: ['vd'] } } }
  assert.deepEqual([allowedAction(restricted, 'view-database', ['db']), allowedAction(restricted, 'drop-table')], [true, false])
  assert.equal(allowedAction(restricted, 'insert-row', ['db', 't']), false)
  assert.equal(allowedActionJson(JSON.stringify(restricted), 'view-database', '["db"]'), true)
  for (const call of [() => allowed({ id: 1 }, undefined), () => allowed(undefined, true), () => allowed({ id: undefined }, true)]) {
    assert.throws(call, { code: 'ERR_INVALID_ARG_TYPE' })
  }
  assert.throws(() => allowed('root', true), { code: 'ERR_JETON_CONFIG' })
  assert.throws(() => allowedJson('{', 'true'), { code: 'ERR_JETON_CONFIG' })
})

test('API keys', () => {
  const made = generateApiKey('acme')
  const { apiKey, digest } = made
  assert.match(apiKey, /^acme_[0-9A-Za-z]{36}$/)
  assert.doesNotMatch(inspect(made), /acme/)
  assert.deepEqual(Buffer.from(digest), createHash('sha256').update(apiKey).digest())
  assert.deepEqual(checkApiKey(apiKey), { valid: true, prefix: 'acme', digest })
  for (const bad of ['', 'x', `${apiKey}x`, apiKey.slice(0, -1), `${apiKey.slice(0, -1)}\uD800`]) {
    assert.deepEqual(checkApiKey(bad), { valid: false, prefix: null, digest: null })
  }
  assert.throws(() => generateApiKey('A'), { code: 'ERR_JETON_CONFIG' })
  assert.throws(() => checkApiKey(5), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('an access is opened right, or not at all', (t) => {
  for (const config of [{ tokens: [{ token: { $env: 'MISSING' }, actor: {} }] }, { unknown: 1 }, [], '{']) {
    assert.throws(() => new Access(config, { environment: {} }), { code: 'ERR_JETON_CONFIG' }, JSON.stringify(config))
  }
  assert.throws(() => new Access({}, { secret: 5 }), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.throws(() => new Access({}, { databases: {} }), { code: 'ERR_INVALID_ARG_TYPE' })
  const closed = accessOf(t)
  closed.close()
  return assert.rejects(closed.authenticate({}), { code: 'ERR_JETON_CLOSED' })
})
