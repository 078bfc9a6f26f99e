// A Vizzly identity answer, as a Node service makes it: signed with its P-256 key, then each token verified and shown.
//
//     node examples/node/identity.mjs key.pem

import { readFileSync } from 'node:fs'

// In a program of your own: from 'jeton'.
import { Key, Vizzly } from '../../bindings/node/lib/index.mjs'

const path = process.argv[2]
if (path === undefined) {
  console.error('usage: node identity.mjs KEY.pem')
  process.exit(2)
}

const key = Key.fromPem(readFileSync(path))

// What the identity endpoint of a service answers to a signed-in user.
const identity = new Vizzly(key).identity({
  dashboard: {
    expiry_ttl_in_minutes: 60,
    project_id: 'prj_1234',
    user_reference: 'user_5678',
  },
  data: {
    expiry_ttl_in_minutes: 20,
    data_set_ids: '*',
    secure_filters: {},
  },
  query_engine: {
    expiry_ttl_in_minutes: 20,
    allow_data_preview_access: true,
    allow_database_schema_access: false,
  },
})
console.log(JSON.stringify(identity, null, 2))

// What whoever holds the public key makes of these tokens.
const verifier = Vizzly.verifier(Key.fromPem(key.public().pem))
for (const [name, token] of Object.entries(identity)) {
  console.log(name, verifier.verify(token))
}
