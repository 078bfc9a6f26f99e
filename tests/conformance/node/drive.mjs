// The conformance driver of the Node binding: one JSON request a line in, one JSON answer a line out. It decides nothing.

import { answer } from './answer.mjs'

// Lines are split as bytes: in JSON only LF ends one, while readline would also split at CR and U+2028.
// A line is joined once, when its end is there.
let line = []
for await (const chunk of process.stdin) {
  let start = 0
  for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', start)) {
    line.push(chunk.subarray(start, end))
    process.stdout.write(`${await answer(Buffer.concat(line))}\n`)
    line = []
    start = end + 1
  }
  if (start < chunk.length) line.push(chunk.subarray(start))
}
if (line.length > 0) process.stdout.write(`${await answer(Buffer.concat(line))}\n`)
