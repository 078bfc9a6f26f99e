'use strict'
// Signer and ExternalSigner: make tokens. index.d.ts has the contract.

const { seconds, jsonText, claimsText } = require('./argument.js')
const { addon, Owner, handleOf, keyHandle } = require('./native.js')

class Signer extends Owner {
  constructor(key, options = {}) {
    super(addon.signerNew(keyHandle(key), jsonText(options, 'options')))
  }

  sign(claims, options) {
    return addon.signerSign(handleOf(this), claimsText(claims), seconds(options))
  }

  signJson(claims, options) {
    return addon.signerSign(handleOf(this), claims, seconds(options))
  }

  signBytes(payload) {
    return addon.signerSignBytes(handleOf(this), payload)
  }
}

class ExternalSigner extends Owner {
  constructor(publicKey, options = {}) {
    super(addon.externalSignerNew(keyHandle(publicKey), jsonText(options, 'options')))
  }

  begin(claims, options) {
    return addon.externalSignerBegin(handleOf(this), claimsText(claims), seconds(options))[0]
  }

  beginJson(claims, options) {
    return addon.externalSignerBegin(handleOf(this), claims, seconds(options))[0]
  }

  beginBytes(payload) {
    return addon.externalSignerBeginBytes(handleOf(this), payload)[0]
  }

  finish(signingInput, signature) {
    return addon.externalSignerFinish(handleOf(this), signingInput, signature)[0]
  }
}

module.exports = { Signer, ExternalSigner }
