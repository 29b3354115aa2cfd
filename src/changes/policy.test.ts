import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Problem } from '#base/problem.ts'
import { INITIAL_SETTINGS } from '#domain/policy.ts'
import { callerOf, changeBench, type ChangeBench } from '../../test/support/change-bench.ts'
import { forEachStore } from '../../test/support/stores.ts'
import { CurrentPolicy } from './current-policy.ts'
import { addToGroup, createGroup, updateGroup } from './groups.ts'
import { changePolicy, type Decisions, type NearLevel } from './policy.ts'
import { changeSettings } from './settings.ts'

async function scene(bench: ChangeBench) {
  const { needs, ada, store, clock } = bench
  const policy = new CurrentPolicy(store.tables, clock)
  const anna = await bench.add('anna')
  const sales = await createGroup(needs, ada, 'Sales')
  const staff = await createGroup(needs, ada, 'Staff')
  for (const { id } of [sales, staff]) await addToGroup(needs, ada, id, anna.id)
  const decide = async (where: NearLevel, wanted: Decisions): Promise<void> =>
    await changePolicy({ ...needs, policy }, ada, where, wanted)
  return { policy, anna, sales, staff, decide }
}

forEachStore((_, open) => {
  it('is decided by the person, then the first group, then for everybody, and left again', async () => {
    await using bench = await changeBench(open)
    const { policy, anna, sales, staff, decide } = await scene(bench)
    const idle = async (): Promise<number> => (await policy.of(anna.id)).session_idle
    const person = { level: 'person', id: anna.id } as const
    const group = (id: string): NearLevel => ({ level: 'group', id })
    await decide(group(staff.id), { session_idle: 700 })
    assert.equal(await idle(), 700)
    await decide(group(sales.id), { session_idle: 800 })
    assert.equal(await idle(), 800)
    await updateGroup(bench.needs, bench.ada, staff.id, { position: 1 })
    policy.changed()
    assert.equal(await idle(), 700)
    await decide(person, { session_idle: 900 })
    assert.equal(await idle(), 900)
    await decide(person, { session_idle: null })
    await decide(group(staff.id), { session_idle: null })
    await decide(group(sales.id), { session_idle: null })
    assert.equal(await idle(), INITIAL_SETTINGS.session_idle)
    assert.equal((await policy.of(null)).session_idle, INITIAL_SETTINGS.session_idle)
  })

  it('is refused where what would apply contradicts itself, all or none', async () => {
    await using bench = await changeBench(open)
    const { anna, sales, decide } = await scene(bench)
    const refused = async (where: NearLevel, wanted: Decisions, field: string): Promise<void> =>
      await assert.rejects(decide(where, wanted), (thrown: Problem) => {
        assert.deepEqual(
          thrown.fields.map((one) => one.field),
          [field],
        )
        return true
      })
    const group = { level: 'group', id: sales.id } as const
    const person = { level: 'person', id: anna.id } as const
    await refused(group, { second_factor: 'off', session_max: 1800 }, 'session_idle')
    assert.deepEqual(await bench.store.tables.policies.ofGroup(sales.id), {})
    await decide(group, { session_max: 1800, session_idle: 900 })
    // The group's figures are what the person's has to agree with.
    await refused(person, { session_idle: 3600 }, 'session_idle')
    await decide(person, { session_idle: 1200 })
  })

  it('stands in the audit as it was and as it is', async () => {
    await using bench = await changeBench(open)
    const { anna, sales, decide } = await scene(bench)
    await decide({ level: 'group', id: sales.id }, { gateways_allowed: ['imap', 'smtp'] })
    await decide({ level: 'person', id: anna.id }, { second_factor: 'required' })
    await decide({ level: 'person', id: anna.id }, { second_factor: null, session_idle: 600 })
    await changeSettings(bench.needs, bench.ada, { session_idle: 1200 })
    const rows = await bench.store.tables.audit.list({}, 4)
    assert.deepEqual(
      rows.toReversed().map(({ action, target, details }) => [action, target.name, details]),
      [
        [
          'policy.update',
          'Sales',
          { gateways_allowed: 'imap, smtp', 'gateways_allowed was': null },
        ],
        ['policy.update', 'anna', { second_factor: 'required', 'second_factor was': null }],
        [
          'policy.update',
          'anna',
          {
            second_factor: null,
            'second_factor was': 'required',
            session_idle: 600,
            'session_idle was': null,
          },
        ],
        ['settings.update', 'session_idle', { session_idle: 1200, 'session_idle was': 3600 }],
      ],
    )
  })

  it('is changed by administrators only, of who is there', async () => {
    await using bench = await changeBench(open)
    const { policy, anna, decide } = await scene(bench)
    const own = changePolicy(
      { ...bench.needs, policy },
      callerOf(anna),
      { level: 'person', id: anna.id },
      { second_factor: 'off' },
    )
    await assert.rejects(own, { code: 'forbidden' })
    for (const level of ['group', 'person'] as const)
      await assert.rejects(decide({ level, id: 'nobody' }, {}), { code: 'not_found' })
  })

  it('is at hand at most a second, and at once where it was changed', async () => {
    await using bench = await changeBench(open)
    const { policy, sales, decide } = await scene(bench)
    const elsewhere = new CurrentPolicy(bench.store.tables, bench.clock)
    const decides = async (one: CurrentPolicy): Promise<boolean> =>
      (await one.levels()).groups.has(sales.id)
    assert.deepEqual([await decides(policy), await decides(elsewhere)], [false, false])
    await decide({ level: 'group', id: sales.id }, { second_factor: 'off' })
    assert.deepEqual([await decides(policy), await decides(elsewhere)], [true, false])
    bench.clock.advance(1000)
    assert.equal(await decides(elsewhere), true)
  })

  it('that was asked for before a change is not kept after it', async () => {
    await using bench = await changeBench(open)
    const { sales } = await scene(bench)
    let answer: () => void = () => {}
    const asked = new Promise<void>((resolve) => (answer = resolve))
    const { settings, policies, groups } = bench.store.tables
    let slow = true
    const policy = new CurrentPolicy(
      {
        settings,
        groups,
        policies: {
          ...policies,
          ofGroups: async () => {
            const read = await policies.ofGroups()
            if (slow) await asked
            return read
          },
        },
      },
      bench.clock,
    )
    const early = policy.levels()
    for (let turn = 0; turn < 50; turn++) await new Promise((go) => setImmediate(go))
    slow = false
    await policies.setForGroup(sales.id, 'second_factor', 'off', 0, 'ada')
    policy.changed()
    answer()
    assert.equal((await early).groups.size, 0)
    assert.equal((await policy.levels()).groups.size, 1)
  })
})
