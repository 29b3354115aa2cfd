import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Problem } from '#base/problem.ts'
import type { MailAccountRow } from '#store/schema.ts'
import { changeBench, type ChangeBench } from '../../test/support/change-bench.ts'
import { applicationRow } from '../../test/support/rows.ts'
import { forEachStore } from '../../test/support/stores.ts'
import {
  createMailAccount,
  deleteMailAccount,
  disableMailAccount,
  enableMailAccount,
  updateMailAccount,
  type AccountTyped,
  type NewAccount,
} from './mail-accounts.ts'

const fault = (code: string, field?: string, word?: string) => (thrown: unknown) => {
  assert.ok(thrown instanceof Problem, String(thrown))
  assert.equal(thrown.code, code)
  if (field !== undefined)
    assert.deepEqual([thrown.fields[0]?.field, thrown.fields[0]?.fault], [field, word])
  return true
}

forEachStore((_, open) => {
  const bench = async (appOnly = false): Promise<ChangeBench & { applicationId: string }> => {
    const made = await changeBench(open)
    const row = applicationRow('Contoso', { app_only: Number(appOnly) })
    await made.store.tables.oauthApplications.insert(row)
    return Object.assign(made, { applicationId: row.id })
  }
  const find = async (on: ChangeBench, id: string): Promise<MailAccountRow> =>
    (await on.store.tables.mailAccounts.find(id))!
  const declare = async (
    on: ChangeBench & { applicationId: string },
    more: Partial<NewAccount> = {},
  ): Promise<MailAccountRow> => {
    const typed = { identifier: 'anna', email: 'Anna@example.org', ...more }
    const id = await createMailAccount(on.needs, on.ada, {
      applicationId: on.applicationId,
      ...typed,
    })
    return await find(on, id)
  }
  const update = async (
    on: ChangeBench,
    id: string,
    typed: AccountTyped,
  ): Promise<MailAccountRow> => {
    await updateMailAccount(on.needs, on.ada, id, typed)
    return await find(on, id)
  }
  const initialise = async (on: ChangeBench, id: string): Promise<void> => {
    await on.store.tables.mailAccounts.update(id, {
      refresh_token: Buffer.from('sealed'),
      state: 'active',
      initialised_as: 'anna@example.org',
      next_refresh_at: on.clock.now() + 1000,
    })
    await on.store.tables.tokenGrants.setAccessToken({
      account_id: id,
      resource: 'mail',
      token: Buffer.from('sealed'),
      received_at: on.clock.now(),
      expires_at: on.clock.now() + 1000,
      generation: 0,
      used_at: null,
    })
  }

  describe('a mail account', () => {
    it('is new until Init. Token; one of an app-only application is due at once', async () => {
      await using on = await bench()
      const row = await declare(on)
      assert.deepEqual([row.state, row.next_refresh_at], ['new', null])
      assert.equal(row.email_key, 'anna@example.org')
      await using own = await bench(true)
      const program = await declare(own)
      assert.deepEqual([program.state, program.next_refresh_at], ['active', own.clock.now()])
    })

    it('has users who exist', async () => {
      await using on = await bench()
      const [bert, carl] = [await on.add('bert'), await on.add('carl')]
      const row = await declare(on, { userIds: [bert.id, carl.id, bert.id] })
      const { mailAccounts } = on.store.tables
      assert.deepEqual(
        (await mailAccounts.users(row.id)).map(({ name }) => name),
        ['bert', 'carl'],
      )
      assert.deepEqual(
        (await mailAccounts.ofUser(carl.id)).map(({ id }) => id),
        [row.id],
      )
      await update(on, row.id, { userIds: [] })
      assert.deepEqual(await mailAccounts.ofUser(carl.id), [])
      await assert.rejects(
        update(on, row.id, { userIds: ['nobody'] }),
        fault('invalid', 'userIds', 'unknown'),
      )
    })

    it('is refused where it is not right', async () => {
      await using on = await bench()
      await declare(on)
      for (const [more, ...expected] of [
        [{ identifier: 'ANNA' }, 'conflict', 'identifier', 'taken'],
        [{ identifier: 'a b' }, 'invalid', 'identifier', 'characters'],
        [{ identifier: 'b', email: 'nothing' }, 'invalid', 'email', 'email'],
        [{ identifier: 'b', applicationId: 'x' }, 'invalid', 'applicationId', 'unknown'],
        [{ identifier: 'b', delegateEmail: 'c@d.e' }, 'invalid', 'delegateEmail', 'not_shared'],
        [
          { identifier: 'b', shared: true, delegateEmail: 'x' },
          'invalid',
          'delegateEmail',
          'email',
        ],
      ] as const)
        await assert.rejects(declare(on, more), fault(expected[0], expected[1], expected[2]))
    })

    it('ends its tokens with another mailbox only when that is said', async () => {
      await using on = await bench()
      const { id } = await declare(on)
      await initialise(on, id)
      await update(on, id, { designation: 'Anna', email: 'ANNA@example.org' })
      assert.equal((await find(on, id)).state, 'active')
      for (const [typed, field] of [
        [{ email: 'eve@example.org' }, 'email'],
        [{ shared: true }, 'shared'],
      ] as const)
        await assert.rejects(update(on, id, typed), fault('conflict', field, 'ends_tokens'))
      const ended = await update(on, id, { email: 'eve@example.org', endTokens: true })
      assert.deepEqual(
        [ended.state, ended.refresh_token, ended.initialised_as],
        ['new', null, null],
      )
      assert.equal(await on.store.tables.tokenGrants.accessToken(id, 'mail'), null)
    })

    it('keeps its tokens while it is switched off, and is due when it is switched on', async () => {
      await using on = await bench()
      const { id } = await declare(on)
      await initialise(on, id)
      await disableMailAccount(on.needs, on.ada, id)
      const off = await find(on, id)
      assert.deepEqual([off.state, off.refresh_token !== null], ['disabled', true])
      on.clock.advance(5000)
      await disableMailAccount(on.needs, on.ada, id)
      assert.equal((await find(on, id)).state_at, off.state_at)
      await enableMailAccount(on.needs, on.ada, id)
      const back = await find(on, id)
      assert.deepEqual([back.state, back.next_refresh_at], ['active', on.clock.now()])
      const { id: fresh } = await declare(on, { identifier: 'fresh' })
      await disableMailAccount(on.needs, on.ada, fresh)
      await enableMailAccount(on.needs, on.ada, fresh)
      assert.equal((await find(on, fresh)).state, 'new')
    })

    it('is deleted with its tokens', async () => {
      await using on = await bench()
      const { id } = await declare(on)
      await initialise(on, id)
      await deleteMailAccount(on.needs, on.ada, id)
      assert.equal(await on.store.tables.mailAccounts.find(id), null)
      assert.equal(await on.store.tables.tokenGrants.accessToken(id, 'mail'), null)
      await assert.rejects(deleteMailAccount(on.needs, on.ada, id), fault('not_found'))
      assert.deepEqual((await on.said()).slice(-1), ['mail_account.delete ok'])
    })
  })
})
