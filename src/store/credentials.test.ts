import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { createLog } from '#base/log.ts'
import { Problem } from '#base/problem.ts'
import { statement } from '../../test/support/postgres.ts'
import { accountRow, applicationRow } from '../../test/support/refreshing.ts'
import {
  appPasswordRow,
  groupRow,
  hashOf,
  identityRow,
  newId,
  NOON,
  providerRow,
  secondFactorRow,
  userRow,
} from '../../test/support/rows.ts'
import { forEachStore, newPlace, openTestStore } from '../../test/support/stores.ts'
import { FIND } from './credentials.ts'

describe('store: credentials', () => {
  forEachStore((name, open) => {
    it('finds an application password with what admission needs of its owner', async () => {
      await using store = await open()
      const ada = userRow('Ada', { email: 'Ada@Example.org' })
      const row = appPasswordRow(ada, 'Outlook é', { networks: '10.0.0.0/8', last_used_at: NOON })
      await store.tables.users.insert(ada)
      await store.tables.appPasswords.insert(row)
      assert.deepEqual(await store.credentials.find(Buffer.from(row.hash)), {
        id: row.id,
        name: 'Outlook é',
        userId: ada.id,
        userName: 'Ada',
        userNameKey: 'ada',
        userEmailKey: 'ada@example.org',
        userState: 'active',
        userHasSecondFactor: false,
        gateways: 'drive',
        networks: '10.0.0.0/8',
        createdAt: NOON,
        expiresAt: row.expires_at,
        revokedAt: null,
        lastUsedAt: NOON,
        frozenAt: null,
        userSource: 'local',
        liveness: null,
        groupIds: [],
        own: {},
      })
    })

    it('finds with it the groups, what policy decides for the person, and whether the person is still there', async () => {
      await using store = await open()
      const provider = providerRow('Contoso')
      const ada = userRow('ada', { source: provider.id })
      const row = appPasswordRow(ada, 'Outlook', { frozen_at: NOON })
      const [first, second] = [groupRow('first'), groupRow('second')]
      const { users, appPasswords, groups, policies } = store.tables
      await users.insert(ada)
      await appPasswords.insert(row)
      await store.db.insertInto('identity_provider').values(provider).execute()
      const identity = identityRow(ada, provider, { state: 'frozen', alive_until: NOON + 1 })
      await store.db.insertInto('identity').values(identity).execute()
      for (const group of [first, second]) {
        await groups.insert(group)
        await groups.addMembers(group.id, [ada.id])
      }
      await policies.setForUsers([ada.id], 'app_passwords', 'forbidden', NOON, 'bob')
      await policies.setForUsers([ada.id], 'gateways_allowed', ['imap'], NOON, 'bob')
      const found = await store.credentials.find(Buffer.from(row.hash))
      assert.deepEqual(found?.liveness, { state: 'frozen', aliveUntil: NOON + 1 })
      assert.deepEqual([found?.userSource, found?.frozenAt], [provider.id, NOON])
      assert.deepEqual(found?.groupIds.toSorted(), [first.id, second.id].toSorted())
      assert.deepEqual(found?.own, { app_passwords: 'forbidden', gateways_allowed: ['imap'] })
      assert.deepEqual(await store.credentials.byIds([row.id, newId()]), [found])
      assert.deepEqual(await store.credentials.byIds([]), [])
    })

    it('finds nothing for a hash that nobody has, or that differs in one bit', async () => {
      await using store = await open()
      const ada = userRow('ada')
      const row = appPasswordRow(ada, 'Outlook')
      await store.tables.users.insert(ada)
      await store.tables.appPasswords.insert(row)
      const near = Buffer.from(row.hash)
      near[31]! ^= 1
      assert.equal(await store.credentials.find(near), null)
      assert.equal(await store.credentials.find(Buffer.alloc(0)), null)
    })

    it('counts a second factor only when its set-up was ended', async () => {
      await using store = await open()
      const ada = userRow('ada')
      const row = appPasswordRow(ada, 'Outlook')
      await store.tables.users.insert(ada)
      await store.tables.appPasswords.insert(row)
      const begun = secondFactorRow(ada, { confirmed_at: null })
      await store.tables.secondFactors.insert(begun)
      const hash = Buffer.from(row.hash)
      assert.equal((await store.credentials.find(hash))?.userHasSecondFactor, false)
      await store.tables.secondFactors.confirm(begun.id, NOON)
      assert.equal((await store.credentials.find(hash))?.userHasSecondFactor, true)
    })

    it('sees a revocation and a disabled owner at once', async () => {
      await using store = await open()
      const ada = userRow('ada')
      const row = appPasswordRow(ada, 'Outlook')
      const hash = Buffer.from(row.hash)
      await store.tables.users.insert(ada)
      await store.tables.appPasswords.insert(row)
      await store.credentials.find(hash)
      await store.tables.appPasswords.revoke(row.id, NOON + 1, 'ada')
      await store.tables.users.update(ada.id, { state: 'disabled' })
      const found = await store.credentials.find(hash)
      assert.equal(found?.revokedAt, NOON + 1)
      assert.equal(found?.userState, 'disabled')
      await store.tables.users.delete(ada.id)
      assert.equal(await store.credentials.find(hash), null)
    })

    it('answers a thousand questions that are asked together, each with its own row', async () => {
      await using store = await open()
      const ada = userRow('ada')
      await store.tables.users.insert(ada)
      const rows = Array.from({ length: 100 }, (_, i) => appPasswordRow(ada, `program ${i}`))
      await store.transaction(async (tables) => {
        for (const row of rows) await tables.appPasswords.insert(row)
      })
      const asked = Array.from({ length: 1000 }, (_, i) => rows[i % 100]!)
      const found = await Promise.all(
        asked.map(async (row) => await store.credentials.find(Buffer.from(row.hash))),
      )
      assert.deepEqual(
        found.map((one) => one?.id),
        asked.map((row) => row.id),
      )
    })

    it('looks at one row of each table, however many passwords a person has', async () => {
      await using store = await open()
      const [ada, bob] = [userRow('ada'), userRow('bob')]
      await store.transaction(async (tables) => {
        for (const user of [ada, bob]) await tables.users.insert(user)
        await tables.appPasswords.insert(appPasswordRow(bob, 'the only one'))
        for (let i = 0; i < 10_000; i++)
          await tables.appPasswords.insert(appPasswordRow(ada, `program ${i}`))
      })
      if (name === 'postgres') await sql`analyze`.execute(store.db)
      const explain = name === 'postgres' ? 'explain' : 'explain query plan'
      const hash = name === 'postgres' ? "'\\x00'" : "x'00'"
      const { rows } = await sql.raw(`${explain} ${FIND[store.kind]}${hash}`).execute(store.db)
      const plan = rows.map((row) => Object.values(row as object).join(' ')).join('\n')
      const [byHash, scan] =
        name === 'postgres'
          ? [/Index Scan using app_password_hash_key/, /Seq Scan on app_password/]
          : [/SEARCH p USING INDEX sqlite_autoindex_app_password_\d \(hash=\?\)/, /SCAN/]
      assert.match(plan, byHash)
      assert.doesNotMatch(plan, scan)
    })

    it('finds a mail account with what is needed to open it, and sees a change of either at once', async () => {
      await using store = await open()
      const { tables } = store
      const nowhere = 'https://localhost:9'
      const application = applicationRow(nowhere, 'stays_valid', { app_only: 1 })
      const other = applicationRow(nowhere, 'stays_valid', { provider: 'Google' })
      for (const row of [application, other]) await tables.oauthApplications.insert(row)
      const account = accountRow(application, 'refresh', {
        shared: 1,
        initialised_as: 'bob@a.test',
      })
      const { id } = account
      await tables.mailAccounts.insert(account)
      const { provider, cloud, overrides, app_only, client_id, tenant_id, root_url } = application
      const first = {
        id,
        identifier: account.identifier,
        email: account.email,
        shared: 1,
        initialised_as: 'bob@a.test',
        provider,
        cloud,
        overrides,
        app_only,
        client_id,
        tenant_id,
        root_url,
      }
      assert.deepEqual(await store.credentials.account(id), first)

      const moved = { overrides: '{"imapHost":"imap.example.org"}', app_only: 0 }
      await tables.oauthApplications.update(application.id, moved)
      await tables.mailAccounts.update(id, { shared: 0, initialised_as: null })
      const second = { ...first, ...moved, shared: 0, initialised_as: null }
      assert.deepEqual(await store.credentials.account(id), second)

      await tables.mailAccounts.update(id, { application_id: other.id })
      assert.equal((await store.credentials.account(id))?.provider, 'Google')
      await tables.mailAccounts.delete(id)
      assert.equal(await store.credentials.account(id), null)
    })

    it('tells an outage as a Problem when there are no tables', async () => {
      await using place = await newPlace(name)
      await using store = await openTestStore(name, { at: place.address })
      await store.db.schema.dropTable('dav_lock').execute()
      for (const table of ['stale_use', 'app_password_network', 'app_password'] as const)
        await store.db.schema.dropTable(table).execute()
      await assert.rejects(
        async () => await store.credentials.find(hashOf('x')),
        (thrown) => thrown instanceof Problem && thrown.code === 'unavailable',
      )
    })
  })
})

