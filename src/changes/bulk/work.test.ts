import assert from 'node:assert/strict'
import { it } from 'node:test'
import { SECOND } from '#base/clock.ts'
import type { Deed } from '#domain/bulk.ts'
import type { Selection } from '#store/bulk-jobs.ts'
import { callerOf, changeBench } from '../../../test/support/change-bench.ts'
import { addPeople } from '../../../test/support/crowd.ts'
import {
  appPasswordRow,
  deviceRow,
  groupRow,
  newId,
  NOON,
  sessionRow,
} from '../../../test/support/rows.ts'
import { forEachStore } from '../../../test/support/stores.ts'
import { chainFault, done, EVERYBODY, jobOf, SETTINGS, workOf } from '../../../test/support/bulk.ts'
import { beginBulk, previewBulk } from './begin.ts'
import { deleteUser } from '../users.ts'

forEachStore((_, open) => {
  it('disables and enables: sessions end, one audit row for each person that it changed', async () => {
    await using bench = await changeBench(open)
    const { tables } = bench.store
    const anna = await bench.add('anna', { password_hash: 'x' })
    const bert = await bench.add('bert', { state: 'disabled', password_hash: 'x' })
    const carl = await bench.add('carl', { state: 'invited' })
    await tables.sessions.insert(sessionRow(anna))
    assert.deepEqual(await done(bench, { kind: 'disable' }, EVERYBODY), {
      state: 'done',
      counts: [4, 3, 1],
      outcome: { changed: 2, appPasswords: 0, sessions: 1, devices: 0 },
      failures: ['ada yourself'],
    })
    assert.equal((await tables.users.find(anna.id))?.state, 'disabled')
    assert.deepEqual(await bench.said(), ['user.bulk ok', 'user.disable ok', 'user.disable ok'])
    const chosen = { ids: [anna.id, bert.id, carl.id] }
    assert.deepEqual((await done(bench, { kind: 'enable' }, chosen)).counts, [3, 3, 0])
    const states = [anna, bert, carl].map(async ({ id }) => (await tables.users.find(id))?.state)
    assert.deepEqual(await Promise.all(states), ['active', 'active', 'invited'])
    assert.equal(await chainFault(bench.store), null)
  })

  it('manages settings: application passwords end, factors are asked for again, devices forgotten', async () => {
    await using bench = await changeBench(open)
    const { store, clock } = bench
    const people = await addPeople(store, 3, {
      appPasswords: 2,
      secondFactor: true,
      remembered: true,
    })
    const [first, second] = people
    const row = appPasswordRow(second!, 'just used', { last_used_at: NOON - SECOND })
    await store.tables.appPasswords.insert(row)
    const plain = await bench.add('plain')
    const chosen = { ids: [...people.slice(0, 2).map(({ id }) => id), plain.id] }
    const preview = await previewBulk(bench.needs, SETTINGS, chosen)
    assert.deepEqual(
      [preview.people, preview.app_passwords, preview.app_password_people, preview.used_last_hour],
      [3, 5, 2, 1],
    )
    assert.deepEqual(
      [preview.with_factors, preview.devices, preview.device_people, preview.sessions],
      [2, 2, 2, 2],
    )
    assert.deepEqual(await done(bench, SETTINGS, chosen), {
      state: 'done',
      counts: [3, 3, 0],
      outcome: { changed: 2, appPasswords: 5, sessions: 2, devices: 2 },
      failures: [],
    })
    assert.deepEqual(await store.tables.appPasswords.listOf(first!.id, 0), [])
    assert.equal((await store.tables.appPasswords.findById(row.id))?.revoked_by, 'ada')
    assert.equal((await store.tables.users.find(first!.id))?.factors_again_at, clock.now())
    assert.equal((await store.tables.users.find(plain.id))?.factors_again_at, null)
    assert.equal((await store.tables.appPasswords.listOf(people[2]!.id, 0)).length, 2)
    const notices = await store.tables.notices.listOf(second!.id)
    assert.deepEqual(
      new Set(notices.map(({ kind }) => kind)),
      new Set(['app_passwords_deleted', 'second_factors_again']),
    )
    assert.deepEqual(await store.tables.notices.listOf(plain.id), [])
    const [said] = await store.tables.audit.list({ user: second!.id }, 1)
    assert.deepEqual(
      [said?.action, said?.actor.name, said?.details['app_passwords'], said?.details['devices']],
      ['user.manage', 'ada', 3, 1],
    )
  })

  it('leaves whoever asks signed in, though their browser is no longer remembered', async () => {
    await using bench = await changeBench(open)
    const { tables } = bench.store
    const id = bench.ada.actor.id!
    const method = 'password+remembered_device'
    await tables.sessions.insert(sessionRow({ id }, { method }))
    await tables.devices.insert(deviceRow({ id }, 'd', { remembered_at: NOON }))
    const deed = { ...SETTINGS, contactMethodsAgain: false, deleteAppPasswords: false } as Deed
    const { outcome } = await done(bench, deed, { ids: [id] })
    assert.deepEqual(outcome, { changed: 1, appPasswords: 0, sessions: 0, devices: 1 })
    assert.equal((await tables.sessions.listOf(id, 0)).length, 1)
  })

  it('requires a second factor, and takes people into a group and out of it', async () => {
    await using bench = await changeBench(open)
    const { tables } = bench.store
    const people = await addPeople(bench.store, 3)
    const ids = people.map(({ id }) => id)
    await done(bench, { kind: 'require_second_factor' }, { ids })
    assert.deepEqual(await tables.policies.ofUser(ids[0]!), { second_factor: 'required' })
    const again = await done(bench, { kind: 'require_second_factor' }, { ids })
    assert.deepEqual(again.outcome, { changed: 0, appPasswords: 0, sessions: 0, devices: 0 })
    const group = groupRow('Sales')
    await tables.groups.insert(group)
    await done(bench, { kind: 'group_add', groupId: group.id }, { ids: ids.slice(0, 2) })
    const all = await done(bench, { kind: 'group_add', groupId: group.id }, { ids })
    assert.equal((all.outcome as { changed: number }).changed, 1)
    await done(bench, { kind: 'group_remove', groupId: group.id }, { ids: [ids[1]!] })
    const { rows } = await tables.users.list(
      { group: group.id },
      { by: 'name', direction: 'asc' },
      { offset: 0, size: 9 },
      NOON,
    )
    assert.deepEqual(
      rows.map(({ id }) => id),
      [ids[0], ids[2]],
    )
  })

  it('takes all that a filter finds when it begins, but for some; who fits later is not touched', async () => {
    await using bench = await changeBench(open)
    const people = await addPeople(bench.store, 4)
    const selection = { filter: { search: 'PERSON' }, except: [people[1]!.id] }
    const id = await beginBulk(bench.needs, bench.ada, { kind: 'disable' }, selection)
    const late = await bench.add('person late')
    await workOf(bench).run()
    assert.deepEqual((await jobOf(bench, id)).counts, [3, 3, 0])
    const { users } = bench.store.tables
    assert.equal((await users.find(people[1]!.id))?.state, 'active')
    assert.equal((await users.find(late.id))?.state, 'active')
    const [row] = await bench.store.tables.audit.list({ action: 'user.bulk' }, 1)
    assert.deepEqual(row?.details, { search: 'PERSON', all: true, except: 1 })
  })

  it('reports each person of whom it was not done: deleted before, deleted meanwhile, yourself', async () => {
    await using bench = await changeBench(open)
    const [first, second] = await addPeople(bench.store, 2)
    const never = newId()
    const before = await bench.add('before')
    await deleteUser(bench.needs, bench.ada, before.id)
    const ids = [never, before.id, bench.ada.actor.id!, first!.id, second!.id]
    const id = await beginBulk(bench.needs, bench.ada, { kind: 'disable' }, { ids })
    await bench.store.tables.users.delete(first!.id)
    await workOf(bench).run()
    const job = await jobOf(bench, id)
    assert.deepEqual(job.counts, [5, 1, 4])
    assert.deepEqual(
      new Set(job.failures),
      new Set([' not_found', 'before not_found', 'ada yourself', 'person 00000 not_found']),
    )
  })

  it('stops when who began it is no administrator any more, and names everybody who is left', async () => {
    await using bench = await changeBench(open)
    const { tables } = bench.store
    const eve = await bench.add('eve', { role: 'administrator' })
    const mine = await beginBulk(bench.needs, bench.ada, { kind: 'disable' }, { ids: [eve.id] })
    // Whoever began it can no longer sign in here: what was begun still leaves one.
    await tables.users.update(bench.ada.actor.id!, { role: 'user' })
    await workOf(bench).run()
    assert.deepEqual((await jobOf(bench, mine)).failures, ['eve forbidden'])
    assert.equal((await tables.users.find(eve.id))?.state, 'active')
  })

  it('refuses work without people, without a box, and on a group whose members a provider chooses', async () => {
    await using bench = await changeBench(open)
    const nothing = { ...SETTINGS, contactMethodsAgain: false, deleteAppPasswords: false } as Deed
    const begin = async (deed: Deed, selection: Selection = EVERYBODY): Promise<string> =>
      await beginBulk(bench.needs, bench.ada, deed, selection)
    await assert.rejects(begin({ kind: 'disable' }, { ids: [] }), { code: 'invalid' })
    await assert.rejects(begin({ ...nothing, forgetDevices: false } as Deed), { code: 'invalid' })
    await assert.rejects(begin({ kind: 'group_add', groupId: newId() }), { code: 'not_found' })
    const anna = callerOf(await bench.add('anna'))
    await assert.rejects(beginBulk(bench.needs, anna, { kind: 'enable' }, EVERYBODY), {
      code: 'forbidden',
    })
  })
})
