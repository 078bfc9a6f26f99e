// Objects as arguments: taken with all that they hold, or not at all.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ExternalSigner, Key, Signer, Verifier, Vizzly } from 'jeton'
import { hs256, now, policy, tokenOf, verifier } from './support.mjs'

const type = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }

class Policy {
  algorithms = policy.algorithms
  issuer = policy.issuer
  audience = policy.audience
  get subject() {
    return 'me'
  }
}

/** What JSON.stringify would leave out, turn into null, or have speak for itself. */
const lossy = {
  'a getter of a class': Object.assign(new (class { get sub() { return 'me' } })(), { a: 1 }),
  'inherited members': Object.create({ sub: 'me' }),
  'a symbol': { [Symbol('sub')]: 'me' },
  'a hidden member': Object.defineProperty({}, 'sub', { value: 'me' }),
  'a map': new Map([['sub', 'me']]),
  'a set': new Set(['me']),
  'a regular expression': /me/,
  'a boxed text': Object('me'),
  'nothing': undefined,
  'a function': () => 'me',
  'a symbol value': Symbol('me'),
  'a bigint': 1n,
  'no number': Number.NaN,
  'no finite number': -Infinity,
  'a hole': new Array(1),
  'no date': new Date(Number.NaN),
}

test('an object of which JSON says less than it holds is no argument', () => {
  const key = Key.fromJwk(Key.generate('ES256').privateJwk)
  for (const [name, value] of Object.entries(lossy)) {
    for (const nested of [{ a: value }, { a: { b: [value] } }]) {
      for (const call of [
        () => verifier({ required: nested }),
        () => new Signer(hs256(), nested),
        () => new Signer(hs256(), { header: nested }),
        () => new ExternalSigner(hs256(), nested),
        () => new Signer(hs256()).sign(nested),
        () => new ExternalSigner(key).begin(nested),
        () => Key.fromJwk(nested),
        () => Key.fromJwks({ keys: [nested] }),
        () => new Vizzly(key).dashboard(nested),
        () => new Vizzly(key).data({ secure_filters: nested }),
        () => new Vizzly(key).queryEngine(nested),
        () => new Vizzly(key).identity({ dashboard: nested }),
      ]) assert.throws(call, type, `${name}: ${call}`)
    }
    if (typeof value !== 'object' || Array.isArray(value)) continue
    for (const call of [
      () => new Verifier(hs256(), value),
      () => new Signer(hs256(), value),
      () => new Signer(hs256()).sign(value),
      () => new Signer(hs256()).sign({}, value),
      () => Key.fromSecret('s'.repeat(32), value),
      () => Key.fromJwk(value),
    ]) assert.throws(call, type, `${name}: ${call}`)
  }
})

test('no check of a policy is lost to a class', () => {
  const token = tokenOf({ sub: 'you' })
  assert.equal(verifier().verify(token, { now }).sub, 'you')
  assert.throws(() => new Verifier(hs256(), new Policy()), { ...type, message: 'policy must be a plain object' })
  assert.throws(() => new Verifier(hs256(), Object.assign(Object.create({ subject: 'me' }), policy)), type)
  assert.throws(() => new Verifier(hs256(), { ...policy, toJSON: () => policy }), type)
  assert.throws(() => new Verifier(hs256(), { ...policy, subject: new Date(0) }), { ...type, message: 'policy.subject has no JSON value' })
  const nested = { ...policy, audience: ['api', { place: Infinity }] }
  assert.throws(() => new Verifier(hs256(), nested), { ...type, message: 'policy.audience[1].place has no JSON value' })
})

test('what has no class but Object, or none, is plain', () => {
  const bare = Object.assign(Object.create(null), policy, { subject: 'me' })
  assert.throws(() => new Verifier(hs256(), bare).verify(tokenOf({ sub: 'you' }), { now }), { code: 'ERR_JETON_SUBJECT' })
  assert.equal(new Verifier(hs256(), bare).verify(tokenOf({ sub: 'me' }), Object.assign(Object.create(null), { now })).sub, 'me')
})

test('an option that a call does not know is named', () => {
  const signer = new Signer(hs256())
  const vizzly = new Vizzly(Key.fromJwk(Key.generate('ES256').privateJwk))
  for (const call of [
    () => verifier().verify(tokenOf(), { now_s: now }),
    () => verifier().verifyText(tokenOf(), { now, now_s: now }),
    () => verifier().verifyBytes(tokenOf(), { now_s: undefined }),
    () => verifier().open(tokenOf(), { now_s: now }),
    () => verifier().verifyBatch([], { now_s: now }),
    () => signer.sign({}, { now_s: now }),
    () => signer.signJson('{}', { now_s: now }),
    () => vizzly.dashboard({}, { now_s: now }),
    () => vizzly.identity({}, { now_s: now }),
  ]) assert.throws(call, { ...type, message: 'options: now_s is unknown' }, String(call))
  assert.throws(() => Key.fromSecret('s'.repeat(32), { alg: 'HS256' }), { ...type, message: 'options: alg is unknown' })
  assert.throws(() => Key.fromSecret('s'.repeat(32), { 'a secret that went astray': 1 }), { ...type, message: 'options: (an odd name) is unknown' })
  assert.throws(() => signer.sign({}, { [Symbol('now')]: now }), type)
  assert.throws(() => signer.sign({}, []), type)
})