describe('store: credentials over a connection that is lost', () => {
  it('fails the questions under way, connects by itself and keeps the process alive', async () => {
    const lines: string[] = []
    const log = createLog((line) => void lines.push(line), { now: () => NOON }, 'debug')
    await using place = await newPlace('postgres')
    await using store = await openTestStore('postgres', { at: place.address, log })
    const ada = userRow('ada')
    const row = appPasswordRow(ada, 'Outlook')
    const hash = Buffer.from(row.hash)
    await store.tables.users.insert(ada)
    await store.tables.appPasswords.insert(row)
    assert.equal((await store.credentials.find(hash))?.id, row.id)

    const url = place.address.kind === 'postgres' ? place.address.url.reveal() : ''
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`
    for (let round = 0; round < 3; round++) {
      const asked = Array.from({ length: 50 }, async () => await store.credentials.find(hash))
      const [answers] = await Promise.all([Promise.allSettled(asked), statement(url, cut)])
      for (const answer of answers)
        assert.ok(
          answer.status === 'fulfilled'
            ? answer.value?.id === row.id
            : answer.reason instanceof Problem && answer.reason.code === 'unavailable',
        )
      // One question may meet the connection that is just dying; the one after it does not.
      await Promise.allSettled([store.credentials.find(hash)])
      assert.equal((await store.credentials.find(hash))?.id, row.id)
    }
    assert.ok(!lines.join('').includes('postgres://'))
  })

  it('says unavailable while there is no server, and nothing of the address', async () => {
    await using place = await newPlace('postgres')
    await using store = await openTestStore('postgres', { at: place.address })
    await store.credentials.find(hashOf('x'))
    await place[Symbol.asyncDispose]()
    await Promise.allSettled([store.credentials.find(hashOf('x'))])
    for (let i = 0; i < 3; i++)
      await assert.rejects(
        async () => await store.credentials.find(hashOf('x')),
        (thrown) => thrown instanceof Problem && thrown.code === 'unavailable',
      )
  })
})
