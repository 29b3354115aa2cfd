/**
 * The whole product with an identity provider of the tests, and browsers that go there and come back.
 *
 * A browser brings no SameSite=Strict cookie along when another site sends it: neither does this one.
 */
import assert from 'node:assert/strict'
import type { BodyIn } from '#api/contract.ts'
import type { IdentityProviderRow } from '#store/schema.ts'
import { TENANT, type Entra } from './authority/entra.ts'
import type { Authority } from './authority/authority.ts'
import { visit, type Jar } from './authority/visit.ts'
import type { Client } from './client.ts'
import { startProduct, type Product } from './product.ts'
import type { StoreKind } from './stores.ts'

export const SECRET = 'client-secret-of-the-sign-in'
type Typed = Omit<BodyIn<'POST /identity-providers'>, 'kind' | 'name' | 'applicationId'>
type Application = Omit<BodyIn<'POST /oauth-applications'>, 'identifier'>

export type SignInScene = AsyncDisposable & {
  readonly product: Product
  /** An administrator with a main password and an authenticator app. */
  readonly ada: Client
  readonly providerId: string
  provider(): Promise<IdentityProviderRow>
  /** What the audit says, newest last: `action outcome reason`. */
  said(action?: string): Promise<string[]>
}

/** Where the browser was led: the path, and the words behind `#`. */
export type Went = {
  readonly path: string
  readonly said: URLSearchParams
  readonly location: string
  readonly headers: Headers
  /** The address with which the provider sent the browser back. */
  readonly back: URL
}

/** Some of the settings of an application at each authority of the tests. */
export const entraApplication = (entra: Entra): Application => ({
  provider: 'AzureAD',
  tenantId: TENANT,
  clientId: 'web',
  clientSecret: SECRET,
  rootUrl: entra.origin,
})
export const genericApplication = (authority: Authority): Application => ({
  provider: 'OpenIDConnect',
  clientId: 'web',
  clientSecret: SECRET,
  rootUrl: authority.origin,
})
export const googleApplication = (google: Authority): Application => ({
  provider: 'Google',
  clientId: 'web',
  clientSecret: SECRET,
  issuer: google.origin,
  authorizeUrl: `${google.origin}/o/oauth2/v2/auth`,
  tokenUrl: `${google.origin}/token`,
  jwksUrl: `${google.origin}/oauth2/v3/certs`,
})

export async function signInScene(
  authority: Authority,
  application: Application,
  typed: Typed,
  {
    on = 'sqlite',
    env = {},
    settings = {},
    metadata = () => ({}),
  }: {
    on?: StoreKind
    env?: Record<string, string>
    settings?: BodyIn<'PATCH /settings'>
    metadata?: (addresses: { backChannel: string; afterSignOut: string }) => object
  } = {},
): Promise<SignInScene> {
  await using opened = new AsyncDisposableStack()
  const product = opened.use(
    await startProduct({ on, env: { ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8, ::1', ...env } }),
  )
  const ada = await product.administrator()
  if (Object.keys(settings).length > 0) await ada.call('PATCH /settings', { body: settings })
  const providerId = await addProvider(ada, authority, 'Contoso', application, typed, metadata)
  const closing = opened.move()
  const { tables } = product.ground.store
  return {
    product,
    ada,
    providerId,
    provider: async () => (await tables.identityProviders.find(providerId))!,
    said: async (action = 'session.create') => {
      const rows = await tables.audit.list({}, 1000)
      return rows
        .toReversed()
        .filter((row) => row.action === action)
        .map((row) => row.reason ?? row.outcome)
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

/** Declares an application and a provider on it, registers both redirect URLs, and switches it on. */
export async function addProvider(
  ada: Client,
  authority: Authority,
  name: string,
  application: Application,
  typed: Typed,
  metadata: (addresses: { backChannel: string; afterSignOut: string }) => object = () => ({}),
): Promise<string> {
  const declared = await ada.call('POST /oauth-applications', {
    body: { identifier: name, ...application },
  })
  const body = { kind: 'oidc' as const, name, applicationId: declared.id, ...typed }
  const { id, addresses } = await ada.call('POST /identity-providers', { body })
  assert.ok(addresses)
  authority.register({
    clientId: application.clientId ?? '',
    secret: SECRET,
    redirectUrl: declared.redirectUrl,
    redirectUrls: [addresses.redirectUrl],
    metadata: metadata(addresses) as Record<string, unknown>,
  })
  await ada.call('POST /identity-providers/:id/enable', { params: { id } })
  return id
}

/** Goes to the provider and comes back; `change` may forge what comes back. */
export async function come(
  { product, providerId }: Pick<SignInScene, 'product' | 'providerId'>,
  client: Client,
  {
    body = {},
    jar,
    change = () => {},
  }: {
    body?: Partial<BodyIn<'POST /sign-in/provider'>>
    jar?: Jar
    change?: (back: URL) => void
  } = {},
): Promise<Went> {
  const sent = { providerId, ...body }
  const { url } = await client.call('POST /sign-in/provider', { body: sent })
  return await goThere(product, client, url, { ...(jar ? { jar } : {}), change })
}

/** From the address at the provider to the page of the product. */
export async function goThere(
  product: Product,
  client: Client,
  url: string,
  { jar, change = () => {} }: { jar?: Jar; change?: (back: URL) => void } = {},
): Promise<Went> {
  const back = await visit(url, `${product.url}/oauth/sign-in/`, jar)
  change(back)
  const answer = await client.raw('GET', `${back.pathname}${back.search}`, {
    headers: { Cookie: laxCookies(client) },
  })
  assert.equal(answer.status, 303, JSON.stringify(answer.body))
  const location = answer.headers.get('location') ?? ''
  // The provider once more, for consent.
  if (!location.startsWith(product.url))
    return await goThere(product, client, location, jar ? { jar } : {})
  const to = new URL(location)
  const said = new URLSearchParams(to.hash.slice(1))
  return { path: `${to.pathname}${to.search}`, said, location, headers: answer.headers, back }
}

/** The cookies that come along when another site leads here. */
export const laxCookies = ({ cookies }: Client): string =>
  [...cookies]
    .filter(([name]) => name.includes('-sign-in-') || name.includes('-init-'))
    .map(([name, value]) => `${name}=${value}`)
    .join('; ')
