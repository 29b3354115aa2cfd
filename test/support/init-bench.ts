/**
 * Init. Token over a real store and an authority of the tests: an administrator with a session, an
 * application, mail accounts, and browsers that keep what they are given.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DAY, systemEntropy, type Clock } from '#base/clock.ts'
import { createLog } from '#base/log.ts'
import { Secret } from '#base/secret.ts'
import type { Caller } from '#changes/door.ts'
import { beginInit, type Begun, type BrowserSecret } from '#changes/token-init/begin.ts'
import { startInitLink } from '#changes/token-init/link.ts'
import type { InitNeeds } from '#changes/token-init/needs.ts'
import { endInBrowser, type Back } from '#changes/token-init/return.ts'
import { initState, type InitState } from '#changes/token-init/known.ts'
import { createMailAccount, type AccountTyped } from '#changes/mail-accounts.ts'
import { identifierKey } from '#domain/identifier.ts'
import type { MailAccountRow, OAuthApplicationRow } from '#store/schema.ts'
import type { Store } from '#store/store.ts'
import { clientOf, secretPlace } from '#vault/client.ts'
import { discovery, type Discover } from '#vault/discovery.ts'
import { guardedOutbound, type Outbound } from '#vault/outbound.ts'
import { reachable } from '#vault/reachable.ts'
import { TokenRefresher } from '#vault/refresh.ts'
import { Sealer } from '#vault/seal.ts'
import type { Authority } from './authority/authority.ts'
import { visit } from './authority/visit.ts'
import { applicationRow, newId, sessionRow, userRow } from './rows.ts'
import { TEST_KEYS, type Open } from './stores.ts'

export const ORIGIN = 'https://passerelle.test'
export const REDIRECT = `${ORIGIN}/oauth/callback`
export const CLIENT_SECRET = 'client-secret-of-the-tests'
export const FROM = { ip: '192.0.2.1', client: 'Firefox' } as const

export class Browser {
  readonly #secrets = new Map<string, Secret>()
  keep({ name, secret }: BrowserSecret): void {
    this.#secrets.set(name, secret)
  }
  readonly shows = (name: string): Secret | null => this.#secrets.get(name) ?? null
}

export type InitBench = AsyncDisposable & {
  readonly store: Store
  readonly needs: InitNeeds
  readonly clock: Clock & { advance(ms: number): void }
  readonly ada: Caller
  readonly application: OAuthApplicationRow
  readonly log: string[]
  account(email: string, more?: Omit<AccountTyped, 'email'>): Promise<string>
  row(accountId: string): Promise<MailAccountRow>
  begin(accountId: string): Promise<Extract<Begun, { how: 'browser' }>>
  /** The person signs in at the provider; `change` may forge what comes back. */
  end(
    browser: Browser,
    url: string,
    change?: (back: URL) => void,
  ): Promise<{ back: URL; went: Back }>
  /** As a node that was started anew: no document of a provider is known. */
  forgetDiscovery(): void
  /** All of it, in one browser. */
  init(accountId: string, change?: (back: URL) => void): Promise<InitState>
  device(accountId: string): Promise<Extract<Begun, { how: 'device' }>>
  link(accountId: string): Promise<{ token: Secret; initId: string }>
  open(token: Secret): Promise<{ url: string; browser: Browser }>
  state(accountId: string, initId: string): Promise<InitState>
  /** `step outcome reason` of every audit row about Init. Token, oldest first. */
  said(): Promise<string[]>
}

