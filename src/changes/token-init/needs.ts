/**
 * What Init. Token asks for, handed in by app.ts.
 */
import type { Entropy } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { Problem } from '#base/problem.ts'
import type { RefreshOutcome } from '#domain/mail-account.ts'
import type { MailAccountRow, OAuthApplicationRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import type { Patient } from '#vault/cause.ts'
import type { OAuthClient } from '#vault/client.ts'
import type { Discover } from '#vault/discovery.ts'
import type { Keyring } from '#vault/keyring.ts'
import type { Outbound } from '#vault/outbound.ts'
import { accountPatient } from '#vault/patient.ts'
import type { Sealer } from '#vault/seal.ts'
import type { DoorNeeds } from '../door.ts'
import type { Granted } from './row.ts'

export type InitNeeds = DoorNeeds & {
  readonly entropy: Entropy
  readonly keyring: Keyring
  readonly sealer: Pick<Sealer, 'seal' | 'open'>
  readonly log: Log
  /** The public origin of the configuration, never what a request says. */
  readonly origin: string
  /** As it is registered at the provider. */
  readonly redirectUrl: string
  readonly outbound: Outbound
  readonly discover: Discover
  readonly clientOf: (row: OAuthApplicationRow) => Promise<OAuthClient>
  readonly tokens: {
    /** Stores the tokens, in the transaction that writes them down. */
    afterInit(
      tables: Pick<Tables, 'tokenGrants'>,
      client: Pick<OAuthClient, 'provider'>,
      accountId: string,
      answer: Granted,
      who: {
        readonly by: string
        readonly as: string
        readonly subject: string
        readonly grantedScopes: readonly string[]
      },
    ): Promise<void>
    /** Nothing old is handed out any more. */
    changed(accountId: string): void
    refreshNow(accountId: string): Promise<RefreshOutcome>
  }
}

/** Where a request comes from; null for what the server does by itself. */
export type From = { readonly ip: string | null; readonly client: string | null }
export const NOWHERE: From = { ip: null, client: null }

/** An account with its application: as stored, whether the provider can be asked or not. */
export type AccountRows = {
  readonly row: MailAccountRow
  readonly application: OAuthApplicationRow
}
export type Account = AccountRows & { readonly client: OAuthClient }

/** @throws Problem `not_found`, or what `clientOf` throws */
export async function accountOf(
  needs: Pick<InitNeeds, 'store' | 'clientOf'>,
  accountId: string,
): Promise<Account> {
  const rows = await accountRows(needs, accountId)
  return { ...rows, client: await needs.clientOf(rows.application) }
}

/** @throws Problem `not_found` */
export async function accountRows(
  { store }: Pick<InitNeeds, 'store'>,
  accountId: string,
): Promise<AccountRows> {
  const row = await store.tables.mailAccounts.find(accountId)
  const application = row && (await store.tables.oauthApplications.find(row.application_id))
  if (!row || !application) throw new Problem('not_found', 'There is no such mail account.')
  return { row, application }
}

/** What the error doctor fills its prescriptions in with. */
export const patientOf = (
  { redirectUrl }: Pick<InitNeeds, 'redirectUrl'>,
  row: Pick<MailAccountRow, 'email'>,
  application: Pick<OAuthApplicationRow, 'client_id' | 'tenant_id' | 'root_url'>,
): Patient => accountPatient(row, application, redirectUrl)
