// The README is executed, and what docs/ACCESS.md shows of Node: each program runs, and prints what the comment after each console.log says.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

import { programs, readme } from '../scripts/readme.mjs'

test('all programs were found', () => {
  assert.equal(programs.length, readme.match(/^```js$/gm).length)
})

for (const { title, text, path } of programs) {
  test(title, () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [path], { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    const promised = [...text.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(([, output]) => output)
    assert.deepEqual(stdout.split('\n').slice(0, -1), promised)
  })
}
