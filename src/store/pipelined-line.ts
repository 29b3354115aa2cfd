/**
 * One connection to PostgreSQL on which any number of questions are under way together: for the
 * hottest queries, which wait for no place in the pool.
 */
import type { Writable } from 'node:stream'
import pg from 'pg'
import type { Log } from '#base/log.ts'
import { Problem } from '#base/problem.ts'
import type { Secret } from '#base/secret.ts'
import { postgresOptions } from './postgres.ts'

export const away = (cause: unknown): Problem =>
  new Problem('unavailable', 'The database does not answer.', { cause })

/** A stuck connection is given up after this; the program that asks is told to come again. */
const ANSWER_TIMEOUT_MS = 5000

type Inside = { connection?: { stream?: Writable } }

/** What was asked on it fails together when it is lost, and nothing else does. */
export class PipelinedLine {
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

  async ask<Of extends readonly unknown[]>(
    name: string,
    text: string,
    values: unknown[],
  ): Promise<Of[]> {
    if (this.#ended) throw away(new Error('The store is closed.'))
    const connecting = (this.#client ??= this.#connect())
    try {
      const client = this.#live ?? (await connecting)
      this.#sendTogether(client)
      const { rows } = await client.query({ name, text, values, rowMode: 'array' })
      return rows as unknown[] as Of[]
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
