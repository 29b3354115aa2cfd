/**
 * What an SMTP server says: a code, and one line or several (RFC 5321 §4.2).
 */

export type SmtpReply = {
  /** 200 to 599. */
  readonly code: number
  /** Without the code: at least one, possibly empty. */
  readonly lines: readonly string[]
}
export type ReplyRead =
  | { read: 'reply'; reply: SmtpReply }
  | { read: 'more' } // the line says that another follows
  | { read: 'malformed' }

/** Takes line after line, without their CRLF; after a whole reply the next one begins. */
export function replyReader(maxLines: number): (line: Buffer) => ReplyRead {
  let code: string | null = null
  let lines: string[] = []
  return (line) => {
    const [, digits, more, text = ''] =
      /^([2-5]\d\d)(?:([ -])(.*))?$/s.exec(line.toString('latin1')) ?? []
    const fits = digits !== undefined && (code === null || code === digits)
    if (!fits || lines.length === maxLines) return { read: 'malformed' }
    lines.push(text)
    code = digits
    if (more === '-') return { read: 'more' }
    const reply = { code: Number(digits), lines }
    code = null
    lines = []
    return { read: 'reply', reply }
  }
}

/** As one text, for the error doctor: what tells two servers apart often stands in the second line. */
export const replyText = ({ code, lines }: SmtpReply): string => `${code} ${lines.join(' ')}`
