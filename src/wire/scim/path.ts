/**
 * Paths of SCIM PATCH (RFC 7644 §3.5.2): an attribute, of a list the values that fit a filter, and of
 * those a part: `active`, `name.familyName`, `members[value eq "x"]`, `emails[type eq "work"].value`.
 */
import { invalid } from '#base/problem.ts'
import { ATTRIBUTE, pathOf, type AttributePath } from './attribute.ts'
import { FilterReader, type Filter } from './filter.ts'

/** `sub` is there only behind a filter; without one it is the end of the path. */
export type Target = {
  readonly path: AttributePath
  readonly filter: Filter | null
  readonly sub: string | null
}

const MAX_PATH = 4096
const SUB = /\.([A-Za-z$][A-Za-z0-9_$-]{0,63})$/y

/** @throws Problem `invalid`, field `path` */
export function readPath(text: string): Target {
  const written = text.trim()
  ATTRIBUTE.lastIndex = 0
  const found = written.length > MAX_PATH ? null : ATTRIBUTE.exec(written)
  const path = found && pathOf(found)
  if (!path) throw notAPath()
  let at = ATTRIBUTE.lastIndex
  if (at === written.length) return { path, filter: null, sub: null }
  if (written[at] !== '[') throw notAPath()
  const { filter, end } = bracketed(written, at)
  at = end
  if (at === written.length) return { path, filter, sub: null }
  SUB.lastIndex = at
  const sub = SUB.exec(written)?.[1]
  if (sub === undefined) throw notAPath()
  return { path, filter, sub }
}

function bracketed(text: string, at: number): { filter: Filter; end: number } {
  const reader = new FilterReader(text, at)
  try {
    return { filter: reader.bracketed(), end: reader.at }
  } catch {
    throw notAPath()
  }
}

const notAPath = (): Error =>
  invalid('path', 'form', 'The path is not in the form of RFC 7644 §3.5.2.')
