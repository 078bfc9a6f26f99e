// The package as ESM: the very objects of the CommonJS one, so that both may meet in one program.

import jeton from './index.js'

export const {
  Key, GeneratedKey, Signer, ExternalSigner, Verifier, Vizzly, VizzlyIdentity, inspectUnverified, JetonError, version, abiVersion,
} = jeton
