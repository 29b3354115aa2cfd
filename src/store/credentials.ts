/**
 * The hottest queries, past the query builder: an application password by its keyed hash, the
 * mailbox that its owner means, and where that is.
 *
 * SQLite answers at once, from a prepared statement on a connection that only reads. PostgreSQL
 * answers over one connection of its own, on which any number of questions are under way together.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Log } from '#base/log.ts'
import type { Secret } from '#base/secret.ts'
import type { Credential } from '#domain/admission.ts'
import type { IdentityState } from '#domain/identity-provider.ts'
import type { OwnMailbox } from '#domain/own-mailbox.ts'
import { readDecided, type Decided } from '#domain/policy.ts'
import type { UserState } from '#domain/user.ts'
import { away, PipelinedLine } from './pipelined-line.ts'
import type { MailAccountRow, OAuthApplicationRow } from './schema.ts'

export type Credentials = AsyncDisposable & {
  /**
   * The row with that hash, revoked and expired ones too; what they are worth is judged by
   * domain/admission.ts. SQLite answers without a promise.
   * @throws Problem `unavailable` when the database does not answer
   */
  find(hash: Buffer): Credential | null | Promise<Credential | null>
  /** Those of these application passwords that there still are. Not for the hot path. */
  byIds(ids: readonly string[]): Promise<readonly Credential[]>
  /**
   * Of the mailboxes that a person may use the two best: the one whose e-mail was typed, then the
   * default one, then the one with the person's own e-mail. What they are worth is judged by
   * domain/own-mailbox.ts.
   * @throws Problem `unavailable` when the database does not answer
   */
  mailboxes(
    userId: string,
    typedKey: string,
  ): readonly OwnMailbox[] | Promise<readonly OwnMailbox[]>
  /**
   * A mail account with what is needed of its application to open it.
   * @throws Problem `unavailable` when the database does not answer
   */
  account(id: string): AccountInUse | null | Promise<AccountInUse | null>
}

/** `id` is the account's. */
export type AccountInUse = Pick<
  MailAccountRow,
  'id' | 'identifier' | 'email' | 'shared' | 'initialised_as'
> &
  Pick<
    OAuthApplicationRow,
    'provider' | 'cloud' | 'overrides' | 'app_only' | 'client_id' | 'tenant_id' | 'root_url'
  >

/** What the two databases write differently: a list in one text, an object in one text. */
type Spoken = { readonly list: (column: string) => string; readonly object: string }
const SQLITE: Spoken = {
  list: (column) => `group_concat(${column}, ' ')`,
  object: 'json_group_object(d.name, json(d.value))',
}
const POSTGRES: Spoken = {
  list: (column) => `string_agg(${column}, ' ')`,
  object: 'json_object_agg(d.name, d.value::json)::text',
}

/** Columns in the order in which `credential` reads them. An index leads to each row of it. */
const selection = ({ list, object }: Spoken): string => `
  select p.id, p.name, p.user_id, u.name, u.name_key, u.email_key, u.state,
    exists (
      select 1 from second_factor f where f.user_id = p.user_id and f.confirmed_at is not null
    ),
    p.gateways, p.networks, p.created_at, p.expires_at, p.revoked_at, p.last_used_at,
    p.frozen_at, u.source, i.state, i.alive_until,
    (select ${list('m.group_id')} from user_group_member m where m.user_id = p.user_id),
    (select ${object} from user_policy d where d.user_id = p.user_id)
  from app_password p
    join "user" u on u.id = p.user_id
    left join identity i on i.user_id = p.user_id`

/** The hash follows, or what stands for it. */
export const FIND = {
  sqlite: `${selection(SQLITE)} where p.hash = `,
  postgres: `${selection(POSTGRES)} where p.hash = `,
} as const

/** An index leads to each row of it; `?` stands for the person and for what was typed. */
export const MAILBOXES = `
  select a.id, a.email_key, m.is_default
  from mail_account_user m
    join mail_account a on a.id = m.account_id
    join "user" u on u.id = m.user_id
  where m.user_id = ?
  order by a.email_key = ? desc, m.is_default desc, a.email_key = u.email_key desc, a.id
  limit 2`

/** Columns in the order in which `accountInUse` reads them. An index leads to each row of it. */
export const ACCOUNT = `
  select a.id, a.identifier, a.email, a.shared, a.initialised_as,
    o.provider, o.cloud, o.overrides, o.app_only, o.client_id, o.tenant_id, o.root_url
  from mail_account a join oauth_application o on o.id = a.application_id
  where a.id = `

/** SQLite says 1 where PostgreSQL says true. */
type Row = readonly [
  id: string,
  name: string,
  userId: string,
  userName: string,
  userNameKey: string,
  userEmailKey: string,
  userState: UserState,
  userHasSecondFactor: 0 | 1 | boolean,
  gateways: string,
  networks: string | null,
  createdAt: number,
  expiresAt: number,
  revokedAt: number | null,
  lastUsedAt: number | null,
  frozenAt: number | null,
  userSource: string,
  identityState: IdentityState | null,
  aliveUntil: number | null,
  groupIds: string | null,
  own: string | null,
]

