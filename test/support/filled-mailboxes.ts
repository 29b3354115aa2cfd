/**
 * Mailboxes with their tokens, and people with application passwords, written into a store past all
 * pages: for tests that need many of them, or a provider of their own.
 */
import { DAY, systemEntropy } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import { mintAppPassword } from '#domain/app-password.ts'
import type { Ground } from '#ground.ts'
import { secretPlace, type Overrides } from '#vault/client.ts'
import { accessTokenPlace, refreshTokenPlace } from '#vault/token-places.ts'
import { accountRow, applicationRow } from './refreshing.ts'
import { appPasswordRow, userRow } from './rows.ts'

type Filled = Pick<Ground, 'store' | 'keyring' | 'identity'>

/** @returns its id */
export async function addApplication(
  { store, identity: { sealer } }: Filled,
  overrides: Overrides,
  tokenUrl = 'https://localhost:9/token',
): Promise<string> {
  const urls = { authorizeUrl: tokenUrl, tokenUrl, tokenClass: 'stays_valid' }
  const hosts = { imapHost: 'localhost', popHost: 'localhost', smtpHost: 'localhost' }
  const row = applicationRow(tokenUrl, 'stays_valid', {
    overrides: JSON.stringify({ ...urls, ...hosts, ...overrides }),
  })
  const secret = sealer.seal(new Secret('secret'), secretPlace(row.id))
  await store.tables.oauthApplications.insert({ ...row, secret })
  return row.id
}

/**
 * @param refreshToken of its grant
 * @param accessToken one that is good for a day; null: it has to be refreshed before it is used
 */
export async function addMailbox(
  { store: { tables }, identity: { sealer } }: Filled,
  applicationId: string,
  userIds: readonly string[],
  {
    refreshToken = 'refresh',
    accessToken = 'at.stored',
  }: { refreshToken?: string; accessToken?: string | null } = {},
): Promise<{ readonly id: string; readonly email: string }> {
  const now = Date.now()
  const row = accountRow({ id: applicationId }, refreshToken, { next_refresh_at: now + 30 * DAY })
  const { id, email } = row
  const refresh = sealer.seal(new Secret(refreshToken), refreshTokenPlace(id))
  await tables.mailAccounts.insert({ ...row, refresh_token: refresh })
  await tables.mailAccounts.setUsers(id, [...userIds])
  if (accessToken !== null)
    await tables.tokenGrants.setAccessToken({
      account_id: id,
      resource: 'mail',
      token: sealer.seal(new Secret(accessToken), accessTokenPlace(id, 'mail')),
      received_at: now,
      expires_at: now + DAY,
      generation: 1,
      used_at: now,
    })
  return { id, email }
}

/** Somebody who cannot sign in on the web, and has an application password for everything. */
export async function addPerson(
  { store: { tables }, keyring }: Filled,
  name: string,
): Promise<{ readonly id: string; readonly password: string }> {
  const user = userRow(name)
  const password = mintAppPassword(systemEntropy)
  const now = Date.now()
  await tables.users.insert(user)
  const row = {
    hash: keyring.hash('app-password', password),
    key_id: keyring.current,
    gateways: 'drive imap pop3 smtp',
    created_at: now,
    expires_at: now + DAY,
  }
  await tables.appPasswords.insert(appPasswordRow(user, 'Mail', row))
  return { id: user.id, password: password.reveal() }
}
