// Handles: closed once or twice, used afterwards, passed to the wrong method. An error or nothing, never memory.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'

import { Access, Cache, Dataiku, ExternalSigner, JetonError, Key, RemoteVerifier, Signer, Source, TigerGraph, Verifier, Vizzly } from 'jeton'
import { hs256, now, policy, tokenOf, verifier } from './support.mjs'

const { addon, handleOf } = createRequire(import.meta.url)('../lib/native.js')

const es256 = Key.generate('ES256')
const make = {
  Key: hs256,
  Signer: () => new Signer(hs256()),
  ExternalSigner: () => new ExternalSigner(Key.fromPem(es256.publicPem)),
  Verifier: verifier,
  Vizzly: () => new Vizzly(Key.fromPem(es256.privatePem)),
  Cache: () => new Cache(),
  Source: () => new Source({ kind: 'static' }, { secrets: { token: 'x' } }),
  RemoteVerifier: () => new RemoteVerifier([{ algorithms: ['ES256'], any_audience: true, issuer: 'i', jwks_url: 'http://127.0.0.1:1/' }]),
  TigerGraph: () => new TigerGraph({ username: 'u' }, { secrets: { password: 'p' }, environment: {} }),
  Dataiku: () => new Dataiku({ host: 'http://127.0.0.1:1' }, { secrets: { api_key: 'k' }, environment: {} }),
  Access: () => new Access({}, { secret: 's', environment: {} }),
}

/** Arguments that every method of a name takes well, so that only the object is wrong. */
const args = {
  describe: [], public: [], close: [],
  sign: [{}], signJson: ['{}'], signBytes: [new Uint8Array(1)],
  begin: [{}], beginJson: ['{}'], beginBytes: [new Uint8Array(1)], finish: ['x', new Uint8Array(64)],
  verify: ['x'], verifyText: ['x'], verifyBytes: ['x'], open: ['x'], verifyBatch: [['x']],
  token: [], tokenWithExpiry: [], refresh: [], identity: [], identityText: [], revoke: [], invalidate: [], stats: [], events: [],
  getToken: [], refreshToken: [], deleteToken: [], checkToken: [], getVersion: [], getSecrets: [], createSecret: [], dropSecret: [],
  asUser: ['x'], authInfo: [{}], authInfoFromBrowserHeaders: [], ticketFromBrowserHeaders: [], ownSettings: [], userSettings: ['x'],
  authenticate: [{}], createToken: [], listTokens: [], tokenDetails: [], revokeToken: [], signToken: [], actAs: [{}, {}],
  call: ['x'], callText: ['x'],
  dashboard: [{}], data: [{}], queryEngine: [{}], identity: [{}], identityText: [{}],
}

function* methods() {
  for (const [name, one] of Object.entries(make)) {
    const prototype = Object.getPrototypeOf(one())
    const names = [...Object.getOwnPropertyNames(prototype), 'close'].filter((method) => method !== 'constructor')
    for (const method of names) yield { name, one, method, call: prototype[method], args: args[method] }
  }
}

test('the table of arguments has every method', () => {
  for (const { name, method, args } of methods()) assert.ok(Array.isArray(args), `${name}.${method}`)
})

test('closing twice is fine, use after close is an error', async () => {
  for (const { name, one, method, call, args } of methods()) {
    if (method === 'close') continue
    const object = one()
    await object.close()
    await object.close()
    await assert.rejects(async () => call.apply(object, args), { name: 'TypeError', code: 'ERR_JETON_CLOSED' }, `${name}.${method}`)
  }
})

test('a method on a wrong this throws', async () => {
  for (const { name, method, call, args } of methods()) {
    // An object that has such a method, too, may well answer.
    const strangers = Object.values(make).map((other) => other()).filter((other) => typeof other[method] !== 'function')
    const bare = Object.create(Object.getPrototypeOf(make[name]()))
    for (const self of [undefined, null, 5, {}, bare, new Proxy(make[name](), {}), ...strangers]) {
      await assert.rejects(async () => call.apply(self, args), (error) => error instanceof TypeError || error instanceof JetonError, `${name}.${method}`)
    }
  }
})

