/** Row A18 for groups: who no longer comes from a provider is in none of its groups, nor under their policy. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { partFromProvider } from '#changes/identity-providers.ts'
import type { Came } from '#changes/provider-visit/came.ts'
import { tieByLink } from '#changes/provider-visit/tie.ts'
import { syncMembership } from '#identity/outside/membership.ts'
import { makeLink } from '#identity/one-time-link.ts'
import { changeBench } from '../support/change-bench.ts'
import { groupRow, identityRow, providerRow } from '../support/rows.ts'
import { forEachStore } from '../support/stores.ts'

const FROM = { ip: '192.0.2.1', client: 'Firefox' }

describe('groups of a provider', () => {
  forEachStore((_, open) => {
    it('A18: are left by who is parted from it, and by who is tied to another', async () => {
      await using bench = await changeBench(open)
      const { needs, store, ada } = bench
      const { tables } = store
      const [one, other] = [providerRow('Contoso'), providerRow('Fabrikam')]
      for (const row of [one, other]) await tables.identityProviders.insert(row)
      const own = groupRow('Own')
      await tables.groups.insert(own)
      const groupsOf = async (id: string): Promise<string[]> =>
        (await tables.groups.ofUser(id)).map(({ name }) => name)
      const [anna, bert] = [
        await bench.add('anna', { source: one.id }),
        await bench.add('bert', { source: one.id }),
      ]
      for (const user of [anna, bert]) {
        await tables.identities.insert(identityRow(user, one))
        await tables.groups.addMembers(own.id, [user.id])
        const said = [{ externalId: 'g1', name: 'Exempt' }]
        await syncMembership(needs, tables, user.id, one.id, said)
        assert.deepEqual((await groupsOf(user.id)).toSorted(), ['Exempt', 'Own'])
      }
      await partFromProvider(needs, ada, anna.id)
      assert.deepEqual(await groupsOf(anna.id), ['Own'])

      await store.transaction(async (inside) => {
        const wanted = { kind: 'password_reset', userId: bert.id, by: 'ada' } as const
        await makeLink({ ...needs, host: 'localhost' } as never, inside, wanted)
      })
      const link = await store.db.selectFrom('one_time_link').selectAll().executeTakeFirstOrThrow()
      const came = {
        visit: { link_id: link.id },
        reached: { row: other, config: { intervalS: 300, graceS: 3600 } },
        person: { subject: 'bert-there', shownAs: 'bert' },
        from: FROM,
      } as unknown as Came
      await store.transaction(async (inside) => await tieByLink(needs, inside, came, bert, null))
      assert.equal((await tables.users.find(bert.id))?.source, other.id)
      assert.deepEqual(await groupsOf(bert.id), ['Own'])
    })
  })
})
