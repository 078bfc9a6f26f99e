// fetch, Connect, Express and Fastify with real servers and real requests.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createServer, request as ask } from 'node:http'
import { test } from 'node:test'

import express from 'express'
import fastify from 'fastify'
import { Access, Source, authorizedFetch, connectMiddleware, fastifyPlugin } from 'jeton'
import { answerJson, clientCredentials, serve, tokenServer } from './servers.mjs'

const secrets = { client_secret: 's' }

/** A service that knows one token, the `good` of its answer object, and refuses all others. */
async function service(t) {
  const known = { good: 't1' }
  const server = await serve(t, (request, response) => {
    const accepted = request.headers.authorization === `Bearer ${known.good}`
    answerJson(response, { body: request.text, extra: request.headers.extra ?? null }, accepted ? 200 : 401)
  })
  return Object.assign(server, { known })
}

async function renewing(t) {
  const tokens = await tokenServer(t)
  const source = new Source(clientCredentials(tokens.url), { secrets })
  t.after(() => source.close())
  return { source, tokens }
}

test('fetch sends the token and keeps what the request has', async (t) => {
  const [{ url, requests }, { source }] = [await service(t), await renewing(t)]
  const call = authorizedFetch(source)
  const answers = [
    await call(url, { method: 'POST', body: 'x', headers: { extra: 'e' } }),
    await call(new URL(url), { method: 'POST', body: 'x', headers: [['extra', 'e']] }),
    await call(new Request(url, { method: 'POST', body: 'x', headers: { extra: 'e' } })),
  ]
  for (const answer of answers) assert.deepEqual([answer.status, await answer.json()], [200, { body: 'x', extra: 'e' }])
  assert.equal(requests.length, 3)
})

test('after a 401 the request goes out once more with a new token', async (t) => {
  const [{ url, requests, known }, { source, tokens }] = [await service(t), await renewing(t)]
  const call = authorizedFetch(source)
  await call(url)
  known.good = 't2'
  for (const body of ['x', Buffer.from('x'), new URLSearchParams('x'), new Blob(['x'])]) {
    const answer = await call(url, { method: 'POST', body })
    assert.deepEqual([answer.status, (await answer.json()).body.slice(0, 1)], [200, 'x'])
  }
  assert.equal(requests.length, 6)
  known.good = 'none that it ever gets'
  assert.equal((await call(url)).status, 401)
  assert.equal(requests.length, 8)
  assert.equal(tokens.requests.length, 3)
})

test('a hundred requests that all see the 401 cause one new token', async (t) => {
  const [{ url, known }, { source, tokens }] = [await service(t), await renewing(t)]
  const call = authorizedFetch(source)
  await call(url)
  known.good = 't2'
  const answers = await Promise.all(Array.from({ length: 100 }, () => call(url)))
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
  assert.equal(tokens.requests.length, 2)
})

test('a body that is a stream is not sent twice', async (t) => {
  const [{ url, requests, known }, { source }] = [await service(t), await renewing(t)]
  known.good = 'none'
  const body = () => new Blob(['x']).stream()
  assert.equal((await authorizedFetch(source)(url, { method: 'POST', body: body(), duplex: 'half' })).status, 401)
  assert.equal((await authorizedFetch(source)(new Request(url, { method: 'POST', body: 'x' }))).status, 401)
  assert.equal(requests.length, 2)
})

test('where there is no other token, the 401 is the answer', async (t) => {
  const { url, requests } = await service(t)
  const source = new Source({ kind: 'static' }, { secrets: { token: 'old' } })
  t.after(() => source.close())
  const answer = await authorizedFetch(source)(url)
  assert.deepEqual([answer.status, await answer.json()], [401, { body: '', extra: null }])
  assert.equal(requests.length, 1)
})

test('a signal of the request ends the wait for the token, too', async (t) => {
  const { url, requests } = await service(t)
  const tokens = await tokenServer(t, { open: false })
  const source = new Source(clientCredentials(tokens.url), { secrets })
  t.after(() => source.close())
  await assert.rejects(authorizedFetch(source)(url, { signal: AbortSignal.timeout(10) }), { name: 'TimeoutError' })
  await assert.rejects(authorizedFetch(source)(new Request(url, { signal: AbortSignal.timeout(10) }), { headers: {} }), { name: 'TimeoutError' })
  assert.equal(requests.length, 0)
})

test('another fetch may stand in', async () => {
  const source = new Source({ kind: 'static' }, { secrets: { token: 'x' } })
  const call = authorizedFetch(source, { fetch: async (input, init) => ({ status: 200, input, header: init.headers.get('authorization') }) })
  assert.deepEqual(await call('somewhere'), { status: 200, input: 'somewhere', header: 'Bearer x' })
  await source.close()
})

