'use strict'
// Objects that a caller gives, taken with all that they hold or not at all: a check that got lost must not become no check.

function invalid(message) {
  return Object.assign(new TypeError(message), { code: 'ERR_INVALID_ARG_TYPE' })
}

/** The JSON text of a policy, of options or of arguments, which is what `{}` and `[]` hold. A string is such a text already. */
function jsonText(value, name) {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) throw invalid(`${name} must be a plain object or a JSON text`)
  return stringify(value, name, false)
}

/** As jsonText, but undefined stays what it is: nothing was given. */
function optionalJsonText(value, name) {
  return value === undefined ? undefined : jsonText(value, name)
}

/**
 * The JSON text of an environment: the one that was given, else the one of this thread. The library could read that of the process by
 * itself, but another thread may be writing it, and a worker has one of its own.
 */
function environmentText(environment) {
  return jsonText(environment === undefined ? { ...process.env } : environment, 'environment')
}

/** The JSON text of any value, a text among them. */
function valueText(value, name) {
  return stringify(value, name, false)
}

/** The JSON text of claims. In them an object may speak for itself, as a Date does, by a `toJSON`. */
function claimsText(claims) {
  if (typeof claims !== 'object' || claims === null) throw invalid('claims must be an object; for JSON text there is another method')
  return isPlainJson(claims) ? JSON.stringify(claims) : stringify(claims, 'claims', true)
}

/** Whether a value holds nothing but what JSON.stringify writes as it is. Nearly all claims do, and need not be asked member by member. */
function isPlainJson(value) {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || typeof value.toJSON === 'function') return false
  let count = 0
  if (Array.isArray(value)) {
    while (count < value.length && isPlainJson(value[count])) count += 1
    return count === value.length
  }
  if (!isPlain(value)) return false
  for (const member in value) {
    if (!isPlainJson(value[member])) return false
    count += 1
  }
  return count === Reflect.ownKeys(value).length
}

/** The time of a call: the option `now`, else the system clock. */
function seconds(options) {
  const now = optionOf(options, 'now', '{ now: 1700000000 }')
  return now === undefined ? Math.floor(Date.now() / 1000) : now
}

/** The one member that the options of a call may have. */
function optionOf(options, name, example) {
  return optionsOf(options, [name], example)[name]
}

/** The members that the options of a call may have, in an object of its own. */
function optionsOf(options, names, example) {
  if (options === undefined) return {}
  if (!isPlain(options)) throw invalid(`options must be a plain object such as ${example}`)
  const unknown = Reflect.ownKeys(options).find((member) => !names.includes(member))
  if (unknown !== undefined) throw invalid(`options: ${speakable(unknown)} is unknown`)
  return { ...options }
}

/** JSON.stringify, but what it would drop, turn into null or write in part is refused. */
function stringify(value, name, speaks) {
  let first = true
  const places = new Map()
  return JSON.stringify(value, function (member, inner) {
    const place = () => first ? name : `${places.get(this)}${Array.isArray(this) ? `[${member}]` : `.${speakable(member)}`}`
    // Not what this object holds: a `toJSON` spoke for that, and its null, as of a Date that is none, is a value lost.
    const spoken = inner !== this[member]
    if (!isWhole(inner) || (spoken && (!speaks || inner === null))) {
      if (first) throw invalid(`${name} must be a plain object`)
      throw invalid(`${place()} ${inner === undefined ? 'is undefined' : 'has no JSON value'}`)
    }
    if (typeof inner === 'object') places.set(inner, place())
    first = false
    return inner
  })
}

/** Whether JSON has a form for all that a value holds by itself; what is in it is asked for in its turn. */
function isWhole(value) {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return value === null || typeof value === 'string' || typeof value === 'boolean'
  return Array.isArray(value) || (isPlain(value) && Reflect.ownKeys(value).length === Object.keys(value).length)
}

/** Whether a value is an object that has no members but its own. */
function isPlain(value) {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** The name of a member as Jeton says it too: one that nobody would choose may be anything that went astray, and is not repeated. */
function speakable(member) {
  return typeof member === 'string' && /^[\w.:[\]-]{1,40}$/.test(member) ? member : '(an odd name)'
}

module.exports = { invalid, jsonText, optionalJsonText, environmentText, valueText, claimsText, seconds, optionOf, optionsOf }
