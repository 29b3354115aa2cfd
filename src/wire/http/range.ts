/**
 * Byte ranges (RFC 9110 §14): which parts of a file a request asks for.
 */

/** First and last byte, both included. */
export type ByteRange = { readonly first: number; readonly last: number }

export type RangeRead =
  | { want: 'everything' } // no header, another unit, a bad form, or more than is reasonable
  | { want: 'nothing' } // a good form of which nothing is in the file: 416
  | { want: 'ranges'; ranges: readonly ByteRange[] }

/** A player or a resumed download asks for one; a PDF reader for a handful. */
export const MAX_RANGES = 16

/** Ranges are cut to the file; many, or ones that add up to more than the file, get the file. */
export function readRange(header: string | undefined, size: number): RangeRead {
  const [, list] = /^bytes=(.+)$/i.exec(header ?? '') ?? []
  if (list === undefined || list.length > MAX_RANGES * 48) return { want: 'everything' }
  const parts = list.split(',').map((part) => part.trim())
  if (parts.length > MAX_RANGES) return { want: 'everything' }
  const ranges: ByteRange[] = []
  let total = 0
  for (const part of parts) {
    const [whole, first = '', last = ''] = /^(\d*)-(\d*)$/.exec(part) ?? []
    if (whole === undefined || whole === '-') return { want: 'everything' }
    if (first !== '' && last !== '' && Number(last) < Number(first)) return { want: 'everything' }
    const range = cut(first, last, size)
    if (!range) continue
    ranges.push(range)
    total += range.last - range.first + 1
  }
  if (ranges.length === 0) return { want: 'nothing' }
  // Overlaps would let a short request cause an answer many times the size of the file.
  return total > size ? { want: 'everything' } : { want: 'ranges', ranges }
}

function cut(first: string, last: string, size: number): ByteRange | null {
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? null : { first: size - length, last: size - 1 }
  }
  if (Number(first) >= size) return null
  return { first: Number(first), last: last === '' ? size - 1 : Math.min(Number(last), size - 1) }
}
