// What several tests start from.

import { Key, Signer, Verifier } from 'jeton'

/** A fixed time for tests, 2023-11-14. */
export const now = 1_700_000_000

/** A secret of 32 bytes for HS256. */
export const secret = '0123456789abcdef0123456789abcdef'

export const hs256 = () => Key.fromSecret(secret, { algorithm: 'HS256' })

/** A policy that accepts any token of HS256 that ends. */
export const policy = { algorithms: ['HS256'], any_issuer: true, any_audience: true }

export const verifier = (more = {}) => new Verifier(hs256(), { ...policy, ...more })

/** A token that is valid at `now`, ending a minute later, with more claims. */
export const tokenOf = (claims = {}) => new Signer(hs256(), { ttl_s: 60 }).sign(claims, { now })
