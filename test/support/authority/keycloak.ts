/**
 * oidc-provider as it is meant to be: OpenID Connect by discovery, `iss` in every answer to the
 * browser, refresh tokens that are taken once, consent only where it is asked for, groups in a claim,
 * and logout of every kind.
 */
import { openAuthority, type Authority, type Person } from './authority.ts'

const person = (name: string): Person => ({
  sub: `sub-of-${name}`,
  email: `${name}@example.test`,
  email_verified: true,
  preferred_username: name,
  name: `${name[0]?.toUpperCase()}${name.slice(1)} Martin`,
  groups: ['staff'],
  locale: 'fr-FR',
})
const PEOPLE = ['erin', 'frank', 'grace'].map(person)

export type KeycloakOptions = {
  readonly accessTokenS?: number
  /** Consent is asked for at every sign-in, so that a refresh token always comes. */
  readonly asksConsent?: boolean
}

export async function openKeycloak({
  accessTokenS = 300,
  asksConsent = true,
}: KeycloakOptions = {}): Promise<Authority> {
  return await openAuthority({
    issuerPath: '',
    rotation: 'strict',
    asksConsent,
    people: PEOPLE,
    settings: (_, people) => settings(people, accessTokenS),
    path: (url) => ({ mount: '', path: url.pathname }),
    isResource: () => false,
    resourceOf: (scope) => scope,
  })
}

function settings(people: Authority['people'], accessTokenS: number): Record<string, unknown> {
  return {
    scopes: ['openid', 'email', 'profile', 'offline_access'],
    claims: {
      openid: ['sub', 'groups', 'auth_time', 'amr', 'acr'],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username', 'locale'],
    },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      introspection: { enabled: true },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    // To where the product of the tests is; its own way out closes local networks.
    fetch: async (url: string, options: RequestInit & { dispatcher?: unknown }) => {
      const { dispatcher: _, ...rest } = options
      return await fetch(url, rest)
    },
    issueRefreshToken: (_: unknown, __: unknown, code: { scopes: Set<string> }) =>
      code.scopes.has('offline_access'),
    findAccount: (_: unknown, accountId: string) =>
      people.has(accountId) ? { accountId, claims: () => people.get(accountId) } : undefined,
    ttl: {
      AccessToken: accessTokenS,
      RefreshToken: 30 * 86_400,
      Grant: 30 * 86_400,
      IdToken: 3600,
      Interaction: 600,
      Session: 3600,
    },
  }
}
