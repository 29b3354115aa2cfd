import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { applicationRow, userRow } from '../../test/support/rows.ts'
import { accountRow } from '../../test/support/sealed.ts'
import { forEachStore, type Open } from '../../test/support/stores.ts'
import { MAILBOXES } from './credentials.ts'

async function scene(open: Open) {
  const store = await open()
  const [anna, bert] = [userRow('anna'), userRow('bert')]
  for (const user of [anna, bert]) await store.tables.users.insert(user)
  const application = applicationRow('Contoso')
  await store.tables.oauthApplications.insert(application)
  const { mailAccounts } = store.tables
  const account = async (email: string, ...users: { id: string }[]): Promise<string> => {
    const row = accountRow(application.id, { email, email_key: email.toLowerCase() })
    await mailAccounts.insert(row)
    await mailAccounts.setUsers(
      row.id,
      users.map(({ id }) => id),
    )
    return row.id
  }
  const best = async (user: { id: string }, typed: string): Promise<string[]> =>
    (await store.credentials.mailboxes(user.id, typed)).map(
      ({ emailKey, isDefault }) => emailKey.split('@')[0]! + (isDefault ? '!' : ''),
    )
  return {
    store,
    anna,
    bert,
    mailAccounts,
    account,
    best,
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

describe("store: a person's mailboxes", () => {
  forEachStore((kind, open) => {
    it('come in the order in which they are meant: typed, default, own e-mail', async () => {
      await using s = await scene(open)
      assert.deepEqual(await s.best(s.anna, 'anna'), [])
      await s.account('Info@example.org', s.anna, s.bert)
      await s.account('other@example.org', s.bert)
      assert.deepEqual(await s.best(s.anna, 'anna'), ['info'])
      await s.account('anna@example.org', s.anna)
      assert.deepEqual(await s.best(s.anna, 'anna'), ['anna', 'info'])
      const sales = await s.account('sales@example.org', s.anna, s.bert)
      assert.equal(await s.mailAccounts.setDefault(s.anna.id, sales), true)
      assert.deepEqual(await s.best(s.anna, 'anna'), ['sales!', 'anna'])
      assert.deepEqual(await s.best(s.anna, 'info@example.org'), ['info', 'sales!'])
      assert.deepEqual(await s.best(s.anna, 'other@example.org'), ['sales!', 'anna'])
      assert.deepEqual(await s.best(s.bert, 'sales@example.org'), ['sales', 'info'])
    })

    it('have one default at most, of those that the person may use', async () => {
      await using s = await scene(open)
      const [one, two] = [await s.account('1@x', s.anna), await s.account('2@x', s.anna, s.bert)]
      const foreign = await s.account('3@x', s.bert)
      const defaults = async (): Promise<string[]> =>
        (await s.mailAccounts.ofUser(s.anna.id))
          .filter((row) => row.is_default === 1)
          .map(({ id }) => id)
      for (const id of [one, two, one]) {
        assert.equal(await s.mailAccounts.setDefault(s.anna.id, id), true)
        assert.deepEqual(await defaults(), [id])
      }
      assert.equal(await s.mailAccounts.setDefault(s.anna.id, foreign), false)
      assert.deepEqual(await defaults(), [one])
      assert.ok((await s.mailAccounts.ofUser(s.bert.id)).every((row) => row.is_default === 0))
    })

    it('stay the default when an administrator saves who may use them', async () => {
      await using s = await scene(open)
      const id = await s.account('1@x', s.anna)
      await s.mailAccounts.setDefault(s.anna.id, id)
      await s.mailAccounts.setUsers(id, [s.bert.id, s.anna.id])
      assert.deepEqual(
        (await s.mailAccounts.ofUser(s.anna.id)).map((row) => row.is_default),
        [1],
      )
      await s.mailAccounts.setUsers(id, [s.bert.id])
      await s.mailAccounts.setUsers(id, [s.bert.id, s.anna.id])
      assert.deepEqual(
        (await s.mailAccounts.ofUser(s.anna.id)).map((row) => row.is_default),
        [0],
      )
    })

    it("are found by e-mail, and are nobody's to use when they are switched off", async () => {
      await using s = await scene(open)
      const [one, two] = [await s.account('A@x', s.anna), await s.account('a@x', s.anna, s.bert)]
      const found = (await s.mailAccounts.ofEmail('a@x')).map(({ id }) => id)
      assert.deepEqual(found.toSorted(), [one, two].toSorted())
      await s.mailAccounts.update(one, { state: 'disabled' })
      const users = (await s.mailAccounts.usersOf([one, two])).map((row) => row.user_id)
      assert.deepEqual(users.toSorted(), [s.anna.id, s.bert.id].toSorted())
      assert.deepEqual(await s.mailAccounts.usersOf([]), [])
    })

    it('cost as many rows as the person has mailboxes, however many others there are', async () => {
      await using s = await scene(open)
      await s.store.transaction(async (tables) => {
        const application = applicationRow('Fabrikam')
        await tables.oauthApplications.insert(application)
        for (let i = 0; i < 3000; i++) {
          const row = accountRow(application.id, { email_key: `${i}@x` })
          await tables.mailAccounts.insert(row)
          await tables.mailAccounts.setUsers(row.id, [s.bert.id])
        }
      })
      await s.account('anna@example.org', s.anna)
      if (kind === 'postgres') await sql`analyze`.execute(s.store.db)
      const explain = kind === 'postgres' ? 'explain' : 'explain query plan'
      const asked = MAILBOXES.replace('?', `'${s.anna.id}'`).replace('?', "'anna'")
      const { rows } = await sql.raw(`${explain} ${asked}`).execute(s.store.db)
      const plan = rows.map((row) => Object.values(row as object).join(' ')).join('\n')
      assert.match(plan, /mail_account_user_user/)
      assert.doesNotMatch(plan, kind === 'postgres' ? /Seq Scan on mail_account/ : /SCAN/)
    })
  })
})
