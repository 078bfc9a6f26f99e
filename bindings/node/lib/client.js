'use strict'
// Client: what all clients share. client.d.ts has the contract.

const { environmentText, jsonText, optionalJsonText, optionsOf } = require('./argument.js')
const { addon, Made, Owner, handleOf } = require('./native.js')
const { waitingOf, waited } = require('./wait.js')

class Client extends Owner {
  constructor(vendor, config, options) {
    super(vendor instanceof Made ? vendor.handle : made(vendor, config, options))
  }

  asUser(login) {
    return new this.constructor(new Made(addon.clientAsUser(handleOf(this), login)))
  }

  async call(operation, args, options) {
    return JSON.parse(await this.callText(operation, args, options))
  }

  async callText(operation, args, options) {
    const handle = handleOf(this)
    const text = jsonText(args ?? {}, 'args')
    const { waiting } = waitingOf(options)
    return (await waited((timeoutMs) => addon.clientBegin(handle, operation, text, timeoutMs), waiting))[0]
  }
}

function made(vendor, config, options) {
  const { secrets, environment } = optionsOf(options, ['secrets', 'environment'], "{ secrets: { password: '…' } }")
  return addon.clientNew(vendor, jsonText(config, 'config'), optionalJsonText(secrets, 'secrets'), environmentText(environment))
}

module.exports = { Client }
