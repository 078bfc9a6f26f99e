'use strict'
// The addon, and the base of every class that owns a handle of it.

const { JetonError } = require('./error.js')

const addon = load()
addon.setErrorClass(JetonError)

function load() {
  try {
    return require('../build/jeton.node')
  } catch (cause) {
    if (cause.code !== 'MODULE_NOT_FOUND') throw cause
    throw new Error('the Jeton addon is not built: run `make -C bindings/node build`', { cause })
  }
}

/** A handle that the addon made, on its way into an object. No user can make one, so constructors can trust it. */
class Made {
  constructor(handle) {
    this.handle = handle
  }
}

/** The handle of an object of ours; a TypeError for any other, so a method called on a wrong `this` throws. */
let handleOf
let hasHandle

/** An object that owns a handle. Which kind of handle it is, the addon checks at every use. */
class Owner {
  #handle

  static {
    handleOf = (object) => object.#handle
    hasHandle = (object) => typeof object === 'object' && object !== null && #handle in object
  }

  constructor(handle) {
    this.#handle = handle
  }

  close() {
    addon.close(this.#handle)
  }
}

if (Symbol.dispose) {
  Object.defineProperty(Owner.prototype, Symbol.dispose, { value: Owner.prototype.close, configurable: true, writable: true })
}

/** The handle of a key that was passed as an argument. */
function keyHandle(key) {
  if (!hasHandle(key)) throw invalid('key must be a Key')
  return handleOf(key)
}

function invalid(message) {
  return Object.assign(new TypeError(message), { code: 'ERR_INVALID_ARG_TYPE' })
}

/** The time of a call: the option `now`, else the system clock. */
function seconds(options) {
  if (options !== undefined && (typeof options !== 'object' || options === null)) {
    throw invalid('options must be an object such as { now: 1700000000 }')
  }
  const now = options?.now
  return now === undefined ? Math.floor(Date.now() / 1000) : now
}

/**
 * The JSON text of a policy, of options or of arguments. A string is such a text already. What JSON would drop or turn into
 * null is refused: a `subject: undefined` must not become a policy without a subject.
 */
function jsonText(value, name) {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) throw invalid(`${name} must be an object or a JSON text`)
  return JSON.stringify(value, (member, inner) => {
    const lost = inner === undefined || typeof inner === 'function' || typeof inner === 'symbol'
    if (lost || (typeof inner === 'number' && !Number.isFinite(inner))) throw invalid(`${name}: ${speakable(member)} has no JSON value`)
    return inner
  })
}

/** The name of a member as Jeton says it too: one that nobody would choose may be anything that went astray, and is not repeated. */
function speakable(member) {
  return /^[\w.:[\]-]{1,40}$/.test(member) ? member : '(an odd name)'
}

/** The JSON text of claims, as JSON.stringify makes it. */
function claimsText(claims) {
  const text = typeof claims === 'object' && claims !== null ? JSON.stringify(claims) : undefined
  if (text === undefined) throw invalid('claims must be an object; for JSON text there is another method')
  return text
}

/** What a token said, from the parts that the addon gives. */
function opened([header, claims, payload]) {
  return {
    header: JSON.parse(header),
    headerText: header,
    claims: claims === null ? null : JSON.parse(claims),
    claimsText: claims,
    payload,
  }
}

module.exports = { addon, Made, Owner, handleOf, keyHandle, invalid, seconds, jsonText, claimsText, opened }
