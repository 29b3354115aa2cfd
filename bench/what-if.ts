/**
 * Promise: "What if" over everybody looks at 50,000 people and 150,000 application passwords while
 * others go on working: nothing waits for long on this node, and nobody's writing waits.
 *
 *     node bench/what-if.ts [users, 50000 unless given]
 *
 * Beside it, a transaction that writes one row of the audit, again and again: with the question under
 * way, and without it.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { whatIf } from '#changes/what-if.ts'
import type { Decisions } from '#changes/policy.ts'
import type { Store } from '#store/store.ts'
import { auditEvent, NOON } from '../test/support/rows.ts'
import { openTestStore, STORE_KINDS, type StoreKind } from '../test/support/stores.ts'
import { addUsers } from './users/rows.ts'

const ALL = Number(process.argv[2] ?? 50_000)
const EVERYBODY = { level: 'everybody' } as const

const QUESTIONS: Record<string, Decisions> = {
  'application passwords forbidden': { app_passwords: 'forbidden' },
  'gateways, networks and hours': {
    gateways_allowed: ['drive'],
    gateway_networks: ['10.0.0.0/8', '2001:db8::/32'],
    gateway_hours: ['Mon-Fri 08:00-18:00 Europe/Paris'],
  },
  'second factor by key only': { second_factor_kinds: ['webauthn'] },
}

for (const kind of STORE_KINDS) await measure(kind)

async function measure(kind: StoreKind): Promise<void> {
  const clock = { now: () => NOON }
  await using store = await openTestStore(kind, { clock })
  await addUsers(store, ALL)
  console.log(`\n${kind}: ${ALL.toLocaleString('en')} people`)
  console.log(`${'a write, alone'.padEnd(36)}${spread(await writes(store, sleep(2000)))}`)
  for (const [name, wanted] of Object.entries(QUESTIONS)) {
    const turns = longestTurn()
    const begun = performance.now()
    const found = await whatIf({ store, clock }, EVERYBODY, wanted)
    const took = performance.now() - begun
    const longest = turns.end()
    const { people, appPasswords, looked, complete } = found
    console.log(
      `${name.padEnd(36)}${took.toFixed(0).padStart(7)} ms; longest turn ${longest.toFixed(1)} ms; looked at ${looked}${complete ? '' : ' and no further'}: ${appPasswords.total} passwords, ${people.total} people`,
    )
    const asking = whatIf({ store, clock }, EVERYBODY, wanted)
    console.log(`${'  a write meanwhile'.padEnd(36)}${spread(await writes(store, asking))}`)
  }
}

/** Milliseconds of this thread's processor in one turn of its loop: what others had to wait for. */
function longestTurn(): { end(): number } {
  let longest = 0
  let over = false
  const used = (): number => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  let before = used()
  const look = (): void => {
    const now = used()
    longest = Math.max(longest, now - before)
    before = now
    if (!over) setImmediate(look)
  }
  setImmediate(look)
  return {
    end: () => {
      over = true
      return longest
    },
  }
}

/** Milliseconds of each transaction until that is over. */
async function writes(store: Store, until: Promise<unknown>): Promise<number[]> {
  const asked = { over: false }
  void until.then(() => (asked.over = true))
  const times: number[] = []
  while (!asked.over) {
    const begun = performance.now()
    await store.transaction(async (tables) => await tables.audit.append(auditEvent()))
    times.push(performance.now() - begun)
    await sleep(5)
  }
  return times.sort((a, b) => a - b)
}

function spread(times: readonly number[]): string {
  return [0.5, 0.99, 1]
    .map((part) => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0)
    .map((ms, i) => `${['p50', 'p99', 'max'][i]} ${ms.toFixed(1)} ms`)
    .join(', ')
}
