// One line in, one line out.

import { JetonError } from '../../../bindings/node/lib/index.mjs'
import { ops as accessOps } from './access_ops.mjs'
import { ops as fetchedOps } from './fetched_ops.mjs'
import { Refusal, Request, errorOf, objectOf } from './request.mjs'
import { ops as tokenOps } from './token_ops.mjs'

const ops = { ...tokenOps, ...fetchedOps, ...accessOps }

/** The answer to one request line, given as bytes. Never rejects. */
export async function answer(line) {
  let id = 'null'
  try {
    const request = new Request(decode(line))
    id = request.raw('id') ?? 'null'
    const op = request.text('op')
    if (!Object.hasOwn(ops, op)) throw new Refusal('UNSUPPORTED_OP', 'this driver does not know the op')
    return oneLine(objectOf({ id, ok: objectOf(await ops[op](request)) }))
  } catch (error) {
    return oneLine(objectOf({ id, error: errorOf(refused(error)) }))
  }
}

/** CR and LF in JSON are white space: inside a string they are escaped. */
function oneLine(text) {
  return text.replace(/[\r\n]/g, ' ')
}

/** What is answered for a failure. One that is neither Jeton's nor the driver's shows as itself: no case expects it. */
function refused(error) {
  if (error instanceof JetonError || error instanceof Refusal) return error
  return new Refusal('DRIVER', String(error))
}

function decode(line) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line)
  } catch {
    throw new Refusal('BAD_REQUEST', 'the line is not UTF-8')
  }
}
