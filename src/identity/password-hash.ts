/**
 * Hashes of main passwords: argon2id in the thread pool, a few at a time, with a pepper.
 *
 * Stored as a PHC string that names the master key of the pepper. Who has the database and not the
 * master key cannot even begin to guess. Checking for nobody costs what checking for somebody does.
 */
import { argon2, timingSafeEqual } from 'node:crypto'
import type { Entropy } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { Secret } from '#base/secret.ts'
import type { Keyring } from '#vault/keyring.ts'

/** RFC 9106 and OWASP's floor: 19 MiB, two passes, one lane; about 30 ms of one core. */
export type Cost = { readonly m: number; readonly t: number; readonly p: number }
const COST: Cost = { m: 19_456, t: 2, p: 1 }
const TAG_BYTES = 32
const SALT_BYTES = 16

/** Two leave the other threads of the pool (files, DNS) alone. */
const AT_ONCE = 2
/** 64 × 30 ms ÷ 2: nobody waits longer than a second, and memory stays at 2 × 19 MiB. */
const MOST_WAITING = 64

/** What a PHC string says. */
type Stored = Cost & { readonly keyId: string; readonly salt: Buffer; readonly tag: Buffer }
/** `cost` of new hashes, where it is not the product's: KiB of memory, passes, lanes. */
type Needs = { readonly keyring: Keyring; readonly entropy: Entropy; readonly cost?: Cost }
type Work = { readonly start: () => void; readonly refuse: (problem: Problem) => void }

export class PasswordHasher implements AsyncDisposable {
  readonly #needs: Needs
  readonly #cost: Cost
  readonly #waiting: Work[] = []
  #running = 0
  #closed = false
  #idle: (() => void) | null = null

  constructor(needs: Needs) {
    this.#needs = needs
    this.#cost = needs.cost ?? COST
  }

  /** @throws Problem `busy` when too many wait, `unavailable` when the server stops */
  async hash(secret: Secret): Promise<string> {
    const { keyring, entropy } = this.#needs
    const salt = entropy(SALT_BYTES)
    const tag = await this.#derive(secret, { ...this.#cost, keyId: keyring.current, salt })
    return written({ ...this.#cost, keyId: keyring.current, salt, tag })
  }

  /**
   * Always computes one hash. `null`: there is nobody, or nobody who may sign in; false, at the same
   * cost.
   * @throws Problem `busy`, `unavailable`; Error when the stored text is not ours or its key is gone
   */
  async verify(stored: string | null, secret: Secret): Promise<boolean> {
    const known = stored === null ? this.#nobody() : read(stored)
    const tag = await this.#derive(secret, known)
    return timingSafeEqual(tag, known.tag) && stored !== null
  }

  /** Whether it was made with other costs or an older key than a new one would be. */
  needsRehash(stored: string): boolean {
    const { m, t, p, keyId } = read(stored)
    const now = this.#cost
    return m !== now.m || t !== now.t || p !== now.p || keyId !== this.#needs.keyring.current
  }

  /** Those that wait are refused; those that run are waited for. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    for (const work of this.#waiting.splice(0)) work.refuse(stopping())
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#idle = resolve))
  }

  #nobody(): Stored {
    const { keyring, entropy } = this.#needs
    return {
      ...this.#cost,
      keyId: keyring.current,
      salt: entropy(SALT_BYTES),
      tag: Buffer.alloc(TAG_BYTES),
    }
  }

  async #derive(secret: Secret, { m, t, p, keyId, salt }: Omit<Stored, 'tag'>): Promise<Buffer> {
    const pepper = this.#needs.keyring.key('main-password', keyId)
    await this.#turn()
    try {
      return await new Promise<Buffer>((resolve, reject) => {
        argon2(
          'argon2id',
          {
            message: secret.revealBytes(),
            nonce: salt,
            memory: m,
            passes: t,
            parallelism: p,
            tagLength: TAG_BYTES,
            secret: pepper.export(),
          },
          (error, tag) => (error ? reject(error) : resolve(tag)),
        )
      })
    } finally {
      this.#next()
    }
  }

  /** Waits until one of the few places is free. */
  async #turn(): Promise<void> {
    if (this.#closed) throw stopping()
    if (this.#running < AT_ONCE) return void this.#running++
    if (this.#waiting.length >= MOST_WAITING)
      throw new Problem('busy', 'Too many people are signing in at this moment. Try again.')
    await new Promise<void>((start, refuse) => this.#waiting.push({ start, refuse }))
  }

  /** The place goes to the one that has waited longest, or is free. */
  #next(): void {
    const work = this.#waiting.shift()
    if (work) return work.start()
    this.#running--
    if (this.#running === 0) this.#idle?.()
  }
}

const stopping = (): Problem => new Problem('unavailable', 'The server is stopping.')

const unpadded = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('base64').replace(/=+$/, '')

/** The PHC string format: https://github.com/P-H-C/phc-string-format */
function written({ m, t, p, keyId, salt, tag }: Stored): string {
  const parameters = `m=${m},t=${t},p=${p},keyid=${unpadded(Buffer.from(keyId))}`
  return `$argon2id$v=19$${parameters}$${unpadded(salt)}$${unpadded(tag)}`
}

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3}),keyid=([\w+/]{1,64})\$([\w+/]{22,64})\$([\w+/]{43})$/

function read(phc: string): Stored {
  const [, m, t, p, keyId = '', salt = '', tag = ''] = PHC.exec(phc) ?? []
  if (tag === '')
    throw new Error('A stored hash of a main password is not in the form it should be.')
  return {
    m: Number(m),
    t: Number(t),
    p: Number(p),
    keyId: Buffer.from(keyId, 'base64').toString(),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}
