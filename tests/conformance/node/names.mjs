// Things that one line opens under a name and others use.

import { Refusal } from './request.mjs'

const unknown = (name) => new Refusal('CONFIG', `nothing is open as ${JSON.stringify(name)}`)

/** The open things of one kind: a source, a client, … */
export class Names {
  #kind
  #open = new Map()

  constructor(kind) {
    this.#kind = kind
  }

  /** Opens what `make` makes under the name that the request has as `member`. What had the name is closed. */
  async open(request, make, member = this.#kind) {
    const name = request.text(member)
    const earlier = this.#open.get(name)
    this.#open.set(name, make())
    await earlier?.close()
  }

  of(request) {
    const name = request.text(this.#kind)
    if (!this.#open.has(name)) throw unknown(name)
    return this.#open.get(name)
  }

  async close(request) {
    const name = request.text(this.#kind)
    if (!this.#open.has(name)) throw unknown(name)
    const open = this.#open.get(name)
    this.#open.delete(name)
    await open.close()
  }
}
