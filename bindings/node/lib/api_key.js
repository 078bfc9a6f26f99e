'use strict'
// API keys of a service's own. access.d.ts has the contract.

const { addon } = require('./native.js')
const { Answer } = require('./redacted.js')

function generateApiKey(prefix) {
  const [apiKey, digest] = addon.apiKeyGenerate(prefix)
  return new Answer({ apiKey, digest })
}

function checkApiKey(apiKey) {
  const [prefix, digest] = addon.apiKeyCheck(apiKey)
  return { valid: prefix !== null, prefix, digest }
}

module.exports = { generateApiKey, checkApiKey }
