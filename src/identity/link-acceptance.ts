/**
 * Accepting a one-time link: the main password is set, the link is used up, a session begins.
 */
import { Problem } from '#base/problem.ts'
import type { Secret } from '#base/secret.ts'
import { emailAddress, userKey, userName, type Language } from '#domain/user.ts'
import type { Tables } from '#store/store.ts'
import type { User } from '#store/users.ts'
import { eventOf, Overtaken, writeDown } from './audited.ts'
import type { Entered } from './browser-session.ts'
import { enter, prepareEntry } from './entrance.ts'
import { checkMainPassword } from './main-password.ts'
import { openAllWays, setMainPassword, whose } from './main-password-change.ts'
import type { From, IdentityNeeds } from './needs.ts'
import { refuseTaken } from './names-in-use.ts'
import { closeSetUp, findLink, linkDead, type LiveLink } from './one-time-link.ts'
import { countTry, forgetFailures, takeBackTry, type Try } from './throttled.ts'

export type Acceptance = {
  readonly token: Secret
  readonly password: Secret
  /** For links that make an administrator; others know the person. */
  readonly name?: string | undefined
  readonly email?: string | undefined
  readonly language?: Language | undefined
  readonly sessionToken: Secret | null
}

/**
 * @throws Problem `link_dead`, `invalid` (password, name, email; the link stays alive), `conflict`
 *   (name or e-mail in use), `busy`, `unavailable`
 */
export async function acceptLink(
  needs: IdentityNeeds,
  given: Acceptance,
  from: From,
): Promise<Entered> {
  const trier = { account: '', ip: from.ip, device: null }
  const counted = await countTry(needs, 'link', trier, eventOf('link.use', null, from, 'locked'))
  const found = await findLink(needs, given.token)
  if (!found.alive) return await refuse(needs, found.user, from, found.reason)
  try {
    return await accept(needs, given, from, found.link, counted)
  } catch (thrown) {
    if (thrown instanceof Overtaken)
      return await refuse(needs, found.link.user, from, thrown.reason)
    // The link was a good one: what is wrong with the password or the name is no guess at a link.
    await takeBackTry(needs, counted)
    if (thrown instanceof Problem && thrown.code === 'conflict')
      await writeDown(needs, eventOf('link.use', null, from, thrown.code))
    throw thrown
  }
}

async function accept(
  needs: IdentityNeeds,
  given: Acceptance,
  from: From,
  link: LiveLink,
  counted: Try,
): Promise<Entered> {
  const person = link.user ?? newAdministrator(needs, given, link.kind)
  // Who comes from a provider has no password here that would outlive the account there.
  if (person.source !== 'local')
    throw new Problem('conflict', 'This person signs in at a provider. Open the link there.')
  const password = await checkMainPassword(given.password, {
    minimum: link.passwordMinimum,
    whose: whose(needs, person),
  })
  const passwordHash = await needs.hasher.hash(password)
  const entry = await prepareEntry(needs, person, 'link', null)
  return await needs.store.transaction(async (tables) => {
    const user = await take(needs, tables, link, person, from)
    await openAllWays(tables, user.id)
    await setMainPassword(needs, tables, user, { passwordHash, policy: link.policy, from })
    await forgetFailures(tables, counted)
    const arrival = { device: null, sessionToken: given.sessionToken, from }
    return await enter(needs, tables, user.id, entry, arrival)
  })
}

/** Writes down, uses the link up, and makes sure that the person is there and active. */
async function take(
  { clock }: Pick<IdentityNeeds, 'clock'>,
  tables: Tables,
  link: LiveLink,
  person: User,
  from: From,
): Promise<User> {
  const now = clock.now()
  await tables.audit.append(
    eventOf('link.use', person, from, null, { details: { kind: link.kind } }),
  )
  if (!(await tables.oneTimeLinks.take(link.id, now))) throw new Overtaken('used')
  if (link.user) {
    const still = await tables.users.find(person.id)
    if (!still || still.state === 'disabled') throw new Overtaken('disabled')
    await tables.audit.append(eventOf('password.change', person, from, null))
    await tables.users.update(person.id, { state: 'active' })
    return { ...still, state: 'active' }
  }
  const first = await closeSetUp(tables, now)
  if (link.kind === 'first_administrator' && !first) throw new Overtaken('set_up_done')
  await refuseTaken(tables, person)
  await tables.audit.append(
    eventOf('user.create', person, from, null, { details: { role: person.role } }),
  )
  await tables.users.insert(person)
  return person
}

function newAdministrator(
  { clock, newId }: Pick<IdentityNeeds, 'clock' | 'newId'>,
  given: Pick<Acceptance, 'name' | 'email' | 'language'>,
  by: string,
): User {
  const name = userName(given.name ?? '')
  const email = emailAddress(given.email ?? '')
  const now = clock.now()
  return {
    id: newId(),
    name,
    name_key: userKey(name),
    email,
    email_key: userKey(email),
    email_verified: 1,
    display_name: name,
    role: 'administrator',
    state: 'active',
    language: given.language ?? 'en',
    source: 'local',
    password_hash: null,
    password_changed_at: null,
    quota_bytes: null,
    factors_again_at: null,
    last_sign_in_at: null,
    created_at: now,
    created_by: by,
    updated_at: now,
    updated_by: by,
  }
}

async function refuse(
  needs: IdentityNeeds,
  user: User | null,
  from: From,
  reason: string,
): Promise<never> {
  await writeDown(needs, eventOf('link.use', user, from, reason))
  throw linkDead()
}
