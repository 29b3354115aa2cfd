/**
 * Providers that say over SCIM who is there: while they speak, nobody has to be asked; when they are
 * silent for too long, administrators are told, as of providers that do not answer.
 */
import { SECOND } from '#base/clock.ts'
import type { NoticeKind } from '#domain/notice.ts'
import { leaseOf } from '#domain/identity-lease.ts'
import { leaseTerms } from '#identity/outside/identity-state.ts'
import type { IdentityProviderRow } from '#store/schema.ts'
import type { Asking } from './needs.ts'
import { chance, later } from './settle.ts'

/** @returns whether that is how this provider's people are known to be there */
export async function confirmByScim(
  needs: Asking,
  provider: IdentityProviderRow,
): Promise<boolean> {
  if (!hasOnlyScim(provider)) return false
  const { identityChecks } = needs.store.tables
  const now = needs.clock.now()
  const seenAt = provider.scim_seen_at
  if (seenAt !== null && provider.scim_hash !== null) {
    const lease = leaseOf(leaseTerms(provider), seenAt, true, chance(needs))
    const next = Math.max(lease.next_check_at ?? 0, later(needs, provider))
    await identityChecks.confirmByScim(provider.id, now, { ...lease, next_check_at: next })
  }
  await identityChecks.postpone(provider.id, now, later(needs, provider))
  return true
}

const hasOnlyScim = ({ kind, config }: Pick<IdentityProviderRow, 'kind' | 'config'>): boolean =>
  kind === 'oidc' && (JSON.parse(config) as { liveness?: string }).liveness === 'scim'

/** Each silence is told once. */
export async function addSilenceNotices(
  needs: Pick<Asking, 'store' | 'clock' | 'newId'>,
): Promise<void> {
  const { identityProviders, identityChecks } = needs.store.tables
  const now = needs.clock.now()
  for (const provider of await identityProviders.list()) {
    const intervalMs = leaseTerms(provider).intervalS * SECOND
    const { name, failing_since: since, scim_seen_at: seen, scim_set_at: set } = provider
    if (since !== null && now - since > intervalMs) {
      const expiresAt = await identityChecks.firstEnd(provider.id, now)
      const reason = provider.failure ?? ''
      const params = { name, reason, ...(expiresAt === null ? {} : { expiresAt }) }
      await tellAdministrators(needs, 'provider_silent', `${provider.id}:${since}`, params)
    }
    const spoke = seen ?? set
    if (provider.scim_hash === null || spoke === null || !hasOnlyScim(provider)) continue
    if (now - spoke > 2 * intervalMs)
      await tellAdministrators(needs, 'scim_silent', `${provider.id}:${spoke}`, {
        name,
        expiresAt: spoke,
      })
  }
}

async function tellAdministrators(
  { store, clock, newId }: Pick<Asking, 'store' | 'clock' | 'newId'>,
  kind: NoticeKind,
  once: string,
  params: Readonly<Record<string, string | number>>,
): Promise<void> {
  const { users, notices } = store.tables
  for (const userId of await users.administratorIds())
    await notices.add(
      newId(),
      { userId, kind, onceKey: `${kind}:${once}:${userId}`, params },
      clock.now(),
    )
}
