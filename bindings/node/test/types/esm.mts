// The types as an ESM program sees them: what compiles, and, under @ts-expect-error, what must not.

import { ExternalSigner, GeneratedKey, JetonError, Key, Signer, Verifier, Vizzly, abiVersion, inspectUnverified, version } from 'jeton'
import type { Algorithm, Claims, GeneratedAlgorithm, Opened, Policy, Status, VizzlyIdentity } from 'jeton'
// @ts-expect-error a class that is declared, but that the module does not have
import { Closable } from 'jeton'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_: Same<A, B>): void => undefined

version satisfies string
abiVersion satisfies number

// Keys.
const key = Key.fromPem('', { algorithm: 'RS256' })
Key.fromPem(new Uint8Array())
Key.fromDer(new Uint8Array())
Key.fromJwk({ kty: 'EC' })
Key.fromJwk('{"kty":"EC"}')
Key.fromJwks({ keys: [] })
Key.fromSecret('secret', {})
const generated = Key.generate('ES256')
generated satisfies GeneratedKey
same<typeof generated.privateJwk, string>(true)
// @ts-expect-error Key.generate makes it
new GeneratedKey()
same<typeof generated.publicJwk, string>(true)
same<typeof generated.privatePem, string>(true)
same<typeof generated.publicPem, string>(true)
const made = Key.generate('HS256')
made satisfies GeneratedKey
same<typeof made.privateJwk, string>(true)
same<typeof made.publicJwk, null>(true)
same<typeof made.privatePem, null>(true)
same<typeof made.publicPem, null>(true)
const either = (algorithm: GeneratedAlgorithm) => Key.generate(algorithm)
same<ReturnType<typeof either>['publicPem'], string | null>(true)
same<ReturnType<Key['describe']>['algorithm'], Algorithm | null>(true)
same<ReturnType<Key['public']>['jwk'], string | null>(true)
// @ts-expect-error a key is made by a static method
new Key()
// @ts-expect-error DER is bytes
Key.fromDer('text')
// @ts-expect-error an unknown algorithm
Key.fromPem('', { algorithm: 'none' })
// @ts-expect-error ring makes no RSA keys
Key.generate('RS256')

// Signers.
const signer = new Signer(key, { issuer: 'a', audience: ['b'], ttl_s: 60, kid: null, header: { cty: 'x' } })
same<ReturnType<Signer['sign']>, string>(true)
signer.sign({ sub: 'me' }, { now: 1_700_000_000 })
signer.signJson('{}', { now: 1_700_000_000n })
signer.signBytes(new Uint8Array())
new Signer(key, '{"ttl_s":60}')
// @ts-expect-error claims are an object; text has its own method
signer.sign('{}')
// @ts-expect-error a date is no time of this library
signer.sign({}, { now: new Date() })
// @ts-expect-error an unknown option
new Signer(key, { lifetime: 60 })
// @ts-expect-error a signer needs a key
new Signer('secret')
const external = new ExternalSigner(key)
same<ReturnType<ExternalSigner['begin']>, string>(true)
external.finish(external.beginJson('{}'), new Uint8Array())

// Policies.
const policy: Policy = { algorithms: ['ES256'], issuer: 'a', audience: 'b', leeway_s: 5 }
const open: Policy = { algorithms: ['ES256'], any_issuer: true, any_audience: true, allow_missing_exp: true }
const bytes: Policy = { algorithms: ['ES256'], payload: 'bytes' }
new Verifier(key, open)
new Verifier(key, bytes)
new Verifier(key, '{}')
// @ts-expect-error a policy says who tokens are from
new Verifier(key, { algorithms: ['ES256'], audience: 'b' })
// @ts-expect-error a policy says who tokens are for
new Verifier(key, { algorithms: ['ES256'], issuer: 'a' })
// @ts-expect-error one issuer or any, not both
new Verifier(key, { algorithms: ['ES256'], issuer: 'a', any_issuer: true, any_audience: true })
// @ts-expect-error bytes have no claims to demand
new Verifier(key, { algorithms: ['ES256'], payload: 'bytes', subject: 'me' })
// @ts-expect-error an algorithm that does not exist here
new Verifier(key, { algorithms: ['none'], any_issuer: true, any_audience: true })

// Verifying.
interface Mine {
  sub: string
  role: 'admin' | 'user'
}
const verifier = new Verifier(key, policy)
const claims = verifier.verify('t')
same<typeof claims, Claims>(true)
same<typeof claims.exp, number | undefined>(true)
const mine = verifier.verify<Mine>('t', { now: 1 })
same<typeof mine.role, 'admin' | 'user'>(true)
verifier.verifyText('t') satisfies string
verifier.verifyBytes('t') satisfies Uint8Array
const opened = verifier.open<Mine>('t')
if (opened.claims !== null) {
  same<typeof opened.claims, Mine>(true)
  same<typeof opened.claimsText, string>(true)
} else {
  same<typeof opened.payload, Uint8Array>(true)
}
for (const entry of verifier.verifyBatch<Mine>(['t'])) {
  if (entry instanceof JetonError) entry.status satisfies Status
  else entry satisfies Opened<Mine>
}
inspectUnverified('t').header.alg satisfies string

// Errors.
function told(error: JetonError): string {
  same<typeof error.claim, string | null>(true)
  if (error.code === 'ERR_JETON_EXPIRED') return 'expired'
  // @ts-expect-error no such code
  if (error.code === 'ERR_JETON_LATE') return 'late'
  return error.status
}
told satisfies (error: JetonError) => string

// Lifetime.
verifier.close()
verifier[Symbol.dispose]()

// Vizzly.
const vizzly = new Vizzly(key)
vizzly.dashboard({ expiry_ttl_in_minutes: 60, project_id: 'p', user_reference: 'u' }) satisfies string
vizzly.data({ expiry_ttl_in_minutes: 60, data_set_ids: '*', secure_filters: {} }, { now: 1 }) satisfies string
const identity = vizzly.identity({ dashboard: { expiry_ttl_in_minutes: 1, project_id: 'p', user_reference: 'u' } })
identity satisfies VizzlyIdentity
same<typeof identity.dataAccessToken, string | undefined>(true)
Vizzly.verifier(key) satisfies Verifier
// @ts-expect-error a data token says which data sets
vizzly.data({ expiry_ttl_in_minutes: 60, secure_filters: {} })
