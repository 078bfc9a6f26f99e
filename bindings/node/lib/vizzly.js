'use strict'
// Vizzly: access tokens and the identity answer. index.d.ts has the contract.

const { seconds, jsonText } = require('./argument.js')
const { addon, Made, Owner, handleOf, keyHandle } = require('./native.js')
const { Redacted } = require('./redacted.js')
const { Verifier } = require('./verifier.js')

class Vizzly extends Owner {
  constructor(key) {
    super(addon.vizzlyNew(keyHandle(key)))
  }

  dashboard(args, options) {
    return addon.vizzlyDashboard(handleOf(this), jsonText(args, 'args'), seconds(options))[0]
  }

  data(args, options) {
    return addon.vizzlyData(handleOf(this), jsonText(args, 'args'), seconds(options))[0]
  }

  queryEngine(args, options) {
    return addon.vizzlyQueryEngine(handleOf(this), jsonText(args, 'args'), seconds(options))[0]
  }

  identity(args, options) {
    return new VizzlyIdentity(JSON.parse(this.identityText(args, options)))
  }

  identityText(args, options) {
    return addon.vizzlyIdentity(handleOf(this), jsonText(args, 'args'), seconds(options))[0]
  }

  static verifier(key) {
    return new Verifier(new Made(addon.vizzlyVerifier(keyHandle(key))))
  }
}

class VizzlyIdentity extends Redacted {
  constructor(tokens) {
    super()
    Object.assign(this, tokens)
  }
}

module.exports = { Vizzly, VizzlyIdentity }
