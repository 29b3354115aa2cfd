/**
 * Distinguished names (RFC 4514) in a form that can be compared.
 */

/** From the entry up to the root; two names of one entry have the same. */
export type Dn = readonly string[]

const HEX_PAIR = /^[0-9a-fA-F]{2}$/
const MAX_DN = 8192

/** null where the text is no distinguished name. The empty text is that of the root. */
export function parseDn(text: string): Dn | null {
  if (text.length > MAX_DN) return null
  if (text.trim() === '') return []
  const names: string[] = []
  for (const rdn of splitUnescaped(text, /[,;]/)) {
    const parts = splitUnescaped(rdn, /\+/).map(canonicalPart)
    if (!parts.every((part) => part !== null)) return null
    const [one, ...more] = parts.toSorted((a, b) => (a < b ? -1 : 1))
    names.push(more.length === 0 ? (one ?? '') : JSON.stringify([one, ...more]))
  }
  return names
}

/** Whether an entry is at or below another one. */
export const isWithin = (entry: Dn, base: Dn): boolean =>
  entry.length >= base.length && base.every((part, i) => part === entry.at(i - base.length))

/** For maps and sets: nothing that is in a part can be taken for the end of it. */
export const dnKey = (dn: Dn): string => JSON.stringify(dn)

/** The text of the domain that a name is in (`DC=…,DC=…` at its end); the name where it has none. */
export function domainOf(text: string): string {
  const parts = splitUnescaped(text, /[,;]/)
  const first = parts.findLastIndex((part) => !/^\s*dc\s*=/i.test(part)) + 1
  return first === parts.length ? text : parts.slice(first).join(',').trim()
}

function splitUnescaped(text: string, at: RegExp): string[] {
  const parts = ['']
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const one = text[i]!
    if (one === '\\') parts[parts.length - 1] += one + (text[++i] ?? '')
    else if (one === '"') {
      quoted = !quoted
      parts[parts.length - 1] += one
    } else if (!quoted && at.test(one)) parts.push('')
    else parts[parts.length - 1] += one
  }
  return parts
}

/** `type=value`: the type in lower case, the value unescaped, its spaces and case folded. */
function canonicalPart(part: string): string | null {
  const [, type = '', typed = ''] =
    /^\s*([A-Za-z][\w-]*|\d+(?:\.\d+)*)\s*=\s*([^]*)$/.exec(part) ?? []
  if (type === '') return null
  const value = unescaped(withoutEnd(typed))
  return value === null
    ? null
    : `${type.toLowerCase()}=${value.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase()}`
}

/** Spaces at the end that are not escaped do not belong to it. */
const withoutEnd = (value: string): string => value.replace(/((?:\\.)?) *$/, '$1')

function unescaped(value: string): string | null {
  const bare = /^"[^]*"$/.test(value) ? value.slice(1, -1) : value
  const bytes: Buffer[] = []
  for (let i = 0; i < bare.length;) {
    if (bare[i] !== '\\') {
      const point = String.fromCodePoint(bare.codePointAt(i)!)
      bytes.push(Buffer.from(point))
      i += point.length
      continue
    }
    const pair = bare.slice(i + 1, i + 3)
    if (HEX_PAIR.test(pair)) {
      bytes.push(Buffer.from(pair, 'hex'))
      i += 3
    } else if (pair !== '') {
      bytes.push(Buffer.from(pair[0]!))
      i += 2
    } else return null
  }
  return Buffer.concat(bytes).toString('utf8')
}
