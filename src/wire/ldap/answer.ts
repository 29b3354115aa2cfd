/**
 * What a directory may answer to a bind, a search or an extended request (RFC 4511 §4.1.1).
 *
 * Checked before a library reads it: one message has exactly the elements that the grammar names,
 * each within the one around it, so that a reader neither runs past an end nor waits for one.
 */
import { elementsIn, type Element } from './ber.ts'

const INTEGER = 0x02
const OCTETS = 0x04
const BOOLEAN = 0x01
const ENUMERATED = 0x0a
const SEQUENCE = 0x30
const SET = 0x31

const BIND_RESPONSE = 0x61
const SEARCH_ENTRY = 0x64
const SEARCH_DONE = 0x65
const SEARCH_REFERENCE = 0x73
const EXTENDED_RESPONSE = 0x78
const CONTROLS = 0xa0
const REFERRAL = 0xa3
/** serverSaslCreds, responseName, responseValue. */
const AFTER_RESULT: readonly number[] = [0x87, 0x8a, 0x8b]

/** Whether the bytes are one whole LDAPMessage with an answer that is understood. */
export function isAnswer(bytes: Uint8Array): boolean {
  const inside = (element: Element): readonly Element[] | null => elementsIn(bytes, element)
  const [message, ...more] = elementsIn(bytes, { from: 0, to: bytes.length }) ?? []
  if (message?.tag !== SEQUENCE || more.length > 0) return false
  const [id, operation, controls, ...rest] = inside(message) ?? []
  if (!id || !operation || rest.length > 0) return false
  if (id.tag !== INTEGER || !isShort(id, 4)) return false
  if (controls && (controls.tag !== CONTROLS || !areControls(controls, inside))) return false
  return isOperation(operation, inside)
}

/** The message ID of what `isAnswer` holds for one (0: the directory says it unasked), and what it is. */
export function answerOf(bytes: Uint8Array): { readonly id: number; readonly tag: number } {
  const [message] = elementsIn(bytes, { from: 0, to: bytes.length }) ?? []
  const [id, operation] = (message && elementsIn(bytes, message)) ?? []
  let number = 0
  for (let at = id?.from ?? 0; at < (id?.to ?? 0); at++) number = number * 256 + bytes[at]!
  return { id: number, tag: operation?.tag ?? 0 }
}

type Inside = (element: Element) => readonly Element[] | null

function isOperation(operation: Element, inside: Inside): boolean {
  const parts = inside(operation)
  if (!parts) return false
  switch (operation.tag) {
    case BIND_RESPONSE:
    case SEARCH_DONE:
    case EXTENDED_RESPONSE:
      return isResult(parts, inside)
    case SEARCH_ENTRY:
      return isEntry(parts, inside)
    case SEARCH_REFERENCE:
      return parts.length > 0 && areOctets(parts)
    default:
      return false
  }
}

function isResult([code, matched, message, ...rest]: readonly Element[], inside: Inside): boolean {
  if (!code || !matched || !message) return false
  return (
    code.tag === ENUMERATED &&
    isShort(code, 2) &&
    areOctets([matched, message]) &&
    rest.every(
      (part) =>
        AFTER_RESULT.includes(part.tag) ||
        (part.tag === REFERRAL && areOctets(inside(part) ?? [part])),
    )
  )
}

function isEntry([name, attributes, ...rest]: readonly Element[], inside: Inside): boolean {
  if (!name || !attributes || rest.length > 0) return false
  const list = inside(attributes)
  return (
    name.tag === OCTETS &&
    attributes.tag === SEQUENCE &&
    list !== null &&
    list.every((attribute) => {
      const [type, values, ...more] = inside(attribute) ?? []
      return (
        attribute.tag === SEQUENCE &&
        type?.tag === OCTETS &&
        values?.tag === SET &&
        more.length === 0 &&
        areOctets(inside(values) ?? [values])
      )
    })
  )
}

function areControls(controls: Element, inside: Inside): boolean {
  return (inside(controls) ?? [controls]).every((control) => {
    const [type, ...rest] = inside(control) ?? []
    const tags = rest.map(({ tag }) => tag)
    return (
      control.tag === SEQUENCE &&
      type?.tag === OCTETS &&
      (tags[0] !== BOOLEAN || isShort(rest[0]!, 1)) &&
      ['', `${BOOLEAN}`, `${OCTETS}`, `${BOOLEAN},${OCTETS}`].includes(tags.join())
    )
  })
}

const areOctets = (elements: readonly Element[]): boolean =>
  elements.every(({ tag }) => tag === OCTETS)

/** A number that is there and fits. */
const isShort = ({ from, to }: Element, most: number): boolean => to > from && to - from <= most
