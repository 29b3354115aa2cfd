/**
 * A mailbox as the API uses it: whose token, which servers, under which name; and what a mail server
 * answered, with what the error doctor says of it.
 */
import { Problem } from '#base/problem.ts'
import type { DoorNeeds } from '#changes/door.ts'
import { existingAccount } from '#changes/mail-accounts.ts'
import { existingApplication } from '#changes/oauth-applications.ts'
import { mailboxIdentity } from '#domain/mailbox-identity.ts'
import { readInbox } from '#mail/inbox.ts'
import type { MailAnswer, MailRefusal, MailServer } from '#mail/mail-server.ts'
import { sendAs, type Message } from '#mail/send-as.ts'
import { withToken, type Tokens } from '#mail/with-token.ts'
import type { MailAccountRow, OAuthApplicationRow } from '#store/schema.ts'
import type { Patient } from '#vault/cause.ts'
import type { OAuthClient } from '#vault/client.ts'
import { diagnose } from '#vault/diagnosis.ts'
import { diagnoseMail } from '#vault/mail-diagnosis.ts'
import type { Hosts } from '#vault/providers.ts'
import type { Answer } from './contract.ts'
import { diagnosisView, patientOf } from './oauth-applications.ts'

export type MailboxNeeds = Pick<DoorNeeds, 'store'> & {
  readonly clientOf: (row: OAuthApplicationRow) => Promise<OAuthClient>
  readonly addressOf: (host: string) => Promise<string>
  readonly tokens: Tokens
  readonly redirectUrl: string
}

/** @throws Problem `conflict` where there is no token, or no mail server */
export async function sendTestMessage(
  needs: MailboxNeeds,
  accountId: string,
  message: Omit<Message, 'from'>,
): Promise<Answer<'POST /mail-accounts/:id/test-message'>> {
  const { identity, server, patient } = await mailbox(needs, accountId)
  const { smtpUser, from } = identity
  const answer = await withToken(needs.tokens, accountId, (token) =>
    sendAs(server('smtp'), smtpUser, token, { from, ...message }),
  )
  return { ...said('smtp', answer, patient), messageId: answer.ok ? answer.messageId : null }
}

/** @throws Problem `conflict` where there is no token, or no mail server */
export async function inboxOf(
  needs: MailboxNeeds,
  accountId: string,
): Promise<Answer<'POST /mail-accounts/:id/inbox'>> {
  const { identity, server, patient } = await mailbox(needs, accountId)
  const answer = await withToken(needs.tokens, accountId, (token) =>
    readInbox(server('imap'), identity.imapUser, token),
  )
  const { total, messages } = answer.ok ? answer : { total: 0, messages: [] }
  return { ...said('imap', answer, patient), total, messages: [...messages] }
}

/** What the error doctor fills in for an account. */
export const accountPatient = (
  account: Pick<MailAccountRow, 'email'>,
  application: OAuthApplicationRow,
  redirectUrl: string,
): Patient => ({ ...patientOf(application, redirectUrl), email: account.email })

async function mailbox(needs: MailboxNeeds, id: string) {
  const account = await existingAccount(needs, id)
  const application = await existingApplication(needs, account.application_id)
  const { hosts, sasl, appOnly } = await needs.clientOf(application)
  if (!hosts)
    throw new Problem(
      'conflict',
      'The application names no mail servers. Give IMAP and SMTP hosts.',
    )
  const identity = mailboxIdentity({
    email: account.email,
    shared: account.shared === 1,
    signedInAs: account.initialised_as,
    appOnly,
  })
  const server = (kind: keyof Hosts): MailServer => ({
    ...hosts[kind],
    sasl,
    addressOf: needs.addressOf,
  })
  return { identity, server, patient: accountPatient(account, application, needs.redirectUrl) }
}

function said(
  by: 'imap' | 'smtp',
  answer: MailAnswer<{ readonly said?: string }>,
  patient: Patient,
): Pick<Answer<'POST /mail-accounts/:id/inbox'>, 'ok' | 'said' | 'diagnosis'> {
  if (answer.ok) return { ok: true, said: answer.said ?? '', diagnosis: null }
  return { ok: false, said: answer.said, diagnosis: diagnosisView(refusal(by, answer, patient)) }
}

const refusal = (by: 'imap' | 'smtp', { stage, said: text }: MailRefusal, patient: Patient) =>
  stage === 'sign_in' || stage === 'mailbox'
    ? diagnoseMail(by, text, patient)
    : diagnose({ failure: stage }, patient)
