// The Node binding and two peers, fast-jwt and jose: object in, token out; token in, object out.

import { createPrivateKey, createPublicKey, createSecretKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSigner, createVerifier } from 'fast-jwt'
import { SignJWT, jwtVerify } from 'jose'
import { Key, Signer, Source, Verifier } from '../../bindings/node/lib/index.mjs'

const issuer = 'https://issuer.example'
const audience = 'api.example'
const fixture = (name) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url))
const claims = JSON.parse(fixture('claims.json'))

for (const alg of ['HS256', 'RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']) {
  const secret = fixture('HS256.secret')
  const name = alg === 'RS256' || alg === 'PS256' ? 'RSA' : alg
  const pem = alg === 'HS256' ? undefined : { private: fixture(`${name}.pem`), public: fixture(`${name}.pub.pem`) }

  const key = pem ? Key.fromPem(pem.private, { algorithm: alg }) : Key.fromSecret(secret, { algorithm: alg })
  const signer = new Signer(key)
  const verifier = new Verifier(key, { algorithms: [alg], issuer, audience })
  const token = signer.sign(claims)
  measure('Node', 'sign', alg, () => signer.sign(claims))
  measure('Node', 'verify', alg, () => verifier.verify(token))

  const fastSigner = createSigner({ algorithm: alg, key: pem?.private ?? secret, noTimestamp: true })
  const fastVerifier = createVerifier({ algorithms: [alg], key: pem?.public ?? secret, allowedIss: issuer, allowedAud: audience })
  measure('fast-jwt', 'sign', alg, () => fastSigner(claims))
  measure('fast-jwt', 'verify', alg, () => fastVerifier(token))

  const own = pem ? createPrivateKey(pem.private) : createSecretKey(secret)
  const other = pem ? createPublicKey(pem.public) : own
  const options = { algorithms: [alg], issuer, audience }
  await measureAsync('jose', 'sign', alg, () => new SignJWT(claims).setProtectedHeader({ alg, typ: 'JWT' }).sign(own))
  await measureAsync('jose', 'verify', alg, () => jwtVerify(token, other, options))
}

// What it costs to be given a token that is at hand.
const source = new Source(
  { kind: 'signed', claims: { sub: 'me' }, options: { ttl_s: 3600 } },
  { key: Key.fromSecret(fixture('HS256.secret'), { algorithm: 'HS256' }) },
)
await measureAsync('Node', 'read', 'source', () => source.token())

/** Prints the median of seven batches of about 20 ms. */
function measure(lib, op, alg, call) {
  const timed = (calls) => {
    const start = process.hrtime.bigint()
    for (let i = 0; i < calls; i++) call()
    return Number(process.hrtime.bigint() - start)
  }
  let calls = 1
  while (timed(calls) < 10e6) calls *= 2
  report(lib, op, alg, Array.from({ length: 7 }, () => timed(calls * 2) / (calls * 2)))
}

/** The same for calls that give promises, one at a time. */
async function measureAsync(lib, op, alg, call) {
  const timed = async (calls) => {
    const start = process.hrtime.bigint()
    for (let i = 0; i < calls; i++) await call()
    return Number(process.hrtime.bigint() - start)
  }
  let calls = 1
  while ((await timed(calls)) < 10e6) calls *= 2
  const batches = []
  for (let i = 0; i < 7; i++) batches.push((await timed(calls * 2)) / (calls * 2))
  report(lib, op, alg, batches)
}

function report(lib, op, alg, batches) {
  console.log(lib, op, alg, batches.sort((a, b) => a - b)[3].toFixed(1))
}