export async function initBench(
  open: Open,
  authority: Authority,
  application: Partial<OAuthApplicationRow>,
  { outbound }: { outbound?: (guarded: Outbound) => Outbound } = {},
): Promise<InitBench> {
  await using opened = new AsyncDisposableStack()
  let ahead = 0
  const clock = { now: () => Date.now() + ahead, advance: (ms: number) => void (ahead += ms) }
  const store = opened.use(await open({ clock }))
  const { tables } = store
  const folder = mkdtempSync(join(tmpdir(), 'passerelle-init-'))
  opened.defer(() => rmSync(folder, { recursive: true, force: true }))
  const lines: string[] = []
  const log = createLog((line) => void lines.push(line), clock, 'debug')
  const sealer = new Sealer(TEST_KEYS, systemEntropy)
  const guarded = guardedOutbound({ mayReach: reachable(['127.0.0.0/8', '::1']) })
  const asks = outbound ? outbound(guarded) : guarded
  let remembers = discovery(asks, clock)
  const discover: Discover = async (issuer) => await remembers(issuer)
  const base = {
    store,
    sealer,
    outbound: asks,
    clientOf: (row: OAuthApplicationRow) => clientOf(row, { sealer, discover }),
    clock,
    entropy: systemEntropy,
    newId,
    log,
  }
  const tokens = opened.use(await TokenRefresher.open({ ...base, dataDir: folder }))
  const needs: InitNeeds = {
    ...base,
    keyring: TEST_KEYS,
    origin: ORIGIN,
    redirectUrl: REDIRECT,
    discover,
    tokens,
  }
  const user = userRow('ada', { role: 'administrator' })
  await tables.users.insert(user)
  const session = sessionRow(user, { expires_at: clock.now() + DAY })
  await tables.sessions.insert(session)
  const ada: Caller = {
    actor: { kind: 'user', id: user.id, name: user.name },
    role: 'administrator',
    ...FROM,
    sessionId: session.id,
  }
  const id = newId()
  const row = applicationRow('office', {
    id,
    scopes: '',
    client_id: 'web',
    secret: sealer.seal(new Secret(CLIENT_SECRET), secretPlace(id)),
    ...application,
  })
  await tables.oauthApplications.insert(row)
  authority.register({ clientId: 'web', secret: CLIENT_SECRET, redirectUrl: REDIRECT })
  const end: InitBench['end'] = async (browser, url, change = () => {}) => {
    const back = await visit(url, REDIRECT)
    change(back)
    const went = await endInBrowser(needs, back.searchParams, browser.shows, FROM)
    return { back, went }
  }
  const begin: InitBench['begin'] = async (accountId) => {
    const begun = await beginInit(needs, ada, accountId, 'browser')
    if (begun.how !== 'browser') throw new Error(`It began ${begun.how}.`)
    return begun
  }
  const state = async (accountId: string, initId: string): Promise<InitState> =>
    await initState(needs, accountId, initId)
  const closing = opened.move()
  return {
    store,
    needs,
    clock,
    ada,
    application: row,
    log: lines,
    account: async (email, more = {}) =>
      await createMailAccount(needs, ada, {
        identifier: identifierKey(email).replaceAll(/[@.]/g, '-'),
        applicationId: row.id,
        email,
        ...more,
      }),
    row: async (accountId) => (await tables.mailAccounts.find(accountId))!,
    begin,
    end,
    forgetDiscovery: () => void (remembers = discovery(asks, clock)),
    init: async (accountId, change) => {
      const begun = await begin(accountId)
      const browser = new Browser()
      browser.keep(begun.browser)
      await end(browser, begun.url, change)
      return await state(accountId, begun.initId)
    },
    device: async (accountId) => {
      const begun = await beginInit(needs, ada, accountId, 'device')
      if (begun.how !== 'device') throw new Error(`It began ${begun.how}.`)
      return begun
    },
    link: async (accountId) => {
      const begun = await beginInit(needs, ada, accountId, 'link')
      if (begun.how !== 'link') throw new Error(`It began ${begun.how}.`)
      return { token: new Secret(begun.url.reveal().split('#')[1] ?? ''), initId: begun.initId }
    },
    open: async (token) => {
      const started = await startInitLink(needs, token, FROM)
      const browser = new Browser()
      browser.keep(started.browser)
      return { url: started.url, browser }
    },
    state,
    said: async () => {
      const rows = await tables.audit.list({}, 500)
      return rows
        .toReversed()
        .filter(({ action }) => action === 'mail_account.init')
        .map(({ details, outcome, reason }) => `${details['step']} ${reason ?? outcome}`)
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

/** The settings of an application at the dressed Entra. */
export const atEntra = (entra: {
  origin: string
  tenant: string
}): Partial<OAuthApplicationRow> => ({
  provider: 'AzureAD',
  root_url: entra.origin,
  tenant_id: entra.tenant,
})

/** The settings of an application at the dressed Google. */
export const atGoogle = (google: Authority): Partial<OAuthApplicationRow> => ({
  provider: 'Google',
  tenant_id: '',
  root_url: google.origin,
  overrides: JSON.stringify({
    authorizeUrl: `${google.origin}/o/oauth2/v2/auth`,
    tokenUrl: `${google.origin}/token`,
    revokeUrl: `${google.origin}/revoke`,
    issuer: google.origin,
  }),
})
