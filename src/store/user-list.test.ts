import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY } from '#base/clock.ts'
import { livenessRefusal } from '#domain/identity-provider.ts'
import { policyFor, type Settings } from '#domain/policy.ts'
import { FACTOR_FILTERS, LISTED_STATES, USER_ORDERS } from '#domain/user.ts'
import {
  appPasswordRow,
  groupRow,
  identityRow,
  NOON,
  providerRow,
  secondFactorRow,
  userRow,
} from '../../test/support/rows.ts'
import { statementsOf } from '../../test/support/statements.ts'
import { forEachStore } from '../../test/support/stores.ts'
import type { Store } from './store.ts'
import type { UserFilter, UserOrder } from './user-list.ts'

const ALL = { offset: 0, size: 500 }

const names = async (
  { tables }: Pick<Store, 'tables'>,
  filter: UserFilter,
  by: UserOrder['by'] = 'name',
  direction: 'asc' | 'desc' = 'asc',
): Promise<string[]> => {
  const { rows, total } = await tables.users.list(filter, { by, direction }, ALL, NOON)
  assert.equal(rows.length, total)
  return rows.map(({ name }) => name)
}

/** Local people and people from a provider, alive, frozen, unconfirmed, and not tied to it yet. */
async function addPeople({ tables, db }: Store): Promise<void> {
  const entra = providerRow('Entra')
  await db.insertInto('identity_provider').values(entra).execute()
  const from = { source: entra.id }
  const people = {
    alive: userRow('alive', from),
    frozen: userRow('frozen', from),
    local: userRow('local'),
    off: userRow('off', { ...from, state: 'disabled' }),
    silent: userRow('silent', from),
    untied: userRow('untied', { ...from, state: 'invited' }),
  }
  for (const row of Object.values(people)) await tables.users.insert(row)
  const { alive, frozen, off, silent } = people
  await tables.identities.insert(identityRow(alive, entra))
  await tables.identities.insert(identityRow(frozen, entra, { state: 'frozen' }))
  await tables.identities.insert(identityRow(off, entra, { state: 'frozen' }))
  await tables.identities.insert(identityRow(silent, entra, { alive_until: NOON }))
}

