// The types as a CommonJS program sees them.

import jeton = require('jeton')

const key: jeton.Key = jeton.Key.fromSecret(new Uint8Array(32), { algorithm: 'HS256' })
const token: string = new jeton.Signer(key).sign({ sub: 'me' })
token satisfies string
