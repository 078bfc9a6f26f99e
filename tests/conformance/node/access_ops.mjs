// The ops on actors, managed tokens and API keys. An op gives the members of its answer as JSON text, name by name.

import { Access, allowedActionJson, allowedJson, checkApiKey, generateApiKey } from '../../../bindings/node/lib/index.mjs'
import { Names } from './names.mjs'
import { membersOf } from './raw.mjs'
import { join } from './request.mjs'

const accesses = new Names('access')

export const ops = {
  allowed: (request) => ({ allowed: JSON.stringify(allowedJson(request.json('actor'), request.json('allow'))) }),

  allowed_action(request) {
    const [actor, action, resource] = [request.json('actor'), request.text('action'), request.raw('resource') ?? '[]']
    return { allowed: JSON.stringify(allowedActionJson(actor, action, resource)) }
  },

  'api_key.generate'(request) {
    const { apiKey, digest } = generateApiKey(request.text('prefix'))
    return { api_key: JSON.stringify(apiKey), digest_b64u: JSON.stringify(Buffer.from(digest).toString('base64url')) }
  },

  'api_key.check'(request) {
    const { valid, prefix } = checkApiKey(request.text('api_key'))
    return { valid: JSON.stringify(valid), prefix: JSON.stringify(prefix) }
  },

  async 'access.open'(request) {
    await accesses.open(request, () => {
      const settings = join(request.raw('settings') ?? '{}', request, ['databases'])
      const secret = request.has('secret') ? { secret: request.text('secret') } : {}
      return new Access(request.json('config'), { settings, ...secret, ...request.given(['environment']) })
    })
    return {}
  },

  'access.authenticate': (request) => called(request, 'authenticate', join('{}', request, ['headers', 'query'])),
  'access.sign_token': (request) => called(request, 'sign_token', join('{}', request, ['actor_id', 'ttl_s', 'restrictions'])),
  'access.create_token': (request) => called(request, 'create_token', request.raw('args') ?? '{}'),
  'access.list_tokens': (request) => called(request, 'list_tokens', request.raw('args') ?? '{}'),
  'access.token_details': (request) => called(request, 'token_details', request.raw('args') ?? '{}'),
  'access.revoke_token': (request) => called(request, 'revoke_token', request.raw('args') ?? '{}'),
  'access.auth_info': (request) => called(request, 'auth_info', request.raw('args') ?? '{}'),
  'access.act_as': (request) => called(request, 'act_as', request.raw('args') ?? '{}'),

  async 'access.close'(request) {
    await accesses.close(request)
    return {}
  },
}

async function called(request, operation, args) {
  const now = request.clock()
  return Object.fromEntries(membersOf(await accesses.of(request).callText(operation, args, now)))
}
