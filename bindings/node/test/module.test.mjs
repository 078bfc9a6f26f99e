// How the package loads: from ESM and CommonJS, with and without its addon, with the right library only.

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

import * as esm from 'jeton'

const require = createRequire(import.meta.url)
const root = fileURLToPath(new URL('..', import.meta.url))
const types = readdirSync(join(root, 'lib')).filter((name) => name.endsWith('.d.ts') && name !== 'closable.d.ts')
  .map((name) => readFileSync(join(root, 'lib', name), 'utf8')).join('\n')

function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'jeton-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

test('ESM and CommonJS give the same objects', () => {
  const cjs = require('jeton')
  assert.deepEqual(Object.keys(cjs).sort(), Object.keys(esm).sort())
  for (const name of Object.keys(cjs)) assert.equal(esm[name], cjs[name], name)
})

test('the types declare exactly what the package exports', () => {
  const declared = [...types.matchAll(/^export (?:const|class|function) (\w+)/gm)].map(([, name]) => name)
  assert.deepEqual(declared.sort(), Object.keys(esm).sort())
})

test('the types declare exactly the methods that the classes have', () => {
  for (const [, name, body] of types.matchAll(/^export class (\w+) (?:extends (?!Error)\w+ )?\{\n(.*?)^\}/gms)) {
    const declared = [...body.matchAll(/^ {2}(static )?(\w+)[<(]/gm)].map(([, fixed, method]) => `${fixed ?? ''}${method}`)
    const found = [
      ...Object.getOwnPropertyNames(esm[name].prototype),
      ...Object.getOwnPropertyNames(esm[name]).filter((own) => typeof esm[name][own] === 'function').map((own) => `static ${own}`),
    ]
    const constructors = body.includes('private constructor') ? ['constructor'] : []
    assert.deepEqual([...new Set([...declared, ...constructors])].sort(), found.sort(), name) // an overload is declared again
  }
})

test('every public name is documented', () => {
  const lines = types.split('\n')
  const undocumented = lines.filter((line, i) => /^export (?!\*|\{)/.test(line) && !/\*\/$/.test(lines[i - 1]))
  assert.deepEqual(undocumented, [])
})

test('versions are those of the library and its header', () => {
  const header = readFileSync(join(root, '../../include/jeton.h'), 'utf8')
  assert.equal(esm.abiVersion, Number(/^#define JETON_ABI_VERSION (\d+)$/m.exec(header)[1]))
  assert.equal(esm.version, require('jeton/package.json').version)
})

test('the addon shows the process only its entry points', () => {
  const symbols = execFileSync('nm', ['--dynamic', '--defined-only', join(root, 'build/jeton.node')], { encoding: 'utf8' })
  assert.deepEqual(symbols.match(/\w+$/gm).sort(), ['napi_register_module_v1', 'node_api_module_get_api_version_v1'])
})

test('an addon for another ABI does not load, and says so', (t) => {
  const include = folder(t)
  const header = readFileSync(join(root, '../../include/jeton.h'), 'utf8')
  writeFileSync(join(include, 'jeton.h'), header.replace(/^(#define JETON_ABI_VERSION) \d+$/m, '$1 4242'))
  execFileSync('make', ['--silent', 'build', `INCLUDE=${include}`, `ADDON=${include}/jeton.node`], { cwd: root })
  assert.throws(() => require(join(include, 'jeton.node')), { code: 'ERR_JETON_ABI', message: /ABI 4242 .* ABI 1$/ })
})

test('without its addon the package says how to build it', (t) => {
  const copy = folder(t)
  cpSync(join(root, 'lib'), join(copy, 'lib'), { recursive: true })
  assert.throws(() => require(join(copy, 'lib/index.js')), { message: /make -C bindings\/node build/ })
  mkdirSync(join(copy, 'build'))
  writeFileSync(join(copy, 'build/jeton.node'), 'no addon')
  assert.throws(() => require(join(copy, 'lib/native.js')), { code: 'ERR_DLOPEN_FAILED' })
})

test('the addon alone throws errors without crashing', () => {
  const program = `
    const addon = require(${JSON.stringify(join(root, 'build/jeton.node'))})
    for (const attempt of [() => addon.testingPanic(), () => addon.setErrorClass(5), () => addon.keyFromPem('x')]) {
      try { attempt(); console.log('no error') } catch (error) { console.log(error.message) }
    }
    addon.setErrorClass(class { constructor() { throw new Error('mine') } })
    addon.setErrorClass(class { constructor() { throw new Error('mine too') } })
    try { addon.keyFromPem('x') } catch (error) { console.log(error.message) }
  `
  const { stdout, status } = spawnSync(process.execPath, ['--eval', program], { encoding: 'utf8' })
  assert.equal(status, 0)
  assert.deepEqual(stdout.split('\n'), [
    'the Jeton addon was not loaded by its own package',
    'JetonError must be a class',
    'the Jeton addon was not loaded by its own package',
    'mine too',
    '',
  ])
})
