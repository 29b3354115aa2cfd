import assert from 'node:assert/strict'
import { it } from 'node:test'
import { MINUTE } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import type { Attempt, Refusal } from '#domain/admission.ts'
import { wrongAtGateways } from '#domain/throttle.ts'
import { changeBench, type ChangeBench } from '../../test/support/change-bench.ts'
import { appPasswordRow } from '../../test/support/rows.ts'
import { forEachStore } from '../../test/support/stores.ts'
import { AdmissionJournal } from './admission-journal.ts'

const REFUSALS_A_MINUTE = wrongAtGateways('192.0.2.7').tries

const attempt = (change: Partial<Attempt> = {}): Attempt => ({
  username: 'anna',
  password: new Secret('not to be kept'),
  gateway: 'drive',
  ip: '192.0.2.7',
  client: 'rclone/1.60',
  ...change,
})

async function withPassword(bench: ChangeBench) {
  const anna = await bench.add('anna')
  const row = appPasswordRow(anna, 'rclone')
  await bench.store.tables.appPasswords.insert(row)
  const credential = await bench.store.credentials.find(Buffer.from(row.hash))
  assert.ok(credential)
  const ok = {
    ok: true,
    userId: anna.id,
    userName: anna.name,
    appPasswordId: row.id,
    appPasswordName: row.name,
    mailAccountId: null,
  } as const
  const lastUse = async () => await bench.store.tables.appPasswords.findById(row.id)
  return { anna, row, credential, ok, lastUse }
}

