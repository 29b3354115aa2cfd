/**
 * The file of a backup: gzip of JSON lines, the same whichever database it comes from.
 *
 * First line: the header. Then for each table a line that names it and its columns, and one array a
 * row. Last line: how many rows each table has, and a keyed hash over everything before, so that a
 * backup that was changed or cut short is refused.
 */
import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { link, open, unlink } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { constants, createGunzip, createGzip } from 'node:zlib'
import { Problem } from '#base/problem.ts'

export const FORMAT = 'passerelle backup'
const VERSION = 1

export type BackupHeader = {
  readonly format: typeof FORMAT
  readonly version: number
  /** ISO 8601. */
  readonly createdAt: string
  readonly database: 'sqlite' | 'postgres'
  readonly migrations: readonly string[]
  /** Check values (hex) of the master keys that the database was used with, by id. */
  readonly keys: Readonly<Record<string, string>>
  /** The id of the key under which the last line stands. */
  readonly sealedBy: string
  readonly holds: string
}
export type Counts = Readonly<Record<string, number>>

/** What the file needs of the keyring. */
export type BackupKeys = {
  readonly current: string
  has(id: string): boolean
  key(purpose: 'backup', id?: string): KeyObject
}

type Value = null | string | number | Uint8Array
export type Line =
  | { is: 'header'; header: BackupHeader }
  | { is: 'table'; table: string; columns: readonly string[] }
  | { is: 'row'; values: readonly Value[] }

const HOLDS =
  'Every table of Passerelle, without sessions, one-time links and locks. Passwords and codes are ' +
  'hashes, other secrets are sealed. Not in here: the master key, without which this opens nothing, ' +
  'and the files of the drive, which are plain files and are backed up apart.'

const CHUNK = 64 * 1024
/** The longest line: one row. Properties of the drive are smaller by far. */
const MOST_OF_A_LINE = 64 * 1024 * 1024

const macOf = (key: KeyObject) => createHmac('sha256', key)

/** Takes lines one after the other; nothing has the name of the file before the last is on the disk. */
export class BackupWriter implements AsyncDisposable {
  readonly #file: string
  readonly #aside: string
  readonly #gzip = createGzip({ level: constants.Z_BEST_SPEED })
  readonly #mac: ReturnType<typeof macOf>
  readonly #written: Promise<void>
  readonly #counts: Record<string, number> = {}
  #table = ''
  #waiting = ''
  #finished = false

