import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Metrics } from '#api/metrics.ts'
import { DAY, MINUTE, SECOND, systemEntropy } from '#base/clock.ts'
import { createLog } from '#base/log.ts'
import {
  createAppPassword,
  revokeAllAppPasswords,
  revokeAppPassword,
} from '#changes/app-passwords.ts'
import {
  createMailAccount,
  deleteMailAccount,
  disableMailAccount,
  updateMailAccount,
} from '#changes/mail-accounts.ts'
import { deleteUser, disableUser } from '#changes/users.ts'
import { INITIAL_SETTINGS } from '#domain/policy.ts'
import { CurrentPolicy } from '#changes/current-policy.ts'
import { NODE_SILENT } from '#store/live-connections.ts'
import { callerOf, changeBench } from '../../test/support/change-bench.ts'
import { applicationRow, auditEvent, appPasswordRow, newId } from '../../test/support/rows.ts'
import { forEachStore } from '../../test/support/stores.ts'
import { changes, openLive, type Live } from './live.ts'

describe('whether anything that is open may have ended', () => {
  forEachStore((_, open) => {
    it('is told of whatever people change, once, and not of sign-ins', async () => {
      await using bench = await changeBench(open)
      const { needs, ada, store, clock } = bench
      const person = await bench.add('anna')
      const owner = { id: person.id, name: person.name }
      const leaver = await bench.add('bert')
      const application = applicationRow('Contoso')
      await store.tables.oauthApplications.insert(application)
      const changed = changes(store, clock)
      const make = async (name: string): Promise<string> => {
        const wanted = { name, application: 'sync' } as const
        return (await createAppPassword(needs, callerOf(person), owner, wanted, INITIAL_SETTINGS))
          .row.id
      }
      const first = await make('first')
      await changed()
      await make('second')
      for (const action of ['gateway.sign_in', 'session.create', 'session.end'] as const)
        await store.tables.audit.append(auditEvent({ action }))
      assert.equal(await changed(), false)
      const accountId = await createMailAccount(needs, ada, {
        identifier: 'anna',
        applicationId: application.id,
        email: 'anna@example.org',
        userIds: [person.id],
      })
      await changed()
      const acts: [string, () => Promise<unknown>][] = [
        ['revoked', () => revokeAppPassword(needs, ada, owner, first)],
        ['all revoked', () => revokeAllAppPasswords(needs, ada, owner)],
        ['users', () => updateMailAccount(needs, ada, accountId, { userIds: [] })],
        ['account off', () => disableMailAccount(needs, ada, accountId)],
        ['account gone', () => deleteMailAccount(needs, ada, accountId)],
        ['person off', () => disableUser(needs, ada, person.id)],
        ['person gone', () => deleteUser(needs, ada, leaver.id)],
      ]
      for (const [what, act] of acts) {
        await act()
        assert.equal(await changed(), true, what)
        assert.equal(await changed(), false, what)
      }
    })

    it('is told when the time of an application password is up', async () => {
      await using bench = await changeBench(open)
      const { store, clock } = bench
      const person = await bench.add('anna')
      const row = appPasswordRow(person, 'x', { expires_at: clock.now() + DAY + 30 * SECOND })
      await store.tables.appPasswords.insert(row)
      const changed = changes(store, clock)
      clock.advance(DAY)
      await changed()
      clock.advance(30 * SECOND - 1)
      assert.equal(await changed(), false)
      clock.advance(1)
      assert.equal(await changed(), true)
      assert.equal(await changed(), false)
    })

    it('is told at each full minute, when opening hours can end', async () => {
      await using bench = await changeBench(open)
      const { store, clock } = bench
      const changed = changes(store, clock)
      await changed()
      clock.advance(MINUTE - 1)
      assert.equal(await changed(), false)
      clock.advance(1)
      assert.equal(await changed(), true)
      assert.equal(await changed(), false)
    })
  })
})

describe('how many nodes share what a provider takes', () => {
  forEachStore((_, open) => {
    it('those with mail listeners, until they stop or fall silent', async () => {
      await using opened = new AsyncDisposableStack()
      let now = 1_800_000_000_000
      const clock = { now: () => now }
      const store = await open({ clock })
      opened.defer(async () => await store[Symbol.asyncDispose]())
      const log = createLog(() => {}, clock, 'error')
      const node = async (doors: readonly string[]): Promise<Live> => {
        const dataDir = await mkdtemp(join(tmpdir(), 'passerelle-'))
        opened.defer(() => rm(dataDir, { recursive: true, force: true }))
        const policy = new CurrentPolicy(store.tables, clock)
        const ground = {
          store,
          policy,
          clock,
          newId,
          log,
          entropy: systemEntropy,
          config: { dataDir },
        }
        return await openLive(ground, new Metrics(), doors)
      }
      const [first, second, third] = [await node(['imaps']), await node(['imaps']), await node([])]
      const beat = async (...nodes: Live[]): Promise<void> => {
        for (const one of nodes) await one.rounds.find(({ name }) => name === 'node')!.run()
      }
      await beat(first)
      assert.equal(first.nodes(), 1)
      await beat(second, third, first)
      assert.deepEqual([first.nodes(), third.nodes()], [2, 2])
      now += NODE_SILENT
      await beat(third, first)
      assert.equal(first.nodes(), 1)
      await beat(second, first)
      assert.equal(first.nodes(), 2)
      await second[Symbol.asyncDispose]()
      await beat(first)
      assert.equal(first.nodes(), 1)
      for (const one of [first, third]) await one[Symbol.asyncDispose]()
    })
  })
})
