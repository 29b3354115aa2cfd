/**
 * Known devices: a browser that has signed in as a person before has tries of its own.
 *
 * A device becomes known only when a sign-in is complete, second factor included: who has only the
 * password must not get fresh tries for guessing codes.
 */
import { SECOND, SKEW } from '#base/clock.ts'
import type { Secret } from '#base/secret.ts'
import type { Policy } from '#domain/policy.ts'
import { DEVICE_LIFE } from '#domain/throttle.ts'
import type { DeviceRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import type { From, IdentityNeeds } from './needs.ts'
import { mintToken, tokenHashes } from './opaque-token.ts'

const MOST_DEVICES = 50

export type KnownDevice = { readonly token: Secret; readonly row: DeviceRow }

/** The device of a cookie, or null. The cookie of another person's device is no device. */
export async function findDevice(
  { store, keyring, clock }: Pick<IdentityNeeds, 'store' | 'keyring' | 'clock'>,
  token: Secret | null,
): Promise<KnownDevice | null> {
  const hashes = tokenHashes(keyring, 'device', token)
  const row = hashes.length === 0 ? null : await store.tables.devices.find(hashes)
  return token && row && row.last_used_at + DEVICE_LIFE > clock.now() ? { token, row } : null
}

/** What the throttle calls it; null for a device that is not this person's. */
export const deviceOf = (device: KnownDevice | null, userId: string | undefined): string | null =>
  device && device.row.user_id === userId
    ? Buffer.from(device.row.hash).toString('hex', 0, 16)
    : null

/** Whether it was marked by its person, not longer ago than policy says. */
export function stillRemembered(
  { remembered_at: at }: Pick<DeviceRow, 'remembered_at'>,
  { remembered_device_ttl: ttl }: Pick<Policy, 'remembered_device_ttl'>,
  now: number,
): boolean {
  // Nor before it was marked: a clock that was far ahead marked it for longer.
  return at !== null && at - SKEW <= now && now < at + ttl * SECOND
}

/**
 * Makes this browser known to this person. A token that the person's browser did not have from us
 * is never adopted: nobody can plant one.
 * @param marks whether the person has just said that it needs no second factor for a while
 * @returns the token for its cookie: the one that it has where it is known already, with a new life
 */
export async function rememberDevice(
  { clock, entropy, keyring }: Pick<IdentityNeeds, 'clock' | 'entropy' | 'keyring'>,
  tables: Pick<Tables, 'devices'>,
  known: KnownDevice | null,
  userId: string,
  { ip, client }: From,
  { marks = false }: { marks?: boolean } = {},
): Promise<Secret> {
  const now = clock.now()
  const use = { ip, client, last_used_at: now }
  if (known && known.row.user_id === userId) {
    await tables.devices.used(known.row.hash, { ...use, ...(marks ? { remembered_at: now } : {}) })
    return known.token
  }
  const token = mintToken(entropy)
  await tables.devices.insert({
    hash: keyring.hash('device', token),
    user_id: userId,
    remembered_at: marks ? now : null,
    ...use,
    created_at: now,
  })
  await tables.devices.keepNewest(userId, MOST_DEVICES)
  return token
}
