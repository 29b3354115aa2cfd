/**
 * Row A19: device codes. Read out, typed at the provider; asked about by one node at a time.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SECOND } from '#base/clock.ts'
import { pollDevices } from '#changes/token-init/device.ts'
import { openEntra, type Entra } from '../support/authority/entra.ts'
import { atEntra, initBench, type InitBench } from '../support/init-bench.ts'
import { forEachStore, openTestStore, type Open } from '../support/stores.ts'

const onSqlite: Open = async (options) => await openTestStore('sqlite', options)

const polls = (entra: Entra): number =>
  entra.seen.filter(({ body }) => body.get('grant_type')?.endsWith('device_code')).length
const slowDown = { status: 400, body: JSON.stringify({ error: 'slow_down' }) }

describe('A19: a device code', () => {
  const scene = async (
    act: (entra: Entra, bench: InitBench, id: string) => Promise<void>,
    { on = onSqlite }: { on?: Open } = {},
  ) => {
    await using entra = await openEntra()
    await using bench = await initBench(on, entra, atEntra(entra))
    await act(entra, bench, await bench.account('alice@example.test'))
  }

  forEachStore((_, on) => {
    it('A19: brings the tokens of the owner, who typed it at the provider', async () => {
      await scene(
        async (entra, bench, id) => {
          const begun = await bench.device(id)
          assert.match(begun.verificationUrl, /^https:/)
          assert.equal((await bench.state(id, begun.initId)).outcome, 'pending')
          await entra.enterCode(begun.userCode, 'alice@example.test')
          bench.clock.advance(6 * SECOND)
          await pollDevices(bench.needs)
          const state = await bench.state(id, begun.initId)
          assert.deepEqual([state.outcome, state.signedInAs], ['done', 'alice@example.test'])
          assert.equal((await bench.row(id)).state, 'active')
          assert.deepEqual(await bench.said(), ['begun ok', 'done ok'])
        },
        { on },
      )
    })

    it('A19: is never asked about before its interval, and by one node only', async () => {
      await scene(
        async (entra, bench, id) => {
          const begun = await bench.device(id)
          const everybody = async (): Promise<void> => {
            const look = () => bench.state(id, begun.initId)
            await Promise.all([pollDevices(bench.needs), look(), pollDevices(bench.needs), look()])
          }
          await everybody()
          assert.equal(polls(entra), 0)
          bench.clock.advance(5 * SECOND)
          await everybody()
          await everybody()
          assert.equal(polls(entra), 1)
          bench.clock.advance(5 * SECOND)
          await everybody()
          assert.equal(polls(entra), 2)
        },
        { on },
      )
    })
  })

  it('A19: that somebody else approved stores nothing, and says who it was', async () => {
    await scene(async (entra, bench, id) => {
      const begun = await bench.device(id)
      await entra.enterCode(begun.userCode, 'bob@example.test')
      bench.clock.advance(6 * SECOND)
      const state = await bench.state(id, begun.initId)
      assert.deepEqual([state.outcome, state.signedInAs], ['wrong_person', 'bob@example.test'])
      assert.equal((await bench.row(id)).refresh_token, null)
    })
  })

  it('A19: slow_down makes every later interval five seconds longer', async () => {
    await scene(async (entra, bench, id) => {
      const begun = await bench.device(id)
      entra.instead = (path) => (path.endsWith('/token') ? slowDown : null)
      const waits: number[] = []
      for (let round = 0; round < 3; round++) {
        const asked = polls(entra)
        let waited = 0
        while (polls(entra) === asked) {
          bench.clock.advance(SECOND)
          waited++
          await bench.state(id, begun.initId)
        }
        waits.push(waited)
      }
      assert.deepEqual(waits, [5, 10, 15])
      entra.instead = () => null
      await entra.enterCode(begun.userCode, 'alice@example.test')
      bench.clock.advance(19 * SECOND)
      assert.equal((await bench.state(id, begun.initId)).outcome, 'pending')
      bench.clock.advance(SECOND)
      assert.equal((await bench.state(id, begun.initId)).outcome, 'done')
    })
  })

  it('A19: that was declined, or has ended, is over: nobody asks about it again', async () => {
    await scene(async (entra, bench, id) => {
      const declined = await bench.device(id)
      await entra.enterCode(declined.userCode, 'alice@example.test', false)
      bench.clock.advance(6 * SECOND)
      const state = await bench.state(id, declined.initId)
      assert.deepEqual([state.outcome, state.diagnosis?.cause], ['refused', 'declined'])
      const late = await bench.device(id)
      bench.clock.advance(900 * SECOND)
      const before = polls(entra)
      await pollDevices(bench.needs)
      assert.equal((await bench.state(id, late.initId)).outcome, 'expired')
      assert.equal(polls(entra), before)
    })
  })

  it('A19: begun by an administrator who is none any more brings nothing', async () => {
    await scene(async (entra, bench, id) => {
      const begun = await bench.device(id)
      await entra.enterCode(begun.userCode, 'alice@example.test')
      await bench.store.tables.users.update(bench.ada.actor.id!, { state: 'disabled' })
      bench.clock.advance(6 * SECOND)
      const state = await bench.state(id, begun.initId)
      assert.deepEqual([state.outcome, state.diagnosis?.cause], ['refused', 'session_over'])
      assert.equal((await bench.row(id)).refresh_token, null)
    })
  })

  it('A19: whose provider cannot be reached is asked about half as often', async () => {
    await scene(async (entra, bench, id) => {
      const begun = await bench.device(id)
      entra.instead = (path) => (path.endsWith('/token') ? { status: 503, body: '' } : null)
      bench.clock.advance(5 * SECOND)
      await bench.state(id, begun.initId)
      entra.instead = () => null
      await entra.enterCode(begun.userCode, 'alice@example.test')
      bench.clock.advance(9 * SECOND)
      assert.equal((await bench.state(id, begun.initId)).outcome, 'pending')
      bench.clock.advance(SECOND)
      assert.equal((await bench.state(id, begun.initId)).outcome, 'done')
    })
  })
})
