import assert from 'node:assert/strict'
import { it } from 'node:test'
import { deadAmong } from '#domain/admission.ts'
import { callerOf, changeBench } from '../../test/support/change-bench.ts'
import { levelsOf } from '../../test/support/levels.ts'
import { appPasswordRow, secondFactorRow, sessionRow } from '../../test/support/rows.ts'
import { forEachStore } from '../../test/support/stores.ts'
import {
  createUser,
  deleteUser,
  disableUser,
  enableUser,
  endSessions,
  resetSecondFactors,
  updateUser,
} from './users.ts'

const wanted = (name: string, email = `${name}@example.org`) =>
  ({ name, email, role: 'user', language: 'fr' }) as const

forEachStore((_, open) => {
  it('a name or an e-mail belongs to one person, in any case and width, names and e-mails together', async () => {
    await using bench = await changeBench(open)
    await createUser(bench.needs, bench.ada, wanted('Anna'))
    for (const taken of [
      wanted('ANNA', 'x@example.org'),
      wanted('\uff41nna', 'x@example.org'),
      wanted('b', 'Anna@Example.org'),
      wanted('anna@example.org', 'y@example.org'),
    ])
      await assert.rejects(createUser(bench.needs, bench.ada, taken), { code: 'conflict' })
  })

  it('the last administrator stays: not disabled, not deleted, not demoted', async () => {
    await using bench = await changeBench(open)
    const id = bench.ada.actor.id!
    for (const doing of [
      () => disableUser(bench.needs, bench.ada, id),
      () => deleteUser(bench.needs, bench.ada, id),
      () => updateUser(bench.needs, bench.ada, id, { role: 'user' }),
    ])
      await assert.rejects(doing(), { code: 'conflict' })
  })

  it('of two administrators who remove each other at once, one stays', async () => {
    await using bench = await changeBench(open)
    const eve = await bench.add('eve', { role: 'administrator' })
    const results = await Promise.allSettled([
      disableUser(bench.needs, bench.ada, eve.id),
      updateUser(bench.needs, callerOf(eve), bench.ada.actor.id!, { role: 'user' }),
    ])
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  })

  it('disabling ends sessions at once; enabling opens application passwords again', async () => {
    await using bench = await changeBench(open)
    const anna = await bench.add('anna', { password_hash: 'x' })
    const row = appPasswordRow(anna, 'rclone')
    await bench.store.tables.appPasswords.insert(row)
    await bench.store.tables.sessions.insert(sessionRow(anna))
    await disableUser(bench.needs, bench.ada, anna.id)
    assert.deepEqual(await bench.store.tables.sessions.listOf(anna.id, 0), [])
    const { credentials } = bench.store
    const judgeAgain = deadAmong({
      byIds: (ids) => credentials.byIds(ids),
      levels: levelsOf,
      clock: bench.clock,
    })
    const use = { appPasswordId: row.id, gateway: 'drive', ip: '192.0.2.1' } as const
    assert.deepEqual(await judgeAgain([use]), [use])
    await enableUser(bench.needs, bench.ada, anna.id)
    assert.deepEqual(await judgeAgain([use]), [])
    assert.equal((await bench.store.tables.users.find(anna.id))?.state, 'active')
  })

  it('who never accepted the invitation is invited again, not active', async () => {
    await using bench = await changeBench(open)
    const anna = await createUser(bench.needs, bench.ada, wanted('anna'))
    await disableUser(bench.needs, bench.ada, anna.id)
    await enableUser(bench.needs, bench.ada, anna.id)
    assert.equal((await bench.store.tables.users.find(anna.id))?.state, 'invited')
  })

  it('A12: deleting takes everything along; a new user of the same name starts with nothing', async () => {
    await using bench = await changeBench(open)
    const { appPasswords, secondFactors } = bench.store.tables
    const anna = await bench.add('anna')
    const row = appPasswordRow(anna, 'rclone')
    await appPasswords.insert(row)
    await secondFactors.insert(secondFactorRow(anna))
    await deleteUser(bench.needs, bench.ada, anna.id)
    const again = await createUser(bench.needs, bench.ada, wanted('anna'))
    assert.notEqual(again.id, anna.id)
    assert.equal(await bench.store.credentials.find(Buffer.from(row.hash)), null)
    assert.deepEqual(await secondFactors.listOf(again.id), [])
  })

  it('a person changes the own shown name and language, and nothing else', async () => {
    await using bench = await changeBench(open)
    const anna = await bench.add('anna')
    const bert = await bench.add('bert')
    await updateUser(bench.needs, callerOf(anna), anna.id, {
      displayName: 'Anna B.',
      language: 'fr',
    })
    for (const more of [
      { email: 'a@b.example' },
      { role: 'administrator' as const },
      { quotaBytes: 0 },
    ])
      await assert.rejects(updateUser(bench.needs, callerOf(anna), anna.id, more), {
        code: 'forbidden',
      })
    await assert.rejects(updateUser(bench.needs, callerOf(anna), bert.id, { language: 'fr' }), {
      code: 'forbidden',
    })
    const now = await bench.store.tables.users.find(anna.id)
    assert.deepEqual(
      [now?.display_name, now?.language, now?.role, now?.updated_by],
      ['Anna B.', 'fr', 'user', 'anna'],
    )
  })

  it('taking the factors away ends the sessions and tells the person', async () => {
    await using bench = await changeBench(open)
    const anna = await bench.add('anna')
    await bench.store.tables.secondFactors.insert(secondFactorRow(anna))
    await bench.store.tables.sessions.insert(sessionRow(anna))
    await resetSecondFactors(bench.needs, bench.ada, anna.id)
    assert.deepEqual(await bench.store.tables.secondFactors.listOf(anna.id), [])
    assert.deepEqual(await bench.store.tables.sessions.listOf(anna.id, 0), [])
    assert.equal(
      (await bench.store.tables.notices.listOf(anna.id))[0]?.kind,
      'second_factor_deleted',
    )
  })

  it('ends one session, or all but one; never one of somebody else', async () => {
    await using bench = await changeBench(open)
    const { sessions } = bench.store.tables
    const anna = await bench.add('anna')
    const bert = await bench.add('bert')
    const [a, b, c, other] = [
      sessionRow(anna),
      sessionRow(anna),
      sessionRow(anna),
      sessionRow(bert),
    ]
    for (const row of [a, b, c, other]) await sessions.insert(row)
    const caller = callerOf(anna)
    await assert.rejects(endSessions(bench.needs, caller, anna, { id: other.id }), {
      code: 'not_found',
    })
    await endSessions(bench.needs, caller, anna, { id: a.id })
    await endSessions(bench.needs, caller, anna, { except: b.id })
    assert.deepEqual(
      (await sessions.listOf(anna.id, 0)).map(({ id }) => id),
      [b.id],
    )
    assert.equal((await sessions.listOf(bert.id, 0)).length, 1)
  })
})
