/**
 * What the refresh writes down about an account or its application, and whom it tells.
 *
 * In the transaction of the change that it is about; the audit row comes first, so that changes
 * stand in one order.
 */
import type { Clock } from '#base/clock.ts'
import type { NewId } from '#base/id.ts'
import type { AuditEvent } from '#domain/audit.ts'
import type { AccountState } from '#domain/mail-account.ts'
import type { NoticeKind } from '#domain/notice.ts'
import type { MailAccountRow, OAuthApplicationRow } from '#store/schema.ts'
import type { RefreshNeeds, RefreshTables } from './refresh-needs.ts'

type Telling = { readonly clock: Clock; readonly newId: NewId }

const BY_ITSELF = {
  actor: { kind: 'system', id: null, name: 'Passerelle' },
  ip: null,
  client: null,
  outcome: 'ok',
} as const

/** The state of the account changed under the one who changes it; the transaction is undone. */
export class Overtaken extends Error {}

/** A transaction that begins again when it was overtaken. */
export async function untilNotOvertaken<T>(
  store: RefreshNeeds['store'],
  act: (tables: RefreshTables) => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await store.transaction(act)
    } catch (thrown) {
      if (!(thrown instanceof Overtaken)) throw thrown
    }
  }
}

/**
 * Changes the state, and writes it down first.
 * @param row as it was read in this transaction
 * @param reason a cause, and the provider's code behind a space
 * @throws Overtaken when a person, or another node, changed it meanwhile
 */
export async function moveState(
  tables: Pick<RefreshTables, 'audit' | 'mailAccounts'>,
  row: MailAccountRow,
  to: AccountState,
  reason: string | null,
  at: number,
): Promise<void> {
  await writeState(tables, row, to, reason)
  const now = await tables.mailAccounts.find(row.id)
  if (now?.state !== row.state || now.state_reason !== row.state_reason) throw new Overtaken()
  await tables.mailAccounts.update(row.id, { state: to, state_reason: reason, state_at: at })
}

async function writeState(
  { audit }: Pick<RefreshTables, 'audit'>,
  account: Pick<MailAccountRow, 'id' | 'identifier' | 'state'>,
  to: AccountState,
  reason: string | null,
): Promise<void> {
  const event: AuditEvent = {
    ...BY_ITSELF,
    action: 'mail_account.state',
    target: { kind: 'mail_account', id: account.id, name: account.identifier },
    reason: null,
    details: { from: account.state, to, reason },
  }
  await audit.append(event)
}

/** Administrators, and those who use the mailbox. */
export async function tellOfAccount(
  needs: Telling,
  tables: Pick<RefreshTables, 'notices' | 'users' | 'mailAccounts'>,
  kind: Extract<NoticeKind, 'mail_account_reconsent' | 'mail_account_lost'>,
  account: Pick<MailAccountRow, 'id' | 'identifier' | 'email'>,
  generation: number,
  reason: string,
): Promise<void> {
  const owners = (await tables.mailAccounts.users(account.id)).map(({ user_id }) => user_id)
  const params = { identifier: account.identifier, email: account.email, reason }
  for (const userId of new Set([...(await tables.users.administratorIds()), ...owners]))
    await tables.notices.add(
      needs.newId(),
      { userId, kind, onceKey: `${kind}:${account.id}:${generation}:${userId}`, params },
      needs.clock.now(),
    )
}

/** What a mail server of the provider answered to a gateway. */
export type UpstreamAnswer = {
  readonly gateway: string
  readonly host: string
  /** What it said, on one line without the token; empty: nothing, or nothing of interest. */
  readonly said: string
}

/** @param reason a cause, and the server's code behind a space; null: it takes the account again */
export async function writeUpstream(
  { audit }: Pick<RefreshTables, 'audit'>,
  account: Pick<MailAccountRow, 'id' | 'identifier'>,
  { gateway, host, said, reason }: UpstreamAnswer & { readonly reason: string | null },
): Promise<void> {
  await audit.append({
    ...BY_ITSELF,
    outcome: reason === null ? 'ok' : 'refused',
    action: 'mail_account.upstream',
    target: { kind: 'mail_account', id: account.id, name: account.identifier },
    reason,
    details: { gateway, host, said },
  })
}

/** @param alarm null: the provider takes the application again */
export async function writeAlarm(
  { audit }: Pick<RefreshTables, 'audit'>,
  application: Pick<OAuthApplicationRow, 'id' | 'identifier'>,
  alarm: string | null,
): Promise<void> {
  await audit.append({
    ...BY_ITSELF,
    action: 'oauth_application.alarm',
    target: { kind: 'oauth_application', id: application.id, name: application.identifier },
    reason: null,
    details: { alarm },
  })
}

export async function tellOfAlarm(
  needs: Telling,
  tables: Pick<RefreshTables, 'notices' | 'users'>,
  application: Pick<OAuthApplicationRow, 'id' | 'identifier'>,
  alarm: string,
): Promise<void> {
  const now = needs.clock.now()
  const params = { identifier: application.identifier, reason: alarm }
  for (const userId of await tables.users.administratorIds())
    await tables.notices.add(
      needs.newId(),
      {
        userId,
        kind: 'application_alarm',
        onceKey: `application_alarm:${application.id}:${now}:${userId}`,
        params,
      },
      now,
    )
}
