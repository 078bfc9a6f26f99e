'use strict'
// TigerGraph: tokens and secrets. client.d.ts has the contract.

const { Client } = require('./client.js')
const { Answer } = require('./redacted.js')

class TigerGraph extends Client {
  constructor(config, options) {
    super('tigergraph', config, options)
  }

  async getToken(args, options) {
    return new Answer(await this.call('get_token', args, options))
  }

  async refreshToken(args, options) {
    return new Answer(await this.call('refresh_token', args, options))
  }

  deleteToken(args, options) {
    return this.call('delete_token', args, options)
  }

  checkToken(args, options) {
    return this.call('check_token', args, options)
  }

  getVersion(options) {
    return this.call('get_version', {}, options)
  }

  async getSecrets(args, options) {
    return new Answer(await this.call('get_secrets', args, options))
  }

  async createSecret(args, options) {
    return new Answer(await this.call('create_secret', args, options))
  }

  dropSecret(args, options) {
    return this.call('drop_secret', args, options)
  }
}

module.exports = { TigerGraph }
