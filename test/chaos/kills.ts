/**
 * Killing nodes: at every step of the refresh, and at random, again and again.
 */
import { setTimeout } from 'node:timers/promises'
import type { TokenClass } from '#domain/mail-account.ts'
import { STEPS, type Step } from '#vault/refresh-needs.ts'
import { Secret } from '#base/secret.ts'
import { refreshTokenPlace } from '#vault/token-places.ts'
import { sealer } from '../support/refreshing.ts'
import type { StoreKind } from '../support/stores.ts'
import type { Random } from './random.ts'
import { judge, openWorld, type Verdict, type World } from './world.ts'

export type Killing = {
  readonly store: StoreKind
  readonly kind: TokenClass
  readonly kills: number
  readonly byStep: Readonly<Record<string, number>>
  readonly refreshed: number
  readonly invalidGrant: number
  readonly lost: number
  readonly silent: number
  readonly unwell: readonly string[]
}

const ACCOUNTS = 150
/** A node that does not come to its step in this time has nothing more to do there. */
const NOT_REACHED_MS = 1500
/** Between looks at every account. A strict provider leaves few to lose before each look. */
const killsALook = (kind: TokenClass): number => (kind === 'strict' ? 25 : 50)
/** `spool` and `spooled` are reached only while a database is away, or by a strict provider. */
const REACHED: readonly Step[] = STEPS.filter(
  (step) => !step.startsWith('spool') && !step.startsWith('release'),
)
const REACHED_STRICT: readonly Step[] = STEPS.filter((step) => !step.startsWith('release'))

/** PostgreSQL has three nodes at a time; SQLite has one, as it is one machine's. */
export async function killNodes(
  store: StoreKind,
  kind: TokenClass,
  kills: number,
  random: Random,
  progress: (line: string) => void = () => {},
): Promise<Killing> {
  await using world = await openWorld(store, kind, ACCOUNTS)
  const folders = Array.from({ length: store === 'sqlite' ? 1 : 3 }, () => world.on.newFolder())
  const byStep: Record<string, number> = {}
  const found = { lost: 0, silent: 0, unwell: [] as string[] }
  for (let done = 0; done < kills;) {
    const share = Math.min(killsALook(kind), kills - done)
    let left = share
    const expiring = new AbortController()
    const expired = keepExpiring(world, expiring.signal)
    await Promise.all(
      folders.map(async (folder) => {
        while (left-- > 0) {
          const how = await killOne(world, folder, random)
          byStep[how] = (byStep[how] ?? 0) + 1
        }
      }),
    )
    expiring.abort()
    await expired
    done += share
    add(found, await judge(world, folders[0]!))
    progress(`${store} ${kind}: ${done} of ${kills} kills, ${found.lost} lost`)
    await initialiseAgain(world)
  }
  const { refreshed, invalidGrant } = world.server.counts
  return { store, kind, kills, byStep, refreshed, invalidGrant, ...found }
}

/** @returns the step, or `random` */
async function killOne(world: World, folder: string, random: Random): Promise<string> {
  const atRandom = random.next() < 0.35
  const step = random.pick(world.kind === 'strict' ? REACHED_STRICT : REACHED)
  const nth = 1 + random.below(random.next() < 0.3 ? 10 : 60)
  const delay = random.below(250)
  const node = world.node(folder, atRandom ? null : { step, nth, signal: 'SIGKILL' })
  await node.ready
  if (atRandom) {
    await setTimeout(delay)
    node.process.kill('SIGKILL')
  } else {
    // A step that is not reached is killed all the same.
    await Promise.race([node.gone, setTimeout(NOT_REACHED_MS)])
    node.process.kill('SIGKILL')
  }
  await node.gone
  return atRandom ? 'random' : step
}

async function keepExpiring(world: World, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // A busy SQLite answers in its own time.
    await world.expire().catch(() => {})
    await setTimeout(150)
  }
}

function add(found: { lost: number; silent: number; unwell: string[] }, verdict: Verdict): void {
  found.lost += verdict.lost.length
  found.silent += verdict.silent.length
  found.unwell.push(...verdict.unwell)
}

/** As a person does with Init. Token, for every account that needs it. */
async function initialiseAgain({ store, server, kind }: World): Promise<void> {
  for (const { id, state } of await store.tables.mailAccounts.list())
    if (state !== 'active') {
      const token = new Secret(server.issue(kind, id))
      await store.tables.tokenGrants.begin(id, {
        state: 'active',
        state_reason: null,
        refresh_token: sealer.seal(token, refreshTokenPlace(id)),
        previous_refresh_token: null,
        next_refresh_at: 1,
      })
    }
  await store.db.deleteFrom('notice').execute()
}
