/**
 * Signing in here by a provider: what it is asked, and which of its claims prove something.
 */

/** How people sign in here by the provider. Parameters are added to the address they are sent to. */
export type ProviderSignIn = {
  /** Whose words and sign its button has. */
  readonly button: 'entra' | 'google' | 'oidc'
  readonly scopes: readonly string[]
  readonly params: Readonly<Record<string, string>>
  /** Asks for consent once more, where the first sign-in brought no refresh token. */
  readonly consent: Readonly<Record<string, string>>
  /** Asks the person anew, and for the time of it (`auth_time`). */
  readonly again: Readonly<Record<string, string>>
  /** How a second factor is asked for, and where the answer stands: see `contextParams`. */
  readonly context: 'acr' | 'acrs'
  /** The claim with the organisation, held against the list of those that may come in. */
  readonly organisationClaim: string | null
  /** Claims that say by themselves that `email` was checked; any of them. */
  readonly emailProofs: readonly string[]
  /** Claims with an address of the organisation's own, for who is no guest there. */
  readonly ownAddresses: readonly string[]
}

/** OpenID Connect Core §3.1.2.1, §11; `email_verified` as in §5.1. */
export const STANDARD_SIGN_IN: ProviderSignIn = {
  button: 'oidc',
  scopes: ['openid', 'profile', 'email', 'offline_access'],
  params: {},
  consent: { prompt: 'consent' },
  again: { prompt: 'login', max_age: '0' },
  context: 'acr',
  organisationClaim: null,
  emailProofs: ['email_verified'],
  ownAddresses: [],
}
/** Says when the person signed in, where it is not asked for the age of it. */
const AUTH_TIME = JSON.stringify({ id_token: { auth_time: { essential: true } } })

export const GOOGLE_SIGN_IN: ProviderSignIn = {
  ...STANDARD_SIGN_IN,
  button: 'google',
  // It knows no offline_access; a refresh token comes with the first consent.
  scopes: ['openid', 'profile', 'email'],
  params: { access_type: 'offline', claims: AUTH_TIME },
  again: { prompt: 'select_account', max_age: '0' },
  // The domain of a Workspace; other accounts have none.
  organisationClaim: 'hd',
}

/** Whether it gives refresh tokens without the scopes of mail is not said anywhere. */
export const ONLINE_SIGN_IN: ProviderSignIn = {
  ...STANDARD_SIGN_IN,
  scopes: ['openid', 'profile', 'email'],
}

export const ENTRA_SIGN_IN: ProviderSignIn = {
  button: 'entra',
  scopes: ['openid', 'profile', 'email', 'offline_access'],
  params: {},
  consent: { prompt: 'consent' },
  again: { prompt: 'login', max_age: '0' },
  // Its v2.0 tokens have no `amr`, and an `acr` that says nothing.
  context: 'acrs',
  organisationClaim: 'tid',
  // The domain of the address is one that its tenant has proven to own.
  emailProofs: ['xms_edov'],
  // A member's sign-in name ends in a domain that the tenant has proven to own.
  ownAddresses: ['upn', 'preferred_username'],
}

/**
 * Asks for one of the contexts that mean a second factor: by `acr_values` (OpenID Connect Core
 * §3.1.2.1), or by an authentication context of Entra (`c1` to `c99`), which a Conditional Access
 * policy ties to a second factor.
 */
export function contextParams(
  { context }: Pick<ProviderSignIn, 'context'>,
  wanted: readonly string[],
): Readonly<Record<string, string>> {
  if (wanted.length === 0) return {}
  if (context === 'acr') return { acr_values: wanted.join(' ') }
  const said = wanted.length === 1 ? { value: wanted[0] } : { values: wanted }
  return { claims: JSON.stringify({ id_token: { acrs: { essential: true, ...said } } }) }
}
