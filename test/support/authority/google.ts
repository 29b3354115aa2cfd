/**
 * oidc-provider in the dress of Google: opaque access tokens, a refresh token that is never replaced
 * and only comes with the first consent, verified e-mail addresses, no device codes for mail.
 */
import { openAuthority, type Authority, type Person } from './authority.ts'

export const GMAIL = 'https://mail.google.com/'

const PEOPLE: readonly Person[] = [
  { email: 'carol@gmail.test', email_verified: true, sub: '108', name: 'Carol', hd: 'gmail.test' },
  { email: 'dan@gmail.test', email_verified: false, sub: '109', name: 'Dan' },
]

export type GoogleOptions = {
  readonly accessTokenS?: number
  /** A refresh token comes with a consent that was asked for, as for people who consented before. */
  readonly consented?: boolean
}

export async function openGoogle({
  accessTokenS = 3600,
  consented = false,
}: GoogleOptions = {}): Promise<Authority> {
  let prompt: string | null = null
  return await openAuthority({
    issuerPath: '',
    rotation: 'non_rotating',
    people: PEOPLE,
    settings: (_, people) => settings(people, accessTokenS),
    asksConsent: !consented,
    path: (url) => {
      if (url.pathname.endsWith('/auth')) prompt = url.searchParams.get('prompt')
      return { mount: '', path: url.pathname }
    },
    json: (path, status, body) => {
      if (path !== '/token') return body
      if (body['error'] === 'invalid_grant')
        return { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' }
      if (consented && prompt !== 'consent') Reflect.deleteProperty(body, 'refresh_token')
      return status === 200 ? withoutRepeated(body) : body
    },
    isResource: (scope) => scope.startsWith('https://'),
    resourceOf: (scope) => scope,
  })
}

/** What came with the first consent does not come again. */
const given = new Set<unknown>()
function withoutRepeated({ refresh_token, ...said }: Record<string, unknown>): object {
  if (refresh_token === undefined || given.has(refresh_token)) return said
  given.add(refresh_token)
  return { ...said, refresh_token }
}

function settings(people: Authority['people'], accessTokenS: number): Record<string, unknown> {
  return {
    routes: {
      authorization: '/o/oauth2/v2/auth',
      token: '/token',
      revocation: '/revoke',
      jwks: '/oauth2/v3/certs',
    },
    scopes: ['openid', 'email', 'profile'],
    claims: {
      openid: ['sub', 'hd', 'auth_time'],
      email: ['email', 'email_verified'],
      profile: ['name'],
    },
    extraParams: ['access_type'],
    features: {
      devInteractions: { enabled: false },
      introspection: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_: unknown, __: unknown, oneOf: unknown) => oneOf ?? GMAIL,
        useGrantedResource: () => true,
        getResourceServerInfo: (_: unknown, audience: string) => ({
          scope: GMAIL,
          audience,
          accessTokenFormat: 'opaque',
          accessTokenTTL: accessTokenS,
        }),
      },
    },
    issueRefreshToken: (context: { oidc: { entities: { AuthorizationCode?: object } } }) =>
      context.oidc.entities.AuthorizationCode !== undefined,
    findAccount: (_: unknown, accountId: string) =>
      people.has(accountId) ? { accountId, claims: () => people.get(accountId) } : undefined,
    ttl: {
      AccessToken: accessTokenS,
      RefreshToken: 180 * 86_400,
      Grant: 180 * 86_400,
      IdToken: 3600,
      Interaction: 600,
      Session: 3600,
    },
  }
}
