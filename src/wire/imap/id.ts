/**
 * ID (RFC 2971): what a client says of itself, `("name" "Outlook" "version" "16")`.
 */
import { utf8 } from '#base/bytes.ts'
import type { Argument } from './command.ts'

/** §3.3: at most 30 pairs. */
const MAX_PAIRS = 30

/**
 * `name/version`, or the name alone; empty when it does not say. null: that is no ID. Nothing in it
 * is a fact.
 */
export function readId(args: readonly Argument[]): string | null {
  const [first, ...rest] = args
  if (isNil(first)) return rest.length === 0 ? '' : null
  if (first?.is !== '(' || rest.pop()?.is !== ')') return null
  if (rest.length % 2 !== 0 || rest.length > 2 * MAX_PAIRS) return null
  const said = new Map<string, string>()
  for (let i = 0; i < rest.length; i += 2) {
    const [field, value] = [rest[i], rest[i + 1]]
    if (field?.is !== 'string' || (value?.is !== 'string' && !isNil(value))) return null
    // What is not UTF-8 is as if it was not said.
    const [name, word] = [utf8(field.bytes), value?.is === 'string' ? utf8(value.bytes) : null]
    if (name !== null && word !== null) said.set(name.toLowerCase(), word)
  }
  return [said.get('name'), said.get('version')].filter(Boolean).join('/')
}

const isNil = (one: Argument | undefined): boolean =>
  one?.is === 'atom' && one.text.toUpperCase() === 'NIL'
