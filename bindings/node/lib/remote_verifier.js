'use strict'
// RemoteVerifier: checks tokens of issuers whose keys are fetched. source.d.ts has the contract.

const { environmentText, jsonText, optionsOf } = require('./argument.js')
const { addon, Owner, handleOf, optionalHandle, opened } = require('./native.js')
const { waitingOf, waited } = require('./wait.js')

class RemoteVerifier extends Owner {
  constructor(issuers, options) {
    const { environment, cache } = optionsOf(options, ['environment', 'cache'], '{ cache }')
    super(addon.remoteVerifierNew(jsonText(issuers, 'issuers'), environmentText(environment), optionalHandle(cache, 'cache')))
  }

  stats() {
    return JSON.parse(addon.remoteVerifierStats(handleOf(this))[0])
  }

  async verify(token, options) {
    return (await this.open(token, options)).claims
  }

  async verifyText(token, options) {
    return (await this.open(token, options)).claimsText
  }

  async open(token, options) {
    const handle = handleOf(this)
    const { waiting, now } = waitingOf(options, ['now'])
    const parts = addon.remoteVerifierVerify(handle, token, now)
    return opened(parts ?? (await waited((timeoutMs) => addon.remoteVerifierBegin(handle, token, now, timeoutMs), waiting)))
  }
}

module.exports = { RemoteVerifier }
