/**
 * Why a directory gave no answer that can be used. None of it says anything about a person or about
 * what was typed.
 */

/** Each with what it means; the words stand in the provider's row, the audit and the log. */
export const DIRECTORY_FAILURES = {
  dns: 'The name of the host is not known.',
  not_allowed: 'The host is in a network that the operator has not opened.',
  network: 'The host does not take connections, or ended one.',
  timeout: 'The host takes connections and does not answer in time.',
  tls: 'The certificate is not trusted, is for another name, or has ended; or TLS failed.',
  start_tls: 'The directory does not begin TLS when it is asked to.',
  malformed: 'What came back is not LDAP.',
  too_large: 'The directory answers more than is taken.',
  bind: 'The directory refuses the account that searches.',
  base: 'There is no entry where the search begins.',
  filter: 'The directory does not take the filter.',
  referral: 'The directory points to another one. It is not followed.',
  no_group: 'The group whose members come in is not there, or cannot be read.',
  shows_nobody: 'The account that searches sees nobody any more.',
  refused: 'The directory refuses what was asked.',
  busy: 'The directory is too busy.',
  away: 'It did not answer a moment ago, and is asked again soon.',
} as const
export type DirectoryFailure = keyof typeof DIRECTORY_FAILURES

/** `message` names the host and the failure, never what was sent or what came back. */
export class DirectoryError extends Error {
  override readonly name = 'DirectoryError'
  readonly failure: DirectoryFailure
  constructor(failure: DirectoryFailure, where: string, cause?: unknown) {
    super(`${where} cannot be asked (${failure}).`, { cause })
    this.failure = failure
  }
}

/**
 * What is kept of a refusal: its codes. The text that comes with it is the directory's own, and could
 * repeat what it was sent.
 */
export function refusalCodes(code: number, says: string): Error {
  const [subCode] = /\bdata [0-9a-f]{3,8}\b/i.exec(says) ?? []
  return new Error(`Result code ${code}${subCode === undefined ? '' : `, ${subCode}`}.`)
}

/** Such a failure of one server may be none of the next. */
export const isOfTheServer = (failure: DirectoryFailure): boolean =>
  !['bind', 'base', 'filter', 'referral', 'no_group', 'shows_nobody', 'refused'].includes(failure)

/** Result codes (RFC 4511 appendix A) of searches that say something more than "no". */
const BY_CODE: Readonly<Record<number, DirectoryFailure>> = {
  3: 'busy', // timeLimitExceeded
  10: 'referral',
  11: 'busy', // adminLimitExceeded
  18: 'filter', // inappropriateMatching
  21: 'filter', // invalidAttributeSyntax
  32: 'base',
  34: 'base', // invalidDNSyntax
  51: 'busy',
  52: 'busy', // unavailable
}

export const failureOfCode = (code: number): DirectoryFailure => BY_CODE[code] ?? 'refused'
