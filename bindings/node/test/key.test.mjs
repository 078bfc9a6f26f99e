import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'

import { Key, Signer, Verifier } from 'jeton'
import { hs256, now, secret } from './support.mjs'

test('a generated key signs, and its public half verifies', () => {
  for (const algorithm of ['ES256', 'ES384', 'EdDSA']) {
    const made = Key.generate(algorithm)
    const policy = { algorithms: [algorithm], any_issuer: true, any_audience: true }
    for (const [signing, verifying] of [
      [Key.fromJwk(made.privateJwk), Key.fromJwk(JSON.parse(made.publicJwk))],
      [Key.fromPem(made.privatePem), Key.fromPem(Buffer.from(made.publicPem))],
    ]) {
      const token = new Signer(signing, { ttl_s: 60 }).sign({ sub: 'me' }, { now })
      assert.equal(new Verifier(verifying, policy).verify(token, { now }).sub, 'me')
    }
    // What Node itself reads in these texts is the same key.
    const publicJwk = createPublicKey(createPrivateKey(made.privatePem)).export({ format: 'jwk' })
    assert.equal(JSON.parse(made.publicJwk).x, publicJwk.x)
  }
})

test('a generated secret has no public half', () => {
  const made = Key.generate('HS384')
  assert.deepEqual([made.publicJwk, made.privatePem, made.publicPem], [null, null, null])
  assert.equal(Buffer.from(JSON.parse(made.privateJwk).k, 'base64url').length, 48)
  assert.throws(() => Key.fromJwk(made.privateJwk).public(), { name: 'JetonError', status: 'KEY' })
})

test('describe says what a key is', () => {
  const made = Key.generate('ES256')
  const { kid } = JSON.parse(made.publicJwk)
  assert.deepEqual(Key.fromJwk(made.privateJwk).describe(), { kty: 'EC', algorithm: 'ES256', kid, private: true, thumbprint: kid })
  assert.deepEqual(Key.fromPem(made.publicPem).describe(), {
    kty: 'EC', algorithm: 'ES256', kid: null, private: false, thumbprint: kid,
  })
  assert.equal(Key.fromSecret(secret).describe().algorithm, null)
})

test('public gives the public half as JWKS, JWK and PEM', () => {
  const made = Key.generate('EdDSA')
  const { jwks, jwk, pem } = Key.fromJwk(made.privateJwk).public()
  assert.deepEqual(JSON.parse(jwk), JSON.parse(made.publicJwk))
  assert.deepEqual(JSON.parse(jwks), { keys: [JSON.parse(jwk)] })
  assert.equal(createPublicKey(pem).asymmetricKeyType, 'ed25519')
  const set = Key.fromJwks(jwks)
  assert.deepEqual(set.public(), { jwks, jwk: null, pem: null })
  assert.throws(() => set.describe(), { status: 'KEY' })
})

test('keys of Node cross as DER and as JWK objects', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const signing = Key.fromDer(privateKey.export({ type: 'pkcs8', format: 'der' }), { algorithm: 'PS256' })
  const verifying = Key.fromJwk(publicKey.export({ format: 'jwk' }), { algorithm: 'PS256' })
  const token = new Signer(signing, { ttl_s: 60 }).sign({}, { now })
  new Verifier(verifying, { algorithms: ['PS256'], any_issuer: true, any_audience: true }).verify(token, { now })
})

test('a set verifies with the key that the token names', () => {
  const keys = [Key.generate('ES256'), Key.generate('EdDSA')]
  const set = Key.fromJwks({ keys: keys.map((key) => JSON.parse(key.publicJwk)) })
  const verifier = new Verifier(set, { algorithms: ['ES256', 'EdDSA'], any_issuer: true, any_audience: true })
  for (const key of keys) verifier.verify(new Signer(Key.fromJwk(key.privateJwk), { ttl_s: 60 }).sign({}, { now }), { now })
  const stranger = new Signer(Key.fromJwk(Key.generate('ES256').privateJwk), { ttl_s: 60 }).sign({}, { now })
  assert.throws(() => verifier.verify(stranger, { now }), { status: 'KEY_NOT_FOUND' })
})

