'use strict'
// Access: who is calling, and what they may do. access.d.ts has the contract.

const { environmentText, invalid, jsonText, optionalJsonText, optionsOf, valueText } = require('./argument.js')
const { addon, Made, Owner, handleOf } = require('./native.js')
const { Answer } = require('./redacted.js')
const { waitingOf, waited } = require('./wait.js')

class Access extends Owner {
  /** Looks up rows; undefined where none are ever asked for. */
  #rows

  constructor(config, options) {
    const made = config instanceof Made
    const { given, rows } = made ? options : openingOf(config, options)
    super(made ? config.handle : addon.accessNew(...given))
    if (addon.accessAsksRows(handleOf(this))) this.#rows = rows
  }

  static async open(config, options) {
    const { given, rows } = openingOf(config, options)
    return new Access(new Made(await addon.accessOpen(...given)), { rows })
  }

  async authenticate(credentials, options) {
    const [answer, actorText, challenge] = await this.#answered('authenticate', presented(credentials), options)
    return { ...JSON.parse(answer), actorText, challenge }
  }

  async createToken(args, options) {
    return new Answer(await this.call('create_token', args, options))
  }

  listTokens(args, options) {
    return this.call('list_tokens', args, options)
  }

  tokenDetails(args, options) {
    return this.call('token_details', args, options)
  }

  async revokeToken(args, options) {
    return (await this.call('revoke_token', args, options)).revoked
  }

  async signToken(args, options) {
    return (await this.call('sign_token', args, options)).token
  }

  async authInfo(actor, args, options) {
    return new Answer(await this.call('auth_info', { ...args, actor }, options))
  }

  actAs(by, actor, options) {
    return this.call('act_as', { by, actor }, options)
  }

  async call(operation, args, options) {
    return JSON.parse(await this.callText(operation, args, options))
  }

  async callText(operation, args, options) {
    return (await this.#answered(operation, args, options))[0]
  }

  async #answered(operation, args, options) {
    const handle = handleOf(this)
    const text = jsonText(args ?? {}, 'args')
    const { waiting, now } = waitingOf(options, ['now'])
    const begin = () => waited((timeoutMs) => addon.accessBegin(handle, operation, text, now, timeoutMs), waiting)
    if (this.#rows === undefined) return begin()
    const stepped = this.#stepped(addon.accessOperation(handle, operation, text, now))
    // A token that is judged by keys needs no row, but perhaps has to wait for the keys.
    return stepped.catch((error) => (error.code === 'ERR_JETON_KEYS_UNAVAILABLE' ? begin() : Promise.reject(error)))
  }

  /** Runs an operation whose rows the program looks up: it asks, is answered, and asks again until it is done. */
  async #stepped(operation) {
    try {
      for (;;) {
        const [ask, database, sql, parameters, ...parts] = addon.operationNext(operation)
        if (ask === null) return parts
        const row = (await this.#rows({ database, sql, parameters: JSON.parse(parameters) })) ?? undefined
        addon.operationRow(operation, optionalJsonText(row, 'row'))
      }
    } finally {
      addon.close(operation)
    }
  }
}

/** What an authenticator is opened with: texts and bytes for the addon, and a function that stays here. */
function openingOf(config, options) {
  const { settings, secret, environment, rows } = optionsOf(options, ['settings', 'secret', 'environment', 'rows'], '{ secret }')
  if (rows !== undefined && typeof rows !== 'function') throw invalid('options: rows must be a function')
  return { given: [jsonText(config, 'config'), optionalJsonText(settings, 'settings'), secret, environmentText(environment)], rows }
}

/** Credentials without the headers that a request does not have, which is no member that got lost: nobody says anything by them. */
function presented(credentials) {
  const headers = credentials?.headers
  if (typeof headers !== 'object' || headers === null) return credentials
  const lines = headers instanceof Headers ? [...headers] : Object.entries(headers)
  return { ...credentials, headers: Object.fromEntries(lines.filter(([, value]) => value !== undefined)) }
}

function allowed(actor, allow) {
  return addon.allowed(valueText(actor, 'actor'), valueText(allow, 'allow'))
}

function allowedJson(actor, allow) {
  return addon.allowed(actor, allow)
}

function allowedAction(actor, action, resource = []) {
  return addon.allowedAction(valueText(actor, 'actor'), action, valueText(resource, 'resource'))
}

function allowedActionJson(actor, action, resource = '[]') {
  return addon.allowedAction(actor, action, resource)
}

module.exports = { Access, allowed, allowedJson, allowedAction, allowedActionJson }
