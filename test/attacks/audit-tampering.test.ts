/**
 * A27: an audit that somebody with the database in hand changes.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { fixedClock, MINUTE, systemClock } from '#base/clock.ts'
import { createLog, silentLog } from '#base/log.ts'
import { AuditAnchorFile } from '#changes/audit-anchor.ts'
import { checkAudit, checkAuditTail } from '#changes/audit-check.ts'
import { GENESIS, type AuditRow } from '#domain/audit.ts'
import type { Store } from '#store/store.ts'
import { auditEvent } from '../support/rows.ts'
import { forEachStore, newPlace, openTestStore, TEST_KEYS, type Open } from '../support/stores.ts'

/** A store with nine rows in its audit, anchored, as a server leaves it. */
async function audited(open: Open, clock = systemClock) {
  const folder = mkdtempSync(path.join(tmpdir(), 'passerelle-a27-'))
  const store = await open({ clock })
  const lines: string[] = []
  const log = createLog((line) => void lines.push(line), clock, 'debug')
  const hashAt = async (seq: number) => await store.tables.audit.hashAt(seq)
  const file = path.join(folder, 'audit.anchor')
  const start = async () =>
    await AuditAnchorFile.open(file, { keyring: TEST_KEYS, clock, log, hashAt })
  const anchor = await start()
  for (let i = 1; i <= 9; i++)
    anchor.moved(await store.tables.audit.append(auditEvent({ client: `${i}` })))
  await anchor.flush()
  return {
    store,
    anchor,
    start,
    lines,
    log,
    check: { tables: store.tables, keyring: TEST_KEYS, anchor },
    [Symbol.asyncDispose]: async () => {
      await anchor[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const run = async (store: Store, text: string): Promise<void> =>
  void (await sql.raw(text).execute(store.db))

/** What a person with a database console would do, and the first row at which it shows. */
const TAMPERINGS: Record<string, { statements: string[]; seq: number; fault: string }> = {
  'another person': {
    statements: ["update audit set actor_name = 'eve' where seq = 4"],
    seq: 4,
    fault: 'changed',
  },
  'another id': {
    statements: ["update audit set actor_id = 'x' where seq = 1"],
    seq: 1,
    fault: 'changed',
  },
  'another kind of actor': {
    statements: ["update audit set actor_kind = 'system' where seq = 2"],
    seq: 2,
    fault: 'changed',
  },
  'another time': {
    statements: ['update audit set at = at + 1 where seq = 9'],
    seq: 9,
    fault: 'changed',
  },
  'another address': {
    statements: ['update audit set ip = null where seq = 4'],
    seq: 4,
    fault: 'changed',
  },
  'another client': {
    statements: ["update audit set client = 'x' where seq = 4"],
    seq: 4,
    fault: 'changed',
  },
  'another action': {
    statements: ["update audit set action = 'user.create' where seq = 4"],
    seq: 4,
    fault: 'changed',
  },
  'another target': {
    statements: ["update audit set target_id = 'x' where seq = 4"],
    seq: 4,
    fault: 'changed',
  },
  'another outcome': {
    statements: ["update audit set outcome = 'refused' where seq = 4"],
    seq: 4,
    fault: 'changed',
  },
  'a reason': {
    statements: ["update audit set reason = 'x' where seq = 4"],
    seq: 4,
    fault: 'changed',
  },
  'other details': {
    statements: ["update audit set details = '{}' where seq = 4"],
    seq: 4,
    fault: 'changed',
  },
  'another key': {
    statements: ["update audit set key_id = 'k2' where seq = 4"],
    seq: 4,
    fault: 'changed',
  },
  'another hash': {
    statements: [`update audit set hash = '${GENESIS}' where seq = 4`],
    seq: 4,
    fault: 'changed',
  },
  'a row less': { statements: ['delete from audit where seq = 4'], seq: 4, fault: 'missing' },
  'the first row less': {
    statements: ['delete from audit where seq = 1'],
    seq: 1,
    fault: 'missing',
  },
  'a row less, and the rest moved up': {
    statements: [
      'delete from audit where seq = 4',
      ...[5, 6, 7, 8, 9].map((n) => `update audit set seq = ${n - 1} where seq = ${n}`),
    ],
    seq: 4,
    fault: 'changed',
  },
  'rows that changed places': {
    statements: [
      'update audit set seq = 99 where seq = 4',
      'update audit set seq = 4 where seq = 5',
      'update audit set seq = 5 where seq = 99',
    ],
    seq: 4,
    fault: 'changed',
  },
  'a copy of a row at the end': {
    statements: [
      `insert into audit select 10, at, actor_kind, actor_id, actor_name, ip, client, action, target_kind, target_id, target_name, outcome, reason, details, key_id, hash from audit where seq = 9`,
    ],
    seq: 10,
    fault: 'changed',
  },
  'the end cut off': { statements: ['delete from audit where seq > 6'], seq: 7, fault: 'cut_off' },
  'the end cut off, and the head moved back': {
    statements: [
      'delete from audit where seq > 6',
      'update audit_head set seq = 6, hash = (select hash from audit where seq = 6)',
    ],
    seq: 7,
    fault: 'cut_off',
  },
  'everything cut off': {
    statements: ['delete from audit', `update audit_head set seq = 0, hash = '${GENESIS}'`],
    seq: 1,
    fault: 'cut_off',
  },
  'another hash of the head': {
    statements: [`update audit_head set hash = '${GENESIS}'`],
    seq: 9,
    fault: 'changed',
  },
}

describe('A27: an audit that was changed', () => {
  forEachStore((name, open) => {
    for (const [what, { statements, seq, fault }] of Object.entries(TAMPERINGS))
      it(`A27: ${what} is found by the next check, and by every one after it`, async () => {
        await using here = await audited(open)
        assert.equal((await checkAudit(here.check)).fault, null)
        for (const statement of statements) await run(here.store, statement)
        for (let check = 0; check < 2; check++)
          assert.deepEqual((await checkAudit(here.check)).fault, { seq, fault })
      })

    it('A27: a cut end is found at start, stays found while the server goes on, and shows in the log', async () => {
      await using here = await audited(open)
      for (const statement of TAMPERINGS['the end cut off, and the head moved back']!.statements)
        await run(here.store, statement)
      await using anchor = await here.start()
      const check = { ...here.check, anchor }
      assert.deepEqual(await checkAuditTail(check, here.log), { seq: 7, fault: 'cut_off' })
      assert.ok(here.lines.some((line) => /"level":"error".*audit\.chain_broken/.test(line)))
      // The chain grows beyond where it was, all of it fitting; the anchor does not follow.
      for (let i = 0; i < 9; i++) anchor.moved(await here.store.tables.audit.append(auditEvent()))
      await anchor.flush()
      assert.deepEqual((await checkAudit(check)).fault, { seq: 9, fault: 'changed' })
      await using later = await here.start()
      const again = await checkAuditTail({ ...check, anchor: later }, here.log)
      assert.deepEqual(again, { seq: 9, fault: 'changed' })
    })

    it('A27: an end that is cut off under a running server, and regrown, does not pull the anchor along', async () => {
      await using here = await audited(open)
      for (const statement of TAMPERINGS['the end cut off, and the head moved back']!.statements)
        await run(here.store, statement)
      for (let i = 0; i < 9; i++)
        here.anchor.moved(await here.store.tables.audit.append(auditEvent()))
      await here.anchor.flush()
      assert.equal(here.anchor.kept?.seq, 9)
      assert.ok(here.lines.some((line) => line.includes('audit.chain_broken')))
      assert.deepEqual((await checkAudit(here.check)).fault, { seq: 9, fault: 'changed' })
    })

    it('A27: an older state of the whole database is found at start', async () => {
      await using here = await audited(open)
      await using place = await newPlace(name)
      await using older = await openTestStore(name, { at: place.address })
      const rows: AuditRow[] = []
      for await (const row of here.store.tables.audit.all()) if (row.seq <= 5) rows.push(row)
      const copied = await here.store.db
        .selectFrom('audit')
        .selectAll()
        .where('seq', '<=', 5)
        .execute()
      await older.db.insertInto('audit').values(copied).execute()
      await older.db.updateTable('audit_head').set({ seq: 5, hash: rows[4]!.hash }).execute()
      await using anchor = await here.start()
      const check = { tables: older.tables, keyring: TEST_KEYS, anchor }
      assert.deepEqual(await checkAuditTail(check, silentLog), { seq: 6, fault: 'cut_off' })
    })

    it('A27: a clock that is set back changes no order and breaks nothing', async () => {
      const clock = fixedClock('2026-11-20T12:00:00Z')
      await using here = await audited(open, clock)
      clock.advance(-90 * MINUTE)
      const head = await here.store.tables.audit.append(auditEvent())
      here.anchor.moved(head)
      await here.anchor.flush()
      assert.equal(here.anchor.kept?.seq, 10)
      assert.equal((await checkAudit(here.check)).fault, null)
      const [first, second] = await here.store.tables.audit.list({}, 2)
      assert.deepEqual([first?.seq, second?.seq], [10, 9])
      assert.ok(first!.at < second!.at) // as it was: nothing pretends that time went on
    })
  })
})
