import assert from 'node:assert/strict'
import { test } from 'node:test'

import { isObject, itemsOf, membersOf, withMembers } from './raw.mjs'

const cases = [
  ['{}', {}],
  [' { } ', {}],
  ['{"a":1}', { a: '1' }],
  ['{ "a" : 9007199254740993 , "b" : 1.0 }', { a: '9007199254740993', b: '1.0' }],
  ['{"a":-0,"b":1e400,"c":true,"d":null}', { a: '-0', b: '1e400', c: 'true', d: 'null' }],
  ['{"a":"x\\"},{","b":[]}', { a: '"x\\"},{"', b: '[]' }],
  ['{"a":"\\\\","b":2}', { a: '"\\\\"', b: '2' }],
  ['{"a":{"x":1,"x":2,"y":[{"z":"]}"}]},"b":[[1],[2,{}]]}', { a: '{"x":1,"x":2,"y":[{"z":"]}"}]}', b: '[[1],[2,{}]]' }],
  ['{"a":1,"a":2}', { a: '2' }],
  ['{"\\u0061\\"":1}', { 'a"': '1' }],
  ['{"":{},"__proto__":1}', Object.fromEntries([['', '{}'], ['__proto__', '1']])],
  ['\r\n{\t"a"\r:\n[ 1 ,\r\n 2 ]\t}', { a: '[ 1 ,\r\n 2 ]' }],
  ['{"a:b":{"c:d":1}}', { 'a:b': '{"c:d":1}' }],
  ['{"a":"\u2028é😀"}', { a: '"\u2028é😀"' }],
]

test('members come as they stood', () => {
  for (const [text, expected] of cases) assert.deepEqual(Object.fromEntries(membersOf(text)), expected, text)
})

test('each raw member is the JSON text of what JSON.parse finds', () => {
  for (const [text] of cases) {
    const parsed = JSON.parse(text)
    for (const [name, raw] of membersOf(text)) assert.deepEqual(JSON.parse(raw), parsed[name], `${text}: ${name}`)
  }
})

test('items come as they stood', () => {
  for (const [text, expected] of [
    ['[]', []],
    [' [ ] ', []],
    ['[1.0]', ['1.0']],
    ['[ "],[" , {"a":[1,2]} ,\n[[],{}], null]', ['"],["', '{"a":[1,2]}', '[[],{}]', 'null']],
  ]) assert.deepEqual(itemsOf(text), expected, text)
  assert.throws(() => itemsOf('{}'), TypeError)
  assert.throws(() => itemsOf('[1'), SyntaxError)
})

test('only objects have members', () => {
  for (const text of ['', '1', '[]', 'null', '"{}"', '{"a":1', '{"a":1}}', '{a:1}', '{"a":1,}', '\uFEFF{}']) {
    assert.equal(isObject(text), false, text)
    assert.throws(() => membersOf(text), TypeError, text)
  }
})

test('members are added after those that are there', () => {
  assert.equal(withMembers('{}', []), '{}')
  assert.equal(withMembers(' { } ', [['a', '1']]), '{"a":1}')
  assert.equal(withMembers('{"x":1.0,"x":2}', [['a', 'null'], ['b"', '{ }']]), '{"x":1.0,"x":2,"a":null,"b\\"":{ }}')
})
