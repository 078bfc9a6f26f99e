'use strict'
// What is not for the eyes of a log: objects whose members are secret, or let in whoever holds them.

const { inspect } = require('node:util')

/** Of such an object util.inspect, and so console.log, shows the class alone. Its members and its JSON are as ever. */
class Redacted {
  [inspect.custom]() {
    return `${this.constructor.name} {}`
  }
}

module.exports = { Redacted }
