/**
 * An access token as a program gets it: from a person who signs in at the authority, or as an
 * application of its own.
 */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { Secret } from '#base/secret.ts'
import { APP_ONLY, MAIL_SCOPES, TENANT, type Entra } from './entra.ts'
import { visit } from './visit.ts'

const REDIRECT = 'http://localhost/granted'

export async function grantedToken(entra: Entra, email: string): Promise<Secret> {
  entra.register({ clientId: 'granted', secret: 'granted-secret', redirectUrl: REDIRECT })
  const verifier = randomBytes(32).toString('base64url')
  const client = { client_id: 'granted', redirect_uri: REDIRECT }
  const asked = new URLSearchParams({
    ...client,
    response_type: 'code',
    scope: ['openid', 'offline_access', ...MAIL_SCOPES].join(' '),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: 'x',
    login_hint: email,
  })
  const base = `${entra.origin}/${TENANT}/oauth2/v2.0`
  const back = await visit(`${base}/authorize?${asked.toString()}`, REDIRECT)
  return await askedFor(entra, {
    ...client,
    client_secret: 'granted-secret',
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    code_verifier: verifier,
  })
}

/** App-only. */
export async function applicationToken(entra: Entra, clientId: string): Promise<Secret> {
  const secret = `secret-of-${clientId}`
  entra.register({ clientId, secret, appOnly: true })
  return await askedFor(entra, {
    client_id: clientId,
    client_secret: secret,
    grant_type: 'client_credentials',
    scope: APP_ONLY,
  })
}

async function askedFor({ origin }: Entra, form: Record<string, string>): Promise<Secret> {
  const body = new URLSearchParams(form)
  const answer = await fetch(`${origin}/${TENANT}/oauth2/v2.0/token`, { method: 'POST', body })
  const said = (await answer.json()) as { access_token?: string }
  assert.ok(said.access_token, JSON.stringify(said))
  return new Secret(said.access_token)
}
