/**
 * The product with a provider that says when somebody signs out there.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Authority } from './authority/authority.ts'
import { forged, rs256 } from './authority/forged.ts'
import { openKeycloak } from './authority/keycloak.ts'
import type { Client } from './client.ts'
import { come, genericApplication, signInScene, type SignInScene } from './sign-in-scene.ts'

export const CREATE = { provisioning: 'create' } as const
export const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout'
export const SUB = 'erin@example.test'

export type SignOutScene = SignInScene & {
  readonly keycloak: Authority
  /** The path of the back channel. */
  readonly backChannel: string
}

export async function signOutScene(
  act: (scene: SignOutScene) => Promise<void>,
  typed: Parameters<typeof signInScene>[2] = CREATE,
): Promise<void> {
  await using keycloak = await openKeycloak()
  let backChannel = ''
  await using opened = await signInScene(keycloak, genericApplication(keycloak), typed, {
    settings: { second_factor: 'offered' },
    metadata: (addresses) => {
      backChannel = new URL(addresses.backChannel).pathname
      return {
        backchannel_logout_uri: addresses.backChannel,
        backchannel_logout_session_required: true,
        post_logout_redirect_uris: [addresses.afterSignOut],
      }
    },
  })
  await act(Object.assign(opened, { keycloak, backChannel }))
}

/** What a right one says. */
export function goodLogout({ keycloak }: SignOutScene): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000)
  return {
    iss: keycloak.issuer,
    aud: 'web',
    iat: now,
    exp: now + 120,
    jti: randomUUID(),
    sub: SUB,
    events: { [LOGOUT_EVENT]: {} },
  }
}

/** As the provider signs it; every part can be forged. */
export function logoutToken(
  s: SignOutScene,
  claims: Record<string, unknown> = {},
  header: object = {},
  key = s.keycloak.key.privateKey,
): string {
  const head = { alg: 'RS256', typ: 'logout+jwt', kid: s.keycloak.key.kid, ...header }
  return forged(head, { ...goodLogout(s), ...claims }, rs256(key))
}

/** @returns the status of the answer */
export async function postLogout(s: SignOutScene, token: string): Promise<number> {
  const answer = await fetch(`${s.product.url}${s.backChannel}`, {
    method: 'POST',
    body: new URLSearchParams({ logout_token: token }),
  })
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  return answer.status
}

export async function signedInThere(s: SignOutScene): Promise<Client> {
  const client = s.product.client()
  await come(s, client)
  assert.equal(await stageOf(client), 'full')
  return client
}

export const stageOf = async (client: Client): Promise<string> =>
  (await client.call('GET /session')).stage
