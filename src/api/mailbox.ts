/**
 * A mailbox as the API uses it: whose token, which servers, under which name; and what a mail server
 * answered, with what the error doctor says of it.
 */
import type { DoorNeeds } from '#changes/door.ts'
import { existingAccount } from '#changes/mail-accounts.ts'
import { existingApplication } from '#changes/oauth-applications.ts'
import { readInbox } from '#mail/inbox.ts'
import type { MailAnswer } from '#mail/mail-server.ts'
import { sendAs, type Message } from '#mail/send-as.ts'
import { withToken, type Tokens } from '#mail/with-token.ts'
import type { Patient } from '#vault/cause.ts'
import { diagnoseMailFailure } from '#vault/mail-diagnosis.ts'
import { mailboxOf, type Mailbox, type MailboxNeeds as AtProvider } from '#vault/mailbox.ts'
import type { Answer } from './contract.ts'
import { diagnosisView } from './oauth-applications.ts'

export type MailboxNeeds = Pick<DoorNeeds, 'store'> &
  AtProvider & {
    readonly tokens: Tokens
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

async function mailbox(needs: MailboxNeeds, id: string): Promise<Mailbox> {
  const account = await existingAccount(needs, id)
  return mailboxOf(needs, account, await existingApplication(needs, account.application_id))
}

function said(
  by: 'imap' | 'smtp',
  answer: MailAnswer<{ readonly said?: string }>,
  patient: Patient,
): Pick<Answer<'POST /mail-accounts/:id/inbox'>, 'ok' | 'said' | 'diagnosis'> {
  if (answer.ok) return { ok: true, said: answer.said ?? '', diagnosis: null }
  const diagnosis = diagnosisView(diagnoseMailFailure(by, answer, patient))
  return { ok: false, said: answer.said, diagnosis }
}
