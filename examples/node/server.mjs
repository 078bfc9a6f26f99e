// A service that knows its callers, and calls another one with a token that is always fresh.
//
//     TOKEN_URL=https://id.example/token CLIENT_ID=me CLIENT_SECRET=… UPSTREAM=https://data.example node examples/node/server.mjs
//
// Callers send tokens that this service signed: `Authorization: Bearer dstok_…`. It prints one for a user `mia` at its start.

import { createServer } from 'node:http'

// In a program of your own: from 'jeton'.
import { Access, Source, authorizedFetch, connectMiddleware } from '../../bindings/node/lib/index.mjs'

const { TOKEN_URL, CLIENT_ID, CLIENT_SECRET, UPSTREAM, SECRET = 'only for this example', PORT = '8080' } = process.env
if (!TOKEN_URL || !CLIENT_ID || !CLIENT_SECRET || !UPSTREAM) {
  console.error('usage: TOKEN_URL=… CLIENT_ID=… CLIENT_SECRET=… UPSTREAM=… node server.mjs')
  process.exit(2)
}

// Who may call: anybody with a token that this service signed, but to see the numbers one has to be mia.
const access = new Access({}, { secret: SECRET })
const known = connectMiddleware(access)
const mia = connectMiddleware(access, { allow: { id: 'mia' } })

// Whom it calls: one source for all requests, so that many callers cause one request for a token.
const source = new Source(
  { kind: 'oauth2', token_url: TOKEN_URL, grant: 'client_credentials', client_id: CLIENT_ID, client_auth: 'basic' },
  { secrets: { client_secret: CLIENT_SECRET } },
)
const fetchUpstream = authorizedFetch(source)

const server = createServer((request, response) => {
  const gate = request.url === '/stats' ? mia : known
  gate(request, response, async (error) => {
    try {
      if (error) throw error
      if (request.url === '/stats') return response.end(JSON.stringify(source.stats()))
      const answer = await fetchUpstream(new URL(request.url, UPSTREAM))
      response.end(`${request.actor.id} sees: ${await answer.text()}`)
    } catch (error) {
      console.error(error.code, error.message)
      response.writeHead(502).end()
    }
  })
})

server.listen(Number(PORT), '127.0.0.1', async () => {
  const token = await access.signToken({ actor_id: 'mia', ttl_s: 3600 })
  console.log(`curl -H 'Authorization: Bearer ${token}' http://127.0.0.1:${server.address().port}/`)
})

process.once('SIGTERM', async () => {
  server.close()
  await source.close()
  access.close()
})
