/**
 * People from identity providers and directories: coming in for the first time, as a new user with an
 * identity that is theirs for ever.
 *
 * Nobody is found by a name or an e-mail address. Who has those of somebody here stays out, and
 * administrators are told: they can tie the two by a link.
 */
import { DAY } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import { leaseOf, type LeaseTerms } from '#domain/identity-lease.ts'
import { userKey, type Language } from '#domain/user.ts'
import type { ExternalGroup } from '#store/groups.ts'
import type { IdentityProviderRow, IdentityRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import type { User } from '#store/users.ts'
import { eventOf, Overtaken } from '../audited.ts'
import { leaseTerms } from './identity-state.ts'
import { syncMembership } from './membership.ts'
import { refuseTaken } from '../names-in-use.ts'
import type { From, IdentityNeeds } from '../needs.ts'

type Needs = Pick<IdentityNeeds, 'clock' | 'newId'>
type Provider = Pick<IdentityProviderRow, 'id' | 'name' | 'config'>

/** What a provider or directory says of somebody, checked. */
export type Outsider = {
  /** The person for ever. */
  readonly subject: string
  readonly shownAs: string
  readonly name: string
  readonly displayName: string
  readonly email: string
  readonly emailVerified: boolean
  /** null: it was not said. */
  readonly groups: readonly ExternalGroup[] | null
  /** Directories: when the password there was last changed. */
  readonly passwordSetAt: number | null
}

/** The user to be, before the transaction. Active, and without a main password. */
export function newOutsider(
  { clock, newId }: Needs,
  provider: Pick<Provider, 'id' | 'name'>,
  person: Outsider,
  language: Language,
): User {
  const now = clock.now()
  return {
    id: newId(),
    name: person.name,
    name_key: userKey(person.name),
    email: person.email,
    email_key: userKey(person.email),
    email_verified: Number(person.emailVerified),
    display_name: person.displayName || person.name,
    role: 'user',
    state: 'active',
    language,
    source: provider.id,
    password_hash: null,
    password_changed_at: null,
    quota_bytes: null,
    factors_again_at: null,
    last_sign_in_at: null,
    created_at: now,
    created_by: provider.name,
    updated_at: now,
    updated_by: provider.name,
  }
}

/**
 * Before the transaction: whether a user here has the name or the address. Administrators are told
 * once a day.
 */
export async function isNameTaken(
  needs: Needs & Pick<IdentityNeeds, 'store'>,
  provider: Pick<Provider, 'id' | 'name'>,
  person: Pick<Outsider, 'subject' | 'shownAs'>,
  fresh: User,
): Promise<boolean> {
  const { users, notices } = needs.store.tables
  try {
    await refuseTaken({ users }, fresh)
    return false
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown
  }
  const now = needs.clock.now()
  const day = Math.floor(now / DAY)
  for (const userId of await users.administratorIds())
    await notices.add(
      needs.newId(),
      {
        userId,
        kind: 'identity_taken',
        onceKey: `identity_taken:${provider.id}:${person.subject}:${day}:${userId}`,
        params: { name: provider.name, reason: person.shownAs },
      },
      now,
    )
  return true
}

/**
 * Inside the transaction of a first sign-in, after its audit row: makes the user, the identity and the
 * memberships.
 * @param user as `newOutsider` made it
 * @throws Overtaken when another sign-in of the person, or somebody of that name, came first
 */
export async function takeIn(
  needs: Needs,
  tables: Tables,
  provider: Provider,
  person: Outsider,
  user: User,
  from: From,
): Promise<IdentityRow> {
  if (await tables.identities.findBySubject(provider.id, person.subject))
    throw new Overtaken('identity_changed')
  try {
    await refuseTaken(tables, user)
  } catch (thrown) {
    if (thrown instanceof Problem) throw new Overtaken('name_or_email_taken')
    throw thrown
  }
  const details = { role: user.role, email: user.email, provider: provider.name }
  await tables.audit.append(eventOf('user.create', user, from, null, { details }))
  const tied = { provider: provider.name, subject: person.subject, as: person.shownAs }
  await tables.audit.append(eventOf('identity.create', user, from, null, { details: tied }))
  const identity = {
    ...newIdentity(needs, provider, user.id, person, leaseTerms(provider)),
    password_set_at: person.passwordSetAt,
  }
  await tables.users.insert(user)
  await tables.identities.insert(identity)
  if (person.groups) await syncMembership(needs, tables, user.id, provider.id, person.groups)
  return identity
}

/** Alive from now on, as a sign-in shows it. What it is asked by is added when that is confirmed. */
export function newIdentity(
  { clock, newId }: Needs,
  provider: Pick<Provider, 'id'>,
  userId: string,
  person: Pick<Outsider, 'subject' | 'shownAs'>,
  terms: LeaseTerms,
): IdentityRow {
  const now = clock.now()
  return {
    id: newId(),
    provider_id: provider.id,
    subject: person.subject,
    user_id: userId,
    shown_as: person.shownAs,
    state: 'alive',
    reason: null,
    state_at: now,
    ...leaseOf(terms, now, false),
    checker: null,
    checking_until: 0,
    refresh_token: null,
    previous_refresh_token: null,
    account_id: null,
    password_set_at: null,
    scim: null,
    scim_deleted_at: null,
    created_at: now,
  }
}
