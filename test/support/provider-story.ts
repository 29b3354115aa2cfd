/**
 * The product with an identity provider beside it, for journeys: declared, switched on, and known
 * there.
 */
import type { Answer, BodyIn } from '#api/contract.ts'
import type { Authority } from './authority/authority.ts'
import { openEntra, type EntraOptions } from './authority/entra.ts'
import { openGoogle } from './authority/google.ts'
import { openKeycloak } from './authority/keycloak.ts'
import type { Client } from './client.ts'
import { startProduct, type Product } from './product.ts'
import {
  addProvider,
  entraApplication,
  genericApplication,
  googleApplication,
} from './sign-in-scene.ts'

type Application = ReturnType<typeof genericApplication>
type Declared = Partial<Omit<BodyIn<'POST /identity-providers'>, 'kind' | 'applicationId'>>

export type ProviderStory = AsyncDisposable & {
  readonly product: Product
  readonly authority: Authority
  readonly ada: Client
  readonly provider: Answer<'GET /identity-providers/:id'>
  /** Another one, at the same authority. */
  declare(more: Declared): Promise<ProviderStory['provider']>
}
type Options = { env?: Record<string, string>; declared?: Declared }

/** The words and the sign of Microsoft. */
export async function openEntraStory(
  { env, declared }: Options = {},
  entraOptions: EntraOptions = {},
): Promise<ProviderStory> {
  const entra = await openEntra(entraOptions)
  return await openStory(entra, entraApplication(entra), { name: 'Contoso', ...declared }, env)
}

/** The words and the sign of Google. */
export async function openGoogleStory({ env, declared }: Options = {}): Promise<ProviderStory> {
  const google = await openGoogle()
  return await openStory(google, googleApplication(google), { name: 'Workspace', ...declared }, env)
}

/** Found by discovery, under its own name. */
export async function openGenericStory({ env, declared }: Options = {}): Promise<ProviderStory> {
  const keycloak = await openKeycloak()
  const named = { name: 'Keycloak', ...declared }
  return await openStory(keycloak, genericApplication(keycloak), named, env)
}

async function openStory(
  authority: Authority,
  application: Application,
  declared: Declared,
  env: Record<string, string> = {},
): Promise<ProviderStory> {
  await using opened = new AsyncDisposableStack()
  opened.use(authority)
  const product = opened.use(
    await startProduct({ env: { ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8, ::1', ...env } }),
  )
  const ada = await product.administrator()
  const declare: ProviderStory['declare'] = async ({ name = 'Provider', ...typed }) => {
    const own = { ...application, clientId: `web-of-${name}` }
    const id = await addProvider(ada, authority, name, own, typed, ({ afterSignOut }) => ({
      post_logout_redirect_uris: [afterSignOut],
    }))
    return await ada.call('GET /identity-providers/:id', { params: { id } })
  }
  const provider = await declare({ provisioning: 'create', ...declared })
  const closing = opened.move()
  return {
    product,
    authority,
    ada,
    provider,
    declare,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}