  /** @throws Problem `conflict` when the file is there already */
  constructor(file: string, keys: BackupKeys) {
    this.#file = file
    this.#aside = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.new`)
    this.#mac = macOf(keys.key('backup'))
    const out = createWriteStream(this.#aside, { flags: 'wx', mode: 0o600, flush: true })
    this.#written = pipeline(this.#gzip, out).catch((cause: unknown) => {
      throw new Problem('unavailable', `${this.#file} cannot be written.`, { cause })
    })
    this.#written.catch(() => {}) // whoever writes next is told
  }

  async header(header: Omit<BackupHeader, 'format' | 'version' | 'holds'>): Promise<void> {
    await this.#line({ format: FORMAT, version: VERSION, ...header, holds: HOLDS })
  }

  async table(table: string, columns: readonly string[]): Promise<void> {
    this.#table = table
    this.#counts[table] = 0
    await this.#line({ table, columns })
  }

  async row(values: readonly Value[]): Promise<void> {
    this.#counts[this.#table] = (this.#counts[this.#table] ?? 0) + 1
    await this.#line(values.map((one) => (one instanceof Uint8Array ? { b: base64(one) } : one)))
  }

  /** @returns how many rows there are of each table */
  async finish(): Promise<Counts> {
    await this.#push()
    const rows = JSON.stringify(this.#counts)
    const mac = this.#mac.update(rows).digest('hex')
    this.#gzip.end(`{"rows":${rows},"mac":"${mac}"}\n`)
    await this.#written
    await link(this.#aside, this.#file).catch((cause: unknown) => {
      throw new Problem('conflict', `${this.#file} cannot be made; it must not be there yet.`, {
        cause,
      })
    })
    this.#finished = true
    await unlink(this.#aside)
    await syncFolder(path.dirname(this.#file))
    return this.#counts
  }

  async #line(value: unknown): Promise<void> {
    this.#waiting += `${JSON.stringify(value)}\n`
    if (this.#waiting.length >= CHUNK) await this.#push()
  }

  async #push(): Promise<void> {
    const chunk = Buffer.from(this.#waiting)
    this.#waiting = ''
    this.#mac.update(chunk)
    if (this.#gzip.write(chunk)) return
    const drained = new Promise((resolve) => this.#gzip.once('drain', resolve))
    await Promise.race([drained, this.#written])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#finished) return
    this.#gzip.destroy()
    await this.#written.catch(() => {})
    await unlink(this.#aside).catch(() => {})
  }
}

/**
 * Reads a backup. Only who has read to the end knows that all of it is as it was written.
 * @returns how many rows there are of each table
 * @throws Problem `invalid` when the file is no backup, was changed or cut, or needs another key
 */
export async function* readBackup(file: string, keys: BackupKeys): AsyncGenerator<Line, Counts> {
  let mac: ReturnType<typeof macOf> | null = null
  let table = ''
  let whole = false
  const counts: Record<string, number> = {}
  for await (const text of linesOf(file)) {
    const value = parsed(text)
    if (whole) throw refused('something was added to it')
    if (mac === null) {
      const header = headerOf(value)
      if (!keys.has(header.sealedBy))
        throw refused(`it was made under the master key "${header.sealedBy}", which is not here`)
      mac = macOf(keys.key('backup', header.sealedBy))
      yield { is: 'header', header }
    } else if (Array.isArray(value)) {
      counts[table] = (counts[table] ?? 0) + 1
      yield { is: 'row', values: value.map(valueOf) }
    } else if (isObject(value) && typeof value['table'] === 'string') {
      table = value['table']
      counts[table] = 0
      yield { is: 'table', table, columns: namesOf(value['columns']) }
    } else if (isObject(value) && typeof value['mac'] === 'string') {
      const rows = JSON.stringify(counts)
      const expected = mac.update(rows).digest()
      const given = Buffer.from(value['mac'], 'hex')
      if (given.length !== expected.length || !timingSafeEqual(given, expected))
        throw refused('it was changed, or made under another master key')
      whole = true
      continue
    } else throw refused('it has a line that no backup has')
    mac.update(`${text}\n`)
  }
  if (!whole) throw refused('it was cut short')
  return counts
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const gunzip = createGunzip()
  const source = pipeline(createReadStream(file), gunzip)
  source.catch(() => {}) // the reader below is told
  let pending: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      let from = 0
      for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, from)) {
        yield Buffer.concat([...pending, chunk.subarray(from, at)]).toString()
        ;[pending, size, from] = [[], 0, at + 1]
      }
      pending.push(chunk.subarray(from))
      size += chunk.length - from
      if (size > MOST_OF_A_LINE) throw refused('it has a line that no backup has')
    }
  } catch (cause) {
    throw cause instanceof Problem ? cause : refused('it cannot be read', cause)
  }
  if (size > 0) throw refused('it was cut short')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw refused('it has a line that no backup has', cause)
  }
}

function headerOf(value: unknown): BackupHeader {
  if (!isObject(value) || value['format'] !== FORMAT) throw refused('it is no backup of Passerelle')
  const header = value as unknown as BackupHeader
  if (header.version !== VERSION || typeof header.sealedBy !== 'string' || !isObject(header.keys))
    throw refused('it was made by a version of Passerelle that this one does not know')
  return { ...header, migrations: namesOf(header.migrations) }
}

function valueOf(value: unknown): Value {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  if (isObject(value) && typeof value['b'] === 'string') return Buffer.from(value['b'], 'base64')
  throw refused('it has a value that no backup has')
}

function namesOf(value: unknown): string[] {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value
  throw refused('it has a line that no backup has')
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

const refused = (why: string, cause?: unknown): Problem =>
  new Problem('invalid', `The backup is not taken: ${why}.`, { cause })

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
