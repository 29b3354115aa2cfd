/**
 * Changes to mail accounts: declare, change, switch off and on, delete.
 *
 * The tokens of an account belong to the mailbox whose owner signed in. Another e-mail, another
 * delegate, or shared where it was not, ends them; that is refused until the caller says it is meant.
 */
import { invalid, Problem } from '#base/problem.ts'
import { identifier, identifierKey } from '#domain/identifier.ts'
import { emailAddress, userKey } from '#domain/user.ts'
import type { MailAccountRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import { change, nameOf, type Caller, type Change, type DoorNeeds } from './door.ts'
import { comments, line } from './oauth-application-form.ts'
import { endsTokens, existingApplication, hasToken } from './oauth-applications.ts'

/** Left out: as it was. */
export type AccountTyped = {
  readonly designation?: string | undefined
  readonly email?: string | undefined
  readonly shared?: boolean | undefined
  /** Who signs in for a shared mailbox; null: whoever does is confirmed by an administrator. */
  readonly delegateEmail?: string | null | undefined
  readonly comments?: string | undefined
  readonly userIds?: readonly string[] | undefined
  /** The tokens may end. */
  readonly endTokens?: boolean | undefined
}
export type NewAccount = AccountTyped & {
  readonly identifier: string
  readonly applicationId: string
  readonly email: string
}

/**
 * An account of an app-only application has nothing to initialise: it is due at once.
 * @throws Problem `invalid`, `conflict` (field identifier, `taken`)
 */
export async function createMailAccount(
  needs: DoorNeeds,
  caller: Caller,
  typed: NewAccount,
): Promise<string> {
  const now = needs.clock.now()
  const by = nameOf(caller)
  const name = identifier(typed.identifier)
  const blank: MailAccountRow = {
    id: needs.newId(),
    application_id: typed.applicationId,
    identifier: name,
    identifier_key: identifierKey(name),
    designation: '',
    email: '',
    email_key: '',
    shared: 0,
    delegate_email: null,
    comments: '',
    state: 'new',
    state_reason: null,
    state_at: now,
    initialised_at: null,
    initialised_by: null,
    initialised_as: null,
    subject: null,
    granted_scopes: '',
    granted: 0,
    doubted_at: null,
    definite_at: null,
    refresh_token: null,
    refresh_issued_at: null,
    refresh_expires_at: null,
    refresh_expiry_given: 0,
    previous_refresh_token: null,
    generation: 0,
    lease_owner: null,
    lease_until: 0,
    intent_at: null,
    last_refresh_at: null,
    next_refresh_at: null,
    failures: 0,
    created_at: now,
    created_by: by,
    updated_at: now,
    updated_by: by,
  }
  const row = { ...blank, ...filled(blank, typed) }
  const said = { ...about('mail_account.create', row), details: shownOf(row) }
  await change(needs, caller, said, async (tables) => {
    const application = await tables.oauthApplications.find(typed.applicationId)
    if (!application)
      throw invalid('applicationId', 'unknown', 'There is no such OAuth 2 application.')
    if (await tables.mailAccounts.findByKey(row.identifier_key))
      throw new Problem('conflict', `There is a mail account "${row.identifier}".`, {
        fields: [{ field: 'identifier', fault: 'taken' }],
      })
    const begun = application.app_only === 1 ? { state: 'active', next_refresh_at: now } : {}
    await tables.mailAccounts.insert({ ...row, ...begun })
    await setUsers(tables, row.id, typed.userIds ?? [])
  })
  return row.id
}

/**
 * @returns the account as it was, where its tokens ended with the change
 * @throws Problem `invalid`, `not_found`, `conflict` (`ends_tokens`)
 */
export async function updateMailAccount(
  needs: DoorNeeds,
  caller: Caller,
  id: string,
  typed: AccountTyped,
): Promise<MailAccountRow | null> {
  const before = await existingAccount(needs, id)
  const values = filled(before, typed)
  const after = { ...before, ...values }
  const [ends] = (['email_key', 'shared', 'delegate_email'] as const).filter(
    (name) => after[name] !== before[name],
  )
  const said = { ...about('mail_account.update', before), details: changed(before, after, typed) }
  return await change(needs, caller, said, async (tables) => {
    const now = needs.clock.now()
    const stamp = { updated_at: now, updated_by: nameOf(caller) }
    const last = await existingAccount({ store: { tables } }, id)
    const ending = ends !== undefined && hasToken(last)
    if (ending) {
      if (typed.endTokens !== true) throw endsTokens(FIELD[ends], [before])
      await tables.tokenGrants.end(id, now)
    }
    await tables.mailAccounts.update(id, { ...values, ...stamp })
    if (typed.userIds) await setUsers(tables, id, typed.userIds)
    return ending ? last : null
  })
}

/** The tokens are kept and not used. */
export async function disableMailAccount(
  needs: DoorNeeds,
  caller: Caller,
  id: string,
): Promise<void> {
  const row = await existingAccount(needs, id)
  await change(needs, caller, about('mail_account.disable', row), async (tables) => {
    const now = needs.clock.now()
    const stamp = { updated_at: now, updated_by: nameOf(caller) }
    if (row.state !== 'disabled')
      await tables.mailAccounts.update(id, { state: 'disabled', state_at: now, ...stamp })
    await tables.tokenInits.endOf(id)
  })
}

/** With tokens it is due at once: what they are worth shows within the minute. */
export async function enableMailAccount(
  needs: DoorNeeds,
  caller: Caller,
  id: string,
): Promise<void> {
  const row = await existingAccount(needs, id)
  const { app_only: appOnly } = await existingApplication(needs, row.application_id)
  await change(needs, caller, about('mail_account.enable', row), async (tables) => {
    if (row.state !== 'disabled') return
    const now = needs.clock.now()
    const begun =
      appOnly === 1 || hasToken(row) ? { state: 'active', next_refresh_at: now } : { state: 'new' }
    const stamp = { updated_at: now, updated_by: nameOf(caller) }
    await tables.mailAccounts.update(id, {
      ...begun,
      state_reason: null,
      state_at: now,
      failures: 0,
      ...stamp,
    })
  })
}

/** @returns the account as it was */
export async function deleteMailAccount(
  needs: DoorNeeds,
  caller: Caller,
  id: string,
): Promise<MailAccountRow> {
  const row = await existingAccount(needs, id)
  return await change(needs, caller, about('mail_account.delete', row), async (tables) => {
    const last = await existingAccount({ store: { tables } }, id)
    await tables.mailAccounts.delete(id)
    return last
  })
}

/** @throws Problem `not_found` */
export async function existingAccount(
  { store }: { store: { tables: Pick<Tables, 'mailAccounts'> } },
  id: string,
): Promise<MailAccountRow> {
  const row = await store.tables.mailAccounts.find(id)
  if (!row) throw new Problem('not_found', 'There is no such mail account.')
  return row
}

export const about = (
  action: Change['action'],
  row: Pick<MailAccountRow, 'id' | 'identifier'>,
): Change => ({ action, target: { kind: 'mail_account', id: row.id, name: row.identifier } })

const FIELD = { email_key: 'email', shared: 'shared', delegate_email: 'delegateEmail' } as const

type Form = Pick<
  MailAccountRow,
  'designation' | 'email' | 'email_key' | 'shared' | 'delegate_email' | 'comments'
>

function filled(before: MailAccountRow, typed: AccountTyped): Form {
  const email = typed.email === undefined ? before.email : emailAddress(typed.email)
  const shared = typed.shared ?? before.shared === 1
  const delegate =
    typed.delegateEmail === undefined ? before.delegate_email : delegateAddress(typed.delegateEmail)
  if (delegate !== null && !shared)
    throw invalid('delegateEmail', 'not_shared', 'Only a shared mailbox has a delegate.')
  return {
    designation:
      typed.designation === undefined ? before.designation : line('designation', typed.designation),
    email,
    email_key: userKey(email),
    shared: Number(shared),
    delegate_email: delegate,
    comments: typed.comments === undefined ? before.comments : comments(typed.comments),
  }
}

function delegateAddress(typed: string | null): string | null {
  if (typed === null || typed.trim() === '') return null
  try {
    return emailAddress(typed)
  } catch {
    throw invalid('delegateEmail', 'email', 'This is not an e-mail address.')
  }
}

/** @throws Problem `invalid`, field `userIds` */
async function setUsers(
  tables: Pick<Tables, 'mailAccounts' | 'users'>,
  id: string,
  userIds: readonly string[],
): Promise<void> {
  const wanted = [...new Set(userIds)]
  for (const userId of wanted)
    if (!(await tables.users.find(userId)))
      throw invalid('userIds', 'unknown', 'One of the users is not there any more.')
  await tables.mailAccounts.setUsers(id, wanted)
}

function changed(
  before: MailAccountRow,
  after: MailAccountRow,
  { userIds }: AccountTyped,
): NonNullable<Change['details']> {
  const [old, next] = [shownOf(before), shownOf(after)]
  return {
    ...Object.fromEntries(Object.entries(next).filter(([name, value]) => old[name] !== value)),
    ...(userIds ? { users: userIds.length } : {}),
  }
}

const shownOf = (row: MailAccountRow): NonNullable<Change['details']> => ({
  designation: row.designation,
  email: row.email,
  shared: row.shared === 1,
  delegate_email: row.delegate_email,
  comments: row.comments,
})
