/**
 * The anchor of the audit: where the chain ended, kept in a file that the database cannot reach.
 *
 * A tail that was cut off leaves a chain that fits; so does an older database put in place of the
 * newer. The anchor tells: the row that it names must be there. It follows the chain by a second,
 * and only a chain that still has that row.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import path from 'node:path'
import { SECOND, type Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { AuditAnchor } from '#domain/audit.ts'
import type { Keyring } from '#vault/keyring.ts'

/** How far the file may be behind the chain. */
const EVERY_MS = SECOND

/** `hashAt` reads the row in that place of the chain. */
export type AnchorNeeds = {
  readonly keyring: Keyring
  readonly clock: Clock
  readonly log: Log
  hashAt(seq: number): Promise<string | null>
}

export class AuditAnchorFile implements AsyncDisposable {
  readonly #file: string
  readonly #needs: AnchorNeeds
  #kept: AuditAnchor | null
  #wanted: AuditAnchor | null = null
  #frozen = false
  #writtenAt = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> = Promise.resolve()

  private constructor(file: string, needs: AnchorNeeds, kept: AuditAnchor | null) {
    this.#file = file
    this.#needs = needs
    this.#kept = kept
  }

  /** A file that is not there yet is made by the first event. @throws Error when it was changed */
  static async open(file: string, needs: AnchorNeeds): Promise<AuditAnchorFile> {
    return new AuditAnchorFile(file, needs, await readAnchor(file, needs.keyring))
  }

  /** What the file holds; null when there is none. */
  get kept(): AuditAnchor | null {
    return this.#kept
  }

  /** The chain was found not to fit: the file stays as it is, as evidence, until `accept`. */
  freeze(): void {
    this.#frozen = true
  }

  /** The chain ends here now, committed. Written within a second; never waited for. */
  moved(head: AuditAnchor): void {
    if (this.#frozen) return
    const known = this.#wanted ?? this.#kept
    if (known && head.seq <= known.seq) return
    this.#wanted = head
    if (this.#timer) return
    const elapsed = this.#needs.clock.now() - this.#writtenAt
    const wait = elapsed >= 0 ? Math.max(0, EVERY_MS - elapsed) : 0
    this.#timer = setTimeout(() => void this.flush(), wait).unref()
  }

  /** Writes what is waiting. A failure is logged, and tried again at the next event. */
  async flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#writing = this.#writing.then(async () => await this.#follow())
    await this.#writing
  }

  async #follow(): Promise<void> {
    const head = this.#wanted
    if (!head || this.#frozen) return
    this.#writtenAt = this.#needs.clock.now()
    try {
      // A command beside the server appends too: the later of both stays.
      const other = await readAnchor(this.#file, this.#needs.keyring)
      if (other && other.seq >= (this.#kept?.seq ?? 0)) this.#kept = other
      if (await this.#chainLost()) return this.freeze()
      if (!this.#kept || this.#kept.seq < head.seq) await this.#write(head)
      if (this.#wanted === head) this.#wanted = null
    } catch (cause) {
      this.#needs.log.error('audit.anchor_not_written', { cause, file: this.#file })
    }
  }

  /** Whether the row that was anchored is gone, so that going on would hide it. */
  async #chainLost(): Promise<boolean> {
    const kept = this.#kept
    if (!kept || kept.seq === 0) return false
    const hash = await this.#needs.hashAt(kept.seq)
    if (hash === kept.hash) return false
    const fault = hash === null ? 'missing' : 'changed'
    this.#needs.log.error('audit.chain_broken', { seq: kept.seq, fault })
    return true
  }

  /**
   * Takes the chain as it is from now on, also when it ends earlier: for the operator who restored
   * a backup, or has looked into a fault. Whoever calls it has written that into the audit.
   */
  async accept(head: AuditAnchor): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#wanted = null
    const written = this.#writing.then(async () => {
      await this.#write(head)
      this.#frozen = false
    })
    this.#writing = written.catch(() => {})
    await written
  }

  /** All or nothing, and on the disk, before the name points to it. */
  async #write({ seq, hash }: AuditAnchor): Promise<void> {
    const key = this.#needs.keyring.current
    const mac = macOf(this.#needs.keyring, key, seq, hash).toString('hex')
    const temporary = `${this.#file}.${process.pid}.new`
    const handle = await open(temporary, 'w', 0o600)
    try {
      await handle.writeFile(`${JSON.stringify({ seq, hash, key, mac })}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, this.#file)
    this.#kept = { seq, hash }
    const folder = await open(path.dirname(this.#file))
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush()
  }
}

async function readAnchor(file: string, keyring: Keyring): Promise<AuditAnchor | null> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null
    throw cause
  })
  if (text === null) return null
  const [, seq, hash, key, mac] =
    /^\{"seq":(\d{1,16}),"hash":"([0-9a-f]{64})","key":"([a-z0-9-]{1,32})","mac":"([0-9a-f]{64})"\}\n$/.exec(
      text,
    ) ?? []
  if (seq === undefined || hash === undefined || key === undefined || mac === undefined)
    throw changed(file)
  const anchor = { seq: Number(seq), hash }
  if (!keyring.has(key)) throw new Error(`The audit anchor ${file} needs the key "${key}".`)
  if (!timingSafeEqual(macOf(keyring, key, anchor.seq, hash), Buffer.from(mac, 'hex')))
    throw changed(file)
  return anchor
}

const macOf = (keyring: Keyring, key: string, seq: number, hash: string): Buffer =>
  createHmac('sha256', keyring.key('audit-anchor', key))
    .update(JSON.stringify([seq, hash]))
    .digest()

const changed = (file: string): Error =>
  new Error(
    `The audit anchor ${file} was changed by something other than Passerelle. Find out by what; ` +
      'then move it away and check the audit.',
  )
