'use strict'
// What is not for the eyes of a log: objects whose members are secret, or let in whoever holds them.

const { inspect } = require('node:util')

/** Of such an object util.inspect, and so console.log, shows the class alone. Its members and its JSON are as ever. */
class Redacted {
  [inspect.custom]() {
    return `${this.constructor.name} {}`
  }
}

/** What a server said, of which a log shows the class alone. */
class Answer extends Redacted {
  constructor(members) {
    super()
    Object.assign(this, members)
  }
}

module.exports = { Redacted, Answer }
