// Prints every object of the Node binding in every way that JavaScript has.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { format, inspect } from 'node:util'

const require = createRequire(import.meta.url)
const { ExternalSigner, Key, Signer, Verifier, Vizzly } = require('../../../bindings/node')
const { addon } = require('../../../bindings/node/lib/native.js')

const input = JSON.parse(readFileSync(0, 'utf8'))
const now = input.now_s

function show(value) {
  console.log(value)
  console.error('%o %O %s %j', value, value, value, value)
  console.log(inspect(value, { showHidden: true, depth: Infinity, getters: true, showProxy: true }))
  console.log(format(value), String(value), `${value}`, JSON.stringify(value), Object.entries(value), Object.getOwnPropertyNames(value))
}

function failure(call) {
  try {
    call()
  } catch (error) {
    show(error)
    console.log(error.message, error.stack, error.toString(), error.cause, JSON.stringify({ ...error }))
    return
  }
  throw new Error('that was no failure')
}

const secret = Key.fromSecret(input.secret, { algorithm: 'HS256' })
const pair = Key.fromPem(input.pem)
const verifier = new Verifier(Key.fromJwks(input.jwks), input.policy)
const vizzly = new Vizzly(pair)
for (const value of [secret, pair, Key.fromJwk(input.jwk), new Signer(secret, input.options), new ExternalSigner(pair, input.options), verifier, vizzly]) {
  show(value)
  value.toString()
}
const generated = Key.generate('HS256')
console.log(inspect(generated).includes(JSON.parse(generated.privateJwk).k) ? input.secret : generated)

failure(() => verifier.verify(input.expired, { now }))
failure(() => verifier.verify(input.forged, { now }))
failure(() => verifier.verify(input.secret, { now }))
failure(() => verifier.verify(input.token, { now: input.secret }))
failure(() => verifier.verify(input.token, input.secret))
failure(() => verifier.verify({ secret: input.secret }, { now }))
failure(() => verifier.verifyBatch(input.secret, { now }))
failure(() => verifier.verifyBatch([{ secret: input.secret }], { now }))
failure(() => verifier.verifyBytes([input.secret], { now }))
failure(() => verifier.open(Symbol(input.secret), { now }))
failure(() => new Verifier(secret, input.wrong_policy))
failure(() => new Verifier(input.secret, input.policy))
failure(() => new Verifier(secret, [input.secret]))
failure(() => new Verifier(secret, { issuer: BigInt(5), secret: input.secret }))
failure(() => new Verifier(secret, { issuer: undefined, secret: input.secret }))
failure(() => new Verifier(secret, { [input.secret + input.secret]: undefined }))
failure(() => new Signer(secret, input.secret))
failure(() => new Signer(secret, { secret: input.secret }))
failure(() => new Signer(secret).sign(input.secret))
failure(() => new Signer(secret).sign({ iss: [input.secret] }))
failure(() => new Signer(secret).signJson(input.secret))
failure(() => new Signer(secret).signJson({ secret: input.secret }))
failure(() => new Signer(secret).signBytes(input.secret))
failure(() => new ExternalSigner(pair).finish(input.secret, new TextEncoder().encode(input.secret)))
failure(() => new ExternalSigner(pair).finish([input.secret], input.secret))
failure(() => Key.fromPem(input.secret))
failure(() => Key.fromPem({ secret: input.secret }))
failure(() => Key.fromDer(new TextEncoder().encode(input.secret)))
failure(() => Key.fromDer(input.secret))
failure(() => Key.fromJwk(input.secret))
failure(() => Key.fromJwk({ kty: 'oct', k: input.secret, alg: [input.secret] }))
failure(() => Key.fromSecret(input.secret, { algorithm: input.secret }))
failure(() => Key.fromSecret(input.secret, input.secret))
failure(() => Key.fromSecret([input.secret]))
failure(() => Key.generate(input.secret))
failure(() => vizzly.dashboard({ project_id: input.secret }, { now }))
failure(() => vizzly.data(input.secret, { now }))
failure(() => addon.testingPanic())
for (const entry of verifier.verifyBatch([input.expired, input.secret], { now })) show(entry)
