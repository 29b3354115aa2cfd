import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SECOND } from '#base/clock.ts'
import { appPasswordRow, applicationRow, newId, NOON, userRow } from '../../test/support/rows.ts'
import { accountRow } from '../../test/support/sealed.ts'
import { forEachStore, type Open } from '../../test/support/stores.ts'
import { NODE_SILENT } from './live-connections.ts'
import type { LiveConnectionRow, NodeRow } from './schema.ts'

const node = (name: string, seen_at = NOON): NodeRow => ({
  name,
  version: '1',
  doors: 'imap smtp',
  started_at: NOON,
  seen_at,
})

async function scene(open: Open) {
  const store = await open()
  const [ada, bob] = [userRow('ada'), userRow('bob')]
  for (const user of [ada, bob]) await store.tables.users.insert(user)
  const password = appPasswordRow(ada, 'Outlook')
  await store.tables.appPasswords.insert(password)
  const application = applicationRow('Contoso')
  await store.tables.oauthApplications.insert(application)
  const account = accountRow(application.id)
  await store.tables.mailAccounts.insert(account)
  const { liveConnections: live } = store.tables
  for (const name of ['here', 'there']) await live.beat(node(name))
  const row = (more: Partial<LiveConnectionRow> = {}): LiveConnectionRow => ({
    id: newId(),
    node: 'here',
    user_id: ada.id,
    app_password_id: password.id,
    account_id: account.id,
    gateway: 'imap',
    ip: '192.0.2.1',
    client: 'Thunderbird',
    opened_at: NOON,
    bytes_in: 1,
    bytes_out: 2,
    closing: 0,
    ...more,
  })
  return { store, live, ada, bob, row, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
}

describe('store: live connections', () => {
  forEachStore((_, open) => {
    it('keeps those of a person, the newest first, with password and mailbox by name', async () => {
      await using s = await scene(open)
      const [first, second] = [s.row(), s.row({ opened_at: NOON + 1, node: 'there' })]
      await s.live.put([first, second])
      const found = await s.live.listOf(s.ada.id, NOON)
      assert.deepEqual(
        found.map((one) => [one.id, one.app_password_name, one.email, one.bytes_out]),
        [
          [second.id, 'Outlook', 'alice@example.test', 2],
          [first.id, 'Outlook', 'alice@example.test', 2],
        ],
      )
      assert.deepEqual(await s.live.listOf(s.bob.id, NOON), [])
      assert.equal(await s.live.find(s.bob.id, first.id, NOON), null)
      assert.equal((await s.live.find(s.ada.id, first.id, NOON))?.id, first.id)
    })

    it('shows one whose password and mailbox are gone, until its node takes it away', async () => {
      await using s = await scene(open)
      await s.live.put([s.row({ app_password_id: newId(), account_id: null, gateway: 'drive' })])
      const [found] = await s.live.listOf(s.ada.id, NOON)
      assert.deepEqual([found?.app_password_name, found?.email], [null, null])
    })

    it('writes the bytes of those that are there, any number at once, and takes away', async () => {
      await using s = await scene(open)
      const rows = Array.from({ length: 1201 }, () => s.row())
      await s.live.put(rows)
      await s.live.put(rows.map((row) => ({ ...row, bytes_in: 5, bytes_out: 2 ** 50 })))
      const connected = await s.live.byGateway(NOON)
      assert.deepEqual(connected.map(Object.values), [['imap', 1201]])
      const one = await s.live.find(s.ada.id, rows[1200]!.id, NOON)
      assert.deepEqual([one?.bytes_in, one?.bytes_out], [5, 2 ** 50])
      await s.live.remove(rows.map(({ id }) => id))
      assert.deepEqual(await s.live.byGateway(NOON), [])
    })

    it('tells a node which of its own a person wants ended; asked once, it is shown no more', async () => {
      await using s = await scene(open)
      const [mine, other] = [s.row(), s.row({ node: 'there' })]
      await s.live.put([mine, other])
      assert.equal(await s.live.askToClose(mine.id), true)
      assert.equal(await s.live.askToClose(mine.id), false)
      assert.equal(await s.live.askToClose(newId()), false)
      await s.live.put([{ ...mine, bytes_in: 9 }])
      assert.deepEqual(await s.live.closing('here'), [mine.id])
      assert.deepEqual(await s.live.closing('there'), [])
      assert.deepEqual(
        (await s.live.listOf(s.ada.id, NOON)).map(({ id }) => id),
        [other.id],
      )
    })

    it('shows nothing of a node that is silent; another takes its rows away', async () => {
      await using s = await scene(open)
      await s.live.put([s.row(), s.row({ node: 'there' })])
      const later = NOON + NODE_SILENT
      assert.equal(await s.live.beat(node('here', later - SECOND)), true)
      assert.equal((await s.live.listOf(s.ada.id, later)).length, 1)
      await s.live.beat(node('here', later))
      await s.live.beat(node('there', later))
      assert.equal((await s.live.listOf(s.ada.id, later)).length, 1)
      assert.deepEqual(
        (await s.live.nodes(NOON, later + SECOND)).map((one) => [one.name, one.doors, one.alive]),
        [
          ['here', 'imap smtp', true],
          ['there', 'imap smtp', true],
        ],
      )
    })

    it('says when a node may have been taken for dead, or is another process', async () => {
      await using s = await scene(open)
      assert.equal(await s.live.beat(node('here', NOON + NODE_SILENT)), false)
      assert.equal(await s.live.beat(node('here', NOON + NODE_SILENT + 1)), true)
      const restarted = { ...node('here', NOON + NODE_SILENT + 2), started_at: NOON + NODE_SILENT }
      assert.equal(await s.live.beat(restarted), false)
      assert.equal(await s.live.beat(node('new', NOON)), false)
    })

    it('forgets a node that leaves, with its connections, and what nobody has heard of', async () => {
      await using s = await scene(open)
      const silent = await s.live.nodes(0, NOON + NODE_SILENT)
      assert.deepEqual(
        silent.map(({ alive }) => alive),
        [false, false],
      )
      await s.live.put([s.row(), s.row({ node: 'there' })])
      await s.live.leave('here')
      assert.equal((await s.live.listOf(s.ada.id, NOON)).length, 1)
      await s.live.clear('there')
      assert.equal((await s.live.listOf(s.ada.id, NOON)).length, 0)
      await s.live.forget(NOON + 1)
      assert.deepEqual(await s.live.nodes(0, NOON), [])
    })
  })
})
