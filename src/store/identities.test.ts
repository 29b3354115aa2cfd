import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  applicationRow,
  hashOf,
  identityRow,
  newId,
  NOON,
  providerRow,
  sessionRow,
  userRow,
} from '../../test/support/rows.ts'
import { forEachStore } from '../../test/support/stores.ts'
import type { Store } from './store.ts'

async function filled({ tables }: Pick<Store, 'tables'>) {
  const application = applicationRow('office')
  await tables.oauthApplications.insert(application)
  const provider = providerRow('Contoso', { application_id: application.id })
  await tables.identityProviders.insert(provider)
  const ada = userRow('ada', { source: provider.id })
  await tables.users.insert(ada)
  return { application, provider, ada }
}

describe('store: identity providers and identities', () => {
  forEachStore((_, open) => {
    it('finds a person by the subject at one provider, and by the user', async () => {
      await using store = await open()
      const { tables } = store
      const { provider, ada } = await filled(store)
      const other = providerRow('Other')
      await tables.identityProviders.insert(other)
      const row = identityRow(ada, provider, { subject: 's', next_check_at: NOON + 1000 })
      await tables.identities.insert(row)
      assert.equal((await tables.identities.findBySubject(provider.id, 's'))?.id, row.id)
      assert.equal(await tables.identities.findBySubject(other.id, 's'), null)
      assert.equal((await tables.identities.ofUser(ada.id))?.id, row.id)
      const bob = userRow('bob')
      await tables.users.insert(bob)
      const twice = identityRow(bob, provider, { subject: 's' })
      await assert.rejects(async () => await tables.identities.insert(twice))
      const second = identityRow(ada, other)
      await assert.rejects(async () => await tables.identities.insert(second), 'one each')
      assert.deepEqual(
        await tables.identityProviders.people(),
        new Map([[provider.id, { people: 1, frozen: 0 }]]),
      )
      await tables.identities.dueNow(ada.id, NOON)
      assert.equal((await tables.identities.find(row.id))?.next_check_at, NOON)
      await tables.identities.update(row.id, { next_check_at: null, state: 'frozen' })
      await tables.identities.dueNow(ada.id, NOON)
      assert.equal((await tables.identities.find(row.id))?.next_check_at, null, 'nothing to ask')
      assert.equal((await tables.identityProviders.people()).get(provider.id)?.frozen, 1)
      await assert.rejects(async () => await tables.identityProviders.delete(provider.id))
    })

    it('forgets what people are asked about by, of one application only', async () => {
      await using store = await open()
      const { tables } = store
      const { provider, application, ada } = await filled(store)
      const other = providerRow('Other')
      await tables.identityProviders.insert(other)
      const bob = userRow('bob')
      await tables.users.insert(bob)
      const kept = { refresh_token: Buffer.from('sealed'), next_check_at: NOON }
      const [one, two] = [identityRow(ada, provider, kept), identityRow(bob, other, kept)]
      for (const row of [one, two]) await tables.identities.insert(row)
      await tables.identities.forgetTokens(application.id)
      const after = await tables.identities.find(one.id)
      assert.deepEqual([after?.refresh_token, after?.next_check_at], [null, null])
      assert.ok((await tables.identities.find(two.id))?.refresh_token)
    })

    it('says first that a provider is away, and first that it answers again', async () => {
      await using store = await open()
      const { tables } = store
      const { provider } = await filled(store)
      const { identityProviders } = tables
      const first = await Promise.all(
        [1, 2, 3].map((at) => identityProviders.failed(provider.id, NOON + at, 'timeout')),
      )
      assert.deepEqual(first.filter(Boolean).length, 1)
      await identityProviders.reached(provider.id, NOON + 10)
      const row = await identityProviders.find(provider.id)
      assert.deepEqual([row?.failing_since, row?.failure, row?.reached_at], [null, null, NOON + 10])
      await identityProviders.reached(provider.id, NOON + 20)
      assert.equal((await identityProviders.find(provider.id))?.reached_at, NOON + 10)
    })

    it('takes a visit once, and its secrets with it', async () => {
      await using store = await open()
      const { tables } = store
      const { provider } = await filled(store)
      const row = {
        id: newId(),
        provider_id: provider.id,
        hash: hashOf('state'),
        purpose: 'sign_in',
        session_id: null,
        link_id: null,
        secrets: Buffer.from('sealed'),
        expires_at: NOON + 10,
        used_at: null,
        created_at: NOON,
      }
      const { providerVisits } = tables
      await providerVisits.insert(row)
      assert.equal(await providerVisits.take(row.id, NOON + 10), false, 'too late')
      const taken = await Promise.all([1, 2, 3].map(() => providerVisits.take(row.id, NOON)))
      assert.equal(taken.filter(Boolean).length, 1)
      assert.equal((await providerVisits.find([hashOf('x'), row.hash]))?.secrets, null)
      await providerVisits.forget(NOON + 11)
      assert.equal(await providerVisits.find([row.hash]), null)
    })

    it('lets a token count once', async () => {
      await using store = await open()
      const { tables } = store
      const once = (): Promise<boolean> => tables.seenTokens.addOnce(hashOf('jti'), NOON)
      const all = await Promise.all([once(), once(), once()])
      assert.equal(all.filter(Boolean).length, 1)
      await tables.seenTokens.forget(NOON)
      assert.equal(await once(), true)
    })

    it('finds sessions by the provider and what it calls them', async () => {
      await using store = await open()
      const { tables } = store
      const { provider, ada } = await filled(store)
      const at = { provider_id: provider.id }
      const rows = [
        sessionRow(ada, { ...at, provider_sid: 'a' }),
        sessionRow(ada, { ...at, provider_sid: 'b' }),
        sessionRow(ada, { provider_sid: 'a' }),
      ]
      for (const row of rows) await tables.sessions.insert(row)
      const found = async (sid: string | null, userId: string | null): Promise<number> =>
        (await tables.sessions.ofProvider(provider.id, { sid, userId })).length
      assert.deepEqual(
        [
          await found('a', null),
          await found(null, ada.id),
          await found('a', 'x'),
          await found('c', ada.id),
        ],
        [1, 2, 0, 0],
      )
    })
  })
})
