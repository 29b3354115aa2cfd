/**
 * Tying an account of an identity provider to a user who is here: only by a one-time link of that
 * user, and never because names or addresses are the same.
 */
import { eventOf, Overtaken } from '#identity/audited.ts'
import { syncMembership } from '#identity/outside/membership.ts'
import type { IdentityNeeds } from '#identity/needs.ts'
import { newIdentity } from '#identity/outside/outsider.ts'
import type { IdentityRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import type { User } from '#store/users.ts'
import type { Came } from './came.ts'

/**
 * Inside the transaction of the sign-in: the link is used up, and the person comes from the provider
 * from then on. A main password that they had opens nothing any more; sessions end.
 * @throws Overtaken when the link, or the person, is no longer there
 */
export async function tieByLink(
  needs: Pick<IdentityNeeds, 'clock' | 'newId'>,
  tables: Tables,
  { visit, reached, person, from }: Came,
  user: User,
  known: IdentityRow | null,
): Promise<void> {
  const { row } = reached
  const details = { provider: row.name, subject: person.subject, as: person.shownAs }
  await tables.audit.append(eventOf('link.use', user, from, null, { details: { how: 'provider' } }))
  await tables.audit.append(eventOf('identity.create', user, from, null, { details }))
  if (!(await tables.oneTimeLinks.take(visit.link_id ?? '', needs.clock.now())))
    throw new Overtaken('used')
  const still = await tables.users.find(user.id)
  if (!still || still.state === 'disabled') throw new Overtaken('disabled')
  const before = await tables.identities.ofUser(user.id)
  if (!known) {
    if (before) {
      await tables.identities.delete(before.id)
      if (before.provider_id !== row.id)
        await syncMembership(needs, tables, user.id, before.provider_id, [])
    }
    await tables.identities.insert(newIdentity(needs, row, user.id, person, reached.config))
  }
  await tables.users.update(user.id, {
    source: row.id,
    state: 'active',
    password_hash: null,
    updated_at: needs.clock.now(),
    updated_by: row.name,
  })
  await tables.sessions.deleteOf(user.id)
}
