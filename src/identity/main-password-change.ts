/**
 * A new main password, and all that ends with the old one.
 */
import type { Secret } from '#base/secret.ts'
import type { AuditEvent } from '#domain/audit.ts'
import type { Policy } from '#domain/policy.ts'
import { countersOf } from '#domain/throttle.ts'
import type { Tables } from '#store/store.ts'
import type { User } from '#store/users.ts'
import { eventOf, Overtaken, writeDown } from './audited.ts'
import { renewSession, type CurrentSession, type OpenedSession } from './browser-session.ts'
import { deviceOf, findDevice } from './known-device.ts'
import { checkMainPassword, passwordMinimum, type Whose } from './main-password.ts'
import type { From, IdentityNeeds } from './needs.ts'
import { checked } from './checked-password.ts'
import { countTry, forgetFailures, takeBackTry } from './throttled.ts'

/** Every kind of link that sets the main password of somebody who is there already. */
const LINKS_OF_A_PERSON = ['invitation', 'password_reset']

/**
 * Inside a transaction, after its audit row. Ends all sessions but `exceptSession`, links that would
 * set a password, and the memory of browsers that need no second factor; and, where policy says so, the person's application passwords (or freezes them).
 * @param passwordHash made by the hasher before the transaction
 */
export async function setMainPassword(
  { clock, newId }: Pick<IdentityNeeds, 'clock' | 'newId'>,
  tables: Tables,
  user: Pick<User, 'id' | 'name' | 'password_hash'>,
  {
    passwordHash,
    policy,
    from,
    exceptSession,
  }: { passwordHash: string; policy: Policy; from: From; exceptSession?: string },
): Promise<void> {
  const now = clock.now()
  const id = newId()
  await tables.users.update(user.id, {
    password_hash: passwordHash,
    password_changed_at: now,
    updated_at: now,
    updated_by: user.name,
  })
  await tables.sessions.deleteOf(
    user.id,
    exceptSession === undefined ? {} : { except: exceptSession },
  )
  await tables.devices.forgetRemembered(user.id)
  await tables.oneTimeLinks.endOf(user.id, LINKS_OF_A_PERSON)
  if (policy.main_password_change === 'end')
    await tables.appPasswords.revokeAll(user.id, now, user.name)
  if (policy.main_password_change === 'freeze') await tables.appPasswords.freezeAll(user.id, now)
  if (user.password_hash === null) return // it is the first one, nothing was changed
  await tables.notices.add(
    id,
    {
      userId: user.id,
      kind: 'password_changed',
      onceKey: `password_changed:${id}`,
      params: { ip: from.ip },
    },
    now,
  )
}

/** A link has proved who the person is: every way in is open again, and no device is known. */
export async function openAllWays(
  tables: Pick<Tables, 'throttle' | 'devices'>,
  userId: string,
): Promise<void> {
  await tables.throttle.clearAll(countersOf(userId))
  await tables.devices.deleteOf(userId)
}

/** What a new password of this person must not be made of. */
export const whose = (
  { host }: Pick<IdentityNeeds, 'host'>,
  user: Pick<User, 'name' | 'display_name' | 'email'>,
): Whose => ({ name: user.name, displayName: user.display_name, email: user.email, host })

export type PasswordChanged = ({ readonly ok: true } & OpenedSession) | { readonly ok: false }

/**
 * The person changes it, and gives the current one. All other sessions end, this one gets a new token.
 * @returns ok false when the current password is wrong, or was tried too often
 * @throws Problem `invalid` (field `password`), `busy`, `unavailable`
 */
export async function changeOwnPassword(
  needs: IdentityNeeds,
  { session, user, policy, factors }: CurrentSession,
  given: { current: Secret; password: Secret; deviceToken: Secret | null },
  from: From,
): Promise<PasswordChanged> {
  const minimum = passwordMinimum(policy, factors.length)
  const password = await checkMainPassword(given.password, { minimum, whose: whose(needs, user) })
  const device = deviceOf(await findDevice(needs, given.deviceToken), user.id) ?? session.id
  const trier = { account: user.id, ip: from.ip, device }
  const event = (reason: string | null): AuditEvent =>
    eventOf('password.change', user, from, reason, { as: user })
  const refused = async (reason: string): Promise<PasswordChanged> => {
    await writeDown(needs, event(reason))
    return { ok: false }
  }
  const counted = await countTry(needs, 'password', trier, event('locked'))
  const stored = counted.allowed ? user.password_hash : null
  const fits = await checked(needs, stored, given.current, counted)
  if (!counted.allowed) return await refused('locked')
  if (!fits) return await refused('wrong_password')
  try {
    const passwordHash = await needs.hasher.hash(password)
    return await needs.store.transaction(async (tables) => {
      await tables.audit.append(event(null))
      const still = await tables.users.find(user.id)
      if (still?.state !== 'active') throw new Overtaken('disabled')
      if (still.password_changed_at !== user.password_changed_at)
        throw new Overtaken('wrong_password')
      await setMainPassword(needs, tables, user, {
        passwordHash,
        policy,
        from,
        exceptSession: session.id,
      })
      await forgetFailures(tables, counted)
      const opened = await renewSession(needs, tables, session, {
        stage: session.stage,
        policy,
        proves: false, // the password alone: a sensitive action still asks for the code
      })
      if (!opened) throw new Overtaken('session_ended')
      return { ok: true, ...opened }
    })
  } catch (thrown) {
    if (thrown instanceof Overtaken) return await refused(thrown.reason)
    await takeBackTry(needs, counted)
    throw thrown
  }
}
