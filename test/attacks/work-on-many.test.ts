import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import { SECOND } from '#base/clock.ts'
import { beginBulk } from '#changes/bulk/begin.ts'
import { chainFault, EVERYBODY, jobOf, SETTINGS, workOf } from '../support/bulk.ts'
import { changeBench } from '../support/change-bench.ts'
import type { Client } from '../support/client.ts'
import { addPeople } from '../support/crowd.ts'
import { startProduct } from '../support/product.ts'
import { identityRow, newId, providerRow, userRow } from '../support/rows.ts'
import { forEachStore } from '../support/stores.ts'

async function done(ada: Client, body: object): Promise<string[]> {
  const { id } = await ada.call('POST /users/bulk', { body: body as never })
  for (;;) {
    const job = await ada.call('GET /users/bulk/:id', { params: { id } })
    if (job.state === 'done') return job.failures.map((one) => `${one.userName} ${one.reason}`)
    await setImmediate()
  }
}

describe('work on many users', () => {
  forEachStore((_, open) => {
    it('A28: does nothing that cannot be written down, and goes on when it can', async () => {
      await using bench = await changeBench(open)
      const { store } = bench
      await addPeople(store, 3, { appPasswords: 1 })
      const deed = { ...SETTINGS, contactMethodsAgain: false } as const
      const id = await beginBulk(bench.needs, bench.ada, deed, EVERYBODY)
      await sql`alter table audit rename to away`.execute(store.db)
      await assert.rejects(workOf(bench).run())
      const valid = async (): Promise<number> =>
        (await store.tables.appPasswords.nextEnding(0, Number.MAX_SAFE_INTEGER, 1)).total
      assert.equal(await valid(), 3)
      assert.deepEqual((await jobOf(bench, id)).counts, [4, 0, 0])
      await sql`alter table away rename to audit`.execute(store.db)
      bench.clock.advance(31 * SECOND)
      await workOf(bench).run()
      assert.equal(await valid(), 0)
      assert.equal(await chainFault(store), null)
    })
  })

  it('A23: leaves somebody who administrates: the last who can sign in is not disabled, demoted or deleted, alone or among many', async () => {
    await using product = await startProduct()
    const ada = await product.administrator()
    const { tables, db } = product.ground.store
    const me = (await ada.call('GET /me')).user.id
    const entra = providerRow('Entra')
    await db.insertInto('identity_provider').values(entra).execute()
    // Administrators by role, but none of them can sign in.
    const others = ['frozen', 'silent', 'untied'].map((name) =>
      userRow(name, { role: 'administrator', source: entra.id }),
    )
    for (const row of others) await tables.users.insert(row)
    const [frozen, silent] = others
    await tables.identities.insert(identityRow(frozen!, entra, { state: 'frozen' }))
    await tables.identities.insert(identityRow(silent!, entra, { alive_until: 1 }))
    const params = { id: me }
    for (const refused of [
      await ada.refused('POST /users/:id/disable', { params }),
      await ada.refused('PATCH /users/:id', { params, body: { role: 'auditor' } }),
      await ada.refused('PATCH /users/:id', { params, body: { role: 'user' } }),
      await ada.refused('DELETE /users/:id', { params }),
    ])
      assert.equal(refused.fields[0]?.fault, 'last_administrator')
    assert.deepEqual(await done(ada, { deed: 'disable', all: true }), ['ada yourself'])
    assert.equal((await ada.call('GET /session')).stage, 'full')
    assert.equal((await ada.call('GET /session')).setUpOpen, false)
  })

  it('A10: reaches nobody who was not selected, whatever is sent as an id or a filter', async () => {
    await using product = await startProduct()
    const ada = await product.administrator()
    const anna = await product.person(ada, 'anna')
    const bert = await product.person(ada, 'bert')
    const hostile = ["' or '1'='1", '%', '*', `${anna.userId}' --`, newId()]
    const failures = await done(ada, { deed: 'disable', ids: hostile })
    assert.equal(failures.length, hostile.length)
    for (const search of ["' or 1=1 --", '%', '_', '\\']) {
      const refused = await ada.refused('POST /users/bulk', {
        body: { deed: 'disable', all: true, search },
      })
      assert.equal(refused.code, 'invalid', search)
    }
    for (const person of [anna, bert])
      assert.equal((await person.call('GET /session')).stage, 'full')
    const [job] = await ada.call('GET /users/bulk')
    const params = { id: job!.id }
    assert.equal((await anna.refused('GET /users/bulk/:id', { params })).code, 'forbidden')
    assert.equal((await anna.refused('GET /users/bulk')).code, 'forbidden')
    assert.equal((await anna.refused('GET /users', { query: { group: 'x' } })).code, 'forbidden')
  })
})
