'use strict'
// The package as CommonJS. index.mjs gives the same objects to ESM; index.d.ts documents them all.

const { JetonError } = require('./error.js')
const { addon } = require('./native.js')
const { Key, GeneratedKey } = require('./key.js')
const { Signer, ExternalSigner } = require('./signer.js')
const { Verifier, inspectUnverified } = require('./verifier.js')
const { Vizzly, VizzlyIdentity } = require('./vizzly.js')

module.exports = {
  Key,
  GeneratedKey,
  Signer,
  ExternalSigner,
  Verifier,
  Vizzly,
  VizzlyIdentity,
  inspectUnverified,
  JetonError,
  version: addon.version(),
  abiVersion: addon.abiVersion(),
}
