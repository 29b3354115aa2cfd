/**
 * The spool: answers of providers that the database does not take yet, sealed, on the local disk.
 *
 * One file for each answer. It is there before anything else can go wrong, and it is removed when
 * the database has the answer; storing it twice does no harm (its generation decides).
 */
import { mkdir, readFile, readdir, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '#base/log.ts'
import { writeDurably } from './durable-file.ts'
import { decodeAnswer, encodeAnswer, type KeptAnswer } from './kept-answer.ts'
import type { Place, Sealer } from './seal.ts'

const NAME = /^[0-9a-f-]{36}\.\d+\.[0-9a-f]{8}\.answer$/
const placeOf = (row: string): Place => ({ table: 'spool', column: 'answer', row })

export type SpooledAnswer = { readonly name: string; readonly kept: KeptAnswer }

export class Spool {
  readonly #folder: string
  readonly #sealer: Pick<Sealer, 'seal' | 'open'>
  readonly #log: Log
  constructor(folder: string, sealer: Pick<Sealer, 'seal' | 'open'>, log: Log) {
    this.#folder = folder
    this.#sealer = sealer
    this.#log = log
  }

  /** Resolves when it is on the disk. @returns the name under which it is removed */
  async add(kept: KeptAnswer): Promise<string> {
    const { accountId, generation, owner } = kept.lease
    const name = `${accountId}.${generation}.${owner.slice(-8)}.answer`
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const sealed = this.#sealer.seal(encodeAnswer(kept), placeOf(name))
    await writeDurably(join(this.#folder, name), sealed)
    return name
  }

  async remove(name: string): Promise<void> {
    await unlink(join(this.#folder, name)).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOENT') throw cause
    })
  }

  /** What an earlier process left. One that does not open is put aside, never deleted. */
  async list(): Promise<SpooledAnswer[]> {
    const names = await readdir(this.#folder).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return []
      throw cause
    })
    const found: SpooledAnswer[] = []
    for (const name of names.filter((one) => NAME.test(one)).sort()) {
      try {
        const sealed = await readFile(join(this.#folder, name))
        found.push({ name, kept: decodeAnswer(this.#sealer.open(sealed, placeOf(name))) })
      } catch (cause) {
        this.#log.error('refresh.spool_unreadable', { name, cause })
        await rename(join(this.#folder, name), join(this.#folder, `${name}.unreadable`))
      }
    }
    return found
  }
}
