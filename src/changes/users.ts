/**
 * Changes to users: create, change, enable, disable, delete, and take factors and sessions away.
 */
import { hasControls } from '#base/bytes.ts'
import { invalid, Problem } from '#base/problem.ts'
import { countersOf } from '#domain/throttle.ts'
import { emailAddress, userKey, userName, type Language, type Role } from '#domain/user.ts'
import { refuseTaken } from '#identity/names-in-use.ts'
import type { UserRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import type { User } from '#store/users.ts'
import { change, nameOf, tell, type Caller, type Change, type DoorNeeds } from './door.ts'

const MAX_DISPLAY_NAME = 128

export type NewUser = {
  name: string
  email: string
  displayName?: string | undefined
  role: Role
  language: Language
  /** `local` unless given, or the id of an identity provider where the person will sign in. */
  source?: string | undefined
}

/**
 * Who comes from a provider has no password here: the invitation ties the person to the account there.
 * @throws Problem `invalid` (also a source that does not exist), `conflict` (field name or email,
 *   `taken`)
 */
export async function createUser(needs: DoorNeeds, caller: Caller, wanted: NewUser): Promise<User> {
  const now = needs.clock.now()
  const name = userName(wanted.name)
  const email = emailAddress(wanted.email)
  const row: User = {
    id: needs.newId(),
    name,
    name_key: userKey(name),
    email,
    email_key: userKey(email),
    email_verified: 1, // an administrator wrote it
    display_name: displayName(wanted.displayName ?? '') || name,
    role: wanted.role,
    state: 'invited',
    language: wanted.language,
    source: wanted.source ?? 'local',
    password_hash: null,
    password_changed_at: null,
    quota_bytes: null,
    factors_again_at: null,
    last_sign_in_at: null,
    created_at: now,
    created_by: nameOf(caller),
    updated_at: now,
    updated_by: nameOf(caller),
  }
  const said = {
    ...about('user.create', row),
    details: { role: row.role, email, source: row.source },
  }
  return await change(needs, caller, said, async (tables) => {
    await refuseTaken(tables, row)
    if (row.source !== 'local' && !(await tables.identityProviders.find(row.source)))
      throw invalid('source', 'unknown', 'There is no such identity provider.')
    await tables.users.insert(row)
    return row
  })
}

export type UserChange = {
  email?: string | undefined
  displayName?: string | undefined
  role?: Role | undefined
  language?: Language | undefined
  quotaBytes?: number | null | undefined
}

/**
 * A person may change the shown name and the language; the rest is the administrator's.
 * @throws Problem `invalid`, `conflict` (e-mail in use, last administrator), `not_found`
 */
export async function updateUser(
  needs: DoorNeeds,
  caller: Caller,
  id: string,
  wanted: UserChange,
): Promise<void> {
  const user = await existing(needs, id)
  const own =
    wanted.email === undefined && wanted.role === undefined && wanted.quotaBytes === undefined
  const email = wanted.email === undefined ? user.email : emailAddress(wanted.email)
  const next = {
    email,
    email_key: userKey(email),
    display_name:
      wanted.displayName === undefined
        ? user.display_name
        : displayName(wanted.displayName) || user.name,
    role: wanted.role ?? user.role,
    language: wanted.language ?? user.language,
    quota_bytes: wanted.quotaBytes === undefined ? user.quota_bytes : wanted.quotaBytes,
  }
  const said = {
    ...about('user.update', user),
    ...(own ? { owner: id } : {}),
    details: changed(user, next),
  }
  await change(needs, caller, said, async (tables) => {
    if (next.email_key !== user.email_key)
      await refuseTaken(tables, { id, name_key: user.name_key, ...next })
    if (next.role !== 'administrator') await refuseLast(needs, tables, user)
    await tables.users.update(id, { ...next, ...stamp(needs, caller) })
  })
}

/** Sessions end at once; application passwords stop working and work again when enabled. */
export async function disableUser(needs: DoorNeeds, caller: Caller, id: string): Promise<void> {
  const user = await existing(needs, id)
  await change(needs, caller, about('user.disable', user), async (tables) => {
    await refuseLast(needs, tables, user)
    await tables.users.update(id, { state: 'disabled', ...stamp(needs, caller) })
    await tables.sessions.deleteOf(id)
  })
}

/** A person who never accepted the invitation, and whom no provider knows, is invited again. */
export async function enableUser(needs: DoorNeeds, caller: Caller, id: string): Promise<void> {
  const user = await existing(needs, id)
  await change(needs, caller, about('user.enable', user), async (tables) => {
    const accepted = user.password_hash !== null || (await tables.identities.ofUser(id)) !== null
    const state = accepted ? 'active' : 'invited'
    await tables.users.update(id, { state, ...stamp(needs, caller) })
  })
}

/** Everything of the person in the database goes; files stay until the operator removes them. */
export async function deleteUser(needs: DoorNeeds, caller: Caller, id: string): Promise<void> {
  const user = await existing(needs, id)
  await change(needs, caller, about('user.delete', user), async (tables) => {
    await refuseLast(needs, tables, user)
    await tables.users.delete(id)
    await tables.throttle.clearAll(countersOf(id))
  })
}

/** Who lost their factors signs in with the password and, where policy says so, sets up anew. */
export async function resetSecondFactors(
  needs: DoorNeeds,
  caller: Caller,
  id: string,
): Promise<void> {
  const user = await existing(needs, id)
  await change(
    needs,
    caller,
    { ...about('second_factor.delete', user), details: { all: true } },
    async (tables) => {
      await tables.secondFactors.deleteOf(id)
      await tables.sessions.deleteOf(id)
      await tables.devices.forgetRemembered(id)
      await tell(needs, tables, {
        userId: id,
        kind: 'second_factor_deleted',
        onceKey: `second_factor_reset:${id}:${needs.clock.now()}`,
        params: { name: '', by: nameOf(caller) },
      })
    },
  )
}

/** Ends one session of a person, or all but `except`. @throws Problem `not_found` */
export async function endSessions(
  needs: DoorNeeds,
  caller: Caller,
  owner: { id: string; name: string },
  which: { id: string } | { except?: string },
): Promise<void> {
  const said = {
    ...about('session.end', owner),
    owner: owner.id,
    details: { all: !('id' in which) },
  }
  await change(needs, caller, said, async (tables) => {
    if (!('id' in which)) return void (await tables.sessions.deleteOf(owner.id, which))
    const listed = await tables.sessions.listOf(owner.id, needs.clock.now())
    if (!listed.some((one) => one.id === which.id))
      throw new Problem('not_found', 'There is no such session.')
    return await tables.sessions.delete(which.id)
  })
}

/** @throws Problem `not_found` */
export async function existing(needs: Pick<DoorNeeds, 'store'>, id: string): Promise<User> {
  const user = await needs.store.tables.users.find(id)
  if (!user) throw new Problem('not_found', 'There is no such user.')
  return user
}

function displayName(typed: string): string {
  const name = typed.normalize('NFC').trim()
  if ([...name].length > MAX_DISPLAY_NAME || hasControls(name))
    throw invalid(
      'displayName',
      'characters',
      `The shown name has control characters or more than ${MAX_DISPLAY_NAME} characters.`,
    )
  return name
}

const about = (action: Change['action'], user: { id: string; name: string }): Change => ({
  action,
  target: { kind: 'user', id: user.id, name: user.name },
})

const stamp = (needs: DoorNeeds, caller: Caller): Pick<UserRow, 'updated_at' | 'updated_by'> => ({
  updated_at: needs.clock.now(),
  updated_by: nameOf(caller),
})

/** Somebody must be left who can administrate. Changes stand in one order, so two cannot leave at once. */
async function refuseLast(
  { clock }: Pick<DoorNeeds, 'clock'>,
  tables: Pick<Tables, 'users'>,
  user: User,
): Promise<void> {
  const counts = user.role === 'administrator' && user.state === 'active'
  if (counts && (await tables.users.otherAdministrators([user.id], clock.now())) === 0)
    throw new Problem('conflict', 'This is the last administrator who can sign in.', {
      fields: [{ field: 'role', fault: 'last_administrator' }],
    })
}

function changed(
  before: User,
  after: Record<string, string | number | null>,
): Record<string, string | number | null> {
  const old = before as unknown as Record<string, unknown>
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => !name.endsWith('_key') && old[name] !== value),
  )
}
