/**
 * The product with a provider and mail servers beside it, all real: what an administrator has in
 * front of them on the first day.
 */
import assert from 'node:assert/strict'
import type { Answer, BodyIn } from '#api/contract.ts'
import { openEntra, TENANT, type Entra, type EntraOptions } from './authority/entra.ts'
import { visit } from './authority/visit.ts'
import type { Client } from './client.ts'
import { openDovecot, type Dovecot } from './mail-servers/dovecot.ts'
import { openPostfix, type Postfix } from './mail-servers/postfix.ts'
import { startProduct, type Product } from './product.ts'

export const ALICE = 'alice@example.test'
export const BOB = 'bob@example.test'
export const SHARED = 'shared@example.test'
export const CLIENT_SECRET = 'c4nary~client.secret-of-the-web'

export type Application = Answer<'GET /oauth-applications/:id'>
export type Account = Answer<'GET /mail-accounts/:id'>

export type MailStory = AsyncDisposable & {
  readonly product: Product
  readonly entra: Entra
  readonly dovecot: Dovecot
  readonly postfix: Postfix
  readonly ada: Client
  /** Declares the application "Contoso" over the API. */
  application(more?: Partial<BodyIn<'POST /oauth-applications'>>): Promise<Application>
  account(
    applicationId: string,
    identifier: string,
    email: string,
    more?: Partial<BodyIn<'POST /mail-accounts'>>,
  ): Promise<Account>
  /** Init. Token in the administrator's browser; what the account's page shows then. */
  initInBrowser(
    accountId: string,
    client?: Client,
  ): Promise<Answer<'GET /mail-accounts/:id/init/:initId'>>
  look(accountId: string): Promise<Account>
}

export async function openMailStory({
  entraOptions = {},
  env = {},
}: { entraOptions?: EntraOptions; env?: Record<string, string> } = {}): Promise<MailStory> {
  await using opened = new AsyncDisposableStack()
  const entra = opened.use(await openEntra(entraOptions))
  const check = entraOptions.opaque === true ? 'introspection' : 'local'
  const dovecot = opened.use(
    await openDovecot(entra, check, {
      delegates: { [SHARED]: [ALICE] },
      applications: { [ALICE]: ['daemon'], [SHARED]: ['daemon'] },
    }),
  )
  const postfix = opened.use(await openPostfix(dovecot, { [SHARED]: [ALICE] }))
  const product = opened.use(
    await startProduct({ env: { ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8, ::1', ...env } }),
  )
  const ada = await product.administrator()
  const closing = opened.move()
  const look = async (id: string): Promise<Account> =>
    await ada.call('GET /mail-accounts/:id', { params: { id } })
  return {
    product,
    entra,
    dovecot,
    postfix,
    ada,
    look,
    application: async (more = {}) => {
      const body = {
        identifier: 'Contoso',
        provider: 'AzureAD',
        tenantId: TENANT,
        clientId: 'web',
        clientSecret: CLIENT_SECRET,
        rootUrl: entra.origin,
        imapHost: 'localhost',
        popHost: 'localhost',
        imapPort: dovecot.imaps,
        smtpHost: 'localhost',
        smtpPort: postfix.submission,
        smtpSecurity: 'starttls' as const,
        ...more,
      }
      const made = await ada.call('POST /oauth-applications', { body })
      const { clientId = '', clientSecret: secret = '' } = body
      if (made.clientProof === 'secret')
        entra.register(
          made.appOnly
            ? { clientId, secret, appOnly: true }
            : { clientId, secret, redirectUrl: made.redirectUrl },
        )
      return made
    },
    account: async (applicationId, identifier, email, more = {}) =>
      await ada.call('POST /mail-accounts', {
        body: { applicationId, identifier, email, ...more },
      }),
    initInBrowser: async (id, client = ada) => {
      const begun = await client.call('POST /mail-accounts/:id/init', {
        params: { id },
        body: { how: 'browser' },
      })
      assert.ok(begun.how === 'browser')
      const back = await visit(begun.url, `${product.url}/oauth/callback`)
      const answered = await client.raw('GET', `${back.pathname}${back.search}`)
      assert.equal(answered.status, 303)
      assert.match(answered.headers.get('location') ?? '', new RegExp(`init=${begun.initId}$`))
      return await client.call('GET /mail-accounts/:id/init/:initId', {
        params: { id, initId: begun.initId },
      })
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

/** Looks again until it is so. @throws AssertionError after 20 seconds */
export async function until<T>(what: string, look: () => Promise<T | null | false>): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    const found = await look()
    if (found !== null && found !== false) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return assert.fail(`It never came to pass: ${what}`)
}
