// Every status of the header has its error, its name in the types, and reaches the host.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { inspect } from 'node:util'

import { JetonError, Key } from 'jeton'
import { now, tokenOf, verifier } from './support.mjs'

const { addon } = createRequire(import.meta.url)('../lib/native.js')

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8')
const header = [...read('../../../include/jeton.h').matchAll(/^#define JETON_E_(\w+) (\d+)$/gm)].map(([, name, number]) => [name, Number(number)])

test('the library knows each status of the header by name', () => {
  assert.ok(header.length >= 25, 'the header was read')
  assert.deepEqual(header.map(([, number]) => [addon.statusName(number), number]), header)
  assert.equal(addon.statusName(999), undefined)
  assert.throws(() => addon.statusName('KEY'), { code: 'ERR_JETON_NODE_API' })
})

test('the type Status has each status of the header and no other', () => {
  const [, union] = /export type Status =\n([^;]*?)\n\n/.exec(read('../lib/error.d.ts'))
  assert.deepEqual([...union.matchAll(/'(\w+)'/g)].map(([, name]) => name), header.map(([name]) => name))
})

test('an error is an Error with code, status, number and claim', () => {
  assert.throws(() => verifier().verify(tokenOf(), { now: now + 60 }), (error) => {
    assert.ok(error instanceof JetonError && error instanceof Error)
    const { code, status, number, claim } = error
    assert.deepEqual({ code, status, number, claim }, { code: 'ERR_JETON_EXPIRED', status: 'EXPIRED', number: 405, claim: 'exp' })
    assert.deepEqual(Object.keys(error), ['code', 'status', 'number', 'claim', 'httpStatus', 'serverCode'])
    assert.deepEqual([error.httpStatus, error.serverCode], [null, null])
    assert.match(error.stack, /^JetonError: .+\n(.*\n)*.*errors\.test\.mjs/)
    assert.match(inspect(error), /^JetonError: /)
    return error.message.length > 0
  })
})

test('a panic of the library is an error, and everything goes on', () => {
  const judge = verifier()
  const token = tokenOf({ sub: 'me' })
  for (let i = 0; i < 3; i++) {
    assert.throws(() => addon.testingPanic(), { name: 'JetonError', code: 'ERR_JETON_PANIC', number: 901, claim: null })
    assert.equal(judge.verify(token, { now }).sub, 'me')
    Key.generate('ES256')
  }
})