test('bad keys do not exist', () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'pem' })
  const p521 = generateKeyPairSync('ec', { namedCurve: 'P-521' }).publicKey.export({ type: 'spki', format: 'der' })
  assert.throws(() => Key.fromSecret('short', { algorithm: 'HS256' }), { code: 'ERR_JETON_KEY_WEAK', number: 107 })
  assert.throws(() => Key.fromPem(weak, { algorithm: 'RS256' }), { code: 'ERR_JETON_KEY_WEAK' })
  assert.throws(() => Key.fromDer(p521), { code: 'ERR_JETON_KEY_UNSUPPORTED' })
  assert.throws(() => Key.fromPem('nothing'), { code: 'ERR_JETON_KEY' })
  assert.throws(() => Key.fromSecret(secret, { algorithm: 'none' }), { code: 'ERR_JETON_CONFIG' })
  assert.throws(() => Key.generate('RS256'), { code: 'ERR_JETON_KEY_UNSUPPORTED' })
})

test('wrong types are TypeErrors', () => {
  const type = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }
  for (const make of [
    () => Key.fromPem(),
    () => Key.fromPem(5),
    () => Key.fromPem(new Uint16Array(8)),
    () => Key.fromDer('text'),
    () => Key.fromDer(new ArrayBuffer(8)),
    () => Key.fromDer(new DataView(new ArrayBuffer(8))),
    () => Key.fromDer(new Uint8ClampedArray(8)),
    () => Key.fromJwk(5),
    () => Key.fromJwk({ kty: undefined }),
    () => Key.fromJwks(null),
    () => Key.fromSecret({}),
    () => Key.fromSecret(secret, 'HS256'),
    () => Key.fromSecret(secret, { algorithm: 5 }),
    () => Key.generate(),
    () => new Key(),
    () => new Key({ handle: {} }),
  ]) assert.throws(make, type, String(make))
})

test('nothing of a key shows', () => {
  const key = hs256()
  const shown = [inspect(key, { showHidden: true, depth: 9, showProxy: true }), JSON.stringify(key), String(key), Object.keys(key).join()]
  assert.ok(shown.every((text) => !text.includes(secret.slice(0, 8))), String(shown))
  assert.equal(inspect(key), 'Key {}')
  assert.deepEqual(structuredClone(key), {})
})

test('no secret is in an error', () => {
  for (const make of [
    () => Key.fromSecret('sesame', { algorithm: 'HS256' }),
    () => Key.fromJwk({ kty: 'oct', k: 'sesame', alg: 'HS256' }),
    () => Key.fromJwk('{"kty":"oct","k":"sesame"'),
    () => Key.fromPem('-----BEGIN PRIVATE KEY-----\nsesame\n-----END PRIVATE KEY-----\n'),
  ]) assert.throws(make, (error) => !inspect(error, { showHidden: true }).split('\n')[0].includes('sesame') && error.status !== undefined)
})

test('a certificate gives its public key', () => {
  const pem = CERTIFICATE
  assert.equal(new X509Certificate(pem).publicKey.asymmetricKeyType, 'ec')
  assert.deepEqual({ ...Key.fromPem(pem).describe(), thumbprint: '' }, {
    kty: 'EC', algorithm: 'ES256', kid: null, private: false, thumbprint: '',
  })
})

const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBgTCCASegAwIBAgIUaZYdV/AcG9GwIDAVH1wg4YTq2+wwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKSmV0b24gdGVzdDAgFw0yNjExMjIxMDUwMDNaGA8yMTI2MTAy
OTEwNTAwM1owFTETMBEGA1UEAwwKSmV0b24gdGVzdDBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABJW6TDeMjJhYQ8UMGqwh+5HsUvcvNFqGnGkPcBQj4Wj+BhLlJeiF
+jk9xlLQb+h+/wyEzvRGwp5SjJuylcxXJtKjUzBRMB0GA1UdDgQWBBQg3EBqjQTA
7dsMjfW05IgpdA0vLjAfBgNVHSMEGDAWgBQg3EBqjQTA7dsMjfW05IgpdA0vLjAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQDmm3mBbNpiFR+ioJ6j
3zxCJIAs3M2maWKFe4BFQ92MEQIgfgHHLSRZjUjdFiy7jFBmL3DhRB8wus8jb8jc
xRcEBkA=
-----END CERTIFICATE-----
`
