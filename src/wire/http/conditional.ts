/**
 * Conditional requests (RFC 9110 §13): If-Match, If-None-Match, If-(Un)Modified-Since, If-Range.
 */
import { readHttpDate } from './date.ts'

/** What a resource is now; null when there is none. `mtime` in milliseconds. */
export type Representation = { readonly etag: string | null; readonly mtime: number } | null

export type Conditions = {
  readonly ifMatch: string | undefined
  readonly ifNoneMatch: string | undefined
  readonly ifModifiedSince: string | undefined
  readonly ifUnmodifiedSince: string | undefined
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

/** null when no condition was sent, which is what nearly every request does. */
export function conditionsOf(headers: Headers): Conditions | null {
  const one = (name: string): string | undefined => {
    const value = headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }
  const found = {
    ifMatch: one('if-match'),
    ifNoneMatch: one('if-none-match'),
    ifModifiedSince: one('if-modified-since'),
    ifUnmodifiedSince: one('if-unmodified-since'),
  }
  return Object.values(found).some((value) => value !== undefined) ? found : null
}

/** In the order of RFC 9110 §13.2.2. `reading`: GET and HEAD, for which "not modified" is an answer. */
export function evaluate(
  conditions: Conditions | null,
  now: Representation,
  reading: boolean,
): 'go_on' | 304 | 412 {
  if (!conditions) return 'go_on'
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions
  if (ifMatch !== undefined) {
    if (!listHas(ifMatch, now, strong)) return 412
  } else if (ifUnmodifiedSince !== undefined) {
    const since = readHttpDate(ifUnmodifiedSince)
    if (since !== null && (!now || seconds(now.mtime) > seconds(since))) return 412
  }
  if (ifNoneMatch !== undefined) {
    if (listHas(ifNoneMatch, now, weak)) return reading ? 304 : 412
  } else if (reading && ifModifiedSince !== undefined) {
    const since = readHttpDate(ifModifiedSince)
    if (since !== null && now && seconds(now.mtime) <= seconds(since)) return 304
  }
  return 'go_on'
}

/** Whether a Range header counts (RFC 9110 §13.1.5): the validator is exactly the present one. */
export function ifRangeHolds(
  header: string | undefined,
  now: NonNullable<Representation>,
): boolean {
  if (header === undefined) return true
  if (header.includes('"')) return now.etag !== null && strong(header.trim(), now.etag)
  const date = readHttpDate(header)
  return date !== null && seconds(date) === seconds(now.mtime)
}

const seconds = (ms: number): number => Math.floor(ms / 1000)
const strong = (a: string, b: string): boolean => a === b && !a.startsWith('W/')
const weak = (a: string, b: string): boolean => a.replace(/^W\//, '') === b.replace(/^W\//, '')

function listHas(
  list: string,
  now: Representation,
  same: (a: string, b: string) => boolean,
): boolean {
  if (list.trim() === '*') return now !== null
  const etag = now?.etag
  if (etag === undefined || etag === null) return false
  return (list.match(/(?:W\/)?"[^"]*"/g) ?? []).some((one) => same(one, etag))
}