/** The access of all gates here: `s-root` is root's token, `s-mia` mia's, and `_auth_token` may hold one. */
const access = new Access({
  tokens: [{ token: 's-root', actor: { id: 'root' } }, { token: 's-mia', actor: { id: 'mia', big: 1 } }, { token: 'café', actor: { id: 'cafe' } }], param: '_auth_token',
}, { secret: 'the secret of signed tokens', environment: {} })

/** Each host of a gate: a server that answers with the actor of the request where the gate lets it pass. */
const hosts = {
  async connect(t, gate) {
    const middleware = connectMiddleware(access, gate)
    return listen(t, createServer((request, response) => {
      middleware(request, response, (error) => answerJson(response, { actor: request.actor }, error ? 500 : 200))
    }))
  },
  async express(t, gate) {
    const app = express()
    app.use(connectMiddleware(access, gate))
    app.get(/.*/, (request, response) => response.json({ actor: request.actor }))
    return listen(t, createServer(app))
  },
  async fastify(t, gate) {
    const app = fastify()
    app.register(fastifyPlugin, { access, ...gate })
    app.get('*', (request) => ({ actor: request.actor }))
    t.after(() => app.close())
    return app.listen({ host: '127.0.0.1', port: 0 })
  },
}

async function listen(t, server) {
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  t.after(() => server.close())
  return `http://127.0.0.1:${server.address().port}`
}

const bearer = (token) => ({ headers: { authorization: `Bearer ${token}` } })

const REFUSED = 'Bearer error="invalid_token"'

const rows = [
  // [gate, path, request, status, actor's id or the challenge]
  [{}, '/', bearer('s-root'), 200, 'root'],
  [{}, '/?_auth_token=s-mia', {}, 200, 'mia'],
  [{}, '//x?__proto__=1&_auth_token=s-mia', {}, 200, 'mia'],
  [{}, '/?_auth_token=s-mia', bearer('s-root'), 200, 'root'],
  [{}, '/', {}, 401],
  [{}, '/', bearer('s-none'), 401],
  [{}, '/', bearer('dstok_x.y'), 401],
  [{}, '/', bearer('caf\xe9'), 200, 'cafe'],
  [{}, '/', bearer('caf\xc3\xa9'), 401],
  [{}, '/', bearer('\xff'), 401],
  [{}, '/?_auth_token=caf%C3%A9', {}, 200, 'cafe'],
  [{}, '/?x=%&_auth_token=s%2dmia', {}, 200, 'mia'],
  [{}, '/?_auth_token=caf%E9', {}, 401, REFUSED],
  [{}, '/?_auth_token=%FF', {}, 401, REFUSED],
  [{}, '/?_auth_token=%', {}, 401, REFUSED],
  [{}, '/?_auth_token=%zz', {}, 401, REFUSED],
  [{ required: false }, '/', {}, 200, null],
  [{ required: false }, '/', bearer('dstok_x.y'), 401],
  [{ allow: { id: 'root' } }, '/', bearer('s-root'), 200, 'root'],
  [{ allow: { id: 'root' } }, '/', bearer('s-mia'), 403],
  [{ allow: { id: 'root' } }, '/', {}, 401],
  [{ allow: { unauthenticated: true } }, '/', {}, 200, null],
  [{ allow: true }, '/', {}, 200, null],
  [{ allow: false }, '/', bearer('s-root'), 403],
  [{ allow: 'root' }, '/', bearer('s-root'), 403],
]

for (const [host, start] of Object.entries(hosts)) {
  test(`${host}: who passes, and what the others are told`, async (t) => {
    for (const [gate, path, request, status, told] of rows) {
      const label = JSON.stringify([gate, path, request])
      const answer = await fetch(`${await start(t, gate)}${path}`, request)
      const body = await answer.text()
      assert.equal(answer.status, status, label)
      if (status === 200) assert.equal(JSON.parse(body).actor?.id ?? null, told, label)
      else assert.equal(body, '', label)
      const challenge = answer.headers.get('www-authenticate')
      const expected = { 200: null, 401: told ?? (request.headers ? REFUSED : 'Bearer'), 403: 'Bearer error="insufficient_scope"' }[status]
      assert.equal(challenge, expected, label)
    }
  })
}

test('of two Authorization headers the last counts', async (t) => {
  const url = new URL(await hosts.connect(t, {}))
  const call = ask(url, { headers: { Authorization: ['Bearer s-mia', 'Bearer s-root'] } }).end()
  const answer = await new Promise((answered) => call.on('response', answered))
  let body = ''
  for await (const chunk of answer) body += chunk
  assert.equal(JSON.parse(body).actor.id, 'root')
})

