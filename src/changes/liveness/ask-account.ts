/**
 * Asking by a mail account of the person at the same provider: its token stands for the identity.
 */
import { SECOND } from '#base/clock.ts'
import { leaseTerms } from '#identity/outside/identity-state.ts'
import type { IdentityProviderRow, IdentityRow } from '#store/schema.ts'
import type { Asking } from './needs.ts'
import { verdictOfReason, type Verdict } from './verdict.ts'

/** null: the account is gone, switched off, or was never initialised; it says nothing. */
export async function askAccount(
  { store, tokens, clock }: Pick<Asking, 'store' | 'tokens' | 'clock'>,
  provider: IdentityProviderRow,
  { account_id }: Pick<IdentityRow, 'account_id'>,
): Promise<Verdict | null> {
  const account = account_id === null ? null : await store.tables.mailAccounts.find(account_id)
  if (!account || account.state === 'disabled' || account.state === 'new') return null
  if (account.state === 'reconsent') return verdictOfReason(account.state_reason ?? 'grant_over')
  const recent = clock.now() - (leaseTerms(provider).intervalS * SECOND) / 3
  if ((account.last_refresh_at ?? 0) > recent && account.failures === 0) return { is: 'alive' }
  const outcome = await tokens.refreshNow(account.id)
  if (outcome.kind === 'refreshed') return { is: 'alive' }
  // `definite` is asked again after a minute by the account itself, and then is `reconsent`.
  if (outcome.kind === 'definite') return { is: 'unclear', why: outcome.reason }
  return verdictOfReason(outcome.reason)
}
