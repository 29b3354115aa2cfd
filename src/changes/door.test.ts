import assert from 'node:assert/strict'
import { it } from 'node:test'
import { Problem } from '#base/problem.ts'
import { callerOf, changeBench } from '../../test/support/change-bench.ts'
import { forEachStore } from '../../test/support/stores.ts'
import { change } from './door.ts'

const wanted = (id: string) =>
  ({ action: 'user.update', target: { kind: 'user', id, name: null }, owner: id }) as const

forEachStore((_, open) => {
  it('lets administrators and owners through, and writes down first', async () => {
    await using bench = await changeBench(open)
    const anna = await bench.add('anna')
    for (const caller of [bench.ada, callerOf(anna)])
      await change(bench.needs, caller, wanted(anna.id), async (tables) => {
        assert.equal((await tables.audit.list({}, 1))[0]?.actor.name, caller.actor.name)
      })
    assert.deepEqual(await bench.said(), ['user.update ok', 'user.update ok'])
  })

  it('refuses everybody else, does nothing, and writes that down', async () => {
    await using bench = await changeBench(open)
    const anna = await bench.add('anna')
    const bert = await bench.add('bert')
    const doing = change(bench.needs, callerOf(bert), wanted(anna.id), async () =>
      assert.fail('was done'),
    )
    await assert.rejects(doing, { code: 'forbidden' })
    assert.deepEqual(await bench.said(), ['user.update forbidden'])
  })

  it('undoes everything when it cannot be done, and keeps the refusal', async () => {
    await using bench = await changeBench(open)
    const anna = await bench.add('anna')
    const doing = change(bench.needs, bench.ada, wanted(anna.id), async (tables) => {
      await tables.users.update(anna.id, { display_name: 'half done' })
      throw new Problem('conflict', 'No.')
    })
    await assert.rejects(doing, { code: 'conflict' })
    assert.equal((await bench.store.tables.users.find(anna.id))?.display_name, 'anna')
    assert.deepEqual(await bench.said(), ['user.update conflict'])
  })

  it('puts changes of several at once in one order: the counter is never read stale', async () => {
    await using bench = await changeBench(open)
    const anna = await bench.add('anna', { display_name: '0' })
    const addOne = async (): Promise<void> =>
      await change(bench.needs, bench.ada, wanted(anna.id), async (tables) => {
        const read = Number((await tables.users.find(anna.id))?.display_name)
        await tables.users.update(anna.id, { display_name: String(read + 1) })
      })
    await Promise.all(Array.from({ length: 40 }, addOne))
    assert.equal((await bench.store.tables.users.find(anna.id))?.display_name, '40')
    assert.equal((await bench.said()).length, 40)
  })
})
