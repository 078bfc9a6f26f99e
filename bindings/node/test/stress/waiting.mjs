// One worker that waits in many ways for a server that never answers.

import { parentPort, workerData } from 'node:worker_threads'

import { Dataiku, RemoteVerifier, Source } from '../../lib/index.mjs'

const config = { kind: 'oauth2', token_url: workerData.url, grant: 'client_credentials', client_id: 'me', client_auth: 'post' }
const source = new Source(config, { secrets: { client_secret: 's' } })
const client = new Dataiku({ host: workerData.url }, { secrets: { api_key: 'k' } })
const issuers = [{ issuer: 'i', jwks_url: workerData.url, algorithms: ['ES256'], any_audience: true }]
const verifier = new RemoteVerifier(issuers)
const token = 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJpIn0.AAAA'

for (let i = 0; i < 5; i++) {
  for (const call of [source.token(), source.identity(), client.authInfo(), verifier.verify(token)]) call.catch(() => {})
}
parentPort.postMessage('waits')
