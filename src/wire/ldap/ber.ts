/**
 * BER as LDAP restricts it (RFC 4511 §5.1): definite lengths and tags of one byte.
 */

/** A value from `from` to `to`; the next element begins at `to`. */
export type Element = { readonly tag: number; readonly from: number; readonly to: number }

const LONG_FORM = 0x80
/** Four bytes of length are 4 GiB: nobody needs a fifth. */
const MOST_LENGTH_BYTES = 4

/**
 * The element that begins at `at`. Its value may reach beyond `end`; the caller knows what that means.
 * @returns null where its header is not whole yet, `malformed` where it can be none
 */
export function elementAt(
  bytes: Uint8Array,
  at: number,
  end: number,
): Element | null | 'malformed' {
  if (end - at < 2) return null
  const tag = bytes[at]!
  // A tag number of 31 says that more bytes of tag follow: LDAP has none.
  if ((tag & 0x1f) === 0x1f) return 'malformed'
  const first = bytes[at + 1]!
  if (first < LONG_FORM) return { tag, from: at + 2, to: at + 2 + first }
  const count = first - LONG_FORM
  if (count === 0 || count > MOST_LENGTH_BYTES) return 'malformed'
  const from = at + 2 + count
  if (from > end) return null
  let length = 0
  for (let i = at + 2; i < from; i++) length = length * 256 + bytes[i]!
  return { tag, from, to: from + length }
}

/** The elements that fill a range exactly, or null when they do not. */
export function elementsIn(
  bytes: Uint8Array,
  { from, to }: Pick<Element, 'from' | 'to'>,
): readonly Element[] | null {
  const found: Element[] = []
  for (let at = from; at < to;) {
    const element = elementAt(bytes, at, to)
    if (element === null || element === 'malformed' || element.to > to) return null
    found.push(element)
    at = element.to
  }
  return found
}
