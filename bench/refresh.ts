/**
 * Refreshes per second and memory with 10,000 mail accounts, and what it costs to hand out a fresh
 * access token: in one process, against a token endpoint on this machine that answers at once.
 *
 *   node bench/refresh.ts [accounts, 10,000 unless given]
 */
import { setImmediate as turn } from 'node:timers/promises'
import { REFRESH_LIMITS } from '#vault/refresh-limits.ts'
import type { TokenRefresher } from '#vault/refresh.ts'
import { accountRow, openRefresher, refreshing, sealer } from '../test/support/refreshing.ts'
import { newId } from '../test/support/rows.ts'
import { STORE_KINDS, openTestStore, type StoreKind } from '../test/support/stores.ts'
import { openTokenServer } from '../test/support/token-server.ts'
import { accessTokenPlace } from '#vault/token-places.ts'

const ACCOUNTS = Number(process.argv[2] ?? 10_000)
const HAND_OUTS = 20_000

const megabytes = (): number => Math.round(process.memoryUsage.rss() / 2 ** 20)

async function measure(kind: StoreKind): Promise<void> {
  await using store = await openTestStore(kind)
  await using server = await openTokenServer()
  await using on = await refreshing(store, server, 'grace')
  const ids: string[] = []
  for (let begun = 0; begun < ACCOUNTS; begun += 500)
    await store.transaction(async (tables) => {
      for (let i = 0; i < Math.min(500, ACCOUNTS - begun); i++) {
        const id = newId()
        await tables.mailAccounts.insert(
          accountRow(on.application, server.issue('grace', id), { id }),
        )
        ids.push(id)
      }
    })
  const limits = { ...REFRESH_LIMITS, startJitterMs: 0 }
  await using refresher = await openRefresher(store, on.newFolder(), { limits })
  const [before, cpu] = [megabytes(), process.cpuUsage()]
  const begun = performance.now()
  await refresher.round()
  const seconds = (performance.now() - begun) / 1000
  const { user, system } = process.cpuUsage(cpu)
  console.log(`\n${kind}, ${ACCOUNTS} accounts, all due at once, tokens that rotate`)
  console.log(
    `refreshed            ${server.counts.refreshed}, refused ${server.counts.invalidGrant}`,
  )
  console.log(`refreshes a second   ${(server.counts.refreshed / seconds).toFixed(0)}`)
  console.log(
    `CPU a refresh        ${((user + system) / 1000 / server.counts.refreshed).toFixed(2)} ms, the token endpoint included`,
  )
  console.log(`memory               ${before} MB before, ${megabytes()} MB after`)
  await handOuts(refresher, ids, store)
}

async function handOuts(
  refresher: TokenRefresher,
  ids: readonly string[],
  store: Awaited<ReturnType<typeof openTestStore>>,
): Promise<void> {
  const hot = ids.slice(0, 100)
  for (const id of hot) await refresher.accessToken(id)
  await turn()
  // One account, asked for all the time; what is older than a second is looked up again.
  report(
    'one account',
    await cost(async () => {
      await refresher.accessToken(hot[0]!)
    }),
  )
  let i = 0
  report(
    'a hundred accounts',
    await cost(async () => {
      await refresher.accessToken(hot[i++ % hot.length]!)
    }),
  )
  report(
    'looked up, cached',
    await cost(async () => {
      await store.tables.tokenGrants.held(hot[i++ % hot.length]!, 'mail')
    }),
  )
  const held = await store.tables.tokenGrants.held(hot[0]!, 'mail')
  report(
    'unsealing alone',
    await cost(async () => {
      sealer.open(held!.token!.token, accessTokenPlace(hot[0]!, 'mail'))
    }),
  )
}

type Cost = { readonly mean: number; readonly p50: number; readonly p99: number }

async function cost(act: () => Promise<void>): Promise<Cost> {
  for (let i = 0; i < 1000; i++) await act()
  const times: number[] = []
  for (let i = 0; i < HAND_OUTS; i++) {
    const begun = performance.now()
    await act()
    times.push((performance.now() - begun) * 1000)
  }
  times.sort((a, b) => a - b)
  const at = (part: number): number => times[Math.floor(times.length * part)] ?? 0
  const mean = times.reduce((a, b) => a + b, 0) / times.length
  return { mean, p50: at(0.5), p99: at(0.99) }
}

function report(what: string, { mean, p50, p99 }: Cost): void {
  const shown = [mean, p50, p99].map((us) => us.toFixed(1).padStart(7)).join(' ')
  console.log(`hand-out µs (mean, median, p99)  ${shown}   ${what}`)
}

for (const kind of STORE_KINDS) await measure(kind)
