/**
 * Promise: a page of the list of users costs little more than the plain
 * `select … order by name limit 50`, whatever it is sorted and filtered by.
 *
 *     node bench/users.ts [users, 50000 unless given]
 *
 * Three application passwords each, some ended; a tenth from a provider, some of them frozen; groups
 * with and without a decision. The peer is measured in the same run.
 */
import { sql, type Kysely } from 'kysely'
import type { Database } from '#store/schema.ts'
import { USER_ORDERS } from '#domain/user.ts'
import type { UserFilter, UserOrder } from '#store/user-list.ts'
import { NOON } from '../test/support/rows.ts'
import { openTestStore, STORE_KINDS, type StoreKind } from '../test/support/stores.ts'
import { addUsers, PROVIDERS } from './users/rows.ts'
import { statementsOf } from '../test/support/statements.ts'

const ALL = Number(process.argv[2] ?? 50_000)
const ROUNDS = 40
const PAGE = { offset: 0, size: 50 }
const BY_NAME = { by: 'name', direction: 'asc' } as const

/** Milliseconds on the clock, CPU of this process for one, statements. SQLite is in this process. */
type Times = {
  readonly p50: number
  readonly p95: number
  readonly cpu: number
  readonly statements: number
}

async function timed(run: () => Promise<unknown>): Promise<Times> {
  const times: number[] = []
  const statements = (await statementsOf(run)).length
  const before = process.cpuUsage()
  for (let i = 0; i < ROUNDS; i++) {
    const begun = performance.now()
    await run()
    times.push(performance.now() - begun)
  }
  const { user, system } = process.cpuUsage(before)
  times.sort((a, b) => a - b)
  return {
    p50: times[ROUNDS / 2]!,
    p95: times[Math.floor(ROUNDS * 0.95)]!,
    cpu: (user + system) / 1000 / ROUNDS,
    statements,
  }
}

const plain = async (db: Kysely<Database>): Promise<unknown> =>
  await sql`select * from "user" order by name_key limit 50`.execute(db)

const FILTERS: Record<string, UserFilter> = {
  'search, one': { search: 'person.4242@' },
  'search, many': { search: 'person 1' },
  'search, nobody': { search: 'nobody at all' },
  administrators: { role: 'administrator' },
  active: { state: 'active' },
  invited: { state: 'invited' },
  disabled: { state: 'disabled' },
  frozen: { state: 'frozen' },
  local: { source: 'local' },
  'of a provider': { source: PROVIDERS[0]! },
  'of a group': { group: 'group-1' },
  'no second factor': { factor: 'none' },
  'second factor set up': { factor: 'set_up' },
  'second factor required': { factor: 'required' },
  'all of these': {
    search: 'person',
    role: 'user',
    state: 'active',
    source: 'local',
    group: 'group-1',
    factor: 'required',
  },
}

for (const kind of STORE_KINDS) await measure(kind)

async function measure(kind: StoreKind): Promise<void> {
  await using store = await openTestStore(kind)
  await addUsers(store, ALL)
  const { users } = store.tables
  const base = await timed(async () => await plain(store.db))
  console.log(`\n${kind}: ${ALL.toLocaleString('en')} users; milliseconds`)
  const head = ['p50', 'p95', 'CPU', 'ratio', 'statements']
  console.log(' '.repeat(26) + head.map((one) => one.padStart(11)).join(''))
  print('the plain select', base, base)
  const list = async (filter: UserFilter, order: UserOrder, page = PAGE): Promise<Times> =>
    await timed(async () => await users.list(filter, order, page, NOON))
  for (const by of USER_ORDERS)
    for (const direction of ['asc', 'desc'] as const)
      print(`by ${by}, ${direction}`, await list({}, { by, direction }), base)
  print('by name, last page', await list({}, BY_NAME, { offset: ALL - 50, size: 50 }), base)
  for (const [name, filter] of Object.entries(FILTERS))
    print(name, await list(filter, BY_NAME), base)
}

function print(what: string, { p50, p95, cpu, statements }: Times, base: Times): void {
  const cells = [
    p50.toFixed(2),
    p95.toFixed(2),
    cpu.toFixed(2),
    `${(p50 / base.p50).toFixed(1)} ×`,
    `${statements}`,
  ]
  console.log(what.padEnd(26) + cells.map((one) => one.padStart(11)).join(''))
}