forEachStore((kind, open) => {
  it('writes a new address or client at once, repeats once a minute', async () => {
    await using bench = await changeBench(open)
    await using journal = new AdmissionJournal(bench.needs)
    const { credential, ok, lastUse } = await withPassword(bench)
    const started = bench.clock.now()
    await journal.record(attempt(), ok, credential)
    assert.equal((await lastUse())?.last_client, 'rclone/1.60')
    bench.clock.advance(MINUTE - 1)
    assert.equal(journal.record(attempt(), ok, credential), undefined)
    assert.equal((await lastUse())?.last_used_at, started)
    bench.clock.advance(1)
    await journal.record(attempt(), ok, credential)
    assert.equal((await lastUse())?.last_used_at, started + MINUTE)
    await journal.record(attempt({ ip: '2001:db8::1', client: 'Finder' }), ok, credential)
    assert.equal((await lastUse())?.last_ip, '2001:db8::1')
    // One sign-in for each program and place, not one for each request.
    assert.deepEqual(await bench.said(), ['gateway.sign_in ok', 'gateway.sign_in ok'])
  })

  it('tells the owner of a further network, not of the first, and once', async () => {
    await using bench = await changeBench(open)
    await using journal = new AdmissionJournal(bench.needs)
    const { anna, credential, ok } = await withPassword(bench)
    for (const ip of ['192.0.2.7', '192.0.2.8', '198.51.100.1', '198.51.100.2'])
      await journal.record(attempt({ ip }), ok, credential)
    const notices = await bench.store.tables.notices.listOf(anna.id)
    assert.deepEqual(
      notices.map(({ kind }) => kind),
      ['app_password_new_network'],
    )
    assert.match(notices[0]!.params, /198\.51\.100\.1/)
  })

  it('200 parallel uses while it is deleted never bring the row back', async () => {
    await using bench = await changeBench(open)
    await using journal = new AdmissionJournal(bench.needs)
    const { row, credential, ok, lastUse } = await withPassword(bench)
    const uses = Array.from(
      { length: 200 },
      async (_, i) => await journal.record(attempt({ ip: `10.0.0.${i}` }), ok, credential),
    )
    const revoked = await bench.store.tables.appPasswords.revoke(row.id, bench.clock.now(), 'anna')
    await Promise.all(uses)
    assert.ok(revoked)
    const after = await lastUse()
    assert.equal(after?.revoked_at, bench.clock.now())
    bench.clock.advance(MINUTE)
    await journal.record(attempt({ ip: '10.0.0.1' }), ok, credential)
    assert.deepEqual(await lastUse(), after)
    assert.equal(
      (await bench.store.credentials.find(Buffer.from(row.hash)))?.revokedAt,
      after?.revoked_at,
    )
  })

  it('a dead password that is still sent makes a line with what, from where and how often', async () => {
    await using bench = await changeBench(open)
    await using journal = new AdmissionJournal(bench.needs)
    const { anna, credential } = await withPassword(bench)
    const refused = { ok: false, reason: 'revoked' } as const
    for (let i = 0; i < 500; i++) await journal.record(attempt(), refused, credential) // never "busy"
    await journal.flush()
    const [line] = await bench.store.tables.appPasswords.staleUsesOf(anna.id, 0)
    assert.deepEqual([line?.uses, line?.ip, line?.client], [500, '192.0.2.7', 'rclone/1.60'])
    assert.deepEqual(await bench.said(), ['gateway.sign_in revoked', 'gateway.sign_in revoked'])
    const [last] = await bench.store.tables.audit.list({}, 1)
    assert.equal(last?.details['times'], 499)
  })

  it('wrong tries of one address have an end; every one is counted in the audit', async () => {
    await using bench = await changeBench(open)
    await using journal = new AdmissionJournal(bench.needs)
    const refused = { ok: false, reason: 'unknown' as Refusal } as const
    let busy = 0
    for (let i = 0; i < REFUSALS_A_MINUTE + 40; i++)
      try {
        await journal.record(attempt({ username: `user${i}` }), refused, null)
      } catch (thrown) {
        assert.equal((thrown as { code: string }).code, 'busy')
        busy++
      }
    assert.equal(busy, 40)
    await journal.record(attempt({ ip: '203.0.113.9' }), refused, null) // somebody else is not held up
    await journal.flush()
    const rows = await bench.store.tables.audit.list({}, 500)
    const times = rows.reduce((sum, { details }) => sum + Number(details['times']), 0)
    assert.equal(times, REFUSALS_A_MINUTE + 40 + 1)
    assert.ok(rows.length < REFUSALS_A_MINUTE)
    assert.ok(!JSON.stringify(rows).includes('not to be kept'))
  })

  if (kind === 'postgres')
    it('wrong tries of one address are counted over all nodes', async () => {
      await using bench = await changeBench(open)
      await using here = new AdmissionJournal(bench.needs)
      await using there = new AdmissionJournal(bench.needs)
      const refused = { ok: false, reason: 'unknown' as Refusal } as const
      const tries = Array.from({ length: REFUSALS_A_MINUTE + 10 }, (_, i) =>
        Promise.resolve(
          (i % 2 ? here : there).record(attempt({ username: `u${i}` }), refused, null),
        ),
      )
      const settled = await Promise.allSettled(tries)
      const busy = settled.filter(({ status }) => status === 'rejected')
      assert.equal(busy.length, 10)
      for (const { reason } of busy as PromiseRejectedResult[])
        assert.equal((reason as { code: string }).code, 'busy')
      bench.clock.advance(MINUTE)
      await here.record(attempt(), refused, null)
    })

  it('A28: what cannot be written lets nobody in, and what was counted is kept', async () => {
    await using bench = await changeBench(open)
    await using journal = new AdmissionJournal(bench.needs)
    const { credential, ok } = await withPassword(bench)
    await journal.record(attempt(), { ok: false, reason: 'mistyped' }, null)
    await journal.record(attempt(), { ok: false, reason: 'mistyped' }, null)
    await bench.store.db.schema.alterTable('audit').renameTo('audit_away').execute()
    await assert.rejects(async () => await journal.record(attempt(), ok, credential))
    await journal.flush()
    await bench.store.db.schema.alterTable('audit_away').renameTo('audit').execute()
    await journal.record(attempt(), ok, credential)
    await journal.flush()
    assert.deepEqual(await bench.said(), [
      'gateway.sign_in mistyped',
      'gateway.sign_in ok',
      'gateway.sign_in mistyped',
    ])
  })
})
