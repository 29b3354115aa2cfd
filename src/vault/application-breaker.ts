/**
 * The breaker of an application: what the provider refuses to the application itself, or cannot do
 * for anybody, is asked by one account at a time, and is one alarm.
 */
import type { OAuthApplicationRow } from '#store/schema.ts'
import { tellOfAlarm, writeAlarm } from './account-events.ts'
import type { RefreshLimits } from './refresh-limits.ts'
import type { RefreshNeeds } from './refresh-needs.ts'
import { backOff } from './token-times.ts'

type BreakerNeeds = Pick<RefreshNeeds, 'store' | 'clock' | 'newId' | 'log' | 'entropy'>

/** Whether an account may ask the provider now. `forced`: a person asked for it. */
export async function mayAsk(
  { store }: Pick<BreakerNeeds, 'store'>,
  application: OAuthApplicationRow,
  now: number,
  limits: RefreshLimits,
  forced: boolean,
): Promise<boolean> {
  if (application.failures === 0 && application.alarm === null) return true
  if (application.closed_until > now && !forced) return false
  if (!isBroken(application, limits)) return true
  // Of all that wait one goes ahead; it is known by the time that it replaced.
  const { closed_until: seen, id } = application
  return await store.tables.oauthApplications.probe(id, seen, now + limits.probeMs)
}

const isBroken = ({ alarm, failures }: OAuthApplicationRow, limits: RefreshLimits): boolean =>
  alarm !== null || failures >= limits.breakerFailures

/** The provider answered as it should: whatever was wrong with the application is over. */
export async function applicationWorks(
  needs: BreakerNeeds,
  application: OAuthApplicationRow,
): Promise<void> {
  if (application.failures === 0 && application.alarm === null && application.closed_until === 0)
    return
  const well = { alarm: null, alarm_at: null, closed_until: 0, failures: 0 }
  if (application.alarm === null) {
    await needs.store.tables.oauthApplications.update(application.id, well)
    return
  }
  await needs.store.transaction(async (tables) => {
    const row = await tables.oauthApplications.find(application.id)
    if (!row || row.alarm === null) return
    await writeAlarm(tables, row, null)
    await tables.oauthApplications.update(row.id, well)
  })
}

/** The provider refuses the application: one alarm, whichever account met it. */
export async function alarmApplication(
  needs: BreakerNeeds,
  application: OAuthApplicationRow,
  alarm: string,
  now: number,
  limits: RefreshLimits,
): Promise<void> {
  const closed = now + backOff(1, limits.alarmMs, limits.alarmMs, chance(needs))
  await needs.store
    .transaction(async (tables) => {
      const row = await tables.oauthApplications.find(application.id)
      if (!row) return
      const change = { closed_until: closed, failures: row.failures + 1 }
      if (row.alarm === alarm) {
        await tables.oauthApplications.update(row.id, change)
        return
      }
      await writeAlarm(tables, row, alarm)
      // The same alarm of another node may have come while this one waited for the audit.
      const current = await tables.oauthApplications.find(row.id)
      if (current?.alarm === alarm) throw new AlreadyAlarmed()
      await tables.oauthApplications.update(row.id, { ...change, alarm, alarm_at: now })
      await tellOfAlarm(needs, tables, row, alarm)
    })
    .catch((thrown: unknown) => {
      if (!(thrown instanceof AlreadyAlarmed)) throw thrown
    })
  needs.log.error('refresh.application_alarm', { application: application.identifier, alarm })
}

class AlreadyAlarmed extends Error {}

/** A failure that passes. Enough of them in a row, and everybody waits for one to succeed. */
export async function countFailure(
  { store, entropy }: Pick<BreakerNeeds, 'store' | 'entropy'>,
  application: OAuthApplicationRow,
  now: number,
  limits: RefreshLimits,
): Promise<void> {
  const failures = await store.tables.oauthApplications.countFailure(application.id)
  if (failures < limits.breakerFailures) return
  const over = failures - limits.breakerFailures + 1
  const until = now + backOff(over, limits.breakerMs, limits.maxBreakerMs, chance({ entropy }))
  await store.tables.oauthApplications.close(application.id, until)
}

/** From 0 to 1. */
export const chance = ({ entropy }: Pick<RefreshNeeds, 'entropy'>): number =>
  entropy(4).readUInt32BE(0) / 2 ** 32
