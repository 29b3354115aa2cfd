/**
 * What an answer about one person changes: state, lease, application passwords, and who is told.
 */
import { SECOND } from '#base/clock.ts'
import { leaseOf, mayPass, nextCheck } from '#domain/identity-lease.ts'
import type { Policy } from '#domain/policy.ts'
import { Overtaken } from '#identity/audited.ts'
import {
  append,
  confirmIdentity,
  freezeIdentity,
  leaseTerms,
  type Said,
} from '#identity/outside/identity-state.ts'
import type { IdentityProviderRow, IdentityRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import type { Asking } from './needs.ts'
import type { Verdict } from './verdict.ts'

/** The server itself found out. */
export const SERVER: Said = { by: { kind: 'system', id: null, name: 'Passerelle' } }
const saidBy = (checker: string): Said => ({ ...SERVER, checker })

/** @param passwordSetAt left out: as it was */
export async function settle(
  needs: Asking,
  provider: IdentityProviderRow,
  row: IdentityRow,
  verdict: Verdict,
  { passwordSetAt, doubt = false }: { passwordSetAt?: number | null; doubt?: boolean } = {},
): Promise<void> {
  const ids = [row.id]
  switch (verdict.is) {
    case 'alive':
      return await alive(needs, provider, row, passwordSetAt === undefined ? {} : { passwordSetAt })
    case 'dead':
      return await undisturbed(needs, async (tables) => {
        const fresh = await freezeIdentity(
          needs,
          tables,
          row,
          provider,
          verdict.reason,
          saidBy(needs.checker),
        )
        if (fresh) return
        const next = mayPass(provider.kind, verdict.reason) ? later(needs, provider) : null
        await tables.identityChecks.release(ids, needs.checker, next)
      })
    case 'password_changed': {
      const { main_password_change: does } = await needs.policyOf(row.user_id)
      return await undisturbed(needs, async (tables) => {
        await passwordChanged(needs, tables, provider, row, does)
        await nothingToAsk(needs, tables, provider, row, does === 'keep')
      })
    }
    case 'unclear':
      needs.log.warn('liveness.unclear', { identity: row.id, why: verdict.why })
      return await giveBack(needs, ids, again(needs, provider), doubt)
    case 'away':
      return await giveBack(needs, ids, again(needs, provider, verdict.retryAfterMs), doubt)
  }
}

async function alive(
  needs: Asking,
  provider: IdentityProviderRow,
  row: IdentityRow,
  more: { readonly passwordSetAt?: number | null },
): Promise<void> {
  const { identityChecks } = needs.store.tables
  if (row.state === 'alive') {
    const { passwordSetAt } = more
    const change = {
      ...freshLease(needs, provider),
      ...(passwordSetAt === undefined ? {} : { password_set_at: passwordSetAt }),
    }
    const settled = { ...change, ...FREE }
    await identityChecks.settle(row.id, needs.checker, settled, row.next_check_at)
    return
  }
  await undisturbed(needs, async (tables) => {
    const known = { ...saidBy(needs.checker), ...more, chance: chance(needs) }
    if (await confirmIdentity(needs, tables, row, provider, known)) return
    await tables.identityChecks.release([row.id], needs.checker, later(needs, provider))
  })
}

const FREE = { checker: null, checking_until: 0 } as const

/**
 * The password at the provider is another one: application passwords go on, wait for the person's
 * word, or end, as policy says.
 */
export async function passwordChanged(
  needs: Asking,
  tables: Tables,
  provider: IdentityProviderRow,
  row: IdentityRow,
  does: Policy['main_password_change'],
): Promise<void> {
  if (does === 'keep') return
  const now = needs.clock.now()
  const said = saidBy(needs.checker)
  const details = { provider: provider.name, application_passwords: does }
  await append(tables, said, 'identity.password_changed', row, details)
  const many =
    does === 'end'
      ? await tables.appPasswords.revokeAll(row.user_id, now, provider.name)
      : await tables.appPasswords.freezeAll(row.user_id, now)
  await tables.sessions.deleteOf(row.user_id)
  if (many === 0) return
  await tables.notices.add(
    needs.newId(),
    {
      userId: row.user_id,
      kind: 'password_changed_there',
      onceKey: `password_changed_there:${row.id}:${now}`,
      params: { name: provider.name, reason: does },
    },
    now,
  )
}

/**
 * What the provider was asked by is gone, and it has not said that the person is. Nobody is frozen:
 * the lease runs out by itself unless the person signs in again, and the person is told.
 */
export async function nothingToAsk(
  needs: Asking,
  tables: Tables,
  provider: IdentityProviderRow,
  row: IdentityRow,
  tells = true,
): Promise<void> {
  const now = needs.clock.now()
  await append(tables, saidBy(needs.checker), 'identity.unconfirmed', row, {
    provider: provider.name,
    until: row.alive_until,
  })
  const done = await tables.identityChecks.settle(row.id, needs.checker, {
    refresh_token: null,
    previous_refresh_token: null,
    next_check_at: null,
    ...FREE,
  })
  if (!done) throw new Overtaken('overtaken')
  if (!tells || row.alive_until <= now) return
  await tables.notices.add(
    needs.newId(),
    {
      userId: row.user_id,
      kind: 'sign_in_again',
      onceKey: `sign_in_again:${row.id}:${row.alive_until}`,
      params: { name: provider.name, expiresAt: row.alive_until },
    },
    now,
  )
}

/** A transaction that comes to nothing when the person signed in meanwhile. */
export async function undisturbed(
  needs: Asking,
  act: (tables: Tables) => Promise<void>,
): Promise<void> {
  try {
    await needs.store.transaction(act)
  } catch (thrown) {
    if (!(thrown instanceof Overtaken)) throw thrown
  }
}

export async function giveBack(
  needs: Asking,
  ids: readonly string[],
  nextCheckAt: number,
  doubt = false,
): Promise<void> {
  await needs.store.tables.identityChecks.release(ids, needs.checker, nextCheckAt, { doubt })
}

/** A lease from now on. */
export const freshLease = (needs: Asking, provider: IdentityProviderRow) =>
  leaseOf(leaseTerms(provider), needs.clock.now(), true, chance(needs))

/** As after an answer. */
export const later = (needs: Asking, provider: IdentityProviderRow): number =>
  nextCheck(leaseTerms(provider), needs.clock.now(), chance(needs))

/** As after none: soon, but not before the provider wants to be asked again. */
export function again(
  needs: Asking,
  provider: IdentityProviderRow,
  retryAfterMs: number | null = null,
): number {
  const soon = Math.min(needs.limits.againMs, (leaseTerms(provider).intervalS * SECOND) / 2)
  const wanted = Math.min(retryAfterMs ?? 0, needs.limits.longestPauseMs)
  return needs.clock.now() + Math.floor(Math.max(soon, wanted) * (0.75 + 0.5 * chance(needs)))
}

/** From 0 to 1. */
export const chance = ({ entropy }: Pick<Asking, 'entropy'>): number =>
  entropy(2).readUInt16BE() / 0x1_0000
