import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { inspectInitLink } from '#changes/token-init/link.ts'
import { confirmDelegate, declineDelegate } from '#changes/token-init/known.ts'
import { openEntra, type Entra } from '../support/authority/entra.ts'
import { atEntra, Browser, FROM, initBench, type InitBench } from '../support/init-bench.ts'
import { forEachStore, openTestStore, type Open } from '../support/stores.ts'

const onSqlite: Open = async (options) => await openTestStore('sqlite', options)

const isDead = (thrown: unknown): boolean =>
  thrown instanceof Problem && thrown.code === 'link_dead'
const isConflict = (thrown: unknown): boolean =>
  thrown instanceof Problem && thrown.code === 'conflict'

describe("the owner's link", () => {
  const scene = async (
    act: (entra: Entra, bench: InitBench, id: string) => Promise<void>,
    { shared = false, on = onSqlite }: { shared?: boolean; on?: Open } = {},
  ) => {
    await using entra = await openEntra()
    await using bench = await initBench(on, entra, atEntra(entra))
    const email = shared ? 'shared@example.test' : 'alice@example.test'
    await act(entra, bench, await bench.account(email, { shared }))
  }

  forEachStore((_, on) => {
    it('says what it is for, and brings the tokens once', async () => {
      await scene(
        async (entra, bench, id) => {
          const { token, initId } = await bench.link(id)
          const shown = await inspectInitLink(bench.needs, token, FROM)
          assert.deepEqual(
            [shown.email, shown.provider],
            ['alice@example.test', 'Microsoft 365 (Entra ID)'],
          )
          const { url, browser } = await bench.open(token)
          const { went } = await bench.end(browser, url)
          assert.equal(went.path, '/renew#done')
          const state = await bench.state(id, initId)
          assert.deepEqual([state.outcome, state.signedInAs], ['done', 'alice@example.test'])
          const row = await bench.row(id)
          assert.deepEqual([row.state, row.initialised_by], ['active', 'alice@example.test'])
          await assert.rejects(bench.open(token), isDead)
          assert.equal(entra.memory.count('RefreshToken'), 1)
          assert.deepEqual(await bench.said(), ['begun ok', 'opened ok', 'done ok'])
        },
        { on },
      )
    })

    it('of a shared mailbox waits for an administrator, sealed, as long as it may', async () => {
      await scene(
        async (entra, bench, id) => {
          entra.ignoresHint = true
          entra.signsIn = 'bob@example.test'
          const { token, initId } = await bench.link(id)
          const { url, browser } = await bench.open(token)
          assert.equal((await bench.end(browser, url)).went.path, '/renew#confirm')
          assert.equal((await bench.state(id, initId)).outcome, 'confirm_delegate')
          bench.clock.advance(3 * DAY)
          const done = await confirmDelegate(bench.needs, bench.ada, id, initId)
          assert.deepEqual([done.outcome, done.signedInAs], ['done', 'bob@example.test'])
          assert.equal((await bench.row(id)).state, 'active')
          await assert.rejects(bench.open(token), isDead)
        },
        { shared: true, on },
      )
    })
  })

  it('of a shared mailbox is declined by an administrator: nothing is kept, and the link is dead', async () => {
    await scene(
      async (entra, bench, id) => {
        entra.ignoresHint = true
        entra.signsIn = 'bob@example.test'
        const { token, initId } = await bench.link(id)
        const { url, browser } = await bench.open(token)
        await bench.end(browser, url)
        const { tokenInits } = bench.store.tables
        const unconfirmed = async () => await tokenInits.unconfirmed(bench.clock.now(), id)
        assert.equal((await unconfirmed()).get(id), initId)
        const declined = await declineDelegate(bench.needs, bench.ada, id, initId)
        assert.deepEqual(
          [declined.outcome, declined.signedInAs],
          ['wrong_person', 'bob@example.test'],
        )
        assert.equal((await unconfirmed()).size, 0)
        assert.equal((await tokenInits.pendingVisit(id))?.secrets, null)
        assert.equal((await bench.row(id)).state, 'new')
        assert.equal((await bench.said()).at(-1), 'declined ok')
        for (const late of [confirmDelegate, declineDelegate])
          await assert.rejects(late(bench.needs, bench.ada, id, initId), isConflict)
        await assert.rejects(bench.open(token), isDead)
      },
      { shared: true },
    )
  })

  it('has to be ended by the browser that opened it', async () => {
    await scene(async (_entra, bench, id) => {
      const { token } = await bench.link(id)
      const { url } = await bench.open(token)
      const { went } = await bench.end(new Browser(), url)
      assert.equal(went.path, '/renew#failed')
      assert.equal((await bench.row(id)).state, 'new')
    })
  })

  it('stays good for the owner after somebody else signed in, and stores nothing then', async () => {
    await scene(async (entra, bench, id) => {
      const { token, initId } = await bench.link(id)
      entra.ignoresHint = true
      entra.signsIn = 'bob@example.test'
      const wrong = await bench.open(token)
      assert.equal((await bench.end(wrong.browser, wrong.url)).went.path, '/renew#wrong_person')
      const state = await bench.state(id, initId)
      assert.deepEqual([state.outcome, state.signedInAs], ['wrong_person', 'bob@example.test'])
      assert.equal((await bench.row(id)).refresh_token, null)
      entra.signsIn = 'alice@example.test'
      const right = await bench.open(token)
      assert.equal((await bench.end(right.browser, right.url)).went.path, '/renew#done')
      assert.equal((await bench.state(id, initId)).outcome, 'done')
    })
  })

  it('of a shared mailbox that nobody confirmed in a week is over', async () => {
    await scene(
      async (entra, bench, id) => {
        entra.signsIn = 'bob@example.test'
        entra.ignoresHint = true
        const { token, initId } = await bench.link(id)
        const { url, browser } = await bench.open(token)
        await bench.end(browser, url)
        bench.clock.advance(7 * DAY)
        assert.equal((await bench.state(id, initId)).outcome, 'expired')
        await assert.rejects(confirmDelegate(bench.needs, bench.ada, id, initId), isConflict)
        assert.equal((await bench.row(id)).refresh_token, null)
      },
      { shared: true },
    )
  })

  it('ends after a week, with a newer one, and where the account is switched off', async () => {
    await scene(async (_entra, bench, id) => {
      const old = await bench.link(id)
      const { token } = await bench.link(id)
      await assert.rejects(bench.open(old.token), isDead)
      await bench.store.tables.mailAccounts.update(id, { state: 'disabled' })
      await assert.rejects(bench.open(token), isDead)
      await bench.store.tables.mailAccounts.update(id, { state: 'new' })
      bench.clock.advance(7 * DAY)
      await assert.rejects(bench.open(token), isDead)
      const guess = new Secret('x'.repeat(43))
      await assert.rejects(inspectInitLink(bench.needs, guess, FROM), isDead)
    })
  })
})
