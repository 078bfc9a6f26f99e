// Servers on loopback that the tests script: each answers when its test says so.

import { createServer } from 'node:http'

/** Starts an HTTP server that ends with the test. Its `url`, and the `requests` that came, with their bodies. */
export async function serve(t, handler) {
  const requests = []
  const server = createServer(async (request, response) => {
    request.text = ''
    for await (const chunk of request.setEncoding('utf8')) request.text += chunk
    requests.push(request)
    await handler(request, response)
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${server.address().port}`, requests }
}

export function answerJson(response, value, status = 200) {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}

/** A token server: it gives `t1`, `t2`, … after each call of `open`, or at once if it is open from the start. */
export async function tokenServer(t, { open = true, expires_in = 3600 } = {}) {
  let gate = Promise.resolve()
  let release = () => {}
  const close = () => (gate = new Promise((resolve) => (release = resolve)))
  if (!open) close()
  let count = 0
  const server = await serve(t, async (_, response) => {
    await gate
    answerJson(response, { access_token: `t${++count}`, token_type: 'Bearer', expires_in })
  })
  t.after(() => release())
  return { ...server, close, open: () => release() }
}

/** The config of a source that asks such a server. */
export const clientCredentials = (url, more = {}) => ({
  kind: 'oauth2', token_url: `${url}/token`, grant: 'client_credentials', client_id: `id-${Math.random()}`, client_auth: 'post', retries: 0, ...more,
})

/** Resolves when `condition` holds, which something else brings about. */
export async function until(condition) {
  for (const end = performance.now() + 10_000; !condition(); ) {
    if (performance.now() > end) throw new Error(`it never came true: ${condition}`)
    await new Promise((turn) => setTimeout(turn, 1))
  }
}
