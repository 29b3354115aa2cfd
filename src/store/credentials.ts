/**
 * The hottest query: an application password by its keyed hash, past the query builder.
 *
 * SQLite answers at once, from a prepared statement on a connection that only reads. PostgreSQL
 * answers over one connection of its own, on which any number of questions are under way together.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Writable } from 'node:stream'
import pg from 'pg'
import type { Log } from '#base/log.ts'
import { Problem } from '#base/problem.ts'
import type { Secret } from '#base/secret.ts'
import type { Credential } from '#domain/admission.ts'
import type { UserState } from '#domain/user.ts'
import { postgresOptions } from './postgres.ts'

export type Credentials = AsyncDisposable & {
  /**
   * The row with that hash, revoked and expired ones too; what they are worth is judged by
   * domain/admission.ts. SQLite answers without a promise.
   * @throws Problem `unavailable` when the database does not answer
   */
  find(hash: Buffer): Credential | null | Promise<Credential | null>
}

/** Columns in the order in which `credential` reads them. An index leads to each row of it. */
export const FIND = `
  select p.id, p.name, p.user_id, u.name, u.name_key, u.email_key, u.state,
    exists (
      select 1 from second_factor f where f.user_id = p.user_id and f.confirmed_at is not null
    ),
    p.gateways, p.networks, p.created_at, p.expires_at, p.revoked_at, p.last_used_at
  from app_password p join "user" u on u.id = p.user_id
  where p.hash = `

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
})

const away = (cause: unknown): Problem =>
  new Problem('unavailable', 'The database does not answer.', { cause })

/** @param owned whether the connection is closed with this */
export function sqliteCredentials(db: DatabaseSync, owned: boolean): Credentials {
  // Prepared at the first question: before the migrations there is no table to ask.
  let statement: StatementSync | null = null
  const prepare = (): StatementSync => {
    const prepared = db.prepare(`${FIND}?`)
    prepared.setReturnArrays(true)
    return prepared
  }
  return {
    find(hash) {
      try {
        statement ??= prepare()
        const row = statement.get(hash) as unknown as Row | undefined
        return row ? credential(row) : null
      } catch (cause) {
        throw away(cause)
      }
    },
    async [Symbol.asyncDispose]() {
      if (owned) db.close()
    },
  }
}

/** A stuck connection is given up after this; the program that asks is told to come again. */
const ANSWER_TIMEOUT_MS = 5000

/** Connects at the first question, and again at the first question after a connection was lost. */
export async function postgresCredentials(url: Secret, log: Log): Promise<Credentials> {
  const line = new Line(url, log)
  return {
    find: async (hash) => {
      const row = await line.ask(hash)
      return row ? credential(row) : null
    },
    [Symbol.asyncDispose]: async () => await line.end(),
  }
}

type Inside = { connection?: { stream?: Writable } }

/** The one connection: what was asked on it fails together when it is lost, and nothing else does. */
class Line {
  readonly #url: Secret
  readonly #log: Log
  #client: Promise<pg.Client> | null = null
  #live: pg.Client | null = null
  #corked = false
  #ended = false

  constructor(url: Secret, log: Log) {
    this.#url = url
    this.#log = log
  }

  async ask(hash: Buffer): Promise<Row | null> {
    if (this.#ended) throw away(new Error('The store is closed.'))
    const connecting = (this.#client ??= this.#connect())
    try {
      const client = this.#live ?? (await connecting)
      this.#sendTogether(client)
      const { rows } = await client.query<Row[]>({
        name: 'find_credential',
        text: `${FIND}$1`,
        values: [hash],
        rowMode: 'array',
      })
      return (rows[0] as Row | undefined) ?? null
    } catch (cause) {
      // Whatever went wrong, the next question gets a new connection with nothing prepared on it.
      this.#drop(connecting)
      throw away(cause)
    }
  }

  /**
   * What is asked in one turn of the event loop leaves in one write: the system call costs most.
   * The socket is not in node-pg's documentation; without it only speed is lost.
   */
  #sendTogether(client: pg.Client): void {
    const { stream } = (client as unknown as Inside).connection ?? {}
    if (this.#corked || !stream) return
    this.#corked = true
    stream.cork()
    process.nextTick(() => {
      this.#corked = false
      stream.uncork()
    })
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      ...postgresOptions(this.#url),
      application_name: 'passerelle admission',
      pipeline: true,
      query_timeout: ANSWER_TIMEOUT_MS,
    })
    // A connection that dies while nobody asks is an event, not the end of the process. The next
    // question finds out, fails and connects anew, unless this one is forgotten here.
    client.on('error', (cause) => {
      this.#log.warn('store.admission_connection_lost', { cause })
      if (this.#live === client) this.#forget()
    })
    await client.connect()
    this.#live = client
    return client
  }

  #forget(): void {
    this.#client = null
    this.#live = null
  }

  #drop(connecting: Promise<pg.Client>): void {
    if (this.#client !== connecting) return
    this.#forget()
    connecting.then(
      async (client) => await client.end().catch(() => {}),
      () => {},
    )
  }

  async end(): Promise<void> {
    this.#ended = true
    const client = await this.#client?.catch(() => null)
    await client?.end()
  }
}
