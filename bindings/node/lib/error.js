'use strict'
// The one error of the library; the addon makes it. index.d.ts has the contract.

class JetonError extends Error {
  constructor(message, status, number, claim, httpStatus, serverCode) {
    super(message)
    this.code = `ERR_JETON_${status}`
    this.status = status
    this.number = number
    this.claim = claim
    this.httpStatus = httpStatus
    this.serverCode = serverCode
  }
}

// On the prototype, as Error's own name is: it is no property of an instance.
Object.defineProperty(JetonError.prototype, 'name', { value: 'JetonError', configurable: true, writable: true })

module.exports = { JetonError }
