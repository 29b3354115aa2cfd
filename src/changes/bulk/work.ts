/**
 * Doing work on many users: in chunks, each one transaction with its audit rows and with how far the
 * work has come. So a crash loses nothing, and another node goes on where this one stopped.
 *
 * Each chunk looks at its people while it holds the end of the audit, as every change does: what two
 * administrators do at once stands in one order, and each person is judged as they are then.
 */
import { setImmediate } from 'node:timers/promises'
import { SECOND } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import {
  judgeBulk,
  NO_OUTCOME,
  type BulkOutcome,
  type BulkPerson,
  type Deed,
} from '#domain/bulk.ts'
import type { BulkJobRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import { act, eventOf, noticesOf } from './deeds.ts'
import { groupOf } from './begin.ts'
import type { DoorNeeds } from '../door.ts'

/** People of one transaction: everybody else who changes something waits for it. */
const CHUNK = 500
/** Far more than a chunk takes; then another node takes over. */
const LEASE = 30 * SECOND

type Needs = DoorNeeds & { readonly log: Log }

/** Somebody else does the work by now: nothing of this chunk may stay. */
class TakenOver extends Error {}

export class BulkWork implements AsyncDisposable {
  readonly #needs: Needs
  readonly #owner: string
  readonly #stopping: AbortSignal
  #running: Promise<void> | null = null

  constructor(needs: Needs, stopping: AbortSignal = new AbortController().signal) {
    this.#needs = needs
    this.#owner = needs.newId()
    this.#stopping = stopping
  }

  /** Does all that waits. One at a time on this node; other nodes take what is left. */
  run(): Promise<void> {
    this.#running ??= this.#all().finally(() => (this.#running = null))
    return this.#running
  }

  /** Something was begun: nobody waits for its end here. */
  wake(): void {
    this.run().catch((cause: unknown) => this.#needs.log.error('bulk.failed', { cause }))
  }

  /** The chunk that runs is waited for; it is the last one when `stopping` was aborted before. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running?.catch(() => {}) // told where it was asked for
  }

  async #all(): Promise<void> {
    const { bulkJobs } = this.#needs.store.tables
    while (!this.#stopping.aborted) {
      const now = this.#needs.clock.now()
      let job = await bulkJobs.claim(this.#owner, now, now + LEASE)
      if (!job) return
      while (job && !this.#stopping.aborted) {
        job = await this.#chunk(job)
        await setImmediate() // SQLite answers at once: everybody else gets a turn
      }
    }
    await bulkJobs.release(this.#owner)
  }

  /** @returns where the work stands; null when it is done, or somebody else does it */
  async #chunk(job: BulkJobRow): Promise<BulkJobRow | null> {
    try {
      return await this.#needs.store.transaction(
        async (tables) => await this.#dealWith(tables, job),
      )
    } catch (thrown) {
      if (thrown instanceof TakenOver) return null
      throw thrown
    }
  }

  async #dealWith(tables: Tables, job: BulkJobRow): Promise<BulkJobRow | null> {
    const now = this.#needs.clock.now()
    const deed = JSON.parse(job.deed) as Deed
    await tables.audit.hold()
    if (!(await mayStill(tables, job))) return await this.#giveUp(tables, job)
    const people = await tables.bulkJobs.people(job, groupOf(deed), CHUNK, now)
    const judged = judgeBulk(deed, people, {
      actorId: job.actor_id,
      administratorsLeft: await administratorsLeft(tables, deed, people, now),
      group: await groupStands(tables, deed),
    })
    const changed = judged.flatMap((one) => (one.does === 'something' ? [one.person] : []))
    const failed = judged.flatMap((one) =>
      one.does === 'fails' ? [failure(job, one.person, one.why)] : [],
    )
    let outcome: BulkOutcome = { ...NO_OUTCOME, ...(JSON.parse(job.outcome) as BulkOutcome) }
    if (changed.length > 0) {
      await tables.audit.appendAll(changed.map((person) => eventOf(job, deed, person)))
      const done = await act(tables, job, deed, changed, now)
      const told = noticesOf(job, deed, changed)
      const all = told.map((notice) => ({ id: this.#needs.newId(), notice }))
      if (all.length > 0) await tables.notices.addAll(all, now)
      outcome = added(outcome, { changed: changed.length, ...done })
    }
    const next = {
      ...job,
      done: job.done + people.length - failed.length,
      failed: job.failed + failed.length,
      outcome: JSON.stringify(outcome),
      reached: people.at(-1)?.id ?? job.reached,
      owned_until: now + LEASE,
    }
    await this.#keep(tables, next)
    await tables.bulkJobs.fail(failed)
    if (people.length === CHUNK) return next
    await tables.bulkJobs.finish(job.id, this.#owner, now)
    return null
  }

  async #giveUp(tables: Tables, job: BulkJobRow): Promise<null> {
    const rest = await tables.bulkJobs.failRest(job, 'forbidden')
    await this.#keep(tables, { ...job, failed: job.failed + rest })
    await tables.bulkJobs.finish(job.id, this.#owner, this.#needs.clock.now())
    return null
  }

  async #keep({ bulkJobs }: Tables, job: BulkJobRow): Promise<void> {
    const { id, done, failed, outcome, reached, owned_until } = job
    const standing = { done, failed, outcome, reached, owned_until }
    if (!(await bulkJobs.progress(id, this.#owner, standing))) throw new TakenOver()
  }
}

/** Who began it may have been disabled or demoted meanwhile. */
async function mayStill({ users }: Pick<Tables, 'users'>, job: BulkJobRow): Promise<boolean> {
  if (job.actor_id === null) return true // the host's own
  const actor = await users.find(job.actor_id)
  return actor?.state === 'active' && actor.role === 'administrator'
}

async function administratorsLeft(
  { users }: Pick<Tables, 'users'>,
  deed: Deed,
  people: readonly BulkPerson[],
  now: number,
): Promise<number> {
  const these = people.filter((one) => one.administers).map(({ id }) => id)
  if (deed.kind !== 'disable' || these.length === 0) return 0
  return await users.otherAdministrators(these, now)
}

async function groupStands({ groups }: Pick<Tables, 'groups'>, deed: Deed): Promise<boolean> {
  const id = groupOf(deed)
  return id === null || (await groups.find(id)) !== null
}

const failure = (job: BulkJobRow, person: BulkPerson, reason: string) => ({
  job_id: job.id,
  user_id: person.id,
  user_name: person.name,
  reason,
})

const added = (sum: BulkOutcome, more: Partial<BulkOutcome>): BulkOutcome => ({
  changed: sum.changed + (more.changed ?? 0),
  appPasswords: sum.appPasswords + (more.appPasswords ?? 0),
  sessions: sum.sessions + (more.sessions ?? 0),
  devices: sum.devices + (more.devices ?? 0),
})
