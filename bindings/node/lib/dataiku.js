'use strict'
// Dataiku: identity, impersonation and user settings. client.d.ts has the contract.

const { invalid, jsonText } = require('./argument.js')
const { Client } = require('./client.js')
const { addon, Made, handleOf } = require('./native.js')
const { Answer, Redacted } = require('./redacted.js')

class Dataiku extends Client {
  constructor(config, options) {
    if (config instanceof Made) super(config)
    else super('dataiku', config, options)
  }

  async authInfo(args, options) {
    return new Answer(await this.call('auth_info', args, options))
  }

  async authInfoFromBrowserHeaders(args, options) {
    return new Answer(await this.call('auth_info_from_browser_headers', args, options))
  }

  ticketFromBrowserHeaders(args, options) {
    return this.call('ticket_from_browser_headers', args, options)
  }

  async ownSettings(options) {
    return new DataikuSettings(new Made(this), await this.callText('own_settings', {}, options))
  }

  async userSettings(login, options) {
    return new DataikuSettings(new Made(this), await this.callText('user_settings', { login }, options), login)
  }
}

/** A settings document as the text that the server sent, which every edit takes and gives: no number and no order of it is lost. */
class DataikuSettings extends Redacted {
  #client
  #text
  #login

  constructor(made, text, login) {
    super()
    if (!(made instanceof Made)) throw invalid('a DataikuSettings is made by ownSettings or userSettings of a Dataiku')
    this.#client = made.handle
    this.#text = text
    this.#login = login
  }

  toText() {
    return this.#text
  }

  toJSON() {
    return JSON.parse(this.#text)
  }

  addSecret(name, value) {
    return this.#edit('add_secret', { name, value })
  }

  removeSecret(name) {
    return this.#edit('remove_secret', { name })
  }

  setUserProperty(name, value) {
    return this.#edit('set_user_property', { name, value })
  }

  setBasicConnectionCredential(connection, login, password) {
    return this.#edit('set_basic_connection_credential', { connection, login, password })
  }

  removeConnectionCredential(connection) {
    return this.#edit('remove_connection_credential', { connection })
  }

  setBasicPluginCredential(parameter, login, password) {
    return this.#edit('set_basic_plugin_credential', { ...parameter, login, password })
  }

  setOAuth2PluginCredential(parameter, refreshToken) {
    return this.#edit('set_oauth2_plugin_credential', { ...parameter, refresh_token: refreshToken })
  }

  removePluginCredential(parameter) {
    return this.#edit('remove_plugin_credential', parameter)
  }

  async save(options) {
    const [operation, args] = this.#login === undefined ? ['save_own_settings', {}] : ['save_user_settings', { login: this.#login }]
    await this.#client.callText(operation, withSettings(this.#text, args), options)
  }

  #edit(operation, args) {
    this.#text = addon.clientEdit(handleOf(this.#client), operation, withSettings(this.#text, args))[0]
    return this
  }
}

/** Arguments with the settings as they stand. */
function withSettings(settings, args) {
  const members = jsonText(args, 'args').slice(1)
  return `{"settings":${settings}${members === '}' ? '' : ','}${members}`
}

module.exports = { Dataiku, DataikuSettings }
