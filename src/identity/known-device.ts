/**
 * Known devices: a browser that has signed in as a person before has tries of its own.
 *
 * A device becomes known only when a sign-in is complete, second factor included: who has only the
 * password must not get fresh tries for guessing codes.
 */
import type { Secret } from '#base/secret.ts'
import { DEVICE_LIFE } from '#domain/throttle.ts'
import type { DeviceRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import type { IdentityNeeds } from './needs.ts'
import { mintToken, tokenHashes } from './opaque-token.ts'

const MOST_DEVICES = 50

/** The device of a cookie, or null. The cookie of another person's device is no device. */
export async function findDevice(
  { store, keyring, clock }: Pick<IdentityNeeds, 'store' | 'keyring' | 'clock'>,
  token: Secret | null,
): Promise<DeviceRow | null> {
  const hashes = tokenHashes(keyring, 'device', token)
  const device = hashes.length === 0 ? null : await store.tables.devices.find(hashes)
  return device && device.last_used_at + DEVICE_LIFE > clock.now() ? device : null
}

/** What the throttle calls it; null for a device that is not this person's. */
export const deviceOf = (device: DeviceRow | null, userId: string | undefined): string | null =>
  device && device.user_id === userId ? Buffer.from(device.hash).toString('hex', 0, 16) : null

/**
 * Makes this browser known to this person. A token that the person's browser did not have from us
 * is never adopted: nobody can plant one.
 * @returns the token for a new cookie, or null when the browser is known already
 */
export async function rememberDevice(
  { clock, entropy, keyring }: Pick<IdentityNeeds, 'clock' | 'entropy' | 'keyring'>,
  tables: Pick<Tables, 'devices'>,
  known: DeviceRow | null,
  userId: string,
): Promise<Secret | null> {
  const now = clock.now()
  if (known && known.user_id === userId) {
    await tables.devices.used(known.hash, now)
    return null
  }
  const token = mintToken(entropy)
  await tables.devices.insert({
    hash: keyring.hash('device', token),
    user_id: userId,
    created_at: now,
    last_used_at: now,
  })
  await tables.devices.keepNewest(userId, MOST_DEVICES)
  return token
}
