/**
 * API: mail accounts as administrators declare, watch and try them.
 */
import type { Secret } from '#base/secret.ts'
import { change, type Caller } from '#changes/door.ts'
import { revokeGrant, type RevocationNeeds } from '#changes/grant-revocation.ts'
import {
  about,
  createMailAccount,
  deleteMailAccount,
  disableMailAccount,
  enableMailAccount,
  existingAccount,
  updateMailAccount,
} from '#changes/mail-accounts.ts'
import { existingApplication } from '#changes/oauth-applications.ts'
import type { AccountState } from '#domain/mail-account.ts'
import { emailAddress, type Language } from '#domain/user.ts'
import { testMessage } from '#mail/words.ts'
import type { AccountUser } from '#store/mail-accounts.ts'
import type { MailAccountRow, OAuthApplicationRow } from '#store/schema.ts'
import { diagnosisOf } from '#vault/diagnosis.ts'
import { accountPatient } from '#vault/patient.ts'
import { auditView } from './audit.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'
import { inboxOf, sendTestMessage, type MailboxNeeds } from './mailbox.ts'
import { diagnosisView } from './oauth-applications.ts'

type Names =
  | 'GET /mail-accounts'
  | 'POST /mail-accounts'
  | 'GET /mail-accounts/:id'
  | 'PATCH /mail-accounts/:id'
  | 'DELETE /mail-accounts/:id'
  | 'POST /mail-accounts/:id/disable'
  | 'POST /mail-accounts/:id/enable'
  | 'POST /mail-accounts/:id/refresh'
  | 'POST /mail-accounts/:id/test-message'
  | 'POST /mail-accounts/:id/inbox'
  | 'GET /mail-accounts/:id/timeline'

export type MailAccountNeeds = RevocationNeeds &
  MailboxNeeds & {
    readonly tokens: {
      accessToken(accountId: string): Promise<{ readonly token: Secret }>
      refreshNow(accountId: string): Promise<{ readonly kind: string }>
      /** Nothing old is handed out any more. */
      changed(accountId: string): void
    }
  }

const TIMELINE = 200

export function mailAccountHandlers(needs: MailAccountNeeds): HandlersOf<Names> {
  const { mailAccounts, oauthApplications, tokenInits, audit } = needs.store.tables
  const one = async (id: string): Promise<Answer<'GET /mail-accounts/:id'>> =>
    await accountById(needs, id)
  /** What is about to be tried, written down before it is. */
  const trying = async (caller: Caller, id: string, details: Record<string, string>) => {
    const row = await existingAccount(needs, id)
    const said = { ...about('mail_account.test', row), details }
    await change(needs, caller, said, async () => {})
    return row
  }

  return {
    'GET /mail-accounts': async ({ query }) => {
      const wanted = (await mailAccounts.list(query.applicationId)).filter(fits(query))
      // Read after the accounts: the application of each of them cannot be deleted.
      const applications = new Map((await oauthApplications.list()).map((row) => [row.id, row]))
      const users = Map.groupBy(await mailAccounts.users(), ({ account_id }) => account_id)
      const ends = await mailAccounts.accessTokenEnds()
      const unconfirmed = await tokenInits.unconfirmed(needs.clock.now())
      return wanted.flatMap((row) => {
        const application = applications.get(row.application_id)
        if (!application) return [] // both were deleted meanwhile
        const around = { users: users.get(row.id) ?? [], redirectUrl: needs.redirectUrl }
        const accessTokenExpiresAt = ends.get(row.id) ?? null
        const unconfirmedInit = unconfirmed.get(row.id) ?? null
        return [view(row, { application, accessTokenExpiresAt, unconfirmedInit, ...around })]
      })
    },

    'POST /mail-accounts': async ({ caller, body }) =>
      await one(await createMailAccount(needs, caller, body)),

    'GET /mail-accounts/:id': async ({ params }) => await one(params.id),

    'PATCH /mail-accounts/:id': async ({ caller, params, body }) => {
      const ended = await updateMailAccount(needs, caller, params.id, body)
      needs.tokens.changed(params.id)
      if (ended) await revokeGrant(needs, caller, ended)
      return await one(params.id)
    },

    'DELETE /mail-accounts/:id': async ({ caller, params }) => {
      const row = await deleteMailAccount(needs, caller, params.id)
      needs.tokens.changed(params.id)
      const { revocation, diagnosis } = await revokeGrant(needs, caller, row)
      return { revocation, diagnosis: diagnosisView(diagnosis) }
    },

    'POST /mail-accounts/:id/disable': async ({ caller, params }) => {
      await disableMailAccount(needs, caller, params.id)
      needs.tokens.changed(params.id)
      return await one(params.id)
    },

    'POST /mail-accounts/:id/enable': async ({ caller, params }) => {
      await enableMailAccount(needs, caller, params.id)
      needs.tokens.changed(params.id)
      return await one(params.id)
    },

    'POST /mail-accounts/:id/refresh': async ({ caller, params }) => {
      const row = await existingAccount(needs, params.id)
      await change(needs, caller, about('mail_account.refresh', row), async () => {})
      await needs.tokens.refreshNow(row.id)
      return await one(row.id)
    },

    'POST /mail-accounts/:id/test-message': async ({ caller, user, params, body }) => {
      const to = emailAddress(body.to)
      const row = await trying(caller, params.id, { what: 'message', to })
      return await sendTestMessage(needs, row.id, {
        to,
        ...testMessage(user.language as Language, row.email),
      })
    },

    'POST /mail-accounts/:id/inbox': async ({ caller, params }) => {
      const row = await trying(caller, params.id, { what: 'inbox' })
      return await inboxOf(needs, row.id)
    },

    'GET /mail-accounts/:id/timeline': async ({ params }) => {
      const row = await existingAccount(needs, params.id)
      return (await audit.list({ user: row.id }, TIMELINE)).map(auditView)
    },
  }
}

