/**
 * One node of the chaos: a real process with a refresher, which refreshes what is due as fast as it
 * can, hands tokens out meanwhile, and kills or stops itself where its orders say.
 */
import { setTimeout } from 'node:timers/promises'
import { Secret } from '#base/secret.ts'
import type { RefreshLimits } from '#vault/refresh-limits.ts'
import type { Step } from '#vault/refresh-needs.ts'
import { openStore, type StoreAddress } from '#store/store.ts'
import { createLog } from '#base/log.ts'
import { systemClock } from '#base/clock.ts'
import { openRefresher } from '../support/refreshing.ts'
import { auditSeal } from '../support/stores.ts'

export type Orders = {
  readonly database: { kind: 'sqlite'; file: string } | { kind: 'postgres'; url: string }
  readonly dataDir: string
  readonly limits: Partial<RefreshLimits>
  /** Ends, or stands still, when it comes to this step for the n-th time. */
  readonly at: {
    readonly step: Step
    readonly nth: number
    readonly signal: 'SIGKILL' | 'SIGSTOP'
  } | null
  /** Accounts that somebody asks for all the time. */
  readonly wanted: readonly string[]
  readonly logLevel: 'warn' | 'error'
}
export type News = 'ready' | 'stopping'

const orders = JSON.parse(process.argv[2]!) as Orders
const { database } = orders
const address: StoreAddress =
  database.kind === 'sqlite' ? database : { kind: 'postgres', url: new Secret(database.url) }
const log = createLog((line) => void process.stderr.write(line), systemClock, orders.logLevel)

let left = orders.at?.nth ?? 0
const step = async (now: Step): Promise<void> => {
  if (orders.at?.step !== now || --left !== 0) return
  process.send!('stopping' satisfies News)
  // The message is on its way before the process is not.
  await setTimeout(1)
  process.kill(process.pid, orders.at.signal)
  if (orders.at.signal === 'SIGKILL') await new Promise(() => {})
}

const store = await openStore(address, auditSeal(), log)
const refresher = await openRefresher(store, orders.dataDir, { limits: orders.limits, step }, log)
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
// Whoever started it is gone.
process.once('disconnect', () => process.exit(0))
if (!process.connected) process.exit(0)
process.send!('ready' satisfies News)

const asking = (async () => {
  for (let i = process.pid; !stop.signal.aborted && orders.wanted.length > 0; i++) {
    await refresher.accessToken(orders.wanted[i % orders.wanted.length]!).catch(() => {})
    await setTimeout(10)
  }
})()
while (!stop.signal.aborted) {
  await refresher.round().catch((cause: unknown) => log.warn('round.failed', { cause }))
  await setTimeout(15)
}
await asking
await refresher[Symbol.asyncDispose]()
await store[Symbol.asyncDispose]()
process.exit(0)
