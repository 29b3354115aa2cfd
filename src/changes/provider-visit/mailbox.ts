/**
 * A person's own mailbox by the consent of a sign-in: its mail account is there, active, and theirs.
 *
 * The mailbox is the one of the account that signed in, by an address that the provider has proven. A
 * mail account that works is not disturbed. Whatever comes of it, the sign-in stands.
 */
import { Problem } from '#base/problem.ts'
import { identifierKey } from '#domain/identifier.ts'
import { userKey } from '#domain/user.ts'
import type { From } from '#identity/needs.ts'
import type { MailAccountRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import type { User } from '#store/users.ts'
import { missingScopes } from '#vault/granted-scopes.ts'
import type { Caller } from '../door.ts'
import { createMailAccount } from '../mail-accounts.ts'
import { samePerson } from './confirm.ts'
import { actorOf, type Came, type Led } from './came.ts'
import type { VisitNeeds } from './visit.ts'

/** Words of MAILBOX_OUTCOMES. */
type Outcome = 'connected' | 'missing_scopes' | 'no_mailbox' | 'other_mailbox' | 'failed'

/** A person who is signed in asked for it. @throws NotLedIn, Overtaken */
export async function mailboxAtProvider(needs: VisitNeeds, came: Came): Promise<Led> {
  const { user } = await samePerson(needs, came)
  return {
    path: came.secrets.next ?? '/profile',
    provider: null,
    mailbox: (await connectMailbox(needs, came, user)) ?? 'connected',
    session: null,
    device: null,
    again: null,
  }
}

/** null: it worked before, and nothing has to be said. */
export async function connectMailbox(
  needs: VisitNeeds,
  came: Came,
  user: User,
): Promise<Outcome | null> {
  try {
    return await connect(needs, came, user)
  } catch (thrown) {
    // A bug is told to the log only: the person has come in.
    const level = thrown instanceof Problem ? 'warn' : 'error'
    needs.log[level]('sign_in.mailbox', { user: user.name, cause: thrown })
    return 'failed'
  }
}

async function connect(needs: VisitNeeds, came: Came, user: User): Promise<Outcome | null> {
  const { person, reached, answer } = came
  if (person.email === null || !person.emailVerified || person.guest) return 'no_mailbox'
  const email = person.email
  const { mailAccounts } = needs.store.tables
  const there = (await mailAccounts.ofEmail(userKey(email))).filter(({ shared }) => shared === 0)
  const account = there.find(({ application_id: id }) => id === reached.application.id)
  if (!account && there.length > 0) return 'other_mailbox'
  // A person who came with this address before, and is another: an administrator has to look at it.
  const other = account && (account.subject ?? '') !== '' && account.subject !== person.subject
  if (other || account?.state === 'disabled') return 'other_mailbox'
  if (account && works(account)) {
    return (await letIn(needs, came, user, account.id)) ? 'connected' : null
  }
  const missing = missingScopes(reached.mailClient, answer)
  if (missing.fatal) return 'missing_scopes'
  const id = account?.id ?? (await declareAccount(needs, came, user, email))
  await keepTokens(needs, came, user, id)
  needs.tokens.changed(id)
  return missing.scopes.length > 0 ? 'missing_scopes' : 'connected'
}

const works = ({ state, refresh_token: token }: MailAccountRow): boolean =>
  token !== null && (state === 'active' || state === 'degraded')

/** The person's name in the list of accounts; forbidden characters become dashes, a number follows. */
async function declareAccount(
  needs: VisitNeeds,
  { reached, person, from }: Came,
  user: User,
  email: string,
): Promise<string> {
  const base = email.replaceAll(/[^\p{L}\p{N}@_-]+/gu, '-').slice(0, 56)
  for (let number = 1; ; number++) {
    const identifier = number === 1 ? base : `${base}-${number}`
    if (await needs.store.tables.mailAccounts.findByKey(identifierKey(identifier))) continue
    return await createMailAccount(needs, bySystem(user, from), {
      identifier,
      designation: person.displayName,
      applicationId: reached.application.id,
      email,
      userIds: [user.id],
    })
  }
}

/** Written down as the person's; that they may is the setting of the provider. */
const bySystem = (user: User, from: From): Caller => ({
  actor: actorOf(user),
  role: 'system',
  ip: from.ip,
  client: from.client,
  sessionId: null,
})

/** In one transaction: the tokens, who may use them, and what tells that the person is still there. */
async function keepTokens(
  needs: VisitNeeds,
  came: Came,
  user: User,
  accountId: string,
): Promise<void> {
  const { reached, person, answer } = came
  await needs.store.transaction(async (tables) => {
    await writeDown(tables, came, user, accountId, 'done')
    const still = await tables.mailAccounts.find(accountId)
    if (!still || still.state === 'disabled')
      throw new Problem('conflict', 'The mail account was changed meanwhile.')
    await needs.tokens.afterInit(tables, reached.mailClient, accountId, answer, {
      by: user.name,
      as: person.email ?? person.shownAs,
      subject: person.subject,
      grantedScopes: answer.scopes ?? reached.mailClient.scopes.mail,
    })
    await tables.tokenInits.endOf(accountId)
    await allow(tables, user, accountId)
    // One refresh token cannot be used by two: the account's stands for the person too.
    const identity = await tables.identities.ofUser(user.id)
    if (identity && reached.config.liveness === 'refresh_token')
      await tables.identities.update(identity.id, {
        account_id: accountId,
        refresh_token: null,
        previous_refresh_token: null,
        next_check_at: identity.next_check_at ?? needs.clock.now(),
      })
  })
}

/**
 * A mailbox that works already: the person may use it from now on.
 * @returns false when they did before
 */
async function letIn(
  needs: VisitNeeds,
  came: Came,
  user: User,
  accountId: string,
): Promise<boolean> {
  const used = await needs.store.tables.mailAccounts.ofUser(user.id)
  if (used.some(({ id }) => id === accountId)) return false
  await needs.store.transaction(async (tables) => {
    await writeDown(tables, came, user, accountId, 'allowed')
    await allow(tables, user, accountId)
  })
  return true
}

async function allow(tables: Tables, user: User, accountId: string): Promise<void> {
  const users = (await tables.mailAccounts.users(accountId)).map(({ user_id: id }) => id)
  if (!users.includes(user.id)) await tables.mailAccounts.setUsers(accountId, [...users, user.id])
  const used = await tables.mailAccounts.ofUser(user.id)
  if (!used.some((one) => one.is_default === 1))
    await tables.mailAccounts.setDefault(user.id, accountId)
}

async function writeDown(
  tables: Pick<Tables, 'audit' | 'mailAccounts'>,
  { person, from }: Came,
  user: User,
  accountId: string,
  step: 'done' | 'allowed',
): Promise<void> {
  const row = await tables.mailAccounts.find(accountId)
  await tables.audit.append({
    actor: actorOf(user),
    ip: from.ip,
    client: from.client,
    action: 'mail_account.init',
    target: { kind: 'mail_account', id: accountId, name: row?.identifier ?? null },
    outcome: 'ok',
    reason: null,
    details: { how: 'sign_in', step, as: person.email },
  })
}
