// The README is executed: each program runs, and prints what the comment after each console.log says.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const programs = [...readme.matchAll(/^## (.+)\n(?:(?!^## )[^])*?```js\n([^]*?)```$/gm)].map(([, title, text]) => ({ title, text }))

// Below the package, where its own name resolves to it.
const folder = fileURLToPath(new URL('../build/readme/', import.meta.url))

test('all programs were found', () => {
  assert.equal(programs.length, readme.match(/^```js$/gm).length)
})

for (const [index, { title, text }] of programs.entries()) {
  test(title, () => {
    mkdirSync(folder, { recursive: true })
    const path = `${folder}${index}.${text.includes('require(') ? 'cjs' : 'mjs'}`
    writeFileSync(path, text)
    const { stdout, stderr, status } = spawnSync(process.execPath, [path], { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    const promised = [...text.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(([, output]) => output)
    assert.deepEqual(stdout.split('\n').slice(0, -1), promised)
  })
}
