/**
 * Asking a directory about many people at once.
 */
import { Problem } from '#base/problem.ts'
import type { Claimed } from '#store/identity-checks.ts'
import type { IdentityProviderRow } from '#store/schema.ts'
import type { Asking, StandsThere } from './needs.ts'
import { moveGroups } from './move-groups.ts'
import { again, freshLease, giveBack, passwordChanged, settle, undisturbed } from './settle.ts'

/** @returns why nothing was learned; null: it answered */
export async function askDirectory(
  needs: Asking,
  provider: IdentityProviderRow,
  rows: readonly Claimed[],
): Promise<string | null> {
  const ids = rows.map(({ id }) => id)
  let found: ReadonlyMap<string, StandsThere>
  try {
    const subjects = rows.map(({ subject }) => subject)
    found = await needs.accountStates(provider, subjects)
  } catch (cause) {
    const why = needs.whyAway(cause)
    needs.log.warn('liveness.directory_away', { provider: provider.name, why, cause })
    await giveBack(needs, ids, again(needs, provider))
    if (!(cause instanceof Problem)) throw cause
    return why ?? 'unavailable'
  }
  await moveGroups(needs, provider, rows, found)
  const alike: string[] = []
  for (const row of rows) {
    const stands = found.get(row.subject)
    if (row.state === 'alive' && stands?.state === 'alive' && isSameIn(row, stands))
      alike.push(row.id)
    else await one(needs, provider, row, stands)
  }
  await needs.store.tables.identityChecks.confirm(alike, needs.checker, freshLease(needs, provider))
  return null
}

/**
 * Nothing to write about the password: it is not known, or the one that was. An earlier one is what a
 * domain controller says that lags behind.
 */
const isSameIn = (row: Claimed, { passwordSetAt }: StandsThere): boolean =>
  passwordSetAt === null || (row.password_set_at ?? -Infinity) >= passwordSetAt

async function one(
  needs: Asking,
  provider: IdentityProviderRow,
  row: Claimed,
  stands: StandsThere | undefined,
): Promise<void> {
  if (stands?.state !== 'alive')
    return await settle(needs, provider, row, { is: 'dead', reason: stands?.state ?? 'deleted' })
  const { passwordSetAt } = stands
  const known = row.password_set_at
  const fresh = !isSameIn(row, stands)
  if (fresh && known !== null) {
    const { main_password_change: does } = await needs.policyOf(row.user_id)
    await undisturbed(needs, async (tables) => {
      await passwordChanged(needs, tables, provider, row, does)
      // In the same transaction: it is done once.
      await tables.identityChecks.settle(row.id, needs.checker, { password_set_at: passwordSetAt })
    })
  }
  await settle(needs, provider, row, { is: 'alive' }, fresh ? { passwordSetAt } : {})
}
