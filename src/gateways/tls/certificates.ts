/**
 * The certificates of all listeners: chosen by the name that a client asks for, read again when
 * their files change. Connections that are open keep the one they began with.
 */
import type { SecureContext, SecureContextOptions } from 'node:tls'
import type { Log } from '#base/log.ts'
import { oldContext, readKeyPair, stampOf, type KeyPair, type KeyPairFiles } from './key-pair.ts'

/** `old`: also for clients that know nothing newer than TLS 1.0. */
export type TlsAge = 'today' | 'old'

type Held = {
  readonly files: KeyPairFiles
  pair: KeyPair
  old: SecureContext | null
  /** Of the files when `pair` was read. */
  stamp: string
  /** Of files that could not be taken, and were seen so; told once. */
  refused: { stamp: string; told: boolean } | null
}

export class Certificates {
  readonly #held: readonly Held[]
  readonly #log: Log
  readonly #changed = new Set<() => void>()

  private constructor(held: readonly Held[], log: Log) {
    this.#held = held
    this.#log = log
  }

  /**
   * @param files the first is for clients that ask for a name that none is for, or for no name
   * @throws Error with a sentence for the operator, when one of them cannot be used
   */
  static open(files: readonly [KeyPairFiles, ...KeyPairFiles[]], log: Log): Certificates {
    const held = files.map((one) => {
      const stamp = stampOf(one)
      return { files: one, pair: readKeyPair(one), old: null, stamp, refused: null }
    })
    return new Certificates(held, log)
  }

  /** What a server of Node begins with; see `choose` and `onChange` for the rest. */
  get options(): SecureContextOptions {
    return this.#default.pair.options
  }

  /** Whether a name makes a difference. */
  get several(): boolean {
    return this.#held.length > 1
  }

  /**
   * By the certificate's own names, wildcards included. Nothing is kept for a name, however many are
   * asked for.
   */
  choose(name: string, age: TlsAge = 'today'): SecureContext {
    const held = this.#held.find(({ pair }) => pair.leaf.checkHost(name) !== undefined)
    return contextOf(held ?? this.#default, age)
  }

  /** For a client that asks for no name. */
  standard(age: TlsAge = 'today'): SecureContext {
    return contextOf(this.#default, age)
  }

  /** Called when another certificate is in use. */
  onChange(tell: () => void): void {
    this.#changed.add(tell)
  }

  /** Looks at the files. Call it every few seconds. */
  check(): void {
    for (const held of this.#held) this.#look(held)
  }

  get #default(): Held {
    const [first] = this.#held
    if (!first) throw new Error('There is no certificate.')
    return first
  }

  #look(held: Held): void {
    const stamp = stampOf(held.files)
    if (stamp === held.stamp) {
      held.refused = null
      return
    }
    if (held.refused?.stamp === stamp && held.refused.told) return
    const { certFile } = held.files
    try {
      held.pair = readKeyPair(held.files)
      held.old = null
      held.stamp = stamp
      held.refused = null
      const validTo = held.pair.leaf.validToDate.toISOString()
      this.#log.info('tls.certificate_changed', { certFile, validTo })
      for (const tell of this.#changed) tell()
    } catch (cause) {
      // Between the two files of a renewal they do not fit: that is worth a line when it lasts.
      const told = held.refused?.stamp === stamp
      held.refused = { stamp, told }
      if (told) this.#log.warn('tls.certificate_not_taken', { certFile, cause })
    }
  }
}

function contextOf(held: Held, age: TlsAge): SecureContext {
  return age === 'today' ? held.pair.context : (held.old ??= oldContext(held.pair))
}
