/**
 * Whether the provider of a person says that they are there: the only writers of that state.
 *
 * Frozen closes every door and loses nothing: application passwords, factors and files stay as they
 * are and work again when the person is known to be there again.
 */
import type { Clock } from '#base/clock.ts'
import type { NewId } from '#base/id.ts'
import type { Actor, AuditAction, AuditEvent } from '#domain/audit.ts'
import { heldByScim, leaseOf, mayPass, nextCheck, type LeaseTerms } from '#domain/identity-lease.ts'
import type { FrozenReason } from '#domain/identity-provider.ts'
import type { IdentityProviderRow, IdentityRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import { Overtaken } from '../audited.ts'
import type { From } from '../needs.ts'

export type StateNeeds = { readonly clock: Clock; readonly newId: NewId }
export type StateTables = Pick<
  Tables,
  'audit' | 'identities' | 'identityChecks' | 'notices' | 'sessions' | 'users'
>
/** Of the provider what is needed here. */
export type Provider = Pick<IdentityProviderRow, 'id' | 'kind' | 'name' | 'config' | 'scim_hash'>

/**
 * Who says so. `from` where a person's browser, or a program, is behind it. `checker`: who asks the
 * provider; what the person did meanwhile counts more.
 */
export type Said = { readonly by: Actor; readonly from?: From; readonly checker?: string }

export type Known = Said & {
  /** The person signed in there just now: whatever had frozen them is over. */
  readonly signedIn?: boolean
  /** When it was so; now unless it says otherwise. */
  readonly at?: number
  /** Sealed; null: none was given. Left out: as it was. */
  readonly refreshToken?: Uint8Array | null
  readonly accountId?: string | null
  readonly passwordSetAt?: number | null
  readonly shownAs?: string
  readonly chance?: number
}

export const leaseTerms = ({ config }: Pick<Provider, 'config'>): LeaseTerms =>
  JSON.parse(config) as LeaseTerms

/** Whether there is anything to ask about the person between two sign-ins. */
export function asksAbout(
  { kind, config }: Pick<Provider, 'kind' | 'config'>,
  identity: Pick<IdentityRow, 'refresh_token' | 'account_id' | 'scim'>,
): boolean {
  if (kind === 'ldap') return true
  const { liveness = 'refresh_token' } = JSON.parse(config) as { liveness?: string }
  if (liveness === 'scim') return identity.scim !== null
  return (
    liveness === 'refresh_token' &&
    (identity.refresh_token !== null || identity.account_id !== null)
  )
}

/**
 * Inside a transaction, after its audit row: the provider knows the person. Renews the lease, and
 * thaws who was frozen.
 * @returns false: frozen for a reason that only the person's next sign-in ends
 * @throws Overtaken `identity_frozen` at a sign-in while SCIM says that the person is gone;
 *   `overtaken` when somebody else has taken over what `checker` asked for
 */
export async function confirmIdentity(
  needs: StateNeeds,
  tables: StateTables,
  { id }: Pick<IdentityRow, 'id'>,
  provider: Provider,
  known: Known,
): Promise<boolean> {
  const identity = await tables.identities.find(id)
  if (!identity) throw new Overtaken('identity_gone')
  if (provider.scim_hash !== null && heldByScim(identity)) {
    if (known.signedIn) throw new Overtaken('identity_frozen')
    return false
  }
  const frozen = identity.state === 'frozen'
  if (frozen && !known.signedIn && !mayPass(provider.kind, identity.reason)) return false
  const now = needs.clock.now()
  if (frozen)
    await append(tables, known, 'identity.thaw', identity, {
      provider: provider.name,
      was: identity.reason,
    })
  const after = {
    ...(known.refreshToken === undefined
      ? {}
      : { refresh_token: known.refreshToken, previous_refresh_token: null }),
    ...(known.accountId === undefined ? {} : { account_id: known.accountId }),
    ...(known.passwordSetAt === undefined ? {} : { password_set_at: known.passwordSetAt }),
    ...(known.shownAs === undefined ? {} : { shown_as: known.shownAs }),
  }
  const asks = asksAbout(provider, { ...identity, ...after })
  await write(tables, id, known, {
    ...after,
    ...(frozen ? { state: 'alive', reason: null, state_at: now } : {}),
    ...leaseOf(leaseTerms(provider), known.at ?? now, asks, known.chance),
    checker: null,
    checking_until: 0,
  })
  return true
}

/**
 * Inside a transaction: the person may not come in any more, which is written down. Sessions end;
 * application passwords open nothing on any node, and what is open ends.
 * @returns false when it is known already
 * @throws Overtaken `overtaken` when somebody else has taken over what `checker` asked for
 */
export async function freezeIdentity(
  needs: StateNeeds,
  tables: StateTables,
  { id }: Pick<IdentityRow, 'id'>,
  provider: Provider,
  reason: FrozenReason,
  said: Said,
): Promise<boolean> {
  const identity = await tables.identities.find(id)
  if (!identity) throw new Overtaken('identity_gone')
  if (identity.state === 'frozen' && identity.reason === reason) return false
  const now = needs.clock.now()
  await append(tables, said, 'identity.freeze', identity, { provider: provider.name, reason })
  const asks = mayPass(provider.kind, reason) && asksAbout(provider, identity)
  await write(tables, id, said, {
    state: 'frozen',
    reason,
    state_at: now,
    next_check_at: asks ? nextCheck(leaseTerms(provider), now, 0.5) : null,
    checker: null,
    checking_until: 0,
  })
  await tables.sessions.deleteOf(identity.user_id)
  if (identity.state === 'frozen') return true // the person was told
  await tables.notices.add(
    needs.newId(),
    {
      userId: identity.user_id,
      kind: 'identity_frozen',
      onceKey: `identity_frozen:${identity.id}:${now}`,
      params: { name: provider.name, reason },
    },
    now,
  )
  return true
}

async function write(
  tables: Pick<Tables, 'identities' | 'identityChecks'>,
  id: string,
  { checker }: Said,
  change: Partial<Omit<IdentityRow, 'id'>>,
): Promise<void> {
  const done =
    checker === undefined
      ? await tables.identities.update(id, change)
      : await tables.identityChecks.settle(id, checker, change)
  if (!done) throw new Overtaken('overtaken')
}

/** The audit row of what happens to a person's identity. */
export async function append(
  tables: Pick<Tables, 'audit' | 'users'>,
  { by, from }: Said,
  action: AuditAction,
  identity: Pick<IdentityRow, 'user_id'>,
  details: AuditEvent['details'],
): Promise<void> {
  const user = await tables.users.find(identity.user_id)
  await tables.audit.append({
    actor: by,
    ip: from?.ip ?? null,
    client: from?.client ?? null,
    action,
    target: { kind: 'user', id: identity.user_id, name: user?.name ?? null },
    outcome: 'ok',
    reason: null,
    details,
  })
}
