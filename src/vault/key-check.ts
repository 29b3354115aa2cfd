/**
 * Key check values: a database says which master keys it was written with, so that a wrong or a
 * missing one is found at start, and not at the first secret that does not open.
 */
import { timingSafeEqual } from 'node:crypto'
import { Secret } from '#base/secret.ts'
import type { Keyring } from './keyring.ts'

/** All that is needed of table `meta`. */
export type Facts = {
  list(prefix: string): Promise<readonly { name: string; value: string }[]>
  addOnce(name: string, value: string): Promise<boolean>
}

const PREFIX = 'key_check'
const SAID = new Secret('passerelle')

/** What the database keeps of a key: a keyed hash of a fixed word, from which nothing follows. */
export const keyCheck = (keyring: Keyring, id: string): Buffer =>
  keyring.hash('key-check', SAID, id)

/** Whether the key of that id is here and is the one whose check value that is (hex). */
export function keyFits(keyring: Keyring, id: string, check: string): boolean {
  const stored = Buffer.from(check, 'hex')
  const own = keyring.has(id) ? keyCheck(keyring, id) : null
  return own !== null && stored.length === own.length && timingSafeEqual(stored, own)
}

/**
 * Checks every key that the database was ever used with, then notes the new ones.
 * @throws Error that names the key; then nothing was noted, and nothing may be opened or sealed
 */
export async function checkKeys(meta: Facts, keyring: Keyring): Promise<void> {
  await refuseWrong(meta, keyring)
  for (const id of keyring.ids)
    await meta.addOnce(`${PREFIX}:${id}`, keyCheck(keyring, id).toString('hex'))
  // Another node may have noted a key of the same name, and of another value, at the same moment.
  await refuseWrong(meta, keyring)
}

async function refuseWrong(meta: Facts, keyring: Keyring): Promise<void> {
  for (const { name, value } of await meta.list(PREFIX)) {
    const id = name.slice(PREFIX.length + 1)
    if (!keyring.has(id))
      throw new Error(
        `The master key file has no key "${id}", with which this database was written. Put its line back.`,
      )
    if (!keyFits(keyring, id, value))
      throw new Error(
        `The key "${id}" in the master key file is not the one with which this database was written.`,
      )
  }
}
