/**
 * A pull parser for XML 1.0 with namespaces, for what WebDAV clients send.
 *
 * It has no document type: a DTD is refused where it begins, so there are no entities but the five
 * of XML itself, nothing to expand and nothing to fetch. Depth, size and counts are bounded.
 */
import { utf8 } from '#base/bytes.ts'
import { Problem } from '#base/problem.ts'
import { MAX_XML_ATTRIBUTES, MAX_XML_DEPTH, MAX_XML_NODES } from './limits.ts'
import { isXmlText } from './xml-text.ts'

export type XmlName = {
  readonly namespace: string
  readonly local: string
  readonly prefix: string
}
export type XmlAttribute = XmlName & { readonly value: string }
export type XmlEvent =
  | { is: 'open'; name: XmlName; attributes: readonly XmlAttribute[] }
  | { is: 'close' }
  | { is: 'text'; text: string }

export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace'
const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/'
const SPACE = '[ \\t\\r\\n]'
const NAME =
  '[A-Za-z_\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}]' +
  '[A-Za-z0-9_.\\u00b7\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u203f\\u2040\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}-]*'
const QUALIFIED = `(?:(${NAME}):)?(${NAME})`
const OPEN = new RegExp(`<${QUALIFIED}`, 'uy')
const ATTRIBUTE = new RegExp(
  `${SPACE}+${QUALIFIED}${SPACE}*=${SPACE}*(?:"([^"<]*)"|'([^'<]*)')`,
  'uy',
)
const OPEN_END = new RegExp(`${SPACE}*(/?)>`, 'y')
const CLOSE = new RegExp(`</((?:${NAME}:)?${NAME})${SPACE}*>`, 'uy')
const DECLARATION = /<\?xml(?:[ \t\r\n][^?<>]*)?\?>/y
const REFERENCE = /&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));|&/g
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

const bad = (what: string): Problem => new Problem('invalid', `The XML is not taken: ${what}.`)

type Scope = { readonly [prefix: string]: string }
type Open = { readonly qualified: string; readonly scope: Scope }

export class XmlReader {
  readonly #text: string
  #at = 0
  #nodes = 0
  #closing = false
  #done = false
  readonly #open: Open[] = []

  constructor(text: string) {
    if (!isXmlText(text)) throw bad('it has characters that XML does not have')
    this.#text = text
    DECLARATION.lastIndex = 0
    if (DECLARATION.test(text)) this.#at = DECLARATION.lastIndex
  }

