/**
 * The master key, and the keys derived from it: one per purpose, none used twice.
 *
 * The key file has one key a line, `<id> <64 hexadecimal digits>`; the last line is the current one.
 * Earlier ones still open what was sealed with them.
 */
import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import type { Entropy } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'

/** Every purpose that a key is derived for. */
export const PURPOSES = [
  'key-check',
  'seal',
  'app-password',
  'main-password',
  'recovery-code',
  'one-time-link',
  'session',
  'device',
  'audit',
  'audit-anchor',
  'backup',
] as const
export type Purpose = (typeof PURPOSES)[number]

export class Keyring {
  readonly #masters: ReadonlyMap<string, Secret>
  readonly #derived = new Map<string, KeyObject>()
  /** The id of the key that seals and signs from now on. */
  readonly current: string
  readonly ids: readonly string[]

  constructor(masters: ReadonlyMap<string, Secret>) {
    const ids = [...masters.keys()]
    const current = ids.at(-1)
    if (current === undefined) throw new Error('The key file has no key.')
    this.#masters = masters
    this.ids = ids
    this.current = current
  }

  has(id: string): boolean {
    return this.#masters.has(id)
  }

  /** HKDF-SHA-256 (RFC 5869) of a master key with the purpose as label. */
  key(purpose: Purpose, id: string = this.current): KeyObject {
    return this.#derived.getOrInsertComputed(`${purpose} ${id}`, () => {
      const master = this.#masters.get(id)
      if (!master) throw new Error(`The key "${id}" is not in the key file.`)
      const info = `passerelle/1/${purpose}`
      return createSecretKey(Buffer.from(hkdfSync('sha256', master.revealBytes(), '', info, 32)))
    })
  }

  /** A keyed hash of a secret: what is stored of what must be found again but never read. */
  hash(purpose: Purpose, secret: Secret, id: string = this.current): Buffer {
    return createHmac('sha256', this.key(purpose, id)).update(secret.revealBytes()).digest()
  }

  /** The same under every key, current first. */
  hashes(purpose: Purpose, secret: Secret): Buffer[] {
    return this.ids.toReversed().map((id) => this.hash(purpose, secret, id))
  }
}

/** @throws Error that says which line is wrong, never what it holds */
export function parseKeyFile(text: string): Keyring {
  const masters = new Map<string, Secret>()
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const [, id, hex] = /^([a-z0-9-]{1,32}) ([0-9a-f]{64})$/.exec(line.trim()) ?? []
    if (id === undefined || hex === undefined || masters.has(id))
      throw new Error(`Line ${index + 1} of the key file is not "<id> <64 hexadecimal digits>".`)
    masters.set(id, new Secret(Buffer.from(hex, 'hex')))
  }
  return new Keyring(masters)
}

export const newKeyFile = (entropy: Entropy): string =>
  `# The master key of Passerelle. Keep a copy apart from the backups of the data.\nk1 ${entropy(32).toString('hex')}\n`
