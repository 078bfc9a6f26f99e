// Writes the programs of the README, and those of docs/ACCESS.md that are Node's, to files below the package, where its own name
// resolves to it: for the tests, which run them, and for the type checker.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../build/readme/', import.meta.url))

export const readme = ['../README.md', '../../../docs/ACCESS.md'].map((name) => readFileSync(new URL(name, import.meta.url), 'utf8')).join('\n')

mkdirSync(folder, { recursive: true })

export const programs = [...readme.matchAll(/^## (.+)\n(?:(?!^## )[^])*?```js\n([^]*?)```$/gm)].map(([, title, text], index) => {
  const path = `${folder}${index}.${text.includes('require(') ? 'cjs' : 'mjs'}`
  writeFileSync(path, text)
  return { title, text, path }
})
