/**
 * Throttled tries: counted on all nodes before they are checked.
 */
import { Problem } from '#base/problem.ts'
import type { AuditEvent } from '#domain/audit.ts'
import { afterSuccess, judgeTry, limitsOf, type Tried, type Trier } from '#domain/throttle.ts'
import type { Tables } from '#store/store.ts'
import { writeDown } from './audited.ts'
import type { IdentityNeeds } from './needs.ts'

/** A try that was counted. Only an `allowed` one may be checked. */
export type Try = { readonly what: Tried; readonly trier: Trier; readonly allowed: boolean }

type Needs = Pick<IdentityNeeds, 'store' | 'clock'>

/**
 * Counts a try. Whether the account takes it or not, the same statements run: how long it takes
 * tells nothing.
 * @param event what is written down when a place is used up: once in the limit's time, so that a
 *   flood fills neither the audit nor the queue of the hasher
 * @throws Problem `busy` when the place that it comes from has used up its tries, whatever the account
 */
export async function countTry(
  needs: Needs,
  what: Tried,
  trier: Trier,
  event: AuditEvent,
): Promise<Try> {
  const limits = limitsOf(what, trier)
  // What cannot be guessed, from a browser that is known: nothing limits it.
  if (limits.length === 0) return { what, trier, allowed: true }
  const verdict = await needs.store.transaction(async ({ throttle }) => {
    const counted = await throttle.count(limits, needs.clock.now())
    const { verdict, takeBack } = judgeTry(what, trier, counted)
    await throttle.takeBack(new Map(limits.map(({ key }) => [key, takeBack.has(key) ? 1 : 0])))
    return verdict
  })
  if (verdict.is !== 'place') return { what, trier, allowed: verdict.is === 'allowed' }
  if (verdict.first)
    await writeDown(needs, { ...event, details: { ...event.details, limit: verdict.limit } })
  throw new Problem('busy', 'Too many tries from where you are. Try again later.')
}

/** In the transaction of the sign-in: failures before these successes are forgotten. */
export async function forgetFailures(
  tables: Pick<Tables, 'throttle'>,
  ...tries: readonly Try[]
): Promise<void> {
  const all = tries.flatMap(({ what, trier }) => [...afterSuccess(what, trier)])
  await tables.throttle.takeBack(new Map(all))
}

/** An allowed try was not checked after all (too busy, something broke): it was no failure. */
export async function takeBackTry({ store }: Needs, { what, trier, allowed }: Try): Promise<void> {
  if (!allowed) return
  const keys = limitsOf(what, trier).map((limit) => limit.key)
  await store.transaction(
    async ({ throttle }) => await throttle.takeBack(new Map(keys.map((key) => [key, 1]))),
  )
}
