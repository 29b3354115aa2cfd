/**
 * Groups of a directory follow it between two sign-ins: membership decides policy.
 */
import { append } from '#identity/outside/identity-state.ts'
import { syncMembership } from '#identity/outside/membership.ts'
import type { ExternalGroup } from '#store/groups.ts'
import type { IdentityProviderRow, IdentityRow } from '#store/schema.ts'
import type { Asking, StandsThere } from './needs.ts'
import { SERVER } from './settle.ts'

/** Of the names, in the audit. */
const MAX_SAID = 512

/** One question to the store for all; only who moved is written. */
export async function moveGroups(
  needs: Asking,
  provider: IdentityProviderRow,
  rows: readonly IdentityRow[],
  found: ReadonlyMap<string, StandsThere>,
): Promise<void> {
  const said = new Map<string, readonly ExternalGroup[]>()
  for (const row of rows) {
    const stands = found.get(row.subject)
    if (stands?.state === 'alive' && stands.groups) said.set(row.user_id, stands.groups)
  }
  if (said.size === 0) return
  const known = await needs.store.tables.scimPeople.groupsOf(provider.id, [...said.keys()])
  const before = Map.groupBy(known, ({ userId }) => userId)
  for (const [userId, groups] of said) {
    const had = (before.get(userId) ?? []).map(({ externalId }) => externalId)
    const has = groups.map(({ externalId }) => externalId)
    if (isSameSet(had, has)) continue
    await needs.store.transaction(async (tables) => {
      const names = groups.map(({ name }) => name).join(', ')
      await append(
        tables,
        SERVER,
        'group.update',
        { user_id: userId },
        {
          provider: provider.name,
          groups: names.slice(0, MAX_SAID),
        },
      )
      await syncMembership(needs, tables, userId, provider.id, groups)
    })
  }
}

const isSameSet = (a: readonly unknown[], b: readonly unknown[]): boolean => {
  const [one, other] = [new Set(a), new Set(b)]
  return one.size === other.size && one.isSubsetOf(other)
}
