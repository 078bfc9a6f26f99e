// Clients: what their methods send, and what they give. What each operation means is for the scenarios of all hosts.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'

import { Client, Dataiku, DataikuSettings, TigerGraph } from 'jeton'
import { answerJson, serve } from './servers.mjs'

/** A server that gives each request's answer from a table: `METHOD /path` to what it answers. */
async function scripted(t, table) {
  const server = await serve(t, (request, response) => {
    const [answer, status] = table[`${request.method} ${request.url.split('?')[0]}`] ?? [{ message: 'not here' }, 404]
    answerJson(response, answer, status)
  })
  return { ...server, asked: () => server.requests.map(({ method, url }) => `${method} ${url.split('?')[0]}`) }
}

const tokens = '/gsql/v1/tokens'
const secrets = '/gsql/v1/secrets'

async function tigergraph(t, version, table) {
  const server = await scripted(t, table)
  const port = Number(new URL(server.url).port)
  const client = new TigerGraph({ restpp_url: server.url, gs_url: server.url, version, username: 'u', graph: 'g' }, { secrets: { password: 'p' } })
  t.after(() => client.close())
  return { ...server, client, port }
}

test('TigerGraph: tokens of 4.x', async (t) => {
  const { client, asked } = await tigergraph(t, '4.1.3', {
    [`POST ${tokens}`]: [{ error: false, token: 'tg', expiration: '2030-01-02 03:04:05' }],
    [`DELETE ${tokens}`]: [{ error: false, message: 'gone' }],
    [`POST ${tokens}/check`]: [{ error: false, results: { valid: true } }],
    'GET /version': [{ error: false, message: 'GSQL version: release_4.1.3' }],
  })
  const token = await client.getToken({ secret: 's', lifetime_s: 60 })
  assert.equal(token.token, 'tg')
  assert.doesNotMatch(inspect([token]), /tg/)
  assert.equal(await client.deleteToken({ secret: 's', token: 'tg' }), true)
  await assert.rejects(client.refreshToken({ secret: 's', token: 'tg' }), { code: 'ERR_JETON_UNSUPPORTED' })
  assert.deepEqual(asked(), [`POST ${tokens}`, `DELETE ${tokens}`])
})

test('TigerGraph: secrets', async (t) => {
  const { client } = await tigergraph(t, '4.1.3', {
    [`GET ${secrets}`]: [{ error: false, results: [{ alias: 'a', value: 'x' }] }],
    [`POST ${secrets}`]: [{ error: false, results: { alias: 'b', value: 'y' } }],
    [`DELETE ${secrets}/b`]: [{ error: false, message: 'gone' }],
  })
  const got = await client.getSecrets()
  assert.equal(got.a, 'x')
  assert.doesNotMatch(inspect(got), /x/)
  assert.deepEqual({ ...(await client.createSecret({ alias: 'b' })) }, { alias: 'b', value: 'y' })
  assert.equal((await client.dropSecret({ alias: 'b' })).error, false)
})

