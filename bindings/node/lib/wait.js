'use strict'
// What takes time: a promise over a wait of the library, which the event loop watches.

const { invalid, optionsOf } = require('./argument.js')
const { addon } = require('./native.js')

const example = '{ signal, timeoutMs: 5000 }'

/** How to wait, from the options of a call that may have others too: those are the rest. */
function waitingOf(options, others = []) {
  const { signal, timeoutMs = 30_000, ...rest } = optionsOf(options, ['signal', 'timeoutMs', ...others], example)
  if (signal !== undefined && typeof signal?.throwIfAborted !== 'function') throw invalid('options: signal must be an AbortSignal')
  signal?.throwIfAborted()
  return { waiting: { signal, timeoutMs }, ...rest }
}

/** The parts of the result of what `begin(timeoutMs)` begins. Who aborts is released at once; what others wait for too goes on. */
async function waited(begin, { signal, timeoutMs }) {
  const wait = begin(timeoutMs)
  const cancel = () => addon.waitCancel(wait)
  signal?.addEventListener('abort', cancel)
  try {
    // To watch costs more than most of what is over at once.
    const atHand = addon.waitResult(wait)
    if (atHand !== undefined) return atHand
    await new Promise((ready) => addon.waitWatch(wait, ready))
    signal?.throwIfAborted()
    return addon.waitResult(wait)
  } finally {
    signal?.removeEventListener('abort', cancel)
    addon.close(wait)
  }
}

function stopRuntime(timeoutMs = 1000) {
  addon.runtimeStop(timeoutMs)
}

module.exports = { waitingOf, waited, stopRuntime }
