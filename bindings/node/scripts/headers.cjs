'use strict'
// Prints the folder of node_api.h and uv.h: that of the running node's installation, or the system's.

const { existsSync } = require('node:fs')
const { join, resolve } = require('node:path')

const prefix = resolve(process.execPath, '../..')
const folders = [join(prefix, 'include', 'node'), '/usr/include/node']
const found = folders.find((folder) => existsSync(join(folder, 'node_api.h')))
if (found === undefined) {
  console.error('node_api.h was not found: install the headers of node, such as the package libnode-dev')
  process.exit(1)
}
console.log(found)
