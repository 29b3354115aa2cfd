/**
 * An access token as a person would give it to a program: by signing in at the authority.
 */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { Secret } from '#base/secret.ts'
import { MAIL_SCOPES, TENANT, type Entra } from './entra.ts'
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
  const answer = await fetch(`${base}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      ...client,
      client_secret: 'granted-secret',
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      code_verifier: verifier,
    }),
  })
  const said = (await answer.json()) as { access_token?: string }
  assert.ok(said.access_token, JSON.stringify(said))
  return new Secret(said.access_token)
}
