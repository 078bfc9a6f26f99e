'use strict'
// Access: who is calling, and what they may do. access.d.ts has the contract.

const { environmentText, jsonText, optionalJsonText, optionsOf, valueText } = require('./argument.js')
const { addon, Owner, handleOf } = require('./native.js')
const { Answer } = require('./redacted.js')
const { waitingOf, waited } = require('./wait.js')

class Access extends Owner {
  constructor(config, options) {
    const { settings, secret, environment } = optionsOf(options, ['settings', 'secret', 'environment'], '{ secret }')
    super(addon.accessNew(jsonText(config, 'config'), optionalJsonText(settings, 'settings'), secret, environmentText(environment)))
  }

  async authenticate(request, options) {
    const [answer, actorText, challenge] = await this.#answered('authenticate', request, options)
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

  async authInfo(args, options) {
    return new Answer(await this.call('auth_info', args, options))
  }

  actAs(args, options) {
    return this.call('act_as', args, options)
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
    return waited((timeoutMs) => addon.accessBegin(handle, operation, text, now, timeoutMs), waiting)
  }
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
