import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { reachable } from './reachable.ts'
import {
  cloudOf,
  ENDPOINTS,
  PROVIDERS,
  providerOf,
  type Cloud,
  type Provider,
} from './providers.ts'
import { upstreamHost, upstreamUrl } from './upstream-url.ts'

const mayReach = reachable([])
const clouds: [Provider, Cloud][] = PROVIDERS.flatMap((provider) =>
  provider.clouds.map((cloud): [Provider, Cloud] => [provider, cloud]),
)
const noTwice = (values: readonly string[], what: string): void =>
  assert.equal(new Set(values).size, values.length, `${what} has one twice: ${values.join(' ')}`)

describe('the table of providers', () => {
  it('has every provider, each once, Microsoft first with its four clouds', () => {
    assert.deepEqual(
      PROVIDERS.map(({ id }) => id),
      ['AzureAD', 'Google', 'Fastmail', 'Yahoo', 'AOL', 'OpenIDConnect'],
    )
    noTwice(
      PROVIDERS.map(({ label }) => label),
      'labels',
    )
    assert.deepEqual(
      providerOf('AzureAD')?.clouds.map(({ id }) => id),
      ['global', 'usgov-l4', 'usgov-l5', 'china'],
    )
    assert.equal(providerOf('azuread'), null)
  })

  for (const [provider, cloud] of clouds)
    it(`${provider.id} ${cloud.id}: addresses are https, canonical, and filled in completely`, () => {
      for (const name of ENDPOINTS) {
        const template = cloud.endpoints[name]
        if (template === null) continue
        const filled = template
          .replaceAll('{root}', cloud.rootUrl || 'https://idp.example')
          .replaceAll('{tenant}', 'common')
        assert.equal(upstreamUrl(filled, name, mayReach), filled)
        if (template.includes('{tenant}')) assert.ok(provider.needsTenant)
      }
      if (cloud.rootUrl !== '')
        assert.equal(upstreamUrl(cloud.rootUrl, 'rootUrl', mayReach), cloud.rootUrl)
      if (!provider.discovers)
        assert.ok(cloud.endpoints.authorize !== null && cloud.endpoints.token !== null)
    })

  for (const [provider, cloud] of clouds)
    it(`${provider.id} ${cloud.id}: hosts have the ports of their security, scopes are tokens`, () => {
      for (const [kind, host] of Object.entries(cloud.hosts ?? {})) {
        assert.equal(upstreamHost(host.host, kind, mayReach), host.host)
        const port = { imap: 993, pop: 995, smtp: host.security === 'tls' ? 465 : 587 }[kind]
        assert.equal(host.port, port, kind)
      }
      for (const list of [cloud.scopes, cloud.appOnlyScopes]) {
        noTwice(list, 'scopes')
        for (const scope of list) assert.match(scope, /^[\x21\x23-\x5b\x5d-\x7e]+$/)
      }
      assert.ok(cloud.scopes.length > 0)
      // RFC 6749 §6 leaves it to the provider; each of these gives a refresh token for it.
      const offline = ['offline_access', 'https://mail.google.com/', 'mail-w']
      assert.ok(
        provider.id === 'Fastmail' || cloud.scopes.some((scope) => offline.includes(scope)),
        'a refresh token is asked for',
      )
    })

  for (const provider of PROVIDERS)
    it(`${provider.id}: clouds differ, what is modelled is a length of time, identity is stable`, () => {
      noTwice(
        provider.clouds.map(({ id }) => id),
        'clouds',
      )
      assert.equal(cloudOf(provider, 'no such cloud'), provider.clouds[0])
      for (const days of Object.values(provider.refreshToken)) assert.ok(days === null || days > 0)
      for (const limit of Object.values(provider.limits)) assert.ok(limit === null || limit > 0)
      noTwice(provider.sasl, 'sasl')
      assert.ok(provider.sasl.length > 0)
      assert.ok(!provider.identity.subject.includes('email'))
      for (const { claim, verifiedBy, ownTenantOnly } of provider.identity.claims)
        assert.ok(
          claim !== 'email' || verifiedBy !== undefined || ownTenantOnly === true,
          'an e-mail that nobody checked',
        )
      assert.equal(provider.identity.tenantClaim !== null, provider.needsTenant)
    })

  it('asks for scopes of one audience with one token', () => {
    for (const [provider, cloud] of clouds) {
      const origins = cloud.scopes.filter((scope) => scope.startsWith('https:'))
      noTwice([...new Set(origins.map((scope) => new URL(scope).origin))].slice(1), provider.id)
      assert.ok(new Set(origins.map((scope) => new URL(scope).origin)).size <= 1, cloud.id)
    }
  })
})
