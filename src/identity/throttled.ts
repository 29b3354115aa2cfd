/**
 * Throttled tries: counted on all nodes before they are checked.
 */
import { afterSuccess, judgeTry, limitsOf, type Tried, type Trier } from '#domain/throttle.ts'
import type { Tables } from '#store/store.ts'
import type { IdentityNeeds } from './needs.ts'

/** A try that was counted. Only an `allowed` one may be checked. */
export type Try = { readonly what: Tried; readonly trier: Trier; readonly allowed: boolean }

type Needs = Pick<IdentityNeeds, 'store' | 'clock'>

/** Counts a try. Allowed or not, the same statements run: how long it takes tells nothing. */
export async function countTry({ store, clock }: Needs, what: Tried, trier: Trier): Promise<Try> {
  const limits = limitsOf(what, trier)
  return await store.transaction(async ({ throttle }) => {
    const counted = await throttle.count(limits, clock.now())
    const { allowed, takeBack } = judgeTry(what, trier, counted)
    await throttle.takeBack(new Map(limits.map(({ key }) => [key, takeBack.has(key) ? 1 : 0])))
    return { what, trier, allowed }
  })
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
