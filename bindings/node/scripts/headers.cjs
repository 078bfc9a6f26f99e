'use strict'
// Prints the folder of node_api.h: that of the running node's installation, the system's, or that of the npm package.

const { existsSync } = require('node:fs')
const { dirname, join, resolve } = require('node:path')

function fromPackage() {
  try {
    return require('node-api-headers').include_dir
  } catch {
    return ''
  }
}

const prefix = resolve(dirname(process.execPath), '..')
const folders = [join(prefix, 'include', 'node'), '/usr/include/node', fromPackage()]
const found = folders.find((folder) => folder !== '' && existsSync(join(folder, 'node_api.h')))
if (found === undefined) {
  console.error('node_api.h was not found: install the headers of node, or run `npm ci` for the package node-api-headers')
  process.exit(1)
}
console.log(found)
