/**
 * A28: an audit that cannot be written: nobody is let in, and nothing is changed.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { AdmissionJournal } from '#changes/admission-journal.ts'
import { createAppPassword, revokeAppPassword } from '#changes/app-passwords.ts'
import { checkAudit } from '#changes/audit-check.ts'
import { admission } from '#domain/admission.ts'
import { grouped } from '#domain/app-password.ts'
import { INITIAL_SETTINGS } from '#domain/policy.ts'
import type { Store } from '#store/store.ts'
import { levelsOf } from '../support/levels.ts'
import { callerOf, changeBench } from '../support/change-bench.ts'
import { auditEvent } from '../support/rows.ts'
import { forEachStore, newPlace, openTestStore, TEST_KEYS } from '../support/stores.ts'

const run = async (store: Store, text: string): Promise<void> =>
  void (await sql.raw(text).execute(store.db))

/** Makes the audit refuse rows, as that fault would; answers how to end it. */
type Fault = (store: Store) => Promise<() => Promise<void>>

const sqliteFull: Fault = async ({ sqlite, tables }) => {
  const { page_count } = sqlite!.prepare('pragma page_count').get()!
  sqlite!.exec(`pragma max_page_count = ${Number(page_count)}`)
  // What is free inside the pages is used up: by large rows, then by small ones.
  for (const length of [2000, 200, 0])
    await assert.rejects(async () => {
      for (;;) await tables.audit.append(auditEvent({ details: { pad: 'x'.repeat(length) } }))
    })
  return async () => sqlite!.exec('pragma max_page_count = 1000000')
}
const sqliteReadOnly: Fault = async ({ sqlite }) => {
  sqlite!.exec('pragma query_only = on')
  return async () => sqlite!.exec('pragma query_only = off')
}
const postgresRaises =
  (code: string): Fault =>
  async (store) => {
    await run(
      store,
      `create function refuse() returns trigger language plpgsql as
       $$ begin raise exception 'no' using errcode = '${code}'; end $$`,
    )
    await run(
      store,
      'create trigger refuse before insert on audit for each row execute function refuse()',
    )
    return async () => await run(store, 'drop trigger refuse on audit')
  }

const FAULTS: Record<'sqlite' | 'postgres', Record<string, Fault>> = {
  sqlite: { full: sqliteFull, 'read-only': sqliteReadOnly },
  postgres: {
    full: postgresRaises('53100'),
    'read-only': postgresRaises('25006'),
    failing: postgresRaises('58030'),
  },
}

// At once: some only wait until a database has waited for long enough.
describe('A28: an audit that cannot be written', { concurrency: true }, () => {
  forEachStore((name, open) => {
    for (const [what, fault] of Object.entries(FAULTS[name]))
      it(`A28: ${what}: nobody is let in, nothing is changed, and it goes on afterwards`, async () => {
        await using bench = await changeBench(open)
        const { store, needs } = bench
        const anna = await bench.add('anna')
        const caller = callerOf(anna)
        const wanted = { name: 'Outlook', application: 'network_drive' } as const
        const create = async (title: string) =>
          await createAppPassword(needs, caller, anna, { ...wanted, name: title }, INITIAL_SETTINGS)
        const { row, password } = await create('Outlook')
        await using journal = new AdmissionJournal(needs)
        const admit = admission({
          hashesOf: (canonical) => TEST_KEYS.hashes('app-password', canonical),
          find: (hash) => store.credentials.find(hash),
          mailboxes: (userId, typed) => store.credentials.mailboxes(userId, typed),
          levels: levelsOf,
          record: (attempt, signIn, credential) => journal.record(attempt, signIn, credential),
          clock: bench.clock,
        })
        const attempt = (typed: string) => ({
          username: 'anna',
          password: new Secret(typed),
          gateway: 'drive' as const,
          ip: '192.0.2.7',
          client: 'rclone',
        })
        const end = await fault(store)
        const said = await bench.said()
        const unavailable = (thrown: unknown): boolean =>
          thrown instanceof Problem && thrown.code === 'unavailable'
        for (let i = 0; i < 3; i++) {
          await assert.rejects(admit(attempt(grouped(password))), unavailable)
          const refused = await admit(attempt('a wrong main password')).catch((thrown: unknown) => {
            assert.ok(unavailable(thrown))
            return { ok: false }
          })
          assert.equal(refused.ok, false)
          await assert.rejects(revokeAppPassword(needs, caller, anna, row.id), unavailable)
          await assert.rejects(create(`Phone ${i}`), unavailable)
        }
        assert.equal((await store.tables.appPasswords.findById(row.id))?.revoked_at, null)
        assert.equal((await store.tables.appPasswords.listOf(anna.id, 0)).length, 1)
        assert.deepEqual(await bench.said(), said)

        await end()
        assert.equal((await admit(attempt(grouped(password)))).ok, true)
        await revokeAppPassword(needs, caller, anna, row.id)
        assert.equal((await admit(attempt(grouped(password)))).ok, false)
        const check = { tables: store.tables, keyring: TEST_KEYS, anchor: null }
        assert.equal((await checkAudit(check)).fault, null)
        // Refusals that could not be written were counted, and are written now: all three.
        await journal.flush()
        const rows = await store.tables.audit.list({ action: 'gateway.sign_in' }, 100)
        const counted = (why: string): number =>
          rows.reduce((sum, r) => sum + (r.reason === why ? Number(r.details['times']) : 0), 0)
        assert.equal(counted('not_an_app_password'), 3)
        assert.equal(counted('revoked'), 1)
      })

    it('A28: blocked: whoever waits for long is told to come again, and nothing happened', async () => {
      await using place = await newPlace(name)
      await using holder = await openTestStore(name, { at: place.address })
      await using bench = await changeBench(
        async (options) => await openTestStore(name, { ...options, at: place.address }),
      )
      const anna = await bench.add('anna')
      const holds = Promise.withResolvers<void>()
      const ends = Promise.withResolvers<void>()
      const holding = holder.transaction(async (tables) => {
        await tables.audit.append(auditEvent())
        holds.resolve()
        await ends.promise
      })
      await holds.promise
      const wanted = { name: 'Outlook', application: 'network_drive' } as const
      const create = async () =>
        await createAppPassword(bench.needs, callerOf(anna), anna, wanted, INITIAL_SETTINGS)
      await assert.rejects(
        create(),
        (thrown) => thrown instanceof Problem && thrown.code === 'unavailable',
      )
      assert.deepEqual(await bench.store.tables.appPasswords.listOf(anna.id, 0), [])
      ends.resolve()
      await holding
      await create()
      assert.deepEqual(await bench.said(), ['user.update ok', 'app_password.create ok'])
    })
  })
})
