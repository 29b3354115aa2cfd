/**
 * Sealed columns: AES-256-GCM, bound to the place where the value stands.
 *
 * Sealed form: version (1) · length of key id (1) · key id · nonce (12) · ciphertext · tag (16).
 * The key of a row is derived from the sealing key and the row's place, so that two rows never share
 * a nonce space; nonces are random.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import type { Entropy } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import type { Keyring } from './keyring.ts'

const VERSION = 1
const NONCE = 12
const TAG = 16

/** Where a sealed value stands. A value that was moved elsewhere does not open. */
export type Place = { readonly table: string; readonly column: string; readonly row: string }

export class Sealer {
  readonly #keyring: Keyring
  readonly #entropy: Entropy
  constructor(keyring: Keyring, entropy: Entropy) {
    this.#keyring = keyring
    this.#entropy = entropy
  }

  seal(secret: Secret, place: Place): Buffer {
    const keyId = this.#keyring.current
    const header = headerOf(keyId)
    const nonce = this.#entropy(NONCE)
    const cipher = createCipheriv('aes-256-gcm', this.#rowKey(keyId, place), nonce)
    cipher.setAAD(additionalData(header, place))
    return Buffer.concat([
      header,
      nonce,
      cipher.update(secret.revealBytes()),
      cipher.final(),
      cipher.getAuthTag(),
    ])
  }

  /** @throws Error when the value was changed, moved, cut, or sealed by a key that is not here */
  open(sealed: Uint8Array, place: Place): Secret {
    const bytes = Buffer.from(sealed)
    const keyId = sealedBy(bytes)
    const header = headerOf(keyId)
    const body = bytes.subarray(header.length)
    if (body.length < NONCE + TAG) throw new Error(`A sealed value is cut off (${at(place)}).`)
    const decipher = createDecipheriv(
      'aes-256-gcm',
      this.#rowKey(keyId, place),
      body.subarray(0, NONCE),
      { authTagLength: TAG },
    )
    decipher.setAAD(additionalData(header, place))
    decipher.setAuthTag(body.subarray(-TAG))
    try {
      return new Secret(
        Buffer.concat([decipher.update(body.subarray(NONCE, -TAG)), decipher.final()]),
      )
    } catch (cause) {
      throw new Error(`A sealed value does not open (${at(place)}).`, { cause })
    }
  }

  #rowKey(keyId: string, place: Place): Uint8Array {
    const info = additionalData(headerOf(keyId), place)
    return new Uint8Array(hkdfSync('sha256', this.#keyring.key('seal', keyId), '', info, 32))
  }
}

/** The id of the key that sealed a value. @throws Error when it is no sealed value */
export function sealedBy(sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed)
  const length = bytes[1] ?? 0
  if (bytes[0] !== VERSION || length === 0 || bytes.length < 2 + length)
    throw new Error('This is not a sealed value.')
  return bytes.toString('latin1', 2, 2 + length)
}

const headerOf = (keyId: string): Buffer =>
  Buffer.concat([Buffer.of(VERSION, keyId.length), Buffer.from(keyId, 'latin1')])

const additionalData = (header: Buffer, { table, column, row }: Place): Buffer =>
  Buffer.concat([header, Buffer.from(JSON.stringify([table, column, row]))])

const at = ({ table, column, row }: Place): string => `${table}.${column} of ${row}`
