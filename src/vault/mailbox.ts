/**
 * A mail account as it is used at its provider: which servers, under which names, and what the error
 * doctor fills in when they refuse.
 */
import { Problem } from '#base/problem.ts'
import { mailboxIdentity } from '#domain/mailbox-identity.ts'
import type { MailAccountRow } from '#store/schema.ts'
import type { Patient } from './cause.ts'
import { mailClientOf } from './client.ts'
import { accountPatient } from './patient.ts'
import type { Host, Hosts, Provider, Sasl } from './providers.ts'

export type MailboxNeeds = {
  readonly addressOf: (host: string) => Promise<string>
  readonly redirectUrl: string
}

type Account = Pick<MailAccountRow, 'email' | 'shared' | 'initialised_as'>
type Application = Parameters<typeof mailClientOf>[0] & Parameters<typeof accountPatient>[1]

export type Mailbox = {
  readonly identity: ReturnType<typeof mailboxIdentity>
  readonly server: (kind: keyof Hosts) => Host & {
    readonly sasl: readonly Sasl[]
    readonly addressOf: (host: string) => Promise<string>
  }
  readonly limits: Provider['limits']
  readonly patient: Patient
}

/** @throws Problem `conflict` where there is no mail server */
export function mailboxOf(
  { addressOf, redirectUrl }: MailboxNeeds,
  account: Account,
  application: Application,
): Mailbox {
  const { hosts, sasl, appOnly, provider } = mailClientOf(application)
  if (!hosts)
    throw new Problem(
      'conflict',
      'The application names no mail servers. Give IMAP and SMTP hosts.',
    )
  return {
    identity: mailboxIdentity({
      email: account.email,
      shared: account.shared === 1,
      signedInAs: account.initialised_as,
      appOnly,
    }),
    server: (kind) => ({ ...hosts[kind], sasl, addressOf }),
    limits: provider.limits,
    patient: accountPatient(account, application, redirectUrl),
  }
}
