'use strict'
// The package as CommonJS. index.mjs gives the same objects to ESM; index.d.ts documents them all.

const { JetonError } = require('./error.js')
const { addon } = require('./native.js')
const { Key } = require('./key.js')
const { Signer, ExternalSigner } = require('./signer.js')
const { Verifier, inspectUnverified } = require('./verifier.js')
const { Vizzly } = require('./vizzly.js')

module.exports = {
  Key,
  Signer,
  ExternalSigner,
  Verifier,
  Vizzly,
  inspectUnverified,
  JetonError,
  version: addon.version(),
  abiVersion: addon.abiVersion(),
}
