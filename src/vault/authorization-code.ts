/**
 * The authorization code (RFC 6749 §4.1) with PKCE (RFC 7636): the address to which a person is
 * sent, and what the address says with which the provider sends them back.
 */
import { createHash } from 'node:crypto'
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import type { Entropy } from '#base/clock.ts'
import type { OAuthClient } from './client.ts'
import type { Answer } from './diagnosis.ts'

/** What only one attempt has. `state` is found again by its hash; the others are sealed. */
export type Attempt = {
  readonly state: Secret
  readonly nonce: Secret
  readonly verifier: Secret
}

/** 43 characters of the URL alphabet each: 256 bits (RFC 7636 §4.1 asks for 43 at least). */
export function newAttempt(entropy: Entropy): Attempt {
  const random = (): Secret => new Secret(entropy(32).toString('base64url'))
  return { state: random(), nonce: random(), verifier: random() }
}

/** @throws Problem `conflict` when the provider has no page where people sign in */
export function authorizationUrl(
  client: OAuthClient,
  { state, nonce, verifier }: Attempt,
  {
    redirectUrl,
    loginHint,
    params = client.provider.authorizeParams,
  }: {
    redirectUrl: string
    /** Empty: whoever the person chooses. */
    loginHint: string
    /** In place of the provider's own for mailboxes. */
    params?: Readonly<Record<string, string>>
  },
): string {
  // A page of ours leads there: an address that a script could hide in is none.
  const url = URL.parse(client.endpoints.authorize ?? '')
  if (url?.protocol !== 'https:')
    throw new Problem('conflict', 'The provider has no page where a person signs in.')
  const parameters = {
    ...params,
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: redirectUrl,
    scope: allScopes(client).join(' '),
    state: state.reveal(),
    // Of OpenID Connect: who asks for no id_token has nothing to compare it with.
    ...(asksForIdentity(client) ? { nonce: nonce.reveal() } : {}),
    code_challenge: createHash('sha256').update(verifier.revealBytes()).digest('base64url'),
    // Only S256: whoever sees a plain challenge has the verifier.
    code_challenge_method: 'S256',
    ...(loginHint === '' ? {} : { login_hint: loginHint }),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}

/** A person consents to everything at once; tokens are asked for one resource at a time. */
export const allScopes = (client: Pick<OAuthClient, 'scopes'>): readonly string[] => [
  ...new Set([...client.scopes.mail, ...client.scopes.graph]),
]

/** OpenID Connect Core §3.1.2.1: without that scope it is OAuth alone, and nobody is proven. */
export const asksForIdentity = (client: Pick<OAuthClient, 'scopes'>): boolean =>
  allScopes(client).includes('openid')

/** Every parameter at most once (RFC 6749 §3.1); null for an address that has one twice. */
export function callbackParameters(query: URLSearchParams): ReadonlyMap<string, string> | null {
  const names = [...query.keys()]
  return new Set(names).size === names.length ? new Map(query) : null
}

export type Returned =
  | { readonly ok: true; readonly code: Secret }
  | { readonly ok: false; readonly answer: Answer; readonly reason: 'error' | 'issuer' | 'code' }

/**
 * What came back with a state that was ours. `iss` (RFC 9207) has to name the provider where it is
 * there, and has to be there where the provider promises it: a code of another provider must not be
 * shown to this one.
 */
export function readReturn(
  said: ReadonlyMap<string, string>,
  client: Pick<OAuthClient, 'endpoints' | 'issuerOfTenant' | 'provider' | 'tenantId'>,
): Returned {
  const iss = said.get('iss')
  const { issuer, promisesIss } = client.endpoints
  if (iss === undefined ? promisesIss : iss !== issuer)
    return { ok: false, answer: { status: 400 }, reason: 'issuer' }
  const error = said.get('error')
  if (error !== undefined) {
    const answer = { status: 400, error, description: said.get('error_description') }
    return { ok: false, answer, reason: 'error' }
  }
  const code = said.get('code') ?? ''
  // RFC 6749 A.11: visible characters.
  if (!/^[\x21-\x7e]{1,4096}$/.test(code))
    return { ok: false, answer: { status: 400 }, reason: 'code' }
  return { ok: true, code: new Secret(code) }
}

export const codeParameters = (
  code: Secret,
  verifier: Secret,
  redirectUrl: string,
  client: Pick<OAuthClient, 'scopes'>,
): Record<string, string | Secret> => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: redirectUrl,
  code_verifier: verifier,
  // Entra gives the token of that one resource; others leave the parameter aside.
  scope: client.scopes.mail.join(' '),
})
