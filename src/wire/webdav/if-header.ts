/**
 * The If header (RFC 4918 §10.4): lists of conditions on states, with or without a resource.
 */
import { MAX_CONDITIONS } from './limits.ts'

export type Condition = { readonly not: boolean } & (
  | { readonly is: 'token'; readonly token: string }
  | { readonly is: 'etag'; readonly etag: string }
)

/** `resource`: the URL or path that was tagged; null: the resource of the request. */
export type ConditionList = {
  readonly resource: string | null
  readonly conditions: readonly Condition[]
}

/** One list has to hold, with all of its conditions. */
export type IfHeader = readonly ConditionList[]

const TOKEN = /[ \t]*(?:(Not)\b[ \t]*)?(?:<([^<>\s]{1,2048})>|\[((?:W\/)?"[^"\]]{0,1024}")\])/iy
const TAG = /[ \t]*<([^<>\s]{1,8192})>[ \t]*/y
const LIST_OPEN = /[ \t]*\(/y
const LIST_CLOSE = /[ \t]*\)[ \t]*/y

/** null when the header is not in the form of the RFC: that is 400, not a condition that fails. */
export function readIf(header: string): IfHeader | null {
  const lists: ConditionList[] = []
  let at = 0
  let count = 0
  let resource: string | null = null
  const take = (form: RegExp): RegExpExecArray | null => {
    form.lastIndex = at
    const found = form.exec(header)
    if (found) at = form.lastIndex
    return found
  }
  while (at < header.length) {
    const tag = take(TAG)
    if (tag) {
      // Tagged and untagged lists do not mix.
      if (lists.length > 0 && resource === null) return null
      resource = tag[1]!
    }
    if (!take(LIST_OPEN)) return null
    const conditions: Condition[] = []
    for (let found = take(TOKEN); found; found = take(TOKEN)) {
      if (++count > MAX_CONDITIONS) return null
      const not = found[1] !== undefined
      if (found[2] !== undefined) conditions.push({ is: 'token', token: found[2], not })
      else conditions.push({ is: 'etag', etag: found[3]!, not })
    }
    if (conditions.length === 0 || !take(LIST_CLOSE)) return null
    lists.push({ resource, conditions })
  }
  return lists.length === 0 ? null : lists
}

/** Every token that the header names is "submitted" (RFC 4918 §7.5), whatever the conditions say. */
export function submittedTokens(lists: IfHeader): ReadonlySet<string> {
  const tokens = new Set<string>()
  for (const list of lists)
    for (const condition of list.conditions)
      if (condition.is === 'token') tokens.add(condition.token)
  return tokens
}

/** What a list is compared with: the present tag and the tokens of the locks that apply. */
export type StateNow = { readonly etag: string | null; readonly tokens: ReadonlySet<string> }

export const holds = (list: ConditionList, now: StateNow): boolean =>
  list.conditions.every((one) => {
    const fits = one.is === 'token' ? now.tokens.has(one.token) : one.etag === now.etag
    return fits !== one.not
  })
