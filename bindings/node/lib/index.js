'use strict'
// The package as CommonJS. index.mjs gives the same objects to ESM; index.d.ts documents them all.

const { Access, allowed, allowedAction, allowedActionJson, allowedJson } = require('./access.js')
const { checkApiKey, generateApiKey } = require('./api_key.js')
const { Client } = require('./client.js')
const { Dataiku, DataikuSettings } = require('./dataiku.js')
const { JetonError } = require('./error.js')
const { authorizedFetch, connectMiddleware, fastifyPlugin } = require('./http.js')
const { Key, GeneratedKey } = require('./key.js')
const { addon } = require('./native.js')
const { RemoteVerifier } = require('./remote_verifier.js')
const { Signer, ExternalSigner } = require('./signer.js')
const { Cache, Source, SourceEvent, SourceToken } = require('./source.js')
const { TigerGraph } = require('./tigergraph.js')
const { Verifier, inspectUnverified } = require('./verifier.js')
const { Vizzly, VizzlyIdentity } = require('./vizzly.js')
const { stopRuntime } = require('./wait.js')

module.exports = {
  Key,
  GeneratedKey,
  Signer,
  ExternalSigner,
  Verifier,
  inspectUnverified,
  Vizzly,
  VizzlyIdentity,
  Source,
  SourceToken,
  SourceEvent,
  Cache,
  RemoteVerifier,
  Client,
  TigerGraph,
  Dataiku,
  DataikuSettings,
  Access,
  allowed,
  allowedJson,
  allowedAction,
  allowedActionJson,
  generateApiKey,
  checkApiKey,
  authorizedFetch,
  connectMiddleware,
  fastifyPlugin,
  stopRuntime,
  JetonError,
  version: addon.version(),
  abiVersion: addon.abiVersion(),
}
