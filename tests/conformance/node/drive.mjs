// The conformance driver of the Node binding: one JSON request a line in, one JSON answer a line out. It decides nothing.

import { JetonError } from '../../../bindings/node/lib/index.mjs'
import { errorOf, objectOf, ops } from './ops.mjs'
import { Refusal, Request } from './request.mjs'

// Lines are split as bytes: in JSON only LF ends one, while readline would also split at CR and U+2028.
let rest = Buffer.alloc(0)
for await (const chunk of process.stdin) {
  rest = Buffer.concat([rest, chunk])
  for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
    write(rest.subarray(0, end))
    rest = rest.subarray(end + 1)
  }
}
if (rest.length > 0) write(rest)

function write(line) {
  process.stdout.write(`${answer(line).replace(/[\r\n]/g, ' ')}\n`)
}

function answer(line) {
  let id = 'null'
  try {
    const request = new Request(decode(line))
    id = request.raw('id') ?? 'null'
    const op = request.text('op')
    if (!Object.hasOwn(ops, op)) throw new Refusal('UNSUPPORTED_OP', 'this driver does not know the op')
    return objectOf({ id, ok: objectOf(ops[op](request)) })
  } catch (error) {
    return objectOf({ id, error: errorOf(refused(error)) })
  }
}

/** What is answered for a failure. One that is neither Jeton's nor the driver's shows as itself: no case expects it. */
function refused(error) {
  if (error instanceof JetonError || error instanceof Refusal) return error
  return { status: 'DRIVER', claim: null, message: String(error) }
}

function decode(line) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line)
  } catch {
    throw new Refusal('BAD_REQUEST', 'the line is not UTF-8')
  }
}
