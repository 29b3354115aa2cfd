import assert from 'node:assert/strict'
import { it } from 'node:test'
import { DAY, SECOND } from '#base/clock.ts'
import type { Problem } from '#base/problem.ts'
import { INITIAL_SETTINGS, type Policy } from '#domain/policy.ts'
import { callerOf, changeBench } from '../../test/support/change-bench.ts'
import { secondFactorRow } from '../../test/support/rows.ts'
import { forEachStore } from '../../test/support/stores.ts'
import {
  createAppPassword,
  renameAppPassword,
  revokeAllAppPasswords,
  revokeAppPassword,
  thawAppPasswords,
} from './app-passwords.ts'

const policy = (change: Partial<Policy> = {}): Policy => ({ ...INITIAL_SETTINGS, ...change })
const wanted = (name: string, validFor?: number) => ({
  name,
  application: 'sync' as const,
  validFor,
})

forEachStore((_, open) => {
  it('is found again by its hash, never by itself, and the owner is told', async () => {
    await using bench = await changeBench(open)
    const anna = await bench.add('anna')
    const { row, password } = await createAppPassword(
      bench.needs,
      callerOf(anna),
      anna,
      wanted(' rclone '),
      policy(),
    )
    assert.equal(row.name, 'rclone')
    assert.equal(row.expires_at, bench.clock.now() + 90 * DAY)
    const hash = bench.needs.keyring.hash('app-password', password)
    assert.equal((await bench.store.credentials.find(hash))?.id, row.id)
    const stored = JSON.stringify(await bench.store.tables.appPasswords.findById(row.id))
    assert.ok(!stored.includes(password.reveal()))
    assert.equal(
      (await bench.store.tables.notices.listOf(anna.id))[0]?.kind,
      'app_password_created',
    )
  })

  it('several with one name are refused, with a free one suggested', async () => {
    await using bench = await changeBench(open)
    const anna = await bench.add('anna')
    const caller = callerOf(anna)
    await createAppPassword(bench.needs, caller, anna, wanted('Outlook'), policy())
    const again = createAppPassword(bench.needs, caller, anna, wanted('OUTLOOK '), policy())
    await assert.rejects(again, (thrown: Problem) => {
      assert.equal(thrown.code, 'conflict')
      assert.deepEqual(thrown.fields, [{ field: 'name', fault: 'taken', suggestion: 'OUTLOOK 2' }])
      return true
    })
    const { row } = await createAppPassword(
      bench.needs,
      caller,
      anna,
      wanted('Outlook 2'),
      policy(),
    )
    await assert.rejects(renameAppPassword(bench.needs, caller, anna, row.id, 'outlook'), {
      code: 'conflict',
    })
    assert.equal(
      (await renameAppPassword(bench.needs, caller, anna, row.id, 'Outlook 2')).name,
      'Outlook 2',
    )
  })

  it('of twenty with one name at once, one is created', async () => {
    await using bench = await changeBench(open)
    const anna = await bench.add('anna')
    const tries = Array.from({ length: 20 }, () =>
      createAppPassword(bench.needs, callerOf(anna), anna, wanted('Phone'), policy()),
    )
    const results = await Promise.allSettled(tries)
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  })

  it('policy bounds how long, how many, and whether at all', async () => {
    await using bench = await changeBench(open)
    const anna = await bench.add('anna')
    const create = async (name: string, p: Policy, validFor?: number) =>
      await createAppPassword(bench.needs, callerOf(anna), anna, wanted(name, validFor), p)
    const day = DAY / SECOND
    await assert.rejects(create('a', policy(), day - 1), { code: 'invalid' })
    await assert.rejects(create('a', policy(), 365 * day + 1), { code: 'invalid' })
    assert.equal((await create('a', policy(), day)).row.expires_at, bench.clock.now() + DAY)
    await assert.rejects(create('b', policy({ app_passwords_per_person: 1 })), { code: 'conflict' })
    await assert.rejects(create('b', policy({ app_passwords_per_person: 0 })), {
      code: 'forbidden',
    })
    await assert.rejects(create('b', policy({ app_passwords: 'forbidden' })), {
      code: 'forbidden',
    })
    const strict = policy({ app_passwords_need_second_factor: true })
    await assert.rejects(create('b', strict), { code: 'forbidden' })
    await bench.store.tables.secondFactors.insert(secondFactorRow(anna))
    assert.equal((await create('b', strict)).row.name, 'b')
  })

  it('opens only what policy leaves open: an application less, a picked gateway is refused', async () => {
    await using bench = await changeBench(open)
    const anna = await bench.add('anna')
    const opens = async (
      application: 'phone' | 'scanner',
      gateways_allowed: Policy['gateways_allowed'],
      gateways?: Policy['gateways_allowed'],
    ): Promise<string> => {
      const name = `${application} ${bench.needs.newId()}`
      const p = policy({ gateways_allowed })
      const asked = { name, application, gateways }
      const made = await createAppPassword(bench.needs, callerOf(anna), anna, asked, p)
      return made.row.gateways
    }
    assert.equal(await opens('phone', ['drive', 'smtp', 'pop3']), 'drive smtp')
    assert.equal(await opens('phone', ['imap'], ['imap']), 'imap')
    for (const refused of [
      () => opens('scanner', ['drive', 'imap']),
      () => opens('phone', []),
      () => opens('phone', ['drive'], ['drive', 'imap']),
    ])
      await assert.rejects(refused, (thrown: Problem) => {
        assert.deepEqual(thrown.fields, [{ field: 'gateways', fault: 'closed' }])
        return true
      })
  })

  it('is valid for what policy says, also where its levels do not agree', async () => {
    await using bench = await changeBench(open)
    const anna = await bench.add('anna')
    const p = policy({ app_credentials_ttl: (90 * DAY) / SECOND, app_credentials_ttl_max: 3600 })
    const { row } = await createAppPassword(bench.needs, callerOf(anna), anna, wanted('x'), p)
    assert.equal(row.expires_at, bench.clock.now() + 3600 * SECOND)
  })

  it('that waits works again when its owner says so, and nobody else for them', async () => {
    await using bench = await changeBench(open)
    const anna = await bench.add('anna')
    const bert = await bench.add('bert')
    const { appPasswords } = bench.store.tables
    for (const name of ['a', 'b'])
      await createAppPassword(bench.needs, callerOf(anna), anna, wanted(name), policy())
    const ofBert = await createAppPassword(bench.needs, callerOf(bert), bert, wanted('c'), policy())
    for (const one of [anna, bert]) await appPasswords.freezeAll(one.id, bench.clock.now())
    await assert.rejects(thawAppPasswords(bench.needs, callerOf(bert), anna), {
      code: 'forbidden',
    })
    assert.equal(await thawAppPasswords(bench.needs, callerOf(anna), anna), 2)
    assert.equal(await thawAppPasswords(bench.needs, callerOf(anna), anna), 0)
    const left = await appPasswords.listOf(anna.id, bench.clock.now())
    assert.ok(left.every((row) => row.frozen_at === null))
    assert.notEqual((await appPasswords.findById(ofBert.row.id))?.frozen_at, null)
  })

  it('nobody creates one for somebody else, administrators included', async () => {
    await using bench = await changeBench(open)
    const anna = await bench.add('anna')
    const doing = createAppPassword(bench.needs, bench.ada, anna, wanted('spy'), policy())
    await assert.rejects(doing, { code: 'forbidden' })
    assert.equal((await bench.store.tables.appPasswords.listOf(anna.id, 0)).length, 0)
  })

  it('deleting ends one or all, once; the audit names what', async () => {
    await using bench = await changeBench(open)
    const anna = await bench.add('anna')
    const rows = []
    for (const name of ['a', 'b', 'c'])
      rows.push(
        (await createAppPassword(bench.needs, callerOf(anna), anna, wanted(name), policy())).row,
      )
    await revokeAppPassword(bench.needs, callerOf(anna), anna, rows[0]!.id)
    await assert.rejects(revokeAppPassword(bench.needs, callerOf(anna), anna, rows[0]!.id), {
      code: 'not_found',
    })
    assert.equal(await revokeAllAppPasswords(bench.needs, bench.ada, anna), 2)
    assert.equal(await revokeAllAppPasswords(bench.needs, bench.ada, anna), 0)
    const [, , , first] = (await bench.store.tables.audit.list({}, 50)).toReversed()
    assert.deepEqual([first?.action, first?.target.name], ['app_password.revoke', 'a'])
  })
})
