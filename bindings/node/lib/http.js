'use strict'
// Sources and authenticators where HTTP is spoken: fetch, Connect and Express, Fastify. http.d.ts has the contract.

const { allowedJson } = require('./access.js')
const { invalid, optionsOf, valueText } = require('./argument.js')

function authorizedFetch(source, options) {
  const { fetch = globalThis.fetch } = optionsOf(options, ['fetch'], '{ fetch }')
  return async (input, init) => {
    const signal = init?.signal === undefined ? input.signal : init.signal
    const waiting = signal ? { signal } : {}
    const token = await source.token(waiting)
    const response = await fetch(input, authorized(input, init, token))
    if (response.status !== 401 || !isReplayable(input, init)) return response
    source.invalidate(token)
    const other = await source.token(waiting).catch(() => token)
    if (other === token) return response
    await response.body?.cancel()
    return fetch(input, authorized(input, init, other))
  }
}

function authorized(input, init, token) {
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
  headers.set('authorization', `Bearer ${token}`)
  return { ...init, headers }
}

/** Whether a request can be sent a second time: a stream is gone with the first. */
function isReplayable(input, init) {
  const body = init?.body ?? (input instanceof Request ? input.body : null)
  return body === null || typeof body === 'string' || ArrayBuffer.isView(body) ||
    [ArrayBuffer, Blob, FormData, URLSearchParams].some((kind) => body instanceof kind)
}

function connectMiddleware(access, options) {
  const judge = judgeOf(access, options)
  return (request, response, next) => {
    judge(request).then(({ actor, status, challenge }) => {
      request.actor = actor
      if (status === 200) return next()
      response.statusCode = status
      response.setHeader('WWW-Authenticate', challenge)
      response.end()
    }).catch(next)
  }
}

async function fastifyPlugin(fastify, { access, required, allow }) {
  const judge = judgeOf(access, { ...(required === undefined ? {} : { required }), ...(allow === undefined ? {} : { allow }) })
  fastify.decorateRequest('actor', null)
  fastify.addHook('onRequest', async (request, reply) => {
    const { actor, status, challenge } = await judge(request.raw)
    request.actor = actor
    if (status === 200) return undefined
    return reply.code(status).header('WWW-Authenticate', challenge).send()
  })
}

// It holds for the routes beside it, not only for those that it would register itself.
fastifyPlugin[Symbol.for('skip-override')] = true
fastifyPlugin[Symbol.for('fastify.display-name')] = 'jeton'

/** What is to be answered to a request: 200 stands for going on. */
function judgeOf(access, options) {
  const { required = true, ...rest } = optionsOf(options, ['required', 'allow'], '{ required: false }')
  if (typeof required !== 'boolean') throw invalid('options: required must be true or false')
  const block = 'allow' in rest ? valueText(rest.allow, 'allow') : undefined
  return async (request) => {
    const { actor, actorText, refused, challenge } = await access.authenticate(credentialsOf(request))
    if (refused !== null) return { actor: null, status: 401, challenge }
    const passes = block === undefined ? actor !== null || !required : allowedJson(actorText ?? 'null', block)
    if (passes) return { actor, status: 200 }
    return { actor, status: actor === null ? 401 : 403, challenge }
  }
}

/** What of a request says who is calling. A header that came twice has both its lines, for Node itself keeps but the first. */
function credentialsOf(request) {
  const url = request.originalUrl ?? request.url
  const start = url.indexOf('?')
  const query = Object.create(null)
  for (const [name, value] of new URLSearchParams(start < 0 ? '' : url.slice(start + 1))) (query[name] ??= []).push(value)
  return { headers: Object.fromEntries(Object.entries(request.headersDistinct ?? request.headers)), query }
}

module.exports = { authorizedFetch, connectMiddleware, fastifyPlugin }
