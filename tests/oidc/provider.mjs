// A real OpenID provider on loopback, for tests/oidc.rs: rotation, introspection and revocation are on. Nothing of the library is in here.
//
// It prints one line, `{"issuer": …, "control": …}`, and ends with its standard input. What a browser would do is asked of `control`:
// /refresh_token?client=… gives a refresh token, /introspect?token=… what the provider thinks of a token, /faults its errors, /forget forgets them.

import { createServer } from 'node:http'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { createLocalJWKSet, jwtVerify } from 'jose'
import Provider from 'oidc-provider'

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const SECRET = 'a secret of this test, long enough for anybody'
const API = 'urn:jeton:api'

const key = (use) => ({ ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), ...use })
const publicHalf = (jwk) => createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'jwk' })

const clientKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const clientJwk = { ...publicHalf(clientKey.export({ format: 'jwk' })), kid: 'client-1', alg: 'ES256', use: 'sig' }

const client = (id, method, more) => ({
  client_id: id,
  token_endpoint_auth_method: method,
  grant_types: ['client_credentials', 'authorization_code', 'refresh_token', JWT_BEARER],
  id_token_signed_response_alg: 'ES256',
  redirect_uris: ['https://client.example/back'],
  ...(method.startsWith('client_secret') && { client_secret: SECRET }),
  ...more,
})

const faults = []
const server = createServer((request, response) => provider.callback()(request, response))
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const issuer = `http://127.0.0.1:${server.address().port}`

const provider = new Provider(issuer, {
  clients: [
    // What RFC 6749 section 2.3.1 wants encoded is in the name.
    client('basic client:1', 'client_secret_basic'),
    client('post', 'client_secret_post'),
    client('private', 'private_key_jwt', { jwks: { keys: [clientJwk] } }),
    client('public', 'none', { grant_types: ['authorization_code', 'refresh_token'] }),
  ],
  jwks: { keys: [key({ kid: 'provider-1', alg: 'ES256', use: 'sig' })] },
  cookies: { keys: [SECRET] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      getResourceServerInfo: () => ({ scope: 'read', accessTokenFormat: 'jwt', audience: API, jwt: { sign: { alg: 'ES256' } } }),
    },
  },
  scopes: ['openid', 'offline_access', 'read'],
  rotateRefreshToken: () => true,
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  ttl: { AccessToken: 600, ClientCredentials: 600, RefreshToken: 86400, Grant: 86400 },
})
provider.on('grant.error', (_, error) => faults.push(error.message))
provider.on('grant.revoked', () => faults.push('grant revoked: a refresh token was used twice'))
provider.on('server_error', (_, error) => faults.push(String(error.stack)))

// RFC 7523 section 2.1: the assertion is the client's own, so its key is the client's.
const assertionKeys = createLocalJWKSet({ keys: [clientJwk] })
provider.registerGrantType(JWT_BEARER, async (context) => {
  const { params, client: who } = context.oidc
  const { payload } = await jwtVerify(params.assertion, assertionKeys, { audience: `${issuer}/token`, issuer: who.clientId, requiredClaims: ['sub', 'exp'] })
  const token = new provider.ClientCredentials({ client: who, scope: params.scope })
  context.body = { access_token: await token.save(), expires_in: token.expiration, token_type: 'Bearer', sub: payload.sub }
}, ['assertion', 'scope'])

async function refreshToken(clientId) {
  const who = await provider.Client.find(clientId)
  const grant = new provider.Grant({ accountId: 'alice', clientId })
  grant.addOIDCScope('openid offline_access')
  const grantId = await grant.save()
  const token = new provider.RefreshToken({ accountId: 'alice', client: who, grantId, scope: 'openid offline_access', gty: 'authorization_code' })
  return { refresh_token: await token.save() }
}

async function introspect(token) {
  const answer = await fetch(`${issuer}/token/introspection`, {
    method: 'POST',
    body: new URLSearchParams({ token, client_id: 'post', client_secret: SECRET }),
  })
  return answer.json()
}

const control = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, issuer)
  const answer = {
    '/refresh_token': () => refreshToken(searchParams.get('client')),
    '/introspect': () => introspect(searchParams.get('token')),
    '/faults': () => faults,
    '/forget': () => faults.splice(0),
  }[pathname]
  try {
    response.end(JSON.stringify(await answer()))
  } catch (error) {
    response.writeHead(500).end(`${error.error_description ?? ""} ${error.stack}`)
  }
})
await new Promise((resolve) => control.listen(0, '127.0.0.1', resolve))

console.log(JSON.stringify({
  issuer,
  control: `127.0.0.1:${control.address().port}`,
  secret: SECRET,
  private_key: clientKey.export({ type: 'pkcs8', format: 'pem' }),
  audience: API,
}))
process.stdin.resume().on('end', () => process.exit())
