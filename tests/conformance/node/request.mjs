// One request line, read: members that an op needs, or a refusal of the driver's own.

import { Key } from '../../../bindings/node/lib/index.mjs'
import { isObject, membersOf, withMembers } from './raw.mjs'

/** The driver itself refuses: the request is not one, or says what no typed call can say. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
    this.claim = null
    this.httpStatus = null
    this.serverCode = null
  }
}

/** The JSON text of an error, as every answer has it. */
export function errorOf({ status, claim, message, httpStatus, serverCode }) {
  return JSON.stringify({ status, claim, message, http_status: httpStatus, code: serverCode })
}

/** The JSON text of an object from its members' texts. */
export function objectOf(members) {
  return `{${Object.entries(members).map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`
}

/** The JSON object `text` with those of the named members that the request has. */
export function join(text, request, names) {
  const given = names.filter((name) => request.has(name))
  return given.length === 0 ? text : withMembers(text, given.map((name) => [name, request.raw(name)]))
}

const bad = (message) => new Refusal('BAD_REQUEST', message)

/** The members of one JSON object of the line, as raw JSON text, and as what the text means. */
export class Request {
  #members

  constructor(text, name = 'the line') {
    if (!isObject(text)) throw bad(`${name} is not a JSON object`)
    this.#members = membersOf(text)
  }

  has(name) {
    return this.#members.has(name)
  }

  /** Raw JSON text; undefined if it is not there. */
  raw(name) {
    return this.#members.get(name)
  }

  /** Raw JSON text of a member that must be there. */
  json(name) {
    if (!this.has(name)) throw bad(`${name} is missing`)
    return this.raw(name)
  }

  text(name) {
    return textOf(JSON.parse(this.json(name)), name)
  }

  /** As text, but undefined if it is not there. */
  optionalText(name) {
    return this.has(name) ? this.text(name) : undefined
  }

  texts(name) {
    const list = JSON.parse(this.json(name))
    if (!Array.isArray(list)) throw bad(`${name} is not a list`)
    return list.map((item) => textOf(item, name))
  }

  bytes(name) {
    const text = this.text(name)
    const bytes = Buffer.from(text, 'base64url')
    // Buffer reads any base64 and skips what is none; only the canonical text comes back the same.
    if (bytes.toString('base64url') !== text) throw bad(`${name} is not base64url`)
    return bytes
  }

  /** The options of a call that depends on time. */
  clock() {
    return this.has('now_s') ? { now: this.#integer('now_s') } : {}
  }

  /** The options of a call that may wait. */
  waiting() {
    if (!this.has('timeout_ms')) return {}
    const milliseconds = this.#integer('timeout_ms')
    if (milliseconds < 0n) throw bad('timeout_ms is below 0')
    // What no number of JavaScript is, the longest that is one stands for: 285000 years.
    return { timeoutMs: Math.min(Number(milliseconds), Number.MAX_SAFE_INTEGER) }
  }

  #integer(name) {
    const raw = this.json(name)
    const integer = /^-?\d+$/.test(raw) ? BigInt(raw) : undefined
    if (integer === undefined || BigInt.asIntN(64, integer) !== integer) throw bad(`${name} is not an integer of 64 bits`)
    return integer
  }

  /** Those of the named members that are there, as raw JSON text. */
  given(names) {
    return Object.fromEntries(names.filter((name) => this.has(name)).map((name) => [name, this.raw(name)]))
  }

  /** The key, not built yet: its faults count after those of the request. */
  key() {
    const key = new Request(this.json('key'), 'key')
    const named = Object.keys(forms).filter((form) => key.has(form))
    if (named.length !== 1) throw bad('key needs exactly one form')
    const [form] = named
    const material = forms[form].read(key, form)
    return () => forms[form].make(material, { algorithm: algorithmOf(key) })
  }
}

const rawOf = (key, form) => key.raw(form)
const textForm = (key, form) => key.text(form)
const bytesForm = (key, form) => key.bytes(form)

/** How each form of a key is read from the request, and made. */
const forms = {
  pem: { read: textForm, make: Key.fromPem },
  der_b64u: { read: bytesForm, make: Key.fromDer },
  jwk: { read: rawOf, make: Key.fromJwk },
  jwks: { read: rawOf, make: Key.fromJwks },
  secret: { read: textForm, make: Key.fromSecret },
  secret_b64u: { read: bytesForm, make: Key.fromSecret },
}

/** The name of an algorithm. What is no text is handed on as it stands, a name that no algorithm has, for the key's faults come first. */
function algorithmOf(key) {
  if (!key.has('algorithm')) return undefined
  const algorithm = JSON.parse(key.raw('algorithm'))
  return isText(algorithm) ? algorithm : key.raw('algorithm')
}

function textOf(value, name) {
  if (!isText(value)) throw bad(`${name} is not a text`)
  return value
}

function isText(value) {
  return typeof value === 'string' && !/\p{Surrogate}/u.test(value)
}