  /** The next event, or null at the end of the document. @throws Problem `invalid`, `forbidden` for a DTD */
  next(): XmlEvent | null {
    if (this.#closing) return this.#closed()
    while (this.#at < this.#text.length) {
      if (++this.#nodes > MAX_XML_NODES) throw bad('it has too many parts')
      if (this.#text[this.#at] !== '<') {
        const event = this.#characters()
        if (event) return event
      } else if (this.#text.startsWith('<!--', this.#at)) this.#skip('-->', 4, /--(?!>)/)
      else if (this.#text.startsWith('<?', this.#at)) this.#skip('?>', 2, /^<\?xml[ \t\r\n?]/i)
      else if (this.#text.startsWith('<![CDATA[', this.#at)) return this.#cdata()
      else if (this.#text.startsWith('</', this.#at)) return this.#close()
      else if (this.#text.startsWith('<!', this.#at))
        throw new Problem('forbidden', 'A document type is not taken.', {
          fields: [{ field: 'body', fault: 'no-external-entities' }],
        })
      else return this.#element()
    }
    if (!this.#done) throw bad('it ends too early')
    return null
  }

  #characters(): XmlEvent | null {
    const end = this.#text.indexOf('<', this.#at)
    const raw = this.#text.slice(this.#at, end === -1 ? this.#text.length : end)
    this.#at += raw.length
    if (this.#open.length > 0) return { is: 'text', text: resolved(raw) }
    if (/[^ \t\r\n]/.test(raw)) throw bad('there is text outside of the document')
    return null
  }

  #skip(end: string, head: number, never: RegExp): void {
    const to = this.#text.indexOf(end, this.#at + head)
    if (
      to === -1 ||
      never.test(this.#text.slice(this.#at + (head === 4 ? 4 : 0), to + (head === 4 ? 0 : 2)))
    )
      throw bad('a comment or an instruction is malformed')
    this.#at = to + end.length
  }

  #cdata(): XmlEvent {
    const to = this.#text.indexOf(']]>', this.#at)
    if (to === -1 || this.#open.length === 0) throw bad('a CDATA section is malformed')
    const text = lineEnds(this.#text.slice(this.#at + 9, to))
    this.#at = to + 3
    return { is: 'text', text }
  }

  #element(): XmlEvent {
    OPEN.lastIndex = this.#at
    const [found, prefix = '', local = ''] = OPEN.exec(this.#text) ?? []
    if (found === undefined || this.#done) throw bad('an element is malformed')
    this.#at += found.length
    const raw: { prefix: string; local: string; value: string }[] = []
    for (;;) {
      ATTRIBUTE.lastIndex = this.#at
      const match = ATTRIBUTE.exec(this.#text)
      if (!match) break
      if (raw.length >= MAX_XML_ATTRIBUTES) throw bad('an element has too many attributes')
      const value = resolved((match[3] ?? match[4] ?? '').replaceAll(/[\t\r\n]/g, ' '))
      raw.push({ prefix: match[1] ?? '', local: match[2] ?? '', value })
      this.#at = ATTRIBUTE.lastIndex
    }
    OPEN_END.lastIndex = this.#at
    const end = OPEN_END.exec(this.#text)
    if (!end) throw bad('an element is malformed')
    this.#at = OPEN_END.lastIndex
    if (this.#open.length >= MAX_XML_DEPTH) throw bad('it is nested too deep')
    const scope = declared(raw, this.#open.at(-1)?.scope ?? { xml: XML_NAMESPACE })
    const name = { namespace: namespaceOf(prefix, scope, true), local, prefix }
    this.#open.push({ qualified: found.slice(1), scope })
    this.#closing = end[1] === '/'
    return { is: 'open', name, attributes: attributesOf(raw, scope) }
  }

  #close(): XmlEvent {
    CLOSE.lastIndex = this.#at
    const found = CLOSE.exec(this.#text)
    if (!found || found[1] !== this.#open.at(-1)?.qualified)
      throw bad('elements do not close in order')
    this.#at = CLOSE.lastIndex
    return this.#closed()
  }

  #closed(): XmlEvent {
    this.#closing = false
    this.#open.pop()
    this.#done = this.#open.length === 0
    return { is: 'close' }
  }
}

type RawAttribute = { prefix: string; local: string; value: string }
const declares = ({ prefix, local }: RawAttribute): boolean =>
  prefix === 'xmlns' || (prefix === '' && local === 'xmlns')

function declared(raw: readonly RawAttribute[], outer: Scope): Scope {
  const own = raw.filter(declares)
  if (own.length === 0) return outer
  const scope: Record<string, string> = Object.assign(Object.create(null), outer)
  const seen = new Set<string>()
  for (const { prefix, local, value } of own) {
    const name = prefix === '' ? '' : local
    if (seen.has(name)) throw bad('a namespace is declared twice')
    if (
      value === XMLNS_NAMESPACE ||
      name === 'xmlns' ||
      (name === 'xml') !== (value === XML_NAMESPACE)
    )
      throw bad('a reserved namespace is declared')
    if (name !== '' && value === '') throw bad('a prefix is taken back') // Namespaces in XML 1.0 §5
    seen.add(name)
    scope[name] = value
  }
  return scope
}

function namespaceOf(prefix: string, scope: Scope, withDefault: boolean): string {
  if (prefix === '') return withDefault ? (scope[''] ?? '') : ''
  const namespace = Object.hasOwn(scope, prefix) ? scope[prefix] : undefined
  if (namespace === undefined) throw bad('a prefix is not declared')
  return namespace
}

function attributesOf(raw: readonly RawAttribute[], scope: Scope): XmlAttribute[] {
  const attributes = raw
    .filter((one) => !declares(one))
    .map((one) => ({ ...one, namespace: namespaceOf(one.prefix, scope, false) }))
  const names = new Set(attributes.map((one) => `${one.namespace} ${one.local}`))
  if (names.size !== attributes.length) throw bad('an attribute comes twice')
  return attributes
}

const lineEnds = (text: string): string =>
  text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text

function resolved(raw: string): string {
  if (raw.includes(']]>')) throw bad('the end of a section has no beginning')
  const text = lineEnds(raw)
  if (!text.includes('&')) return text
  return text.replaceAll(REFERENCE, (_, hex?: string, decimal?: string, named?: string) => {
    if (named !== undefined) return NAMED[named]!
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    if (Number.isNaN(code) || code > 0x10ffff) throw bad('a reference means nothing')
    const character = String.fromCodePoint(code)
    if (!isXmlText(character)) throw bad('a reference means a character that XML does not have')
    return character
  })
}

/** UTF-8, or UTF-16 with its mark (every XML reader takes both); anything else is refused. */
export function xmlFromBytes(bytes: Uint8Array): string {
  const [first = 0, second = 0] = bytes
  const wide =
    first === 0xff && second === 0xfe
      ? 'utf-16le'
      : first === 0xfe && second === 0xff
        ? 'utf-16be'
        : null
  const text = wide === null ? utf8(bytes) : utf16(bytes, wide)
  if (text === null) throw bad('it is not UTF-8')
  const bare = text.startsWith('\ufeff') ? text.slice(1) : text
  const [, encoding = wide ?? 'utf-8'] =
    /^<\?xml[^>]*?encoding[ \t\r\n]*=[ \t\r\n]*["']([^"']*)["']/.exec(bare) ?? []
  const known = wide === null ? /^(utf-8|us-ascii)$/i : /^utf-16(le|be)?$/i
  if (!known.test(encoding)) throw bad('its encoding is not UTF-8')
  return bare
}

function utf16(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
