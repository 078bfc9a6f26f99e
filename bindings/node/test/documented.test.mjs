// Every name that the package's types show says what it is.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'

const lib = new URL('../lib/', import.meta.url)

/** What needs no words: what cannot be called, and members whose names are not known. */
const SAYS_ITSELF = /^ *(private constructor\(\)|\[\w+: string\]: |export \{\}|export \* )/

/** The names of a file that have no comment in front of them. A line of arguments ends with a comma. */
function withoutComment(text) {
  const lines = text.split('\n')
  const isName = (line) => !line.endsWith(',') && /^(export |(  )?(  )?[\w[][^ ]*(<.*>)?[?]?[(:]|  (static|readonly) )/.test(line)
  return lines.filter((line, at) => isName(line) && !SAYS_ITSELF.test(line) && !lines[at - 1].endsWith('*/'))
}

for (const file of readdirSync(lib).filter((name) => name.endsWith('.d.ts'))) {
  test(`${file} has a comment in front of every name`, () => {
    assert.deepEqual(withoutComment(readFileSync(new URL(file, lib), 'utf8')), [])
  })
}

test('a name without a comment is found', () => {
  const text = '/** A. */\nexport class A {\n  private constructor()\n  /** B. */\n  b(): void\n  c(): void\n  readonly d?: string\n  [name: string]: unknown\n}\n'
  assert.deepEqual(withoutComment(text), ['  c(): void', '  readonly d?: string'])
})
