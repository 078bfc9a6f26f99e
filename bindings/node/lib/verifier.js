'use strict'
// Verifier: checks tokens. And the look at a token that checks nothing. index.d.ts has the contract.

const { invalid, seconds, jsonText } = require('./argument.js')
const { addon, Made, Owner, handleOf, keyHandle, opened } = require('./native.js')

class Verifier extends Owner {
  #claims

  constructor(key, policy) {
    super(key instanceof Made ? key.handle : addon.verifierNew(keyHandle(key), jsonText(policy, 'policy')))
    this.#claims = addon.verifierGivesClaims(handleOf(this))
  }

  verify(token, options) {
    return JSON.parse(this.verifyText(token, options))
  }

  verifyText(token, options) {
    if (!this.#claims) throw invalid("the policy's payload is bytes: use verifyBytes or open")
    return addon.verifierVerify(handleOf(this), token, seconds(options))
  }

  verifyBytes(token, options) {
    return addon.verifierVerifyBytes(handleOf(this), token, seconds(options))
  }

  open(token, options) {
    return opened(addon.verifierOpen(handleOf(this), token, seconds(options)))
  }

  verifyBatch(tokens, options) {
    const entries = addon.verifierVerifyBatch(handleOf(this), tokens, seconds(options))
    return entries.map((entry) => (Array.isArray(entry) ? opened(entry) : entry))
  }
}

function inspectUnverified(token) {
  return opened(addon.inspectUnverified(token))
}

module.exports = { Verifier, inspectUnverified }
