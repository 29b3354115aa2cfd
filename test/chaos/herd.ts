/**
 * The herd: three nodes, one PostgreSQL, and every account due at the same moment. Then the same
 * with a node that stands still for longer than its lease, and with a PostgreSQL that dies.
 */
import { setTimeout } from 'node:timers/promises'
import { HOUR, MINUTE } from '#base/clock.ts'
import type { TokenClass } from '#domain/mail-account.ts'
import { REFRESH_LIMITS } from '#vault/refresh-limits.ts'
import type { Step } from '#vault/refresh-needs.ts'
import { startPostgres } from '../support/postgres.ts'
import { FAST, judge, openWorld, type World } from './world.ts'

export type Herd = {
  readonly what: string
  readonly kind: TokenClass
  readonly accounts: number
  readonly refreshed: number
  /** Accounts that were asked for more than once. */
  readonly twice: number
  readonly invalidGrant: number
  readonly lost: number
  readonly unwell: readonly string[]
  readonly seconds: number
}

/** Of the steps, those at which an account is in somebody's hands. */
export const HELD: readonly Step[] = [
  'claim',
  'claimed',
  'ask',
  'asked',
  'answered',
  'read',
  'store',
  'stored',
]
/** A herd that has not passed by then is stuck. */
const PASSED_WITHIN_MS = 5 * MINUTE

type Disturb = (world: World) => Promise<void>

/** All at once, nothing in the way. The numbers are those of the product. */
export async function stampede(kind: TokenClass, accounts: number): Promise<Herd> {
  await using world = await openWorld('postgres', kind, accounts, { limits: REFRESH_LIMITS })
  return await pass(world, 'all at once', [null, null, null])
}

/**
 * One node stands still at a step for twice its lease. With a strict provider the tokens in hand are
 * good for some minutes, as they are when a refresh is early.
 */
export async function standstill(kind: TokenClass, accounts: number, step: Step): Promise<Herd> {
  await using world = await openWorld('postgres', kind, accounts)
  if (kind === 'strict') await stillFresh(world)
  const at = { step, nth: 5, signal: 'SIGSTOP' } as const
  return await pass(world, `stopped at ${step}`, [at, null, null])
}

/** PostgreSQL is killed in the middle, and comes back. The numbers are those of the product. */
export async function outage(kind: TokenClass, accounts: number): Promise<Herd> {
  // What was acknowledged survives the server's death, as it does where data matters.
  await using postgres = await startPostgres({ synchronous_commit: 'on' })
  await using world = await openWorld('postgres', kind, accounts, {
    limits: REFRESH_LIMITS,
    postgres: postgres.url,
  })
  const restart: Disturb = async () => {
    await until(async () => world.server.counts.refreshed > accounts / 4)
    await postgres.kill()
    await setTimeout(1500)
    await postgres.start()
  }
  return await pass(world, 'PostgreSQL restarted', [null, null, null], restart)
}

async function pass(
  world: World,
  what: string,
  orders: readonly Parameters<World['node']>[1][],
  disturb: Disturb = async () => {},
): Promise<Herd> {
  const begun = performance.now()
  const { server, accounts, kind } = world
  const folders = orders.map(() => world.on.newFolder())
  const nodes = orders.map((at, i) => world.node(folders[i]!, at))
  const disturbed = disturb(world)
  const stopped = nodes.filter((_, i) => orders[i]?.signal === 'SIGSTOP')
  const resumed = Promise.all(
    stopped.map(async (node) => {
      await node.stopping
      await setTimeout(2 * (FAST.leaseMs ?? 0))
      node.process.kill('SIGCONT')
    }),
  )
  await until(async () => await allRefreshed(world))
  await disturbed
  await resumed
  await until(async () => await allRefreshed(world))
  await Promise.all(nodes.map(async (node) => await node.end()))
  const seconds = Math.round((performance.now() - begun) / 1000)
  const { lost, unwell } = await judge(world, folders[0]!)
  const twice = [...server.refreshes.values()].filter((n) => n > 1).length
  const { refreshed, invalidGrant } = server.counts
  const found = { lost: lost.length, unwell, seconds }
  return { what, kind, accounts: accounts.length, refreshed, twice, invalidGrant, ...found }
}

async function allRefreshed({ store, accounts }: World): Promise<boolean> {
  const done = await store.db
    .selectFrom('mail_account')
    .select('id')
    .where('granted', '>', 1)
    .where('lease_owner', 'is', null)
    .execute()
  return done.length === accounts.length
}

/** The database may be away while it is asked. */
async function until(met: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PASSED_WITHIN_MS
  while (!(await met().catch(() => false))) {
    if (performance.now() > end) throw new Error('The herd does not pass.')
    await setTimeout(50)
  }
}

async function stillFresh({ store, accounts, on }: World): Promise<void> {
  const [first] = accounts
  await on.accessToken(first!, 'at', 4 * MINUTE)
  const row = (await store.tables.tokenGrants.accessToken(first!, 'mail'))!
  await store.db
    .insertInto('access_token')
    .values(
      accounts.slice(1).map((account_id) => ({
        ...row,
        account_id,
        received_at: row.expires_at - HOUR,
      })),
    )
    .execute()
}

/** @returns how many findings there are */
export async function herd(accounts: number): Promise<number> {
  console.log(
    '\nherd                  class         accounts  refreshed  twice  invalid_grant  lost  unwell  s',
  )
  let faults = 0
  const say = async (running: Promise<Herd>): Promise<void> => {
    const { what, kind, unwell, ...one } = await running
    const cells = [one.accounts, one.refreshed, one.twice, one.invalidGrant, one.lost]
    console.log(
      what.padEnd(21),
      kind.padEnd(12),
      [...cells, unwell.length, one.seconds].map((n) => String(n).padStart(9)).join(' '),
    )
    if (one.invalidGrant > 0 || one.lost > 0 || unwell.length > 0) faults++
  }
  for (const kind of ['stays_valid', 'grace', 'strict', 'non_rotating'] as const)
    await say(stampede(kind, accounts))
  for (const kind of ['stays_valid', 'grace', 'strict'] as const) await say(outage(kind, accounts))
  for (const kind of ['grace', 'strict'] as const)
    for (const step of HELD) await say(standstill(kind, accounts, step))
  return faults
}
