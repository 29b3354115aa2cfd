/**
 * Mail accounts: the states of one, and what moves it from one to another.
 *
 * new: Init. Token was never run. active: the tokens work. degraded: they could not be refreshed for
 * a reason that passes, or open less than before; what is there is kept and tried again. reconsent: the provider has said
 * definitely that the grant is over; only a person can renew it. disabled: a person switched it off.
 */

export const ACCOUNT_STATES = ['new', 'active', 'degraded', 'reconsent', 'disabled'] as const
export type AccountState = (typeof ACCOUNT_STATES)[number]

/** What a provider promises about the refresh token that was just used. */
export const TOKEN_CLASSES = ['stays_valid', 'grace', 'strict', 'non_rotating'] as const
export type TokenClass = (typeof TOKEN_CLASSES)[number]

/** What a refresh can come to. `definite` is the provider's own word that the grant is over. */
export type RefreshOutcome =
  | { kind: 'refreshed' }
  | { kind: 'passing'; reason: string; retryAfterMs: number | null }
  | { kind: 'application'; reason: string }
  | { kind: 'definite'; reason: string }

/** Nothing but a person leaves `disabled`, and nothing but a person's Init. Token leaves `reconsent`. */
export function stateAfter(state: AccountState, outcome: RefreshOutcome): AccountState {
  if (state === 'disabled' || state === 'new' || state === 'reconsent') return state
  if (outcome.kind === 'refreshed') return 'active'
  return outcome.kind === 'definite' ? 'reconsent' : 'degraded'
}

/** Resources for which a mail account can hold access tokens; each is one audience at the provider. */
export const RESOURCES = ['mail', 'graph'] as const
export type Resource = (typeof RESOURCES)[number]

/**
 * What became at the provider of tokens that ended here. none: there were none, or the provider has no
 * endpoint for it. in_use: another mail account lives on the same permission, which would end as well.
 * failed: it may live on there.
 */
export const REVOCATIONS = ['none', 'revoked', 'in_use', 'failed'] as const
