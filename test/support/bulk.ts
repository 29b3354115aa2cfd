/**
 * Work on many users, begun and done, and what came of it.
 */
import { verifyChain } from '#domain/audit.ts'
import type { Deed } from '#domain/bulk.ts'
import { beginBulk } from '#changes/bulk/begin.ts'
import { BulkWork } from '#changes/bulk/work.ts'
import type { Caller } from '#changes/door.ts'
import type { Selection } from '#store/bulk-jobs.ts'
import type { Store } from '#store/store.ts'
import type { ChangeBench } from './change-bench.ts'
import { TEST_KEYS } from './stores.ts'

export const EVERYBODY: Selection = { filter: {}, except: [] }
export const SETTINGS: Deed = {
  kind: 'settings',
  contactMethodsAgain: true,
  deleteAppPasswords: true,
  forgetDevices: true,
}

export const workOf = (bench: ChangeBench, store: Store = bench.store): BulkWork =>
  new BulkWork({ ...bench.needs, store })

export async function done(
  bench: ChangeBench,
  deed: Deed,
  selection: Selection,
  by: Caller = bench.ada,
) {
  const id = await beginBulk(bench.needs, by, deed, selection)
  await workOf(bench).run()
  return await jobOf(bench, id)
}

export async function jobOf({ store }: ChangeBench, id: string) {
  const job = (await store.tables.bulkJobs.find(id))!
  const failures = await store.tables.bulkJobs.failures(id, 1000)
  return {
    state: job.state,
    counts: [job.total, job.done, job.failed],
    outcome: JSON.parse(job.outcome) as object,
    failures: failures.map((one) => `${one.user_name} ${one.reason}`),
  }
}

export const chainFault = async (store: Store) =>
  (
    await verifyChain(store.tables.audit.all(), (id) => TEST_KEYS.key('audit', id), [
      await store.tables.audit.head(),
    ])
  ).fault