test('a key may be closed before what was made of it', () => {
  const key = hs256()
  const signer = new Signer(key, { ttl_s: 60 })
  const judge = new Verifier(key, policy)
  key.close()
  judge.verify(signer.sign({}, { now }), { now })
  for (const use of [() => new Signer(key), () => new Verifier(key, policy), () => new Vizzly(key), () => Vizzly.verifier(key)]) {
    assert.throws(use, { code: 'ERR_JETON_CLOSED' })
  }
})

test('Symbol.dispose closes, where the runtime has it', () => {
  const judge = verifier()
  const { dispose } = Symbol
  if (dispose === undefined) return assert.deepEqual(Object.getOwnPropertySymbols(Verifier.prototype), [])
  judge[dispose]()
  assert.throws(() => judge.verify(tokenOf(), { now }), { code: 'ERR_JETON_CLOSED' })
})

test('closing inside a call that is being prepared is seen', () => {
  const judge = verifier()
  const options = { get now() { judge.close(); return now } }
  assert.throws(() => judge.verify(tokenOf(), options), { code: 'ERR_JETON_CLOSED' })
  const signer = make.Signer()
  assert.throws(() => signer.sign({ toJSON: () => (signer.close(), {}) }), { code: 'ERR_JETON_CLOSED' })
})

test('a constructor of the base makes nothing that works', () => {
  const Owner = Object.getPrototypeOf(Key)
  const fake = new Owner({})
  assert.throws(() => Key.prototype.describe.call(fake), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.throws(() => fake.close(), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('whatever the addon is given, it answers or throws', () => {
  const handles = Object.values(make).map((one) => handleOf(one()))
  handles.push(addon.accessBegin(handleOf(make.Access()), 'authenticate', '{}', undefined, 1000))
  const values = [undefined, null, 0, -1, 1e300, 2n ** 70n, '', 'x', Symbol('s'), {}, [], () => 0, new Proxy({}, {}), ...handles]
  values.push(new Uint8Array(3), new Float64Array(3), new DataView(new ArrayBuffer(3)), new Uint8Array(new SharedArrayBuffer(3)))
  const functions = Object.entries(addon).filter(([name]) => !['setErrorClass', 'close', 'testingPanic'].includes(name))
  for (const [name, call] of functions) {
    for (const first of values) {
      for (const second of values) {
        for (const third of [undefined, now, new Uint8Array(64), 'x']) {
          try {
            const answer = call(first, second, third)
            if (answer instanceof Promise) answer.catch((error) => assert.ok(error instanceof Error, name))
          } catch (error) {
            assert.ok(error instanceof Error, name)
          }
        }
      }
    }
  }
  for (const value of values) if (!handles.includes(value)) assert.throws(() => addon.close(value), TypeError)
})

test('a detached or shared array is copied as it is', () => {
  const signer = make.Signer()
  const bytes = new Verifier(hs256(), { algorithms: ['HS256'], payload: 'bytes' })
  const detached = new Uint8Array(8)
  structuredClone(detached.buffer, { transfer: [detached.buffer] })
  assert.deepEqual(bytes.verifyBytes(signer.signBytes(detached)), new Uint8Array(0))
  const shared = new Uint8Array(new SharedArrayBuffer(8)).fill(7)
  assert.deepEqual(bytes.verifyBytes(signer.signBytes(shared)), new Uint8Array(8).fill(7))
})

test('objects that nobody holds are collected, closed or not', () => {
  assert.equal(typeof globalThis.gc, 'function', 'the tests run with --expose-gc')
  for (let round = 0; round < 20; round++) {
    for (const one of Object.values(make)) {
      one()
      one().close()
    }
    globalThis.gc()
  }
})
