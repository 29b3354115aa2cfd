/**
 * One line of an IMAP server before and at login (RFC 9051 §7): status, data, or continuation.
 */

export type Status = 'OK' | 'NO' | 'BAD' | 'PREAUTH' | 'BYE'

export type Response =
  | { readonly is: 'continuation'; readonly text: string }
  | {
      readonly is: 'status'
      /** null: untagged. */
      readonly tag: string | null
      readonly status: Status
      /** In capitals, without brackets: `AUTHENTICATIONFAILED`; null: none. */
      readonly code: string | null
      /** What the code holds behind its name: the capabilities. */
      readonly codeText: string
      readonly text: string
    }
  | { readonly is: 'data'; readonly name: string; readonly rest: string }
  | { readonly is: 'garbage' }

const STATUS = /^(\*|[!#-$&-',-[\]-z|}~]+) (OK|NO|BAD|PREAUTH|BYE)(?: (.*)|$)/i
const CODE = /^\[([A-Za-z0-9/._-]{1,64})(?: ([^\]]*))?\] ?(.*)$/
const DATA = /^\* ([A-Za-z][A-Za-z0-9.-]{0,63})(?: (.*)|$)/
/** Octets follow that are no line; before login no answer of interest has any. */
const LITERAL = /\{\d+\+?\}$/

/** @param line without its CRLF */
export function readResponse(line: Buffer): Response {
  const text = line.toString('latin1')
  if (text === '+' || text.startsWith('+ ')) return { is: 'continuation', text: text.slice(2) }
  if (LITERAL.test(text)) return { is: 'garbage' }
  const [, tag, status, said = ''] = STATUS.exec(text) ?? []
  if (tag !== undefined && status !== undefined) {
    const [, code = null, codeText = '', rest = said] = CODE.exec(said) ?? []
    return {
      is: 'status',
      tag: tag === '*' ? null : tag,
      status: status.toUpperCase() as Status,
      code: code?.toUpperCase() ?? null,
      codeText,
      text: rest,
    }
  }
  const [, name, rest = ''] = DATA.exec(text) ?? []
  return name === undefined ? { is: 'garbage' } : { is: 'data', name: name.toUpperCase(), rest }
}

/** The capabilities in this answer, as CAPABILITY or as a code; null: it has none. */
export function capabilitiesIn(response: Response): string[] | null {
  if (response.is === 'data' && response.name === 'CAPABILITY')
    return readCapabilities(response.rest)
  if (response.is === 'status' && response.code === 'CAPABILITY')
    return readCapabilities(response.codeText)
  return null
}

/** What cannot be an atom is left out: it would stand in an answer to the client. */
const readCapabilities = (text: string): string[] =>
  text.split(' ').filter((one) => /^[!#-$&-',-[^-z|}~+]{1,64}$/.test(one))
