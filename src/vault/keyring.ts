/**
 * The master key, and the keys derived from it: one per purpose, none used twice.
 *
 * The key file has one key a line, `<id> <64 hexadecimal digits>`; the last line is the current one
 * unless the database names another (current-key.ts). All of them open what was sealed with them.
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
  'token-init',
  'provider-visit',
  'scim-token',
  'seen-token',
  'challenge',
  'sent-code',
  'audit',
  'audit-anchor',
  'backup',
] as const
export type Purpose = (typeof PURPOSES)[number]

export class Keyring {
  readonly #masters: Map<string, Secret>
  readonly #derived = new Map<string, KeyObject>()
  #current: string
  /** Reads the key file again: somebody else may have added a line. */
  readonly #reread: (() => string) | null

  constructor(masters: ReadonlyMap<string, Secret>, reread: (() => string) | null = null) {
    const current = [...masters.keys()].at(-1)
    if (current === undefined) throw new Error('The key file has no key.')
    this.#masters = new Map(masters)
    this.#current = current
    this.#reread = reread
  }

  /** The id of the key that seals and signs from now on. */
  get current(): string {
    return this.#current
  }

  /** Of all keys, the current one last. */
  get ids(): readonly string[] {
    return [...[...this.#masters.keys()].filter((id) => id !== this.#current), this.#current]
  }

  /** Seals and signs with that key from now on. @throws Error when it is not here */
  use(id: string): void {
    this.#master(id)
    this.#current = id
  }

  /**
   * Takes keys that were added to the file; none is ever taken away or changed.
   * @throws Error when a key has another value than before
   */
  learn(text: string): void {
    const fresh = parseKeyFile(text)
    for (const [id, master] of fresh.#masters) {
      const known = this.#masters.get(id)
      if (known && !known.equals(master))
        throw new Error(`The key "${id}" in the key file was changed.`)
    }
    for (const [id, master] of fresh.#masters) this.#masters.getOrInsert(id, master)
  }

  #master(id: string): Secret {
    if (!this.#masters.has(id) && this.#reread) this.learn(this.#reread())
    const master = this.#masters.get(id)
    if (!master) throw new Error(`The key "${id}" is not in the key file.`)
    return master
  }

  has(id: string): boolean {
    return this.#masters.has(id)
  }

  /** HKDF-SHA-256 (RFC 5869) of a master key with the purpose as label. */
  key(purpose: Purpose, id: string = this.current): KeyObject {
    return this.#derived.getOrInsertComputed(`${purpose} ${id}`, () => {
      const master = this.#master(id)
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

/**
 * The last line is the current key until `use` says otherwise.
 * @param reread gives the text as it is by then, when a key is asked for that is not here
 * @throws Error that says which line is wrong, never what it holds
 */
export function parseKeyFile(text: string, reread: (() => string) | null = null): Keyring {
  const masters = new Map<string, Secret>()
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const [, id, hex] = /^([a-z0-9-]{1,32}) ([0-9a-f]{64})$/.exec(line.trim()) ?? []
    if (id === undefined || hex === undefined || masters.has(id))
      throw new Error(`Line ${index + 1} of the key file is not "<id> <64 hexadecimal digits>".`)
    masters.set(id, new Secret(Buffer.from(hex, 'hex')))
  }
  return new Keyring(masters, reread)
}

/** A line for one more key. */
export const newKeyLine = (id: string, entropy: Entropy): string =>
  `${id} ${entropy(32).toString('hex')}\n`

export const newKeyFile = (entropy: Entropy): string =>
  `# The master key of Passerelle. Keep a copy apart from the backups of the data.\n${newKeyLine('k1', entropy)}`