test('TigerGraph: what the server refuses says its status and code', async (t) => {
  const { client } = await tigergraph(t, '3.9.3', {
    [`POST ${tokens}`]: [{ error: true, code: 'REST-3300', message: 'no p of yours' }, 403],
  })
  await assert.rejects(client.getToken({ secret: 's' }), { code: 'ERR_JETON_REFUSED', httpStatus: 403, serverCode: 'REST-3300', claim: null })
  await assert.rejects(client.checkToken({ token: 'tg' }), { code: 'ERR_JETON_UNSUPPORTED' })
  assert.equal(await client.getVersion().catch(({ status }) => status), 'REFUSED')
  await assert.rejects(client.getToken({ secret: 's', unknown: 1 }), { code: 'ERR_JETON_CONFIG' })
  await assert.rejects(client.getToken({ secret: undefined }), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.throws(() => client.asUser('x'), { code: 'ERR_JETON_UNSUPPORTED' })
  await assert.rejects(client.getVersion({ timeout: 1 }), { code: 'ERR_INVALID_ARG_TYPE' })
})

const api = '/dip/publicapi'

async function dataiku(t, table) {
  const server = await scripted(t, table)
  const client = new Dataiku({ host: server.url }, { secrets: { api_key: 'k' } })
  t.after(() => client.close())
  return { ...server, client }
}

test('Dataiku: who one is, and acting as another', async (t) => {
  const { client, requests } = await dataiku(t, {
    [`GET ${api}/auth/info`]: [{ authIdentifier: 'mia', groups: ['g'] }],
    [`POST ${api}/auth/info-from-browser-headers`]: [{ authIdentifier: 'mia' }],
    [`POST ${api}/auth/ticket-from-browser-headers`]: [{ msg: 'the ticket' }],
  })
  const other = client.asUser('leo')
  assert.equal((await client.authInfo()).authIdentifier, 'mia')
  assert.equal((await other.authInfo({ with_secrets: true })).groups[0], 'g')
  assert.equal((await client.authInfoFromBrowserHeaders({ headers: { cookie: 'c' } })).authIdentifier, 'mia')
  assert.equal(await client.ticketFromBrowserHeaders({ headers: { cookie: 'c' } }), 'the ticket')
  assert.deepEqual(requests.slice(0, 2).map(({ headers }) => headers['x-dku-proxyuser']), [undefined, 'leo'])
  assert.ok(other instanceof Dataiku)
  assert.throws(() => client.asUser(''), { code: 'ERR_JETON_CONFIG' })
  other.close()
  assert.throws(() => other.asUser('x'), { code: 'ERR_JETON_CLOSED' })
})

test('Dataiku: settings keep what they do not know, and are saved whole', async (t) => {
  const own = { userProperties: {}, secrets: [], credentials: {}, unknown: { 2: 'b', 1: 'a' } }
  const { client, requests } = await dataiku(t, {
    [`GET ${api}/current-user`]: [own],
    [`PUT ${api}/current-user`]: [{}],
    [`GET ${api}/admin/users/l%20o`]: [{ login: 'l o', secrets: [] }],
    [`PUT ${api}/admin/users/l%20o`]: [{}],
  })
  const settings = await client.ownSettings()
  assert.ok(settings instanceof DataikuSettings)
  const parameter = { plugin_id: 'plug', param_set_id: 'set', preset_id: 'preset', param_name: 'param' }
  assert.equal(settings.addSecret('name', 'value').setUserProperty('theme', { dark: true }), settings)
  settings.setBasicConnectionCredential('db', 'l', 'p').setBasicPluginCredential(parameter, 'l', 'p')
  settings.setOAuth2PluginCredential({ ...parameter, param_name: 'other' }, 'refresh')
  const { secrets, userProperties, credentials } = settings.toJSON()
  assert.deepEqual([secrets[0].name, userProperties.theme, Object.keys(credentials).length], ['name', { dark: true }, 3])
  settings.removeSecret('name').removeConnectionCredential('db').removePluginCredential(parameter)
  assert.equal(Object.keys(settings.toJSON().credentials).length, 1)
  assert.doesNotMatch(inspect(settings, { showHidden: true }), /refresh/)
  await settings.save()
  assert.deepEqual(JSON.parse(requests.at(-1).text), settings.toJSON())
  await (await client.userSettings('l o')).addSecret('a', 'b').save()
  assert.equal(requests.at(-1).url.split('?')[0], `${api}/admin/users/l%20o`)
  assert.throws(() => settings.addSecret('a', undefined), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.throws(() => settings.addSecret('a', 5), { code: 'ERR_JETON_CONFIG' })
  assert.throws(() => new DataikuSettings(), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('an operation by its name', async (t) => {
  const { client } = await dataiku(t, { [`GET ${api}/auth/info`]: [{ authIdentifier: 'mia' }] })
  assert.equal((await client.call('auth_info')).authIdentifier, 'mia')
  assert.match(await client.callText('auth_info', '{"with_secrets":false}'), /"authIdentifier"/)
  await assert.rejects(client.call('nothing'), { code: 'ERR_JETON_UNSUPPORTED' })
  assert.throws(() => new Client('nobody', {}), { code: 'ERR_JETON_CONFIG' })
  assert.throws(() => new Client(5, {}), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.throws(() => new Dataiku({ host: 'http://127.0.0.1' }), { code: 'ERR_JETON_CONFIG' })
})

test('a call ends when its caller gives up', async (t) => {
  const server = await serve(t, () => {})
  const client = new Dataiku({ host: server.url }, { secrets: { api_key: 'k' } })
  await assert.rejects(client.authInfo({}, { timeoutMs: 20 }), { code: 'ERR_JETON_TIMEOUT' })
  await assert.rejects(client.authInfo({}, { signal: AbortSignal.timeout(20) }), { name: 'TimeoutError' })
  client.close()
  await assert.rejects(client.authInfo(), { code: 'ERR_JETON_CLOSED' })
})
