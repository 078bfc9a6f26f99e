'use strict'
// Source: a token that is always fresh, and the cache that it is kept in. source.d.ts has the contract.

const { inspect } = require('node:util')

const { environmentText, invalid, jsonText, optionalJsonText, optionsOf } = require('./argument.js')
const { addon, Owner, handleOf, keyHandle, optionalHandle } = require('./native.js')
const { Redacted } = require('./redacted.js')
const { waitingOf, waited } = require('./wait.js')

class Cache extends Owner {
  constructor(config = {}) {
    super(addon.cacheNew(jsonText(config, 'config')))
  }
}

let defaultSource

class Source extends Owner {
  #closing

  constructor(config, options) {
    const names = ['secrets', 'environment', 'key', 'cache']
    const { secrets, environment, key, cache } = optionsOf(options, names, "{ secrets: { client_secret: '…' } }")
    super(addon.sourceNew(jsonText(config, 'config'), optionalJsonText(secrets, 'secrets'), environmentText(environment),
      key === undefined ? undefined : keyHandle(key), optionalHandle(cache, 'cache')))
  }

  async token(options) {
    return (await this.#fetched('token', options, addon.sourceToken(handleOf(this))))[0]
  }

  async tokenWithExpiry(options) {
    return new SourceToken(await this.#fetched('token', options, addon.sourceToken(handleOf(this))))
  }

  async refresh(options) {
    return new SourceToken(await this.#fetched('refresh', options))
  }

  async identity(options) {
    return JSON.parse(await this.identityText(options))
  }

  async identityText(options) {
    return (await this.#fetched('identity', options))[0]
  }

  async revoke(token, options) {
    return (await this.#fetched('revoke', options, undefined, token))[0] === 'true'
  }

  invalidate(token) {
    return addon.sourceInvalidate(handleOf(this), token)
  }

  describe() {
    return JSON.parse(addon.sourceDescribe(handleOf(this))[0])
  }

  stats() {
    return JSON.parse(addon.sourceStats(handleOf(this))[0])
  }

  events() {
    return addon.sourceEvents(handleOf(this)).map((event) => new SourceEvent(JSON.parse(event)))
  }

  async close(options) {
    this.#closing ??= this.#fetched('close', options).finally(() => super.close())
    await this.#closing
  }

  static getDefault() {
    return (defaultSource ??= new Source({ kind: 'descarteslabs' }))
  }

  static setDefault(source) {
    if (source != null && !(source instanceof Source)) throw invalid('source must be a Source, null or undefined')
    defaultSource = source
  }

  /** What an operation gives: `ready`, if that is there, else what comes when it is over. */
  async #fetched(operation, options, ready, token) {
    const handle = handleOf(this)
    const { waiting } = waitingOf(options)
    return ready ?? waited((timeoutMs) => addon.sourceBegin(handle, operation, token, timeoutMs), waiting)
  }
}

if (Symbol.asyncDispose) {
  const value = function () { return this.close() }
  Object.defineProperty(Source.prototype, Symbol.asyncDispose, { value, configurable: true, writable: true })
}

class SourceToken extends Redacted {
  constructor([token, expiresAt]) {
    super()
    Object.assign(this, { token, expiresAt: expiresAt === null ? null : Number(expiresAt) })
  }
}

/** It may hold a new refresh token, which is not shown. */
class SourceEvent {
  constructor(members) {
    Object.assign(this, members)
  }

  [inspect.custom](depth, options) {
    return `${this.constructor.name} ${inspect({ code: this.code, message: this.message }, options)}`
  }
}

module.exports = { Cache, Source, SourceToken, SourceEvent }
