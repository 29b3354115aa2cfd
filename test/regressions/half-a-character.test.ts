/**
 * The hole: a user name was cut at 64 for the audit, in the middle of a character outside the basic
 * plane. The half that was left went into the hash of the row, but no database gives it back, so the
 * row never fitted its hash again.
 *
 * The attack: anybody sends 63 letters and an emoji as the user name, once, without a password. From
 * then on the audit is reported as changed, and a real change hides behind it.
 *
 * What holds: whatever is written into the audit is text that comes back as it was.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Secret } from '#base/secret.ts'
import { AdmissionJournal } from '#changes/admission-journal.ts'
import { checkAudit } from '#changes/audit-check.ts'
import { admission } from '#domain/admission.ts'
import { levelsOf } from '../support/levels.ts'
import { changeBench } from '../support/change-bench.ts'
import { forEachStore, TEST_KEYS } from '../support/stores.ts'

describe('a user name that is cut in the middle of a character', () => {
  forEachStore((_, open) => {
    it('leaves the audit whole', async () => {
      await using bench = await changeBench(open)
      await using journal = new AdmissionJournal(bench.needs)
      const admit = admission({
        hashesOf: (canonical) => TEST_KEYS.hashes('app-password', canonical),
        find: (hash) => bench.store.credentials.find(hash),
        mailboxes: (userId, typed) => bench.store.credentials.mailboxes(userId, typed),
        levels: levelsOf,
        record: (attempt, signIn, credential) => journal.record(attempt, signIn, credential),
        clock: bench.clock,
      })
      for (const username of [`${'a'.repeat(63)}\u{1f600}`, `${'b'.repeat(63)}\ud83d`, '\udc00'])
        await admit({
          username,
          password: new Secret('rhubarb'),
          gateway: 'drive',
          ip: '192.0.2.7',
          client: `${'c'.repeat(199)}\u{1f600}`.slice(0, 200),
        })
      const { tables } = bench.store
      const checked = await checkAudit({ tables, keyring: TEST_KEYS, anchor: null })
      assert.deepEqual([checked.fault, checked.rows], [null, 3])
      const [row] = await tables.audit.list({ search: 'aaaa' }, 1)
      assert.equal(row?.actor.name, `${'a'.repeat(63)}\u{fffd}`)
    })
  })
})
