/**
 * Rows that nobody needs any more. Nothing depends on it: everything is checked when it is used.
 */
import { DAY, type Clock } from '#base/clock.ts'
import { DEVICE_LIFE } from '#domain/throttle.ts'
import type { Tables } from '#store/store.ts'
import { OWNER_TOLD } from './renewal-links.ts'

const STALE_FOR = 90 * DAY
const NOTICES_FOR = 180 * DAY
const TRAFFIC_FOR = 400 * DAY
const NODES_FOR = 7 * DAY
const LINKS_FOR = 30 * DAY
const BULK_FOR = 90 * DAY

export async function forgetWhatEnded(tables: Tables, clock: Clock): Promise<void> {
  const now = clock.now()
  await tables.sessions.forget(now)
  await tables.throttle.forget(now)
  await tables.devices.forget(now - DEVICE_LIFE)
  await tables.oneTimeLinks.forget(now - LINKS_FOR)
  // Some hold a sealed token that nobody confirmed.
  await tables.tokenInits.forget(now)
  await tables.providerVisits.forget(now)
  await tables.seenTokens.forget(now)
  await tables.sentCodes.forget(now)
  await tables.notices.forget(now - NOTICES_FOR)
  await tables.meta.forget(OWNER_TOLD, now - NOTICES_FOR)
  await tables.bulkJobs.forget(now - BULK_FOR)
  await tables.gatewayHours.forget(now - TRAFFIC_FOR)
  await tables.liveConnections.forget(now - NODES_FOR)
  // Until then a client that still sends one is named in the profile.
  await tables.appPasswords.forget(now - STALE_FOR)
}