/** @throws Problem `not_found` */
export async function accountById(
  needs: Pick<MailAccountNeeds, 'store' | 'clock' | 'redirectUrl'>,
  id: string,
): Promise<Answer<'GET /mail-accounts/:id'>> {
  const { mailAccounts, tokenInits } = needs.store.tables
  const row = await existingAccount(needs, id)
  return view(row, {
    application: await existingApplication(needs, row.application_id),
    users: await mailAccounts.users(id),
    accessTokenExpiresAt: (await mailAccounts.accessTokenEnds(id)).get(id) ?? null,
    unconfirmedInit: (await tokenInits.unconfirmed(needs.clock.now(), id)).get(id) ?? null,
    redirectUrl: needs.redirectUrl,
  })
}

type Around = {
  readonly application: OAuthApplicationRow
  readonly users: readonly AccountUser[]
  readonly accessTokenExpiresAt: number | null
  readonly unconfirmedInit: string | null
  readonly redirectUrl: string
}

function view(
  row: MailAccountRow,
  { application, users, accessTokenExpiresAt, unconfirmedInit, redirectUrl }: Around,
): Answer<'GET /mail-accounts/:id'> {
  const granted = row.granted_scopes.split(' ').filter(Boolean)
  return {
    id: row.id,
    applicationId: row.application_id,
    applicationIdentifier: application.identifier,
    identifier: row.identifier,
    designation: row.designation,
    email: row.email,
    shared: row.shared === 1,
    delegateEmail: row.delegate_email,
    comments: row.comments,
    users: users.map(({ user_id, name }) => ({ userId: user_id, name })),
    state: row.state as AccountState,
    diagnosis: diagnosisView(
      diagnosisOf(row.state_reason, accountPatient(row, application, redirectUrl)),
    ),
    stateAt: row.state_at,
    initialisedAt: row.initialised_at,
    initialisedBy: row.initialised_by,
    initialisedAs: row.initialised_as,
    grantedScopes: granted,
    missingScopes: missing(application, granted),
    lastRefreshAt: row.last_refresh_at,
    nextRefreshAt: row.next_refresh_at,
    accessTokenExpiresAt,
    refreshTokenExpiresAt: row.refresh_expires_at,
    refreshTokenExpiry:
      row.refresh_expires_at === null
        ? 'none'
        : row.refresh_expiry_given === 1
          ? 'given'
          : 'modelled',
    unconfirmedInit,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  }
}

/** Scopes of a resource have an address; the others say who signs in, and are not repeated by all. */
const missing = ({ scopes }: OAuthApplicationRow, granted: readonly string[]): string[] =>
  granted.length === 0
    ? []
    : scopes.split(' ').filter((scope) => scope.includes('://') && !granted.includes(scope))

const fits =
  ({ state, search = '' }: { state?: string | undefined; search?: string | undefined }) =>
  (row: MailAccountRow): boolean =>
    (state === undefined || row.state === state) &&
    [row.identifier, row.designation, row.email].some((text) =>
      text.toLowerCase().includes(search.toLowerCase()),
    )
