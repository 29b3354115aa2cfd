/**
 * The product with an identity provider that speaks SCIM, as Entra ID would.
 */
import type { IdentityProviderRow } from '#store/schema.ts'
import { applicationRow, providerRow } from './rows.ts'
import type { Client } from './client.ts'
import { startProduct, type Product } from './product.ts'
import type { StoreKind } from './stores.ts'

export const TENANT = '11111111-2222-3333-4444-555555555555'
export const CONFIG = { intervalS: 300, graceS: 86_400, provisioning: 'invited' }

export type ScimAnswer = {
  readonly status: number
  readonly headers: Headers
  // What came is looked at as the test expects it to be.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any
}
export type Speaker = {
  readonly provider: IdentityProviderRow
  readonly token: string
  /** `path` behind /scim/v2. */
  say(method: string, path: string, body?: unknown): Promise<ScimAnswer>
}
export type ScimScene = AsyncDisposable & {
  readonly product: Product
  readonly ada: Client
  /** One more provider with a token of its own. */
  speaker(name: string, config?: object): Promise<Speaker>
}

export async function scimScene({ on = 'sqlite' }: { on?: StoreKind } = {}): Promise<ScimScene> {
  const product = await startProduct({ on })
  const ada = await product.administrator()
  return {
    product,
    ada,
    speaker: async (name, config) => await speaker(product, ada, name, config),
    [Symbol.asyncDispose]: async () => await product[Symbol.asyncDispose](),
  }
}

export async function speaker(
  product: Product,
  ada: Client,
  name: string,
  config: object = {},
): Promise<Speaker> {
  const { tables } = product.ground.store
  const application = applicationRow(name, { tenant_id: TENANT, client_proof: 'none' })
  const provider = providerRow(name, {
    application_id: application.id,
    config: JSON.stringify({ ...CONFIG, ...config }),
  })
  await tables.oauthApplications.insert(application)
  await tables.identityProviders.insert(provider)
  const made = await ada.call('POST /identity-providers/:id/scim-token', {
    params: { id: provider.id },
  })
  return {
    provider,
    token: made.token,
    say: async (method, path, body) => await say(product.url, made.token, method, path, body),
  }
}

export async function say(
  url: string,
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<ScimAnswer> {
  const response = await fetch(`${url}/scim/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? null : JSON.parse(text),
  }
}

/** A person as Entra ID sends one. */
export const person = (name: string, more: object = {}): object => ({
  schemas: [
    'urn:ietf:params:scim:schemas:core:2.0:User',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  ],
  externalId: objectId(name),
  userName: `${name}@contoso.example`,
  active: true,
  displayName: name.toUpperCase(),
  emails: [{ primary: true, type: 'work', value: `${name}@contoso.example` }],
  meta: { resourceType: 'User' },
  name: { formatted: `Given ${name}`, familyName: name, givenName: 'Given' },
  ...more,
})

/** The same for the same name. */
export const objectId = (name: string): string =>
  `00000000-0000-0000-0000-${Buffer.from(name).toString('hex').padStart(12, '0').slice(-12)}`

/** One operation of a PATCH. */
export const patch = (...Operations: object[]): object => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
})
