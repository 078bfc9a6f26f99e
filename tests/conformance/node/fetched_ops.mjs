// The ops on sources, remote key sets and clients: what is fetched. An op gives the members of its answer as JSON text, name by name.

import { Client, Dataiku, RemoteVerifier, Source, TigerGraph } from '../../../bindings/node/lib/index.mjs'
import { Names } from './names.mjs'
import { membersOf } from './raw.mjs'
import { Refusal, join } from './request.mjs'
import { partsOf } from './token_ops.mjs'

const sources = new Names('source')
const keysets = new Names('keyset')
const clients = new Names('client')

const vendors = { tigergraph: TigerGraph, dataiku: Dataiku }

/** The operations that the class of each vendor has as methods. */
const operations = new Map([
  [TigerGraph, [
    'get_token', 'refresh_token', 'delete_token', 'check_token', 'get_version', 'get_secrets', 'create_secret', 'drop_secret',
  ]],
  [Dataiku, [
    'auth_info', 'auth_info_from_browser_headers', 'ticket_from_browser_headers', 'own_settings', 'user_settings',
    'save_own_settings', 'save_user_settings', 'add_secret', 'remove_secret', 'set_user_property',
    'set_basic_connection_credential', 'remove_connection_credential', 'set_basic_plugin_credential',
    'set_oauth2_plugin_credential', 'remove_plugin_credential',
  ]],
])

export const ops = {
  async 'source.open'(request) {
    await sources.open(request, () => openSource(request))
    return warned(request, {})
  },

  'source.token': async (request) => warned(request, tokenMembers(await sources.of(request).tokenWithExpiry(request.waiting()))),
  'source.refresh': async (request) => warned(request, tokenMembers(await sources.of(request).refresh(request.waiting()))),
  'source.describe': (request) => warned(request, jsonMembers(sources.of(request).describe())),
  'source.stats': (request) => warned(request, jsonMembers(sources.of(request).stats())),

  'source.invalidate': (request) =>
    warned(request, jsonMembers({ invalidated: sources.of(request).invalidate(request.optionalText('token')) })),

  'source.revoke': async (request) =>
    warned(request, jsonMembers({ revoked: await sources.of(request).revoke(request.optionalText('token'), request.waiting()) })),

  'source.identity': async (request) =>
    warned(request, Object.fromEntries(membersOf(await sources.of(request).identityText(request.waiting())))),

  async 'source.close'(request) {
    await sources.close(request)
    return {}
  },

  async 'keyset.open'(request) {
    await keysets.open(request, () => new RemoteVerifier(request.json('issuers'), request.given(['environment'])))
    return {}
  },

  'keyset.verify': async (request) =>
    partsOf(await keysets.of(request).open(request.text('token'), { ...request.waiting(), ...request.clock() })),

  async 'client.open'(request) {
    const vendor = request.text('vendor')
    const [config, options] = [request.json('config'), request.given(['secrets', 'environment'])]
    const open = () => (Object.hasOwn(vendors, vendor) ? new vendors[vendor](config, options) : new Client(vendor, config, options))
    await clients.open(request, open)
    return {}
  },

  async 'client.as_user'(request) {
    const client = clients.of(request)
    await clients.open(request, () => client.asUser(request.text('login')), 'as')
    return {}
  },

  async 'client.call'(request) {
    const client = clients.of(request)
    const operation = request.text('operation')
    if (!operations.get(client.constructor).includes(operation)) throw new Refusal('UNSUPPORTED_OP', 'the vendor has no such operation')
    return { result: await client.callText(operation, request.raw('args') ?? '{}', request.waiting()) }
  },

  async 'client.close'(request) {
    await clients.close(request)
    return {}
  },
}

function openSource(request) {
  const secrets = request.has('secrets') || !request.has('secret') ? request.given(['secrets']) : { secrets: join('{}', request, ['secret']) }
  const key = request.has('key') ? { key: request.key()() } : {}
  return new Source(request.json('config'), { ...secrets, ...key, ...request.given(['environment']) })
}

function tokenMembers({ token, expiresAt }) {
  return jsonMembers({ token, expires_at_s: expiresAt })
}

function jsonMembers(object) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, JSON.stringify(value)]))
}

/** An answer with the warnings among what happened to the source since the last one. */
function warned(request, members) {
  const warnings = sources.of(request).events().filter(({ warning }) => warning).map(({ code, message }) => ({ code, message }))
  return warnings.length === 0 ? members : { ...members, warnings: JSON.stringify(warnings) }
}
