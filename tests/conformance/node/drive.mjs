// The conformance driver of the Node binding: one JSON request a line in, one JSON answer a line out. It decides nothing.

import { answer } from './answer.mjs'

// Lines are split as bytes: in JSON only LF ends one, while readline would also split at CR and U+2028.
let rest = Buffer.alloc(0)
for await (const chunk of process.stdin) {
  rest = Buffer.concat([rest, chunk])
  for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
    process.stdout.write(`${answer(rest.subarray(0, end))}\n`)
    rest = rest.subarray(end + 1)
  }
}
if (rest.length > 0) process.stdout.write(`${answer(rest)}\n`)
