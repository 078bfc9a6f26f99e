// The raw text of what a JSON object or array holds. JSON.parse would round 9007199254740993 and drop the first of two members of one
// name; what Jeton is to judge must reach it as it stood.

/** The members of the JSON object `text`, name to raw value text; of two with one name the last, as JSON.parse has it. */
export function membersOf(text) {
  if (!isObject(text)) throw new TypeError('not a JSON object')
  const members = new Map()
  let at = text.indexOf('{') + 1
  // `text` is valid JSON from here on, so every jump lands where the grammar says.
  while (text[(at = skipSpace(text, at))] !== '}') {
    if (text[at] === ',') at = skipSpace(text, at + 1)
    const nameEnd = skipString(text, at)
    const start = skipSpace(text, text.indexOf(':', nameEnd) + 1)
    const end = skipValue(text, start)
    members.set(JSON.parse(text.slice(at, nameEnd)), text.slice(start, end))
    at = end
  }
  return members
}

/** The items of the JSON array `text`, as raw text. */
export function itemsOf(text) {
  if (!Array.isArray(JSON.parse(text))) throw new TypeError('not a JSON array')
  const items = []
  let at = text.indexOf('[') + 1
  while (text[(at = skipSpace(text, at))] !== ']') {
    if (text[at] === ',') at = skipSpace(text, at + 1)
    const end = skipValue(text, at)
    items.push(text.slice(at, end))
    at = end
  }
  return items
}

/** Whether `text` is the JSON text of an object. */
export function isObject(text) {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

/** A JSON object with the raw members of the JSON object `text` first and `members`, pairs of name and raw text, after them. */
export function withMembers(text, members) {
  const inner = text.trim().slice(1, -1).trim()
  const added = members.map(([name, raw]) => `${JSON.stringify(name)}:${raw}`)
  return `{${[...(inner === '' ? [] : [inner]), ...added].join(',')}}`
}

function skipSpace(text, at) {
  while (' \t\r\n'.includes(text[at])) at++
  return at
}

function skipString(text, at) {
  for (at++; text[at] !== '"'; at++) if (text[at] === '\\') at++
  return at + 1
}

function skipValue(text, at) {
  if (text[at] === '"') return skipString(text, at)
  if (text[at] !== '{' && text[at] !== '[') return skipScalar(text, at)
  let depth = 0
  do {
    if (text[at] === '"') {
      at = skipString(text, at)
      continue
    }
    if ('{['.includes(text[at])) depth++
    if ('}]'.includes(text[at])) depth--
    at++
  } while (depth > 0)
  return at
}

function skipScalar(text, at) {
  while (!',}] \t\r\n'.includes(text[at])) at++
  return at
}
