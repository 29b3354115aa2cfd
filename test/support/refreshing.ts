/**
 * Mail accounts with tokens of the tests' own token endpoint, and refreshers over one store: each
 * refresher is what one process of a node is.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DAY, HOUR, systemClock, systemEntropy } from '#base/clock.ts'
import { silentLog, type Log } from '#base/log.ts'
import { Secret } from '#base/secret.ts'
import type { TokenClass } from '#domain/mail-account.ts'
import type { MailAccountRow, OAuthApplicationRow } from '#store/schema.ts'
import type { Store } from '#store/store.ts'
import { clientOf, secretPlace } from '#vault/client.ts'
import type { RefreshLimits } from '#vault/refresh-limits.ts'
import type { RefreshNeeds } from '#vault/refresh-needs.ts'
import { TokenRefresher } from '#vault/refresh.ts'
import { Sealer } from '#vault/seal.ts'
import { accessTokenPlace, refreshTokenPlace } from '#vault/token-places.ts'
import { newId } from './rows.ts'
import { TEST_KEYS } from './stores.ts'
import { plainOutbound, type TokenServer } from './token-server.ts'

export const sealer = new Sealer(TEST_KEYS, systemEntropy)

/** Waits are short, so that no test waits; leases are long, so that none ends by itself. */
export const QUICK: Partial<RefreshLimits> = {
  patienceMs: 0,
  startJitterMs: 0,
  storeRetryMs: 20,
  waitMs: 60_000,
}

export function applicationRow(
  endpoint: string,
  kind: TokenClass,
  more: Partial<OAuthApplicationRow> = {},
): OAuthApplicationRow {
  const id = newId()
  return {
    id,
    identifier: `app-${id.slice(-6)}`,
    identifier_key: id,
    designation: '',
    provider: 'OpenIDConnect',
    cloud: 'global',
    tenant_id: '',
    client_id: 'client',
    client_proof: 'secret',
    secret: sealer.seal(new Secret('hunter2'), secretPlace(id)),
    secret_set_at: 0,
    secret_expires_at: null,
    certificate: null,
    certificate_thumbprint: null,
    certificate_expires_at: null,
    root_url: '',
    scopes: 'openid offline_access mail',
    app_only: 0,
    overrides: JSON.stringify({ authorizeUrl: endpoint, tokenUrl: endpoint, tokenClass: kind }),
    comments: '',
    alarm: null,
    alarm_at: null,
    closed_until: 0,
    failures: 0,
    created_at: 0,
    created_by: 'test',
    updated_at: 0,
    updated_by: 'test',
    ...more,
  }
}

/** Active, with a refresh token and no access token; due at once. */
export function accountRow(
  application: Pick<OAuthApplicationRow, 'id'>,
  token: string,
  more: Partial<MailAccountRow> = {},
): MailAccountRow {
  const id = more.id ?? newId()
  const now = Date.now()
  return {
    id,
    application_id: application.id,
    identifier: `box-${id}`,
    identifier_key: id,
    designation: '',
    email: `${id}@example.org`,
    email_key: `${id}@example.org`,
    shared: 0,
    delegate_email: null,
    comments: '',
    state: 'active',
    state_reason: null,
    state_at: now,
    initialised_at: now - DAY,
    initialised_by: 'ada',
    initialised_as: 'ada',
    subject: 'ada',
    granted_scopes: 'mail',
    refresh_token: sealer.seal(new Secret(token), refreshTokenPlace(id)),
    refresh_issued_at: now - DAY,
    refresh_expires_at: null,
    refresh_expiry_given: 0,
    previous_refresh_token: null,
    generation: 1,
    granted: 1,
    lease_owner: null,
    lease_until: 0,
    intent_at: null,
    doubted_at: null,
    definite_at: null,
    last_refresh_at: null,
    next_refresh_at: now - HOUR,
    failures: 0,
    created_at: now,
    created_by: 'test',
    updated_at: now,
    updated_by: 'test',
    ...more,
  }
}

