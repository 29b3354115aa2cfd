/**
 * SASL PLAIN (RFC 4616): `authzid NUL authcid NUL passwd`, decoded strictly or not at all.
 */
import { utf8 } from '#base/bytes.ts'
import { Secret } from '#base/secret.ts'

/** RFC 4616 §2 asks for 255 octets at least; no name and no password here comes near this. */
export const MAX_FIELD = 1024

export type PlainRead =
  | { ok: true; username: string; password: Secret }
  | { ok: false; why: 'fields' | 'empty' | 'too_long' | 'utf8' | 'other_identity' }

/**
 * @param message as decoded from base64
 * `other_identity`: an authzid that is not the authcid, byte for byte. Acting for somebody else is
 * never taken from the message; which mailbox is opened follows from the user name.
 */
export function readPlain(message: Buffer): PlainRead {
  const first = message.indexOf(0)
  const second = message.indexOf(0, first + 1)
  if (first === -1 || second === -1 || message.includes(0, second + 1))
    return { ok: false, why: 'fields' }
  const authzid = message.subarray(0, first)
  const authcid = message.subarray(first + 1, second)
  const passwd = message.subarray(second + 1)
  if ([authzid, authcid, passwd].some((field) => field.length > MAX_FIELD))
    return { ok: false, why: 'too_long' }
  if (authcid.length === 0 || passwd.length === 0) return { ok: false, why: 'empty' }
  if (authzid.length > 0 && !authzid.equals(authcid)) return { ok: false, why: 'other_identity' }
  const username = utf8(authcid)
  // Two passwords that are not UTF-8 would both become the same text of U+FFFD.
  const password = utf8(passwd)
  if (username === null || password === null) return { ok: false, why: 'utf8' }
  return { ok: true, username, password: new Secret(password) }
}