test('what cannot be judged is 503, and only the host learns why', async (t) => {
  const failing = new Access({ query: { sql: 'select * from bots where id = :token_id', database: 'bots' } }, {
    settings: { databases: { bots: null } }, rows: () => { throw new Error('the database is away') }, environment: {}, secret: 'x',
  })
  const errors = []
  const app = express().use(connectMiddleware(failing, { onError: (error, request) => errors.push([error.message, request.url]) }))
  const other = fastify({ logger: { level: 'error', stream: { write: (line) => errors.push(JSON.parse(line).err.message) } } })
  other.register(fastifyPlugin, { access: failing })
  t.after(() => other.close())
  for (const url of [await listen(t, createServer(app)), await other.listen({ host: '127.0.0.1', port: 0 })]) {
    const answer = await fetch(`${url}/x`, bearer('1-secret'))
    assert.deepEqual([answer.status, answer.statusText, await answer.text()], [503, 'Service Unavailable', ''])
  }
  assert.deepEqual(errors, [['the database is away', '/x'], 'the database is away'])
})

test('an error of which nobody wants to be told goes to the console', async (t) => {
  const told = t.mock.method(console, 'error', () => {})
  const broken = new Access({}, { secret: 'x', environment: {} })
  broken.close()
  const answer = await fetch(await listen(t, createServer(connectMiddleware(broken))), bearer('x'))
  assert.deepEqual([answer.status, told.mock.calls.map(({ arguments: [error] }) => error.code)], [503, ['ERR_JETON_CLOSED']])
})

test('why a token was refused can be logged', async (t) => {
  const seen = []
  const gate = connectMiddleware(access, { allow: { id: 'root' } })
  const note = ({ authentication: { refused, actor } }) => seen.push([refused, actor?.id])
  const connect = await listen(t, createServer((request, response) => {
    response.on('finish', () => note(request))
    gate(request, response)
  }))
  const app = fastify()
  app.register(fastifyPlugin, { access, allow: { id: 'root' } })
  app.addHook('onResponse', async (request) => note(request))
  app.get('/', () => 'in')
  t.after(() => app.close())
  for (const url of [connect, await app.listen({ host: '127.0.0.1', port: 0 })]) {
    for (const token of ['s-none', 's-mia']) await (await fetch(url, bearer(token))).text()
  }
  const twice = [['UNKNOWN', undefined], [null, 'mia']]
  assert.deepEqual(seen, [...twice, ...twice])
})

test('routes of Fastify may have a rule of their own', async (t) => {
  const app = fastify()
  app.register(fastifyPlugin, { access })
  app.get('/', (request) => request.actor.id)
  app.register(async (scope) => {
    scope.register(fastifyPlugin, { access, allow: { id: 'root' } })
    scope.get('/root', (request) => request.actor.id)
  })
  t.after(() => app.close())
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const status = async (path, token) => (await fetch(url + path, token ? bearer(token) : {})).status
  assert.deepEqual([await status('/', 's-mia'), await status('/root', 's-mia'), await status('/root', 's-root'), await status('/')], [200, 403, 200, 401])
})

test('a gate is right from the start, or it is not made', () => {
  for (const gate of [{ required: 'yes' }, { allow: undefined }, { allowed: true }, { allow: { id: undefined } }]) {
    assert.throws(() => connectMiddleware(access, gate), { code: 'ERR_INVALID_ARG_TYPE' }, JSON.stringify(gate))
  }
  assert.throws(() => connectMiddleware(access, { onError: 1 }), { code: 'ERR_INVALID_ARG_TYPE' })
  for (const other of [undefined, null, {}]) {
    assert.throws(() => connectMiddleware(other), { code: 'ERR_INVALID_ARG_TYPE', message: 'access must be an Access' })
    assert.throws(() => authorizedFetch(other), { code: 'ERR_INVALID_ARG_TYPE', message: 'source must be a Source' })
  }
  const source = new Source({ kind: 'static' }, { secrets: { token: 'x' } })
  assert.throws(() => authorizedFetch(source, { Fetch: 1 }), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('the example knows its callers and calls another service with a fresh token', async (t) => {
  const [{ url, requests }, tokens] = [await service(t), await tokenServer(t)]
  const env = { ...process.env, TOKEN_URL: `${tokens.url}/token`, CLIENT_ID: 'me', CLIENT_SECRET: 's', UPSTREAM: url, PORT: '0' }
  const example = spawn(process.execPath, [new URL('../../../examples/node/server.mjs', import.meta.url).pathname], { env })
  t.after(() => example.kill())
  const [, token, at] = /Bearer (\S+)' (\S+)/.exec(await new Promise((printed) => example.stdout.once('data', (line) => printed(String(line)))))
  const answer = await fetch(at, bearer(token))
  assert.deepEqual([answer.status, await answer.text()], [200, 'mia sees: {"body":"","extra":null}'])
  assert.equal((await (await fetch(`${at}stats`, bearer(token))).json()).refreshes, 1)
  assert.deepEqual([(await fetch(at)).status, (await fetch(at, bearer('x'))).status, requests.length], [401, 401, 1])
  const exited = new Promise((exit) => example.once('exit', exit))
  example.kill('SIGTERM')
  assert.equal(await exited, 0)
})
