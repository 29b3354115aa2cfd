/**
 * The Basic scheme (RFC 7617): a user name and a password out of an Authorization header.
 */
import { hasControls, utf8 } from '#base/bytes.ts'
import { Secret } from '#base/secret.ts'
import { readBase64 } from '../sasl/base64.ts'

export type BasicRead =
  | { read: 'nothing' } // no header, another scheme, or an empty name or password: ask for one
  | { read: 'malformed' } // not base64, not UTF-8, no colon, control characters
  | { read: 'credentials'; username: string; password: Secret }

/** The answer to a request that nobody may make; the same whatever the reason is. */
export const challenge = (realm: string): string => `Basic realm="${realm}", charset="UTF-8"`

/**
 * Strict base64 and strict UTF-8: two headers never mean the same credentials, and no bytes are
 * folded into others. The first colon splits, so a password may have colons (RFC 7617 §2).
 */
export function readBasic(header: string | undefined): BasicRead {
  const [, token] = /^basic +([^ ]+) *$/i.exec(header ?? '') ?? []
  if (token === undefined) return { read: /^basic\b/i.test(header ?? '') ? 'malformed' : 'nothing' }
  const bytes = readBase64(token)
  if (bytes === null) return { read: 'malformed' }
  const text = utf8(bytes)
  const colon = text?.indexOf(':') ?? -1
  if (text === null || colon === -1 || hasControls(text)) return { read: 'malformed' }
  const username = text.slice(0, colon)
  const password = text.slice(colon + 1)
  if (username === '' || password === '') return { read: 'nothing' }
  return { read: 'credentials', username, password: new Secret(password) }
}
