// What a call fails with.

/** Why a call failed. */
export type Status =
  | 'NULL'
  | 'UTF8'
  | 'LENGTH'
  | 'BUFFER'
  | 'CONFIG'
  | 'KEY'
  | 'KEY_WEAK'
  | 'KEY_UNSUPPORTED'
  | 'TOO_LARGE'
  | 'MALFORMED'
  | 'HEADER_UNSUPPORTED'
  | 'ALGORITHM'
  | 'KEY_NOT_FOUND'
  | 'SIGNATURE'
  | 'TYP'
  | 'CLAIMS_MALFORMED'
  | 'CLAIM_INVALID'
  | 'CLAIM_MISSING'
  | 'EXPIRED'
  | 'NOT_YET_VALID'
  | 'ISSUER'
  | 'SUBJECT'
  | 'AUDIENCE'
  | 'UNAVAILABLE'
  | 'TIMEOUT'
  | 'REFUSED'
  | 'PROTOCOL'
  | 'STORE'
  | 'NO_CREDENTIALS'
  | 'UNSUPPORTED'
  | 'KEYS_UNAVAILABLE'
  | 'CANCELLED'
  | 'CLOSED'
  | 'UNKNOWN'
  | 'REVOKED'
  | 'DENIED'
  | 'PANIC'
  | 'INTERNAL'

/** A call failed. Nothing of a token, key, secret or claim value is in it; where a server refused, its text may be the message. */
export class JetonError extends Error {
  private constructor()
  /** The name of the class. */
  readonly name: 'JetonError'
  /** `ERR_JETON_` and the status, such as `ERR_JETON_EXPIRED`. */
  readonly code: `ERR_JETON_${Status}`
  /** Which failure it is, such as `EXPIRED`. */
  readonly status: Status
  /**
   * The number of the status in the C header: 1xx the caller's, 2xx malformed, 3xx signature, 4xx claims, 5xx fetching, 6xx access, 9xx
   * internal. Those from 200 to 499 are the token's, which a server answers with 401.
   */
  readonly number: number
  /** The claim or header member that decided, such as `exp`; else null. */
  readonly claim: string | null
  /** The HTTP status of the server that answered; null if none did. */
  readonly httpStatus: number | null
  /** The server's own error code, such as `invalid_grant`; else null. */
  readonly serverCode: string | null
}

/** Without this line all that is declared above would be exported, and some of it exists as a type only. */
export {}
