'use strict'
// Sources and authenticators where HTTP is spoken: fetch, Connect and Express, Fastify. http.d.ts has the contract.

const { Access, allowedJson } = require('./access.js')
const { invalid, optionsOf, valueText } = require('./argument.js')
const { Source } = require('./source.js')

function authorizedFetch(source, options) {
  if (!(source instanceof Source)) throw invalid('source must be a Source')
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
  const { onError = console.error, ...gate } = optionsOf(options, ['required', 'allow', 'onError'], '{ required: false }')
  if (typeof onError !== 'function') throw invalid('options: onError must be a function')
  const judge = judgeOf(access, gate)
  return (request, response, next) => {
    judge(request).then(({ authentication, status }) => {
      Object.assign(request, { actor: authentication.actor, authentication })
      if (status === 200) return next()
      response.setHeader('WWW-Authenticate', authentication.challenge)
      end(response, status)
    }, (error) => {
      onError(error, request)
      end(response, 503)
    }).catch(next)
  }
}

function end(response, status) {
  response.statusCode = status
  response.end()
}

async function fastifyPlugin(fastify, { access, required, allow }) {
  const judge = judgeOf(access, { ...(required === undefined ? {} : { required }), ...(allow === undefined ? {} : { allow }) })
  for (const member of ['actor', 'authentication']) {
    if (!fastify.hasRequestDecorator(member)) fastify.decorateRequest(member, null)
  }
  fastify.addHook('onRequest', async (request, reply) => {
    let judged
    try {
      judged = await judge(request.raw)
    } catch (error) {
      request.log.error(error)
      return reply.code(503).send()
    }
    const { authentication, status } = judged
    Object.assign(request, { actor: authentication.actor, authentication })
    if (status === 200) return undefined
    return reply.code(status).header('WWW-Authenticate', authentication.challenge).send()
  })
}

// It holds for the routes beside it, not only for those that it would register itself.
fastifyPlugin[Symbol.for('skip-override')] = true
fastifyPlugin[Symbol.for('fastify.display-name')] = 'jeton'

/** Who sent a request, and what is to be answered: 200 stands for going on. */
function judgeOf(access, options) {
  if (!(access instanceof Access)) throw invalid('access must be an Access')
  const { required = true, ...rest } = optionsOf(options, ['required', 'allow'], '{ required: false }')
  if (typeof required !== 'boolean') throw invalid('options: required must be true or false')
  const block = 'allow' in rest ? valueText(rest.allow, 'allow') : undefined
  return async (request) => {
    const authentication = await access.authenticate(credentialsOf(request))
    const { actor, actorText, refused } = authentication
    if (refused !== null) return { authentication, status: 401 }
    const passes = block === undefined ? actor !== null || !required : allowedJson(actorText ?? 'null', block)
    return { authentication, status: passes ? 200 : actor === null ? 401 : 403 }
  }
}

/**
 * What of a request says who is calling. A header that came twice has both its lines, for Node itself keeps but the first. Node reads
 * headers and URLs as Latin-1; what of a query is not escaped in these bytes is UTF-8.
 */
function credentialsOf(request) {
  const url = request.originalUrl ?? request.url
  const start = url.indexOf('?')
  const text = start < 0 ? '' : Buffer.from(url.slice(start + 1), 'latin1').toString()
  const query = Object.create(null)
  for (const [name, value] of new URLSearchParams(text)) (query[name] ??= []).push(value)
  return { headers: Object.fromEntries(Object.entries(request.headersDistinct ?? request.headers)), query }
}

module.exports = { authorizedFetch, connectMiddleware, fastifyPlugin }
