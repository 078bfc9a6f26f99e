'use strict'
// The addon, and the base of every class that owns a handle of it.

const { invalid } = require('./argument.js')
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

/** The handle of an object that may have been passed as the option `name`. */
function optionalHandle(object, name) {
  if (object === undefined) return undefined
  if (!hasHandle(object)) throw invalid(`${name} must be an object of Jeton`)
  return handleOf(object)
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

module.exports = { addon, Made, Owner, handleOf, keyHandle, optionalHandle, opened }
