/**
 * Under which name a mailbox is opened with a token, and as whom it sends.
 *
 * IMAP and POP of a shared mailbox take its address with the token of a delegate. SMTP of Exchange
 * Online refuses that: there the delegate signs in, and the shared address stands in MAIL FROM, for
 * which the delegate needs the right Send As. A token of the application itself opens any mailbox
 * that the application was given, under the address of that mailbox.
 */

type Mailbox = {
  readonly email: string
  readonly shared: boolean
  /** Who signed in at the provider; null for an application of its own. */
  readonly signedInAs: string | null
  readonly appOnly: boolean
}

export function mailboxIdentity({ email, shared, signedInAs, appOnly }: Mailbox): {
  readonly imapUser: string
  readonly popUser: string
  readonly smtpUser: string
  readonly from: string
} {
  const smtpUser = shared && !appOnly ? (signedInAs ?? email) : email
  return { imapUser: email, popUser: email, smtpUser, from: email }
}
