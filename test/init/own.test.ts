import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY, MINUTE } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { Caller } from '#changes/door.ts'
import { beginOwnInit } from '#changes/token-init/begin.ts'
import { confirmDelegate, ownInitState } from '#changes/token-init/known.ts'
import type { User } from '#store/users.ts'
import { openEntra, type Entra } from '../support/authority/entra.ts'
import { atEntra, Browser, FROM, initBench, type InitBench } from '../support/init-bench.ts'
import { sessionRow, userRow } from '../support/rows.ts'
import { forEachStore, openTestStore, type Open } from '../support/stores.ts'

const onSqlite: Open = async (options) => await openTestStore('sqlite', options)

type Scene = {
  readonly entra: Entra
  readonly bench: InitBench
  readonly person: User
  readonly caller: Caller
  readonly sessionId: string
  readonly id: string
}

/** Somebody who is no administrator, and a mailbox that they may use. */
async function scene(
  act: (scene: Scene) => Promise<void>,
  { email = 'alice@example.test', shared = false, on = onSqlite } = {},
): Promise<void> {
  await using entra = await openEntra()
  await using bench = await initBench(on, entra, atEntra(entra))
  const { tables } = bench.store
  const person = userRow('alice', { email: 'alice@example.test' })
  await tables.users.insert(person)
  const session = sessionRow(person, { expires_at: bench.clock.now() + DAY })
  await tables.sessions.insert(session)
  const caller: Caller = {
    actor: { kind: 'user', id: person.id, name: person.name },
    role: 'user',
    ...FROM,
    sessionId: session.id,
  }
  const id = await bench.account(email, { shared, userIds: [person.id] })
  await act({ entra, bench, person, caller, sessionId: session.id, id })
}

async function begin({ bench, caller, person, id }: Scene) {
  const begun = await beginOwnInit(bench.needs, caller, person.id, id)
  const browser = new Browser()
  browser.keep(begun.browser)
  return { begun, browser }
}

const isCode =
  (code: string) =>
  (thrown: unknown): boolean =>
    thrown instanceof Problem && thrown.code === code

describe('a person renews a mailbox of theirs', () => {
  forEachStore((_, on) => {
    it('by signing in at the provider; the profile shows what became of it', async () => {
      await scene(
        async (s) => {
          const { begun, browser } = await begin(s)
          const state = () => ownInitState(s.bench.needs, s.id, begun.initId, s.sessionId)
          assert.equal((await state()).outcome, 'pending')
          const { went } = await s.bench.end(browser, begun.url)
          assert.equal(went.path, `/profile?mailbox=${s.id}&init=${begun.initId}`)
          assert.equal((await state()).outcome, 'done')
          const row = await s.bench.row(s.id)
          assert.deepEqual(
            [row.state, row.initialised_by, row.initialised_as],
            ['active', 'alice', 'alice@example.test'],
          )
          const [done, began] = await s.bench.store.tables.audit.list(
            { action: 'mail_account.init' },
            9,
          )
          for (const said of [began, done])
            assert.deepEqual([said?.actor.name, said?.details['how']], ['alice', 'own'])
        },
        { on },
      )
    })
  })

  it('and nobody else can sign in for it', async () => {
    await scene(async (s) => {
      s.entra.ignoresHint = true
      s.entra.signsIn = 'bob@example.test'
      const { begun, browser } = await begin(s)
      await s.bench.end(browser, begun.url)
      const state = await ownInitState(s.bench.needs, s.id, begun.initId, s.sessionId)
      assert.deepEqual([state.outcome, state.signedInAs], ['wrong_person', 'bob@example.test'])
      assert.equal((await s.bench.row(s.id)).refresh_token, null)
    })
  })

  it('a shared one waits until an administrator says that it was the right delegate', async () => {
    await scene(
      async (s) => {
        s.entra.ignoresHint = true
        s.entra.signsIn = 'alice@example.test'
        const { begun, browser } = await begin(s)
        await s.bench.end(browser, begun.url)
        const { tokenInits } = s.bench.store.tables
        const waiting = await tokenInits.unconfirmed(s.bench.clock.now())
        assert.deepEqual([...waiting], [[s.id, begun.initId]])
        await confirmDelegate(s.bench.needs, s.bench.ada, s.id, begun.initId)
        assert.equal((await s.bench.row(s.id)).initialised_as, 'alice@example.test')
        assert.equal((await tokenInits.unconfirmed(s.bench.clock.now(), s.id)).size, 0)
      },
      { email: 'shared@example.test', shared: true },
    )
  })

  it('ends with the session, the person, and the right to the mailbox', async () => {
    const ends: [string, (s: Scene) => Promise<unknown>][] = [
      ['session', (s) => s.bench.store.tables.sessions.delete(s.sessionId)],
      ['person', (s) => s.bench.store.tables.users.update(s.person.id, { state: 'disabled' })],
      ['right', (s) => s.bench.store.tables.mailAccounts.setUsers(s.id, [])],
      ['time', async (s) => s.bench.clock.advance(16 * MINUTE)],
    ]
    for (const [what, end] of ends)
      await scene(
        async (s) => {
          s.entra.signsIn = 'shared@example.test'
          const { begun, browser } = await begin(s)
          await end(s)
          await s.bench.end(browser, begun.url)
          assert.equal((await s.bench.row(s.id)).refresh_token, null, what)
        },
        { email: 'shared@example.test' },
      )
  })

  it('is seen in the session that began it, and is no Init. Token of an administrator', async () => {
    await scene(async (s) => {
      const { begun } = await begin(s)
      for (const sessionId of [null, 'another'])
        await assert.rejects(
          ownInitState(s.bench.needs, s.id, begun.initId, sessionId),
          isCode('not_found'),
        )
      const theirs = await s.bench.begin(s.id)
      await assert.rejects(
        ownInitState(s.bench.needs, s.id, theirs.initId, s.bench.ada.sessionId),
        isCode('not_found'),
      )
    })
  })

  it('leaves what an administrator or the owner has begun, and is refused when switched off', async () => {
    await scene(async (s) => {
      const { token } = await s.bench.link(s.id)
      const { begun, browser } = await begin(s)
      const opened = await s.bench.open(token)
      assert.equal((await s.bench.end(opened.browser, opened.url)).went.path, '/renew#done')
      // Whoever came first has brought the tokens; the other is over.
      await s.bench.end(browser, begun.url)
      const state = await ownInitState(s.bench.needs, s.id, begun.initId, s.sessionId)
      assert.notEqual(state.outcome, 'done')
      await s.bench.store.tables.mailAccounts.update(s.id, { state: 'disabled' })
      await assert.rejects(begin(s), isCode('conflict'))
    })
  })
})
