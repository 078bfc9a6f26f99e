// The ops that make and check tokens. An op gives the members of its answer as JSON text, name by name.

import { ExternalSigner, JetonError, Key, Signer, Verifier, Vizzly } from '../../../bindings/node/lib/index.mjs'
import { abiVersion, inspectUnverified, version } from '../../../bindings/node/lib/index.mjs'
import { isObject, membersOf } from './raw.mjs'
import { Refusal, errorOf, join, objectOf } from './request.mjs'

export const ops = {
  version: () => ({ version: JSON.stringify(version), abi: JSON.stringify(abiVersion) }),

  sign(request) {
    const { makeKey, payload, clock } = signingOf(request)
    const signer = signerOf(request, makeKey(), Signer)
    return { token: JSON.stringify(payload ? signer.signBytes(payload) : signer.signJson(request.raw('claims'), clock)) }
  },

  sign_begin(request) {
    const { makeKey, payload, clock } = signingOf(request)
    const signer = signerOf(request, makeKey(), ExternalSigner)
    const signingInput = payload ? signer.beginBytes(payload) : signer.beginJson(request.raw('claims'), clock)
    return { signing_input: JSON.stringify(signingInput) }
  },

  sign_finish(request) {
    const signingInput = request.text('signing_input')
    const signature = request.bytes('signature_b64u')
    const makeKey = request.key()
    const signer = new ExternalSigner(makeKey(), join('{}', request, ['algorithm']))
    return { token: JSON.stringify(signer.finish(signingInput, signature)) }
  },

  verify(request) {
    const token = request.text('token')
    const { makeVerifier, clock } = verifyingOf(request)
    return partsOf(openedAndVerified(makeVerifier(), token, clock))
  },

  verify_batch(request) {
    const tokens = request.texts('tokens')
    const { makeVerifier, clock } = verifyingOf(request)
    const results = makeVerifier().verifyBatch(tokens, clock)
    return { results: `[${results.map((result) => objectOf(batchEntry(result))).join(',')}]` }
  },

  inspect: (request) => partsOf(inspectUnverified(request.text('token'))),

  key(request) {
    const described = request.key()().describe()
    return Object.fromEntries(Object.entries(described).map(([name, value]) => [name, JSON.stringify(value)]))
  },

  generate(request) {
    const made = Key.generate(request.text('algorithm'))
    return {
      private_jwk: made.privateJwk,
      public_jwk: made.publicJwk ?? 'null',
      private_pem: JSON.stringify(made.privatePem),
      public_pem: JSON.stringify(made.publicPem),
    }
  },

  vizzly(request) {
    const method = { dashboard: 'dashboard', data: 'data', query_engine: 'queryEngine' }[request.text('token')]
    if (method === undefined) throw new Refusal('BAD_REQUEST', 'token is none of dashboard, data, query_engine')
    const args = request.json('args')
    const clock = request.clock()
    const makeKey = request.key()
    return { token: JSON.stringify(new Vizzly(makeKey())[method](args, clock)) }
  },

  'vizzly.identity'(request) {
    request.json('dashboard')
    const clock = request.clock()
    const makeKey = request.key()
    const args = join('{}', request, ['dashboard', 'data', 'query_engine'])
    return Object.fromEntries(membersOf(new Vizzly(makeKey()).identityText(args, clock)))
  },
}

/** What signing needs of a request; `payload` is undefined for claims. */
function signingOf(request) {
  const clock = request.clock()
  const makeKey = request.key()
  return { makeKey, clock, payload: request.has('payload_b64u') ? request.bytes('payload_b64u') : undefined }
}

/** A signer, and that one payload is there to be signed, which no option can say. */
function signerOf(request, key, SignerClass) {
  const signer = new SignerClass(key, optionsOf(request))
  if (request.has('claims') === request.has('payload_b64u')) {
    throw new Refusal('CONFIG', 'exactly one of claims and payload_b64u is needed')
  }
  return signer
}

/** The options text: the request's options with `algorithm` and `header`, which stand beside them and never in them, at the same level. */
function optionsOf(request) {
  const options = request.raw('options') ?? '{}'
  if (!isObject(options)) return options
  const inside = membersOf(options)
  if (inside.has('algorithm') || inside.has('header')) {
    throw new Refusal('CONFIG', 'options: algorithm and header stand beside the options')
  }
  return join(options, request, ['algorithm', 'header'])
}

function verifyingOf(request) {
  const policy = request.json('policy')
  const clock = request.clock()
  const makeKey = request.key()
  return { makeVerifier: () => new Verifier(makeKey(), policy), clock }
}

/** What `open` gives or throws; it is the driver's own failure if `verifyBytes` or `verifyText` says anything else. */
function openedAndVerified(verifier, token, clock) {
  const [bytes, opened] = ['verifyBytes', 'open'].map((method) => {
    try {
      return verifier[method](token, clock)
    } catch (error) {
      return error
    }
  })
  if (opened instanceof Error) {
    if (bytes instanceof Error && errorOf(bytes) === errorOf(opened)) throw opened
  } else if (bytes instanceof Uint8Array && Buffer.from(opened.claimsText ?? opened.payload).equals(bytes)) {
    if (opened.claimsText === null || verifier.verifyText(token, clock) === opened.claimsText) return opened
  }
  throw new Refusal('DRIVER', 'open and verify differ')
}

function batchEntry(result) {
  return result instanceof JetonError ? { error: errorOf(result) } : { ok: objectOf(partsOf(result)) }
}

/** The members of an opened token. */
export function partsOf({ headerText, claimsText, payload }) {
  const rest = claimsText === null ? { payload_b64u: JSON.stringify(Buffer.from(payload).toString('base64url')) } : { claims: claimsText }
  return { header: headerText, ...rest }
}
