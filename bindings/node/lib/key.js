'use strict'
// Key: read, made, described, its public half given away. index.d.ts has the contract.

const { invalid, jsonText, optionOf } = require('./argument.js')
const { addon, Made, Owner, handleOf } = require('./native.js')
const { Redacted } = require('./redacted.js')

class Key extends Owner {
  constructor(made) {
    if (!(made instanceof Made)) throw invalid('a Key is made by Key.fromPem, fromDer, fromJwk, fromJwks or fromSecret')
    super(made.handle)
  }

  static fromPem(pem, options) {
    return new Key(new Made(addon.keyFromPem(pem, algorithmOf(options))))
  }

  static fromDer(der, options) {
    return new Key(new Made(addon.keyFromDer(der, algorithmOf(options))))
  }

  static fromJwk(jwk, options) {
    return new Key(new Made(addon.keyFromJwk(jsonText(jwk, 'jwk'), algorithmOf(options))))
  }

  static fromJwks(jwks, options) {
    return new Key(new Made(addon.keyFromJwks(jsonText(jwks, 'jwks'), algorithmOf(options))))
  }

  static fromSecret(secret, options) {
    return new Key(new Made(addon.keyFromSecret(secret, algorithmOf(options))))
  }

  static generate(algorithm) {
    return new GeneratedKey(addon.keyGenerate(algorithm))
  }

  describe() {
    const [kty, algorithm, kid, isPrivate, thumbprint] = addon.keyDescribe(handleOf(this))
    return { kty, algorithm, kid, private: isPrivate === 'true', thumbprint }
  }

  public() {
    const [jwks, jwk, pem] = addon.keyPublic(handleOf(this))
    return { jwks, jwk, pem }
  }
}

class GeneratedKey extends Redacted {
  constructor([privateJwk, publicJwk, privatePem, publicPem]) {
    super()
    Object.assign(this, { privateJwk, publicJwk, privatePem, publicPem })
  }
}

function algorithmOf(options) {
  return optionOf(options, 'algorithm', "{ algorithm: 'RS256' }")
}

module.exports = { Key, GeneratedKey }
