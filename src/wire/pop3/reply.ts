/**
 * One line of a POP3 server's answer (RFC 1939 §3, response codes of RFC 2449 §8, RFC 5034 §4).
 */

export type Reply =
  | { reply: 'ok'; text: string }
  /** `code` in capitals, without brackets: AUTH, IN-USE, SYS/TEMP. */
  | { reply: 'error'; code: string | null; text: string }
  /** A challenge, in base64 still. */
  | { reply: 'continue'; text: string }

/** @param line without its CRLF @returns null: not an answer */
export function readReply(line: Buffer): Reply | null {
  const text = line.toString('latin1')
  if (/^\+OK(?: |$)/.test(text)) return { reply: 'ok', text: text.slice(4) }
  if (/^-ERR(?: |$)/.test(text)) {
    const [, code] = /^\[([A-Za-z0-9/_-]{1,40})\]/.exec(text.slice(5)) ?? []
    return { reply: 'error', code: code?.toUpperCase() ?? null, text: text.slice(5) }
  }
  // Some servers write an empty challenge without the space.
  return /^\+(?: |$)/.test(text) ? { reply: 'continue', text: text.slice(2) } : null
}
