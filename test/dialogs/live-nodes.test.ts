/** Live connections on several nodes over one store: seen and ended from any of them. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SECOND } from '#base/clock.ts'
import { NODE_SILENT } from '#store/live-connections.ts'
import { liveScene, type LiveScene } from '../support/live-scene.ts'
import { forEachStore } from '../support/stores.ts'

describe('Live connections on several nodes', () => {
  forEachStore((_, open) => {
    it('are shown after a second; shorter ones never touch the store', async () => {
      await using s = await liveScene(open)
      const { live, mirror } = await s.node('here')
      const long = live.open(s.connection('long'))
      const short = live.open(s.connection('short'))
      await live.check()
      assert.deepEqual(await s.shown(), [])
      short[Symbol.dispose]()
      s.clock.advance(SECOND)
      await live.check()
      assert.deepEqual(await s.shown(), ['long'])
      long[Symbol.dispose]()
      assert.equal(mirror.isClean, false)
      await live.check()
      assert.deepEqual(await s.shown(), [])
      assert.equal(mirror.isClean, true)
    })

    it('are ended on the node that holds them, whichever was asked, in its next round', async () => {
      await using s = await liveScene(open)
      const [here, there] = [await s.node('here'), await s.node('there')]
      here.live.open(s.connection('a'))
      there.live.open(s.connection('b'))
      there.live.open(s.connection('c'))
      s.clock.advance(SECOND)
      for (const { live } of [here, there]) await live.check()
      const { liveConnections } = s.store.tables
      const listed = await liveConnections.listOf(s.ada.id, s.clock.now())
      const { id } = listed.find(({ client }) => client === 'b')!
      assert.equal(await liveConnections.askToClose(id), true)
      await here.live.check()
      assert.deepEqual(s.closed, [])
      await there.live.check()
      assert.deepEqual(s.closed, ['b'])
      await there.live.check()
      assert.deepEqual(await s.shown(), ['a', 'c'])
      assert.ok(there.log.some((line) => line.includes('gateway.cut') && line.includes('asked')))
    })

    for (const [what, end] of [
      [
        'is switched off',
        (s: LiveScene) => s.store.tables.mailAccounts.update(s.account.id, { state: 'disabled' }),
      ],
      ['is deleted', (s: LiveScene) => s.store.tables.mailAccounts.delete(s.account.id)],
      [
        'is no longer theirs to use',
        (s: LiveScene) => s.store.tables.mailAccounts.setUsers(s.account.id, [s.bob.id]),
      ],
    ] as const)
      it(`end when the mailbox ${what}; the drive goes on`, async () => {
        await using s = await liveScene(open)
        const { live } = await s.node('here')
        live.open(s.connection('mail'))
        live.open(s.connection('drive', { accountId: null, gateway: 'drive' }))
        await live.check()
        assert.deepEqual(s.closed, [])
        await end(s)
        await live.check()
        assert.deepEqual(s.closed, ['mail'])
        assert.equal(live.count(), 1)
      })

    it('of a node that is silent are shown no more, and again when it speaks', async () => {
      await using s = await liveScene(open)
      const [here, there] = [await s.node('here'), await s.node('there')]
      here.live.open(s.connection('a'))
      s.clock.advance(SECOND)
      await here.live.check()
      assert.deepEqual(await s.shown(), ['a'])
      s.clock.advance(NODE_SILENT)
      assert.deepEqual(await s.shown(), [])
      await there.beat() // takes the rows away
      assert.equal(await here.beat(), false)
      here.mirror.startAnew()
      await here.live.check()
      assert.deepEqual(await s.shown(), ['a'])
    })

    it('of a node that was silent are shown once, when nobody took them away', async () => {
      await using s = await liveScene(open)
      const here = await s.node('here')
      here.live.open(s.connection('a'))
      s.clock.advance(SECOND)
      await here.live.check()
      s.clock.advance(NODE_SILENT)
      assert.equal(await here.beat(), false)
      here.mirror.startAnew()
      for (let round = 0; round < 2; round++) await here.live.check()
      assert.deepEqual(await s.shown(), ['a'])
    })
  })
})
