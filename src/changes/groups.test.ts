import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ensureGroup, syncMembership } from '#identity/outside/membership.ts'
import { callerOf, changeBench, type ChangeBench } from '../../test/support/change-bench.ts'
import { providerRow } from '../../test/support/rows.ts'
import { forEachStore } from '../../test/support/stores.ts'
import { addToGroup, createGroup, deleteGroup, removeFromGroup, updateGroup } from './groups.ts'
import { changePolicy } from './policy.ts'

const names = async ({ store }: ChangeBench): Promise<string[]> =>
  (await store.tables.groups.list()).map(({ name }) => name)
const groupsOf = async ({ store }: ChangeBench, userId: string): Promise<string[]> =>
  (await store.tables.groups.ofUser(userId)).map(({ name }) => name)

/** A provider from which groups come. */
async function provider({ store }: ChangeBench, name = 'Contoso'): Promise<string> {
  const row = providerRow(name)
  await store.tables.identityProviders.insert(row)
  return row.id
}

forEachStore((_, open) => {
  it('are made, renamed and deleted, each name once', async () => {
    await using bench = await changeBench(open)
    const { needs, ada } = bench
    const sales = await createGroup(needs, ada, '  Sales ')
    assert.equal(sales.name, 'Sales')
    await assert.rejects(createGroup(needs, ada, 'SALES'), { code: 'conflict' })
    for (const bad of ['', ' ', 'a\nb', 'x'.repeat(129)])
      await assert.rejects(createGroup(needs, ada, bad), { code: 'invalid' })
    const other = await createGroup(needs, ada, 'Other')
    await assert.rejects(updateGroup(needs, ada, other.id, { name: 'sales' }), { code: 'conflict' })
    await updateGroup(needs, ada, sales.id, { name: 'SALES' })
    assert.deepEqual(await names(bench), ['SALES', 'Other'])
    await deleteGroup(needs, ada, other.id)
    assert.deepEqual(await names(bench), ['SALES'])
    await assert.rejects(deleteGroup(needs, ada, other.id), { code: 'not_found' })
  })

  it('are moved to any place; the others keep their order', async () => {
    await using bench = await changeBench(open)
    const { needs, ada, store } = bench
    const ids = new Map<string, string>()
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      ids.set(name, (await createGroup(needs, ada, name)).id)
    const moved = async (name: string, position: number): Promise<string> => {
      await updateGroup(needs, ada, ids.get(name)!, { position })
      return (await names(bench)).join('')
    }
    assert.equal(await moved('e', 1), 'eabcd')
    assert.equal(await moved('e', 3), 'abecd')
    assert.equal(await moved('e', 3), 'abecd')
    assert.equal(await moved('a', 99), 'becda')
    await deleteGroup(needs, ada, ids.get('c')!)
    assert.equal(await moved('a', 2), 'baed')
    assert.equal(await moved('b', 4), 'aedb')
    assert.deepEqual(
      await store.tables.groups.order(),
      ['a', 'e', 'd', 'b'].map((name) => ids.get(name)),
    )
  })

  it('have members, and go with what they decided, not with their members', async () => {
    await using bench = await changeBench(open)
    const { needs, ada, store } = bench
    const anna = await bench.add('anna')
    const { id } = await createGroup(needs, ada, 'Sales')
    await addToGroup(needs, ada, id, anna.id)
    await addToGroup(needs, ada, id, anna.id)
    const policy = { changed: () => {} }
    await changePolicy(
      { ...needs, policy },
      ada,
      { level: 'group', id },
      { second_factor: 'off', session_idle: 600 },
    )
    const [listed] = await store.tables.groups.list()
    assert.deepEqual([listed?.members, listed?.decisions, listed?.provider_name], [1, 2, null])
    await removeFromGroup(needs, ada, id, anna.id)
    assert.deepEqual(await groupsOf(bench, anna.id), [])
    await addToGroup(needs, ada, id, anna.id)
    await deleteGroup(needs, ada, id)
    assert.deepEqual((await store.tables.policies.ofGroups()).size, 0)
    assert.equal((await store.tables.users.find(anna.id))?.name, 'anna')
    assert.deepEqual(
      (await bench.said()).filter((one) => one.startsWith('group')),
      ['create', 'update', 'update', 'update', 'update', 'delete'].map((one) => `group.${one} ok`),
    )
  })

  it('are changed by administrators only', async () => {
    await using bench = await changeBench(open)
    const anna = await bench.add('anna')
    const { id } = await createGroup(bench.needs, bench.ada, 'Sales')
    for (const doing of [
      () => createGroup(bench.needs, callerOf(anna), 'Mine'),
      () => addToGroup(bench.needs, callerOf(anna), id, anna.id),
      () => deleteGroup(bench.needs, callerOf(anna), id),
    ])
      await assert.rejects(doing, { code: 'forbidden' })
    assert.deepEqual(await groupsOf(bench, anna.id), [])
  })

  it('of a provider are what it says: made, renamed, joined and left', async () => {
    await using bench = await changeBench(open)
    const { needs, store, ada } = bench
    const anna = await bench.add('anna')
    const own = await createGroup(needs, ada, 'Own')
    await addToGroup(needs, ada, own.id, anna.id)
    const [contoso, fabrikam] = [await provider(bench), await provider(bench, 'Fabrikam')]
    const said = async (id: string, ...groups: [string, string][]): Promise<string[]> => {
      await syncMembership(
        needs,
        store.tables,
        anna.id,
        id,
        groups.map(([externalId, name]) => ({ externalId, name })),
      )
      return await groupsOf(bench, anna.id)
    }
    assert.deepEqual(await said(contoso, ['1', 'Own'], ['2', 'Staff']), ['Own', 'Own', 'Staff'])
    assert.deepEqual(await said(fabrikam, ['1', 'Guests']), ['Own', 'Own', 'Staff', 'Guests'])
    assert.deepEqual(await said(contoso, ['2', 'Team']), ['Own', 'Team', 'Guests'])
    assert.deepEqual(await said(contoso, ['2', '2']), ['Own', 'Team', 'Guests'])
    assert.deepEqual(await said(contoso), ['Own', 'Guests'])
    const listed = (await store.tables.groups.list()).map((row) => [
      row.name,
      row.provider_name,
      row.members,
    ])
    assert.deepEqual(listed, [
      ['Own', null, 1],
      ['Own', 'Contoso', 0],
      ['Team', 'Contoso', 0],
      ['Guests', 'Fabrikam', 1],
    ])
  })

  it('of a provider are moved here, and changed there', async () => {
    await using bench = await changeBench(open)
    const { needs, store, ada } = bench
    const anna = await bench.add('anna')
    await createGroup(needs, ada, 'Own')
    const group = { externalId: 'g', name: 'Staff' }
    const { id } = await ensureGroup(needs, store.tables, await provider(bench), group)
    for (const doing of [
      () => updateGroup(needs, ada, id, { name: 'Mine' }),
      () => deleteGroup(needs, ada, id),
      () => addToGroup(needs, ada, id, anna.id),
      () => removeFromGroup(needs, ada, id, anna.id),
    ])
      await assert.rejects(doing, { code: 'conflict' })
    await updateGroup(needs, ada, id, { position: 1 })
    assert.deepEqual(await names(bench), ['Staff', 'Own'])
  })
})
