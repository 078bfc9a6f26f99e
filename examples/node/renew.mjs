// A source that renews itself while callers go on: node renew.mjs TOKEN_URL

import { setTimeout as sleep } from 'node:timers/promises'

// In a program of your own: from 'jeton'.
import { Source } from '../../bindings/node/lib/index.mjs'

const [token_url] = process.argv.slice(2)
if (!token_url) {
  console.error('usage: renew.mjs TOKEN_URL')
  process.exit(2)
}

const source = new Source(
  { kind: 'oauth2', token_url, grant: 'client_credentials', client_id: 'me', leeway_s: 1 },
  { secrets: { client_secret: 'only for this example' } },
)
await source.token() // The first one has to be waited for.

let calls = 0
let failed = 0
let longest = 0
const tokens = new Set()

// Asks for the token every millisecond, as a server does that makes a call for each request. Who is given no time gets the token that
// is at hand all the same, and would fail if it had to wait.
async function call() {
  const end = performance.now() + 6000
  while (performance.now() < end) {
    const start = performance.now()
    try {
      tokens.add(await source.token({ timeoutMs: 0 }))
    } catch {
      failed += 1
    }
    longest = Math.max(longest, performance.now() - start)
    calls += 1
    await sleep(1)
  }
}

await Promise.all(Array.from({ length: 8 }, call))
console.log(`${calls} calls, ${failed} failed, ${tokens.size} tokens; the longest call took ${longest.toFixed(1)} ms`)
await source.close()