export type Refreshing = AsyncDisposable & {
  readonly application: OAuthApplicationRow
  /** Adds an account with a grant of its own, which has the same id. */
  account(more?: Partial<MailAccountRow>): Promise<string>
  row(accountId: string): Promise<MailAccountRow>
  /** The refresh token that is stored. */
  stored(accountId: string): Promise<string>
  /** Gives an account an access token that ends in so many milliseconds of an hour's life. */
  accessToken(accountId: string, token: string, endsInMs: number, used?: boolean): Promise<void>
  /** As if so much time had passed for everything that is stored of an account. */
  age(accountId: string, ms: number): Promise<void>
  /** One process. Each has a folder of its own unless `dataDir` says otherwise. */
  refresher(more?: Partial<RefreshNeeds>): Promise<TokenRefresher>
  newFolder(): string
  /** `action from to reason` of the audit, oldest first; and the kinds of all notices. */
  said(): Promise<string[]>
  notices(): Promise<string[]>
}

export async function refreshing(
  store: Store,
  server: Pick<TokenServer, 'url' | 'issue'>,
  kind: TokenClass,
  more: Partial<OAuthApplicationRow> = {},
): Promise<Refreshing> {
  const { tables, db } = store
  const opened = new AsyncDisposableStack()
  const application = applicationRow(server.url, kind, more)
  await tables.oauthApplications.insert(application)
  const newFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'passerelle-node-'))
    opened.defer(() => rmSync(folder, { recursive: true, force: true }))
    return folder
  }
  const row = async (id: string): Promise<MailAccountRow> => (await tables.mailAccounts.find(id))!
  return {
    application,
    row,
    newFolder,
    async account(changes = {}) {
      const id = newId()
      await tables.mailAccounts.insert(
        accountRow(application, server.issue(kind, id), { id, ...changes }),
      )
      return id
    },
    async stored(id) {
      return sealer.open((await row(id)).refresh_token!, refreshTokenPlace(id)).reveal()
    },
    async accessToken(id, token, endsInMs, used = true) {
      const now = Date.now()
      await tables.tokenGrants.setAccessToken({
        account_id: id,
        resource: 'mail',
        token: sealer.seal(new Secret(token), accessTokenPlace(id, 'mail')),
        received_at: now + endsInMs - HOUR,
        expires_at: now + endsInMs,
        generation: 1,
        used_at: used ? now : null,
      })
    },
    async age(id, ms) {
      const { lease_until, intent_at, doubted_at, definite_at, next_refresh_at, last_refresh_at } =
        await row(id)
      const older = (at: number | null): number | null => (at === null ? null : at - ms)
      await db
        .updateTable('mail_account')
        .set({
          lease_until: lease_until - ms,
          intent_at: older(intent_at),
          doubted_at: older(doubted_at),
          definite_at: older(definite_at),
          next_refresh_at: older(next_refresh_at),
          last_refresh_at: older(last_refresh_at),
        })
        .where('id', '=', id)
        .execute()
      await db
        .updateTable('access_token')
        .set((e) => ({
          received_at: e('received_at', '-', ms),
          expires_at: e('expires_at', '-', ms),
        }))
        .where('account_id', '=', id)
        .execute()
    },
    async refresher(needs = {}) {
      return opened.use(await openRefresher(store, needs.dataDir ?? newFolder(), needs))
    },
    async said() {
      const rows = await tables.audit.list({}, 500)
      return rows
        .toReversed()
        .map(({ action, details }) => [action, ...Object.values(details)].join(' '))
    },
    async notices() {
      return (await tables.notices.listAll(1000)).map(({ kind: one }) => one)
    },
    [Symbol.asyncDispose]: async () => await opened.disposeAsync(),
  }
}

/** A refresher as app.ts opens it, but for the guard of what it may reach. */
export async function openRefresher(
  store: Store,
  dataDir: string,
  more: Partial<RefreshNeeds> = {},
  log: Log = silentLog,
): Promise<TokenRefresher> {
  const { limits, ...rest } = more
  return await TokenRefresher.open({
    store,
    sealer,
    outbound: plainOutbound,
    clientOf: (row) =>
      clientOf(row, {
        sealer,
        discover: () => Promise.reject(new Error('There is nothing to discover.')),
      }),
    clock: systemClock,
    entropy: systemEntropy,
    newId,
    log,
    dataDir,
    limits: { ...QUICK, ...limits },
    ...rest,
  })
}
