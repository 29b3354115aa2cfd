/**
 * The store: every table behind one object, on SQLite or PostgreSQL.
 *
 * A function that needs storage asks for the tables that it uses: `Pick<Tables, 'users'>`.
 */
import type { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import type { Log } from '#base/log.ts'
import { Problem } from '#base/problem.ts'
import type { Secret } from '#base/secret.ts'
import type { AuditAnchor } from '#domain/audit.ts'
import { appPasswords } from './app-passwords.ts'
import { audit, type AuditSeal } from './audit.ts'
import { postgresCredentials, sqliteCredentials, type Credentials } from './credentials.ts'
import { bulkJobs } from './bulk-jobs.ts'
import { davLocks } from './dav-locks.ts'
import { davProperties } from './dav-properties.ts'
import { devices } from './devices.ts'
import { driveUsage } from './drive-usage.ts'
import { gatewayHours } from './gateway-hours.ts'
import { governed } from './governed.ts'
import { groups } from './groups.ts'
import { identities } from './identities.ts'
import { identityChecks } from './identity-checks.ts'
import { identityProviders } from './identity-providers.ts'
import { liveConnections } from './live-connections.ts'
import { mailAccounts } from './mail-accounts.ts'
import { manyUsers } from './many-users.ts'
import { meta } from './meta.ts'
import { notices } from './notices.ts'
import { oauthApplications } from './oauth-applications.ts'
import { oneTimeLinks } from './one-time-links.ts'
import { policies } from './policies.ts'
import { openPool, postgresDialect } from './postgres.ts'
import { providerVisits } from './provider-visits.ts'
import type { Database } from './schema.ts'
import { scimPeople } from './scim-people.ts'
import { sealedValues } from './sealed-values.ts'
import { secondFactors } from './second-factors.ts'
import { seenTokens } from './seen-tokens.ts'
import { sentCodes } from './sent-codes.ts'
import { sessions } from './sessions.ts'
import { settings } from './settings.ts'
import { sharedFolders } from './shared-folders.ts'
import { smsGateways } from './sms-gateways.ts'
import { NodeSqliteDialect, openSqliteFile } from './sqlite.ts'
import { throttle } from './throttle.ts'
import { tokenGrants } from './token-grants.ts'
import { tokenInits } from './token-inits.ts'
import { users } from './users.ts'

export type Tables = ReturnType<typeof tables>

function tables(db: Kysely<Database>, kind: StoreAddress['kind'], seal: AuditSeal) {
  return {
    appPasswords: appPasswords(db),
    audit: audit(db, seal),
    bulkJobs: bulkJobs(db),
    davLocks: davLocks(db),
    davProperties: davProperties(db),
    devices: devices(db),
    driveUsage: driveUsage(db),
    gatewayHours: gatewayHours(db),
    governed: governed(db),
    groups: groups(db),
    identities: identities(db),
    identityChecks: identityChecks(db, kind === 'postgres' ? null : seal.clock),
    identityProviders: identityProviders(db),
    liveConnections: liveConnections(db),
    mailAccounts: mailAccounts(db),
    manyUsers: manyUsers(db),
    meta: meta(db),
    notices: notices(db),
    oauthApplications: oauthApplications(db),
    oneTimeLinks: oneTimeLinks(db),
    policies: policies(db),
    providerVisits: providerVisits(db),
    scimPeople: scimPeople(db),
    sealedValues: sealedValues(db),
    secondFactors: secondFactors(db),
    seenTokens: seenTokens(db),
    sentCodes: sentCodes(db),
    sessions: sessions(db),
    settings: settings(db),
    sharedFolders: sharedFolders(db),
    smsGateways: smsGateways(db),
    throttle: throttle(db),
    tokenGrants: tokenGrants(db, kind === 'postgres' ? null : seal.clock),
    tokenInits: tokenInits(db),
    users: users(db),
  }
}

/** Where the data is kept. */
export type StoreAddress = { kind: 'sqlite'; file: string } | { kind: 'postgres'; url: Secret }

export class Store implements AsyncDisposable {
  readonly kind: StoreAddress['kind']
  readonly db: Kysely<Database>
  /** Outside a transaction: each call stands for itself. */
  readonly tables: Tables
  /** The hot path of admission, past the query builder. */
  readonly credentials: Credentials
  readonly #sqlite: DatabaseSync | null
  readonly #seal: AuditSeal

  constructor(
    kind: StoreAddress['kind'],
    db: Kysely<Database>,
    credentials: Credentials,
    sqlite: DatabaseSync | null,
    seal: AuditSeal,
  ) {
    this.kind = kind
    this.db = db
    this.tables = tables(db, kind, seal)
    this.credentials = credentials
    this.#sqlite = sqlite
    this.#seal = seal
  }

  /**
   * All or nothing. Code inside uses only the tables that it is handed; `db` is for store/ itself.
   * @throws Problem `unavailable` when the database does not answer
   */
  async transaction<T>(act: (tables: Tables, db: Kysely<Database>) => Promise<T>): Promise<T> {
    let head: AuditAnchor | null = null
    const seal = { ...this.#seal, appended: (at: AuditAnchor) => void (head = at) }
    const result = await this.db
      .transaction()
      .execute((trx) => act(tables(trx, this.kind, seal), trx))
    if (head) this.#seal.appended?.(head)
    return result
  }

  /** SQLite only: the connection, for an online backup. */
  get sqlite(): DatabaseSync | null {
    return this.#sqlite
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.credentials[Symbol.asyncDispose]()
    await this.db.destroy()
    if (this.#sqlite?.isOpen) this.#sqlite.close() // a store that was never asked anything
  }
}

/** Opens the database; does not migrate. @throws Problem `unavailable` with the cause */
export async function openStore(address: StoreAddress, seal: AuditSeal, log: Log): Promise<Store> {
  try {
    return address.kind === 'sqlite'
      ? openSqliteStore(address.file, seal)
      : await openPostgresStore(address.url, seal, log)
  } catch (cause) {
    throw new Problem('unavailable', 'The database cannot be opened.', { cause })
  }
}

function openSqliteStore(file: string, seal: AuditSeal): Store {
  const writer = openSqliteFile(file)
  const reader = file === ':memory:' ? null : openSqliteFile(file, { readOnly: true })
  const db = new Kysely<Database>({ dialect: new NodeSqliteDialect(writer) })
  return new Store('sqlite', db, sqliteCredentials(reader ?? writer, reader !== null), writer, seal)
}

async function openPostgresStore(url: Secret, seal: AuditSeal, log: Log): Promise<Store> {
  const pool = openPool(url, log)
  const db = new Kysely<Database>({ dialect: postgresDialect(pool) })
  return new Store('postgres', db, await postgresCredentials(url, log), null, seal)
}
