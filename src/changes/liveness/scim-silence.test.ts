import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MINUTE } from '#base/clock.ts'
import { INTERVAL, livenessScene } from '../../../test/support/liveness-scene.ts'
import { newId, userRow } from '../../../test/support/rows.ts'
import { openTestStore } from '../../../test/support/stores.ts'
import { addSilenceNotices } from './scim-silence.ts'

const sqlite = async (options?: Parameters<typeof openTestStore>[1]) =>
  await openTestStore('sqlite', options)

describe('providers that are silent', () => {
  it('are told of to administrators: after the interval, once for each outage', async () => {
    await using s = await livenessScene(sqlite, 'ldap')
    const { tables } = s.store
    for (const name of ['root', 'admin'])
      await tables.users.insert(userRow(name, { role: 'administrator' }))
    await s.person('ada')
    await s.round()
    const told = async (): Promise<string[]> => {
      await addSilenceNotices({ store: s.store, clock: s.clock, newId })
      return (await tables.notices.listAll(100)).map(({ kind, params }) => `${kind} ${params}`)
    }
    s.directory.people = 'away'
    s.clock.advance(INTERVAL)
    await s.round()
    assert.deepEqual(await told(), [])
    s.clock.advance(INTERVAL + MINUTE)
    for (let i = 0; i < 2; i++) assert.equal((await told()).length, 2)
    const [text = ''] = await told()
    const ends = (await tables.identityChecks.firstEnd(s.provider.id, s.clock.now()))!
    assert.equal(
      text,
      `provider_silent ${JSON.stringify({ name: 'Company', reason: 'away', expiresAt: ends })}`,
    )
    s.directory.people = new Map([['ada', { state: 'alive', passwordSetAt: null, groups: null }]])
    await s.round()
    s.directory.people = 'away'
    s.clock.advance(INTERVAL)
    await s.round()
    s.clock.advance(INTERVAL + MINUTE)
    assert.equal((await told()).length, 4)
  })

  it('who is known by SCIM is there for as long as the provider speaks', async () => {
    await using s = await livenessScene(sqlite, 'strict', { liveness: 'scim' })
    const { tables } = s.store
    const ada = await s.person('ada', { scim: '{"active":true}', refresh_token: null })
    const speak = async (): Promise<void> =>
      await tables.identityProviders.update(s.provider.id, {
        scim_hash: Buffer.from('token'),
        scim_seen_at: s.clock.now(),
      })
    await speak()
    await s.round()
    const spoken = s.clock.now()
    assert.equal((await s.identity(ada)).alive_at, spoken)
    for (let i = 0; i < 3; i++) {
      s.clock.advance(INTERVAL)
      await s.round()
    }
    const silent = await s.identity(ada)
    assert.deepEqual([silent.alive_at, silent.state], [spoken, 'alive'])
    await speak()
    s.clock.advance(INTERVAL)
    await s.round()
    assert.ok((await s.identity(ada)).alive_at > spoken)
    assert.equal(s.server.counts.requests, 0)
    // The token was ended: nobody says anything any more.
    await tables.identityProviders.update(s.provider.id, { scim_hash: null })
    const { alive_at: last } = await s.identity(ada)
    s.clock.advance(INTERVAL)
    await s.round()
    assert.equal((await s.identity(ada)).alive_at, last)
  })
})
