/**
 * A person from an identity provider confirms there who they are, before a sensitive action: the
 * provider asks them anew, and says when it did.
 */
import { MINUTE } from '#base/clock.ts'
import { eventOf, Overtaken } from '#identity/audited.ts'
import { renewSession, stageBy } from '#identity/browser-session.ts'
import { confirmIdentity } from '#identity/outside/identity-state.ts'
import type { IdentityRow } from '#store/schema.ts'
import type { Session } from '#store/sessions.ts'
import type { User } from '#store/users.ts'
import { actorOf, keptToken, NotLedIn, type Came, type Led } from './came.ts'
import type { VisitNeeds } from './visit.ts'

/** Clocks of others may differ by so much. */
const LEEWAY = MINUTE

/**
 * Without a second factor that the provider is trusted with, the person's own is asked for next, as
 * after any sign-in.
 * @throws NotLedIn, Overtaken
 */
export async function confirmAtProvider(needs: VisitNeeds, came: Came): Promise<Led> {
  const { person, visit, secrets, from, reached } = came
  const { user, identity, session } = await samePerson(needs, came)
  if (!isFresh(person.authTime, visit.created_at, needs.clock.now()))
    throw new NotLedIn('not_fresh', 'not_fresh')
  const policy = await needs.policyOf(user.id)
  const factors = await needs.store.tables.secondFactors.listOf(user.id)
  const method = person.secondFactor ? 'provider+provider' : 'provider'
  const stage = stageBy(method, { policy, user, factors })
  const details = { method, provider: reached.row.name }
  const opened = await needs.store.transaction(async (tables) => {
    await tables.audit.append(eventOf('session.step_up', user, from, null, { details }))
    const still = await tables.users.find(user.id)
    if (still?.state !== 'active') throw new Overtaken('disabled')
    await confirmIdentity(needs, tables, identity, reached.row, {
      by: actorOf(user),
      from,
      signedIn: true,
      ...keptToken(needs, came, identity),
    })
    const renewed = await renewSession(needs, tables, session, {
      stage,
      method,
      policy,
      proves: true,
      // Whoever signs out there ends it, however it began.
      there: { provider_id: reached.row.id, provider_sid: person.sid },
    })
    if (!renewed) throw new Overtaken('session_ended')
    return renewed
  })
  return {
    path: secrets.next ?? '/profile',
    provider: stage === 'full' ? 'confirmed' : null,
    mailbox: null,
    session: opened.token,
    device: null,
    again: null,
  }
}

/** Who began it, in the session in which they did; and who signed in there is nobody else. */
export async function samePerson(
  { store: { tables }, clock }: Pick<VisitNeeds, 'store' | 'clock'>,
  { reached, person, visit, secrets }: Came,
): Promise<{ user: User; identity: IdentityRow; session: Session }> {
  const user = secrets.userId === null ? null : await tables.users.find(secrets.userId)
  const identity = user && (await tables.identities.ofUser(user.id))
  if (!user || user.state !== 'active' || !identity) throw new Overtaken('session_ended')
  const sessions = await tables.sessions.listOf(user.id, clock.now())
  const session = sessions.find(({ id, stage }) => id === visit.session_id && stage === 'full')
  if (!session) throw new Overtaken('session_ended')
  if (identity.provider_id !== reached.row.id || identity.subject !== person.subject)
    throw new NotLedIn('other_person', 'wrong_person')
  return { user, identity, session }
}

/** Asked anew means after the visit began; the provider has to say so (OpenID Connect Core §2). */
const isFresh = (authTime: number | null, begunAt: number, now: number): boolean =>
  authTime !== null && authTime >= begunAt - LEEWAY && authTime <= now + LEEWAY
