import assert from 'node:assert/strict'
import { it } from 'node:test'
import { SECOND } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import type { Deed } from '#domain/bulk.ts'
import type { Store } from '#store/store.ts'
import { callerOf, changeBench } from '../../../test/support/change-bench.ts'
import { addPeople } from '../../../test/support/crowd.ts'
import { NOON } from '../../../test/support/rows.ts'
import { statementsOf } from '../../../test/support/statements.ts'
import { forEachStore, newPlace, openTestStore } from '../../../test/support/stores.ts'
import { chainFault, jobOf, SETTINGS, workOf } from '../../../test/support/bulk.ts'
import { beginBulk } from './begin.ts'
import { BulkWork } from './work.ts'
import { disableUser } from '../users.ts'

forEachStore((name, open) => {
  it('of two administrators who disable each other and everybody at once, one stays', async () => {
    await using place = await newPlace(name)
    await using bench = await changeBench(
      async (options) => await openTestStore(name, { ...options, at: place.address }),
    )
    await using there = await openTestStore(name, { at: place.address, clock: bench.clock })
    const eve = await bench.add('eve', { role: 'administrator', password_hash: 'x' })
    const people = await addPeople(bench.store, 1200, { appPasswords: 1 })
    const ids = [bench.ada.actor.id!, eve.id, ...people.map((one) => one.id)]
    const jobs = [
      await beginBulk(bench.needs, bench.ada, { kind: 'disable' }, { ids }),
      await beginBulk(bench.needs, callerOf(eve), { kind: 'disable' }, { ids }),
    ]
    await Promise.all([workOf(bench).run(), workOf(bench, there).run()])
    const [one, other] = await Promise.all(jobs.map(async (id) => await jobOf(bench, id)))
    for (const job of [one!, other!]) assert.equal(job.state, 'done')
    assert.equal(await bench.store.tables.users.otherAdministrators([], NOON), 1)
    const { total } = await bench.store.tables.users.list(
      { state: 'disabled' },
      { by: 'name', direction: 'asc' },
      { offset: 0, size: 1 },
      NOON,
    )
    assert.equal(total, 1201)
    const rows = await bench.store.tables.audit.list({ action: 'user.disable' }, 2000)
    assert.equal(new Set(rows.map(({ target }) => target.id)).size, rows.length)
    assert.equal(await chainFault(bench.store), null)
  })

  it('two works over the same people at once: each ends, everybody is dealt with once by each', async () => {
    await using place = await newPlace(name)
    await using bench = await changeBench(
      async (options) => await openTestStore(name, { ...options, at: place.address }),
    )
    await using there = await openTestStore(name, { at: place.address, clock: bench.clock })
    const eve = callerOf(await bench.add('eve', { role: 'administrator', password_hash: 'x' }))
    await addPeople(bench.store, 1200, { appPasswords: 2, secondFactor: true })
    const selection = { filter: { search: 'person' }, except: [] }
    const jobs = [
      await beginBulk(bench.needs, bench.ada, SETTINGS, selection),
      await beginBulk(bench.needs, eve, SETTINGS, selection),
    ]
    await Promise.all([workOf(bench).run(), workOf(bench, there).run()])
    const both = await Promise.all(jobs.map(async (id) => await jobOf(bench, id)))
    const sum = (of: 'appPasswords' | 'changed'): number =>
      both.reduce((all, { outcome }) => all + (outcome as Record<string, number>)[of]!, 0)
    for (const job of both) assert.deepEqual(job.counts, [1200, 1200, 0])
    assert.equal(sum('appPasswords'), 2400)
    const rows = await bench.store.tables.audit.list({ action: 'user.manage' }, 5000)
    assert.equal(rows.length, sum('changed'))
    assert.equal(await chainFault(bench.store), null)
  })

  it('goes on where a node has died, without dealing with anybody twice', async () => {
    await using bench = await changeBench(open)
    const { store, clock } = bench
    await addPeople(store, 1300, { appPasswords: 1 })
    const selection = { filter: { search: 'person' }, except: [] }
    const deed = { ...SETTINGS, contactMethodsAgain: false, forgetDevices: false } as Deed
    const id = await beginBulk(bench.needs, bench.ada, deed, selection)
    // The third transaction of this node never ends: the power fails.
    let transactions = 0
    const dying = {
      kind: store.kind,
      tables: store.tables,
      transaction: ((act) => {
        if (++transactions > 2) throw new Error('power cut')
        return store.transaction(act)
      }) as Store['transaction'],
    }
    const cut = new BulkWork({ ...bench.needs, store: dying })
    await assert.rejects(cut.run(), { message: 'power cut' })
    assert.deepEqual((await jobOf(bench, id)).counts, [1300, 1000, 0])
    await workOf(bench).run() // its lease still holds
    assert.equal((await jobOf(bench, id)).state, 'running')
    clock.advance(31 * SECOND)
    await workOf(bench).run()
    const job = await jobOf(bench, id)
    assert.deepEqual([job.state, job.counts], ['done', [1300, 1300, 0]])
    assert.equal((job.outcome as { appPasswords: number }).appPasswords, 1300)
    assert.equal((await store.tables.audit.list({ action: 'user.manage' }, 5000)).length, 1300)
  })

  it('a node that was asleep writes nothing when it wakes up after another has gone on', async () => {
    await using bench = await changeBench(open)
    const { store, clock } = bench
    const people = await addPeople(store, 700, { more: { state: 'disabled' } })
    const selection = { filter: { search: 'person' }, except: [] }
    const id = await beginBulk(bench.needs, bench.ada, { kind: 'enable' }, selection)
    const [first] = people.toSorted((a, b) => (a.id < b.id ? -1 : 1))
    const stopping = new AbortController()
    const leaving: Pick<Store, 'tables' | 'transaction'> = {
      tables: store.tables,
      transaction: async (act) => {
        stopping.abort()
        return await store.transaction(act)
      },
    }
    let asleep = false
    const sleepy: Pick<Store, 'tables' | 'transaction'> = {
      tables: store.tables,
      transaction: async (act) => {
        if (!asleep) {
          asleep = true
          clock.advance(31 * SECOND)
          // Another node does the first 500, and stops; then one of them is disabled by somebody.
          await new BulkWork({ ...bench.needs, store: leaving }, stopping.signal).run()
          await disableUser(bench.needs, bench.ada, first!.id)
        }
        return await store.transaction(act)
      },
    }
    await new BulkWork({ ...bench.needs, store: sleepy }).run()
    await workOf(bench).run()
    assert.deepEqual((await jobOf(bench, id)).counts, [700, 700, 0])
    assert.equal((await store.tables.users.find(first!.id))?.state, 'disabled')
    assert.equal((await store.tables.audit.list({ action: 'user.enable' }, 5000)).length, 700)
  })

  it('a server that stops leaves the work to others at once', async () => {
    await using bench = await changeBench(open)
    await addPeople(bench.store, 1200)
    const stopping = new AbortController()
    const selection = { filter: { search: 'person' }, except: [] }
    const id = await beginBulk(bench.needs, bench.ada, { kind: 'disable' }, selection)
    const leaving = {
      tables: bench.store.tables,
      transaction: ((act) => {
        stopping.abort()
        return bench.store.transaction(act)
      }) as Store['transaction'],
    }
    const needs = { ...bench.needs, log: silentLog, store: leaving }
    await new BulkWork(needs, stopping.signal).run()
    assert.deepEqual((await jobOf(bench, id)).counts, [1200, 500, 0])
    await workOf(bench).run()
    assert.deepEqual((await jobOf(bench, id)).counts, [1200, 1200, 0])
  })

  it('sends so many statements for each 500 people, not for each person', async () => {
    const sent: number[] = []
    for (const count of [500, 1000, 2000]) {
      await using bench = await changeBench(open)
      await addPeople(bench.store, count, {
        appPasswords: 3,
        secondFactor: true,
        remembered: true,
      })
      const selection = { filter: { search: 'person' }, except: [] }
      await beginBulk(bench.needs, bench.ada, SETTINGS, selection)
      sent.push((await statementsOf(async () => await workOf(bench).run())).length)
    }
    const [few = 0, more = 0, most = 0] = sent
    assert.equal(most - more, 2 * (more - few))
    assert.ok(more - few <= 12, `${more - few} statements for 500 people`)
  })
})