describe('store: the list of users', () => {
  forEachStore((_, open) => {
    it('filters by state as it is shown: who is frozen, or unconfirmed, is not active', async () => {
      await using store = await open()
      await addPeople(store)
      const found: Record<string, string[]> = {}
      for (const state of LISTED_STATES) found[state] = await names(store, { state })
      assert.deepEqual(found, {
        invited: ['untied'],
        active: ['alive', 'local'],
        disabled: ['off'],
        frozen: ['frozen', 'silent'],
      })
      const { rows } = await store.tables.users.list(
        {},
        { by: 'name', direction: 'asc' },
        ALL,
        NOON,
      )
      for (const row of rows.filter(({ state }) => state === 'active')) {
        const liveness = row.identity_state && {
          state: row.identity_state,
          aliveUntil: row.identity_alive_until ?? 0,
        }
        const refused = livenessRefusal(row.source, liveness, NOON) !== null
        assert.equal(found['frozen']?.includes(row.name), refused, row.name)
      }
      assert.deepEqual(await names(store, {}, 'state'), [
        'alive',
        'local',
        'off',
        'frozen',
        'silent',
        'untied',
      ])
    })

    it('filters and sorts by source, and says the name of the provider', async () => {
      await using store = await open()
      await addPeople(store)
      const [entra] = await store.tables.identityProviders.list()
      assert.deepEqual(await names(store, { source: 'local' }), ['local'])
      assert.equal((await names(store, { source: entra!.id })).length, 5)
      assert.equal((await names(store, {}, 'source'))[0], 'local')
      assert.equal((await names(store, {}, 'source', 'desc')).at(-1), 'local')
      const { rows } = await store.tables.users.list(
        { search: 'alive' },
        { by: 'name', direction: 'asc' },
        ALL,
        NOON,
      )
      assert.deepEqual([rows[0]?.provider_name, rows[0]?.identity_state], ['Entra', 'alive'])
    })

    it('filters by group and by second factor, and sorts by it', async () => {
      await using store = await open()
      const { tables } = store
      const [ada, bob, carol] = ['ada', 'bob', 'carol'].map((name) => userRow(name))
      for (const row of [ada!, bob!, carol!]) await tables.users.insert(row)
      await tables.secondFactors.insert(secondFactorRow(ada!))
      await tables.secondFactors.insert(secondFactorRow(bob!, { confirmed_at: null }))
      const sales = groupRow('Sales')
      await tables.groups.insert(sales)
      await tables.groups.addMembers(sales.id, [ada!.id, bob!.id])
      assert.deepEqual(await names(store, { group: sales.id }), ['ada', 'bob'])
      assert.deepEqual(await names(store, { factor: 'none' }), ['bob', 'carol'])
      assert.deepEqual(await names(store, { factor: 'set_up' }), ['ada'])
      assert.deepEqual(await names(store, { factor: 'none', group: sales.id }), ['bob'])
      assert.deepEqual(await names(store, {}, 'secondFactors', 'desc'), ['ada', 'bob', 'carol'])
      assert.deepEqual(await names(store, {}, 'secondFactors'), ['bob', 'carol', 'ada'])
    })

    it('says of whom a second factor is required exactly as policy does', async () => {
      await using store = await open()
      const { tables } = store
      const values = ['off', 'offered', 'required', undefined] as const
      const [first, last] = [groupRow('First', { position: 1 }), groupRow('Last', { position: 2 })]
      for (const group of [last, first]) await tables.groups.insert(group)
      const people = values.flatMap((own) =>
        [[], [first.id], [last.id], [first.id, last.id]].map((groupIds, i) => ({
          user: userRow(`${own ?? 'not'} ${i}`, { email: `${own}.${i}@example.org` }),
          own,
          groupIds,
        })),
      )
      for (const { user, own, groupIds } of people) {
        await tables.users.insert(user)
        for (const id of groupIds) await tables.groups.addMembers(id, [user.id])
        await tables.policies.setForUsers([user.id], 'second_factor', own, NOON, 'test')
      }
      for (const everybody of ['offered', 'required'] as const)
        for (const one of values)
          for (const other of values) {
            await tables.settings.set('second_factor', everybody, NOON, 'test')
            await tables.policies.setForGroup(first.id, 'second_factor', one, NOON, 'test')
            await tables.policies.setForGroup(last.id, 'second_factor', other, NOON, 'test')
            const levels = {
              everybody: (await tables.settings.read()) satisfies Settings,
              groups: await tables.policies.ofGroups(),
            }
            const expected = people
              .filter(
                ({ own, groupIds }) =>
                  policyFor(levels, { groupIds, own: own ? { second_factor: own } : {} })
                    .second_factor === 'required',
              )
              .map(({ user }) => user.name)
            const found = await names(store, { factor: 'required' })
            assert.deepEqual(new Set(found), new Set(expected))
            const { rows } = await tables.users.list(
              {},
              { by: 'name', direction: 'asc' },
              ALL,
              NOON,
            )
            const marked = rows.filter(({ required }) => required).map(({ name }) => name)
            assert.deepEqual(new Set(marked), new Set(expected))
          }
    })

    it('asks at most twice, whatever is asked for and however many there are', async () => {
      await using store = await open()
      await addPeople(store)
      const { users } = store.tables
      for (const by of USER_ORDERS)
        for (const factor of FACTOR_FILTERS) {
          const filter = { factor, state: 'active', role: 'user', search: 'a' } as const
          const sent = await statementsOf(
            async () => await users.list(filter, { by, direction: 'desc' }, ALL, NOON),
          )
          assert.ok(sent.length <= 2, `${by} ${factor}: ${sent.length}`)
        }
    })

    it('pages through all of them in every order, each once', async () => {
      await using store = await open()
      await addPeople(store)
      const { tables } = store
      const some = await tables.users.list({}, { by: 'name', direction: 'asc' }, ALL, NOON)
      for (const [i, user] of some.rows.entries())
        if (i % 2)
          await tables.appPasswords.insert(
            appPasswordRow(user, 'x', { expires_at: NOON + (i % 3) * DAY }),
          )
      for (const by of USER_ORDERS)
        for (const direction of ['asc', 'desc'] as const) {
          const seen: string[] = []
          for (let offset = 0; offset < some.total; offset += 2)
            seen.push(
              ...(
                await tables.users.list({}, { by, direction }, { offset, size: 2 }, NOON)
              ).rows.map(({ id }) => id),
            )
          assert.equal(new Set(seen).size, some.total, `${by} ${direction}`)
        }
    })

    it('counts no administrator who is frozen, unconfirmed or not tied to the provider', async () => {
      await using store = await open()
      const { tables } = store
      const entra = providerRow('Entra')
      await store.db.insertInto('identity_provider').values(entra).execute()
      const from = { source: entra.id, role: 'administrator' } as const
      const people = ['alive', 'frozen', 'silent', 'untied'].map((name) => userRow(name, from))
      for (const row of people) await tables.users.insert(row)
      const [alive, frozen, silent] = people
      await tables.identities.insert(identityRow(alive!, entra))
      await tables.identities.insert(identityRow(frozen!, entra, { state: 'frozen' }))
      await tables.identities.insert(identityRow(silent!, entra, { alive_until: NOON }))
      assert.equal(await tables.users.otherAdministrators([], NOON), 1)
      assert.equal(await tables.users.otherAdministrators([alive!.id], NOON), 0)
    })
  })
})
