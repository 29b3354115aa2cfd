/**
 * API: a person's mailboxes, one's own and (for administrators) any person's.
 */
import type { DoorNeeds } from '#changes/door.ts'
import { ownAccounts, setDefaultMailbox, type OwnAccount } from '#changes/own-mailboxes.ts'
import { existing } from '#changes/users.ts'
import type { AccountState } from '#domain/mail-account.ts'
import type { User } from '#store/users.ts'
import { diagnosisOf } from '#vault/diagnosis.ts'
import { accountPatient } from '#vault/patient.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'
import { diagnosisView } from './oauth-applications.ts'

type Names = 'GET /me/mailboxes' | 'PUT /me/mailboxes/:id/default' | 'GET /users/:id/mailboxes'

type Diagnosis = Answer<'GET /me/mailboxes'>[number]['diagnosis']

export type MailboxListNeeds = DoorNeeds & { readonly redirectUrl: string }

export function mailboxHandlers(needs: MailboxListNeeds): HandlersOf<Names> {
  return {
    'GET /me/mailboxes': async ({ user }) => await mailboxesOf(needs, user),

    'PUT /me/mailboxes/:id/default': async ({ caller, user, params }) => {
      await setDefaultMailbox(needs, caller, user, params.id)
      return await mailboxesOf(needs, user)
    },

    'GET /users/:id/mailboxes': async ({ params }) =>
      await mailboxesOf(needs, await existing(needs, params.id)),
  }
}

async function mailboxesOf(
  { store: { tables }, redirectUrl }: MailboxListNeeds,
  user: Pick<User, 'id' | 'email' | 'email_verified'>,
): Promise<Answer<'GET /me/mailboxes'>> {
  const own = await ownAccounts(tables, user)
  // Read after the accounts: the application of each of them cannot be deleted.
  const applications = new Map((await tables.oauthApplications.list()).map((row) => [row.id, row]))
  return own.flatMap((account) => {
    const application = applications.get(account.row.application_id)
    if (!application) return [] // both were deleted meanwhile
    const patient = accountPatient(account.row, application, redirectUrl)
    return [view(account, application.app_only === 1, patient)]
  })
}

function view(
  { row, usable, isDefault }: OwnAccount,
  appOnly: boolean,
  patient: Parameters<typeof diagnosisOf>[1],
): Answer<'GET /me/mailboxes'>[number] {
  return {
    id: row.id,
    email: row.email,
    designation: row.designation,
    shared: row.shared === 1,
    usable,
    isDefault,
    state: row.state as AccountState,
    stateAt: row.state_at,
    diagnosis: inShort(diagnosisView(diagnosisOf(row.state_reason, patient))),
    mayInit: !appOnly && row.state !== 'disabled',
    signInAs: row.shared === 1 ? row.delegate_email : row.email,
  }
}

/** What only an administrator can do is said to administrators, on the page of the account. */
const inShort = (found: Diagnosis): Diagnosis =>
  found && found.who !== 'owner' ? { ...found, command: null, url: null } : found