const credential = (row: Row): Credential => ({
  id: row[0],
  name: row[1],
  userId: row[2],
  userName: row[3],
  userNameKey: row[4],
  userEmailKey: row[5],
  userState: row[6],
  userHasSecondFactor: row[7] === 1 || row[7] === true,
  gateways: row[8],
  networks: row[9],
  createdAt: row[10],
  expiresAt: row[11],
  revokedAt: row[12],
  lastUsedAt: row[13],
  frozenAt: row[14],
  userSource: row[15],
  liveness: row[16] === null || row[17] === null ? null : { state: row[16], aliveUntil: row[17] },
  groupIds: row[18] === null ? NONE : row[18].split(' '),
  own: row[19] === null || row[19] === '{}' ? NOTHING : decided(row[19]),
})

const NONE: readonly string[] = []
const NOTHING: Decided = {}
/** The same few decisions are made for many people: each is read and checked once. */
const known = new Map<string, Decided>()
const MOST_KNOWN = 1000

function decided(text: string): Decided {
  if (known.size >= MOST_KNOWN) known.clear()
  return known.getOrInsertComputed(text, () =>
    readDecided(JSON.parse(text) as Record<string, unknown>),
  )
}

type MailboxRow = readonly [id: string, emailKey: string, isDefault: number]

const ownMailbox = ([id, emailKey, isDefault]: MailboxRow): OwnMailbox => ({
  id,
  emailKey,
  isDefault: isDefault === 1,
})

type AccountInUseRow = readonly [
  id: string,
  identifier: string,
  email: string,
  shared: number,
  initialisedAs: string | null,
  provider: string,
  cloud: string,
  overrides: string,
  appOnly: number,
  clientId: string,
  tenantId: string,
  rootUrl: string,
]

const accountInUse = (row: AccountInUseRow): AccountInUse => ({
  id: row[0],
  identifier: row[1],
  email: row[2],
  shared: row[3],
  initialised_as: row[4],
  provider: row[5],
  cloud: row[6],
  overrides: row[7],
  app_only: row[8],
  client_id: row[9],
  tenant_id: row[10],
  root_url: row[11],
})

/** @param owned whether the connection is closed with this */
export function sqliteCredentials(db: DatabaseSync, owned: boolean): Credentials {
  // Prepared at the first question: before the migrations there is no table to ask.
  const prepared = new Map<string, StatementSync>()
  const ask = (sql: string): StatementSync => {
    const known = prepared.get(sql)
    if (known) return known
    const statement = db.prepare(sql)
    statement.setReturnArrays(true)
    prepared.set(sql, statement)
    return statement
  }
  return {
    find(hash) {
      try {
        const row = ask(SQLITE_BY_HASH).get(hash) as unknown as Row | undefined
        return row ? credential(row) : null
      } catch (cause) {
        throw away(cause)
      }
    },
    async byIds(ids) {
      try {
        return (ask(SQLITE_BY_IDS).all(JSON.stringify(ids)) as unknown as Row[]).map(credential)
      } catch (cause) {
        throw away(cause)
      }
    },
    mailboxes(userId, typedKey) {
      try {
        return (ask(MAILBOXES).all(userId, typedKey) as unknown as MailboxRow[]).map(ownMailbox)
      } catch (cause) {
        throw away(cause)
      }
    },
    account(id) {
      try {
        const row = ask(SQLITE_ACCOUNT).get(id) as unknown as AccountInUseRow | undefined
        return row ? accountInUse(row) : null
      } catch (cause) {
        throw away(cause)
      }
    },
    async [Symbol.asyncDispose]() {
      if (owned) db.close()
    },
  }
}

const SQLITE_BY_HASH = `${FIND.sqlite}?`
const SQLITE_BY_IDS = `${selection(SQLITE)} where p.id in (select value from json_each(?))`
const SQLITE_ACCOUNT = `${ACCOUNT}?`

/** Connects at the first question, and again at the first question after a connection was lost. */
export async function postgresCredentials(url: Secret, log: Log): Promise<Credentials> {
  const line = new PipelinedLine(url, log)
  return {
    find: async (hash) => {
      const [row] = await line.ask<Row>('find_credential', BY_HASH, [hash])
      return row ? credential(row) : null
    },
    byIds: async (ids) => (await line.ask<Row>('find_credentials', BY_IDS, [ids])).map(credential),
    mailboxes: async (userId, typedKey) =>
      (await line.ask<MailboxRow>('find_mailboxes', BY_PERSON, [userId, typedKey])).map(ownMailbox),
    account: async (id) => {
      const [row] = await line.ask<AccountInUseRow>('find_account', BY_ACCOUNT, [id])
      return row ? accountInUse(row) : null
    },
    [Symbol.asyncDispose]: async () => await line.end(),
  }
}

const BY_HASH = `${FIND.postgres}$1`
const BY_IDS = `${selection(POSTGRES)} where p.id = any($1)`
const BY_ACCOUNT = `${ACCOUNT}$1`
const BY_PERSON = MAILBOXES.replace('?', '$1').replace('?', '$2')
