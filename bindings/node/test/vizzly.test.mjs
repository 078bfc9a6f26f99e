import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { format, inspect } from 'node:util'

import { Key, Vizzly, VizzlyIdentity } from 'jeton'
import { hs256 } from './support.mjs'

const now = Date.UTC(2030, 0, 2, 3, 4, 5) / 1000
const made = Key.generate('ES256')
const vizzly = new Vizzly(Key.fromPem(made.privatePem))
const verifier = Vizzly.verifier(Key.fromPem(made.publicPem))

const dashboard = { expiry_ttl_in_minutes: 20, project_id: 'p', user_reference: 'u' }
const data = { expiry_ttl_in_minutes: 20, data_set_ids: ['a', 'b'], secure_filters: { a: [{ field: 'x', op: '=', value: 1 }] } }
const queryEngine = { expiry_ttl_in_minutes: 20, allow_data_preview_access: true, allow_database_schema_access: false }

test('each token says what was asked, in minutes', () => {
  assert.deepEqual(verifier.verify(vizzly.dashboard(dashboard, { now }), { now }), {
    projectId: 'p', userReference: 'u', scope: 'read_write', accessType: 'standard', expires: '2030-01-02T03:24:05+00:00',
  })
  assert.deepEqual(verifier.verify(vizzly.data(data, { now }), { now }), {
    dataSetIds: ['a', 'b'], secureFilters: data.secure_filters, parameters: {}, expires: '2030-01-02T03:24:05+00:00',
  })
  assert.deepEqual(verifier.verify(vizzly.queryEngine(queryEngine, { now }), { now }), {
    allowDataPreviewAccess: true, allowDatabaseSchemaAccess: false, expires: '2030-01-02T03:24:05+00:00',
  })
})

test('arguments may be JSON text', () => {
  assert.equal(verifier.verify(vizzly.dashboard(JSON.stringify(dashboard), { now }), { now }).projectId, 'p')
})

test('a verifier honours expires', () => {
  const token = vizzly.dashboard(dashboard, { now })
  verifier.verify(token, { now: now + 20 * 60 - 1 })
  assert.throws(() => verifier.verify(token, { now: now + 20 * 60 }), { code: 'ERR_JETON_EXPIRED', claim: 'expires' })
})

test('the identity answer holds the tokens that were asked for', () => {
  const identity = vizzly.identity({ dashboard, data, query_engine: queryEngine }, { now })
  assert.deepEqual(Object.keys(identity), ['dashboardAccessToken', 'dataAccessToken', 'queryEngineAccessToken'])
  for (const token of Object.values(identity)) verifier.verify(token, { now })
  assert.deepEqual(Object.keys(JSON.parse(vizzly.identityText({ dashboard }))), ['dashboardAccessToken'])
})

test('an identity answer is sent, and not printed', () => {
  const identity = vizzly.identity({ dashboard, data })
  assert.ok(identity instanceof VizzlyIdentity)
  for (const text of [inspect(identity), inspect([identity], { showHidden: true }), format('%o %O %s', identity, identity, identity)]) {
    assert.match(text, /VizzlyIdentity \{\}/)
    assert.doesNotMatch(text, /eyJ/)
  }
  assert.deepEqual(JSON.parse(JSON.stringify(identity)), { ...identity })
})

test('wrong arguments are CONFIG, wrong keys are KEY', () => {
  assert.throws(() => vizzly.dashboard({ ...dashboard, expiry_ttl_in_minutes: 0 }), { code: 'ERR_JETON_CONFIG' })
  assert.throws(() => vizzly.dashboard({ ...dashboard, unknown: 1 }), { code: 'ERR_JETON_CONFIG' })
  assert.throws(() => vizzly.identity({ data }), { code: 'ERR_JETON_CONFIG' })
  assert.throws(() => new Vizzly(hs256()), { code: 'ERR_JETON_KEY' })
  assert.throws(() => new Vizzly(Key.fromPem(made.publicPem)), { code: 'ERR_JETON_KEY' })
  assert.throws(() => Vizzly.verifier(hs256()), { code: 'ERR_JETON_KEY' })
  assert.throws(() => vizzly.data({ ...data, parameters: undefined }), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.throws(() => vizzly.data(), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('the example signs an identity answer and verifies it', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'jeton-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'key.pem'), made.privatePem)
  const example = fileURLToPath(new URL('../../../examples/node/identity.mjs', import.meta.url))
  const { stdout, stderr, status } = spawnSync(process.execPath, [example, join(folder, 'key.pem')], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  const identity = JSON.parse(stdout.slice(0, stdout.indexOf('\n}') + 2))
  for (const [name, token] of Object.entries(identity)) {
    assert.ok(stdout.includes(`\n${name} {`))
    verifier.verify(token)
  }
})
