// The package as ESM: the very objects of the CommonJS one, so that both may meet in one program.

import jeton from './index.js'

export const {
  Key, GeneratedKey, Signer, ExternalSigner, Verifier, inspectUnverified, Vizzly, VizzlyIdentity,
  Source, SourceToken, SourceEvent, Cache, RemoteVerifier, Client, TigerGraph, Dataiku, DataikuSettings,
  Access, allowed, allowedJson, allowedAction, allowedActionJson, generateApiKey, checkApiKey,
  authorizedFetch, connectMiddleware, fastifyPlugin, stopRuntime, JetonError, version, abiVersion,
} = jeton
export * from './index.js'
