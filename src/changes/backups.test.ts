import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { isSetUpOpen } from '#identity/one-time-link.ts'
import type { Store } from '#store/store.ts'
import { changeBench, type ChangeBench } from '../../test/support/change-bench.ts'
import { auditEvent, identityRow, NOON, providerRow, userRow } from '../../test/support/rows.ts'
import { forEachStore, TEST_KEYS, type Open } from '../../test/support/stores.ts'
import { AuditAnchorFile } from './audit-anchor.ts'
import { checkAudit, checkAuditTail } from './audit-check.ts'
import { backUp, restoreBackup, type BackupNeeds } from './backups.ts'
import type { Caller } from './door.ts'

const OPERATOR: Caller = {
  actor: { kind: 'operator', id: null, name: 'root' },
  role: 'operator',
  ip: null,
  client: 'passerelle',
  sessionId: null,
}

async function host(open: Open): Promise<Host> {
  const bench = await changeBench(open)
  const folder = mkdtempSync(path.join(tmpdir(), 'passerelle-backups-'))
  const { store } = bench
  const needs = {
    ...bench.needs,
    hashAt: async (seq: number) => await store.tables.audit.hashAt(seq),
  }
  const anchor = await AuditAnchorFile.open(path.join(folder, 'audit.anchor'), needs)
  return {
    bench,
    store,
    file: path.join(folder, 'b.gz'),
    needs: { ...bench.needs, anchor },
    anchor,
    check: { tables: store.tables, keyring: TEST_KEYS, anchor },
    [Symbol.asyncDispose]: async () => {
      await anchor[Symbol.asyncDispose]()
      await bench[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

type Host = AsyncDisposable & {
  bench: ChangeBench
  store: Store
  file: string
  needs: BackupNeeds
  anchor: AuditAnchorFile
  check: Parameters<typeof checkAudit>[0]
}

describe('backup and restore', () => {
  forEachStore((_, open) => {
    it('are events of the audit, which goes on where the backup ended', async () => {
      await using here = await host(open)
      const { bench, store, anchor } = here
      await store.tables.audit.append(auditEvent())
      const rows = await backUp(here.needs, OPERATOR, here.file)
      assert.equal(rows['audit'], 2) // the event of the backup is in the backup
      for (let i = 0; i < 5; i++) await store.tables.audit.append(auditEvent())
      anchor.moved(await store.tables.audit.head())
      await anchor.flush()

      const restored = await restoreBackup(here.needs, OPERATOR, here.file, { replaces: true })
      assert.deepEqual([restored.fault, restored.rows['audit']], [null, 2])
      assert.deepEqual(await bench.said(), [
        'user.update ok',
        'store.backup ok',
        'store.restore ok',
      ])
      const [event] = await store.tables.audit.list({}, 1)
      assert.deepEqual(event?.actor, OPERATOR.actor)
      assert.deepEqual(event?.details, { created_at: restored.createdAt, anchored: 7, fault: null })
      assert.equal(anchor.kept?.seq, 3)
      assert.equal(await checkAuditTail(here.check, bench.needs.log), null)
      assert.deepEqual((await checkAudit(here.check)).fault, null)
    })

    it('A23: a backup from before the set-up does not open it again', async () => {
      await using here = await host(open)
      const { tables } = here.store
      assert.ok(await isSetUpOpen(tables))
      await backUp(here.needs, OPERATOR, here.file)
      await restoreBackup(here.needs, OPERATOR, here.file, { replaces: true })
      assert.ok(!(await isSetUpOpen(tables)))
    })

    it('V07: a token for asking about a person may have been spent since the backup', async () => {
      await using here = await host(open)
      const { store } = here
      const provider = providerRow('Company')
      const user = userRow('eve', { source: provider.id })
      const token = { refresh_token: Buffer.from('sealed'), next_check_at: NOON }
      await store.tables.identityProviders.insert(provider)
      await store.tables.users.insert(user)
      await store.tables.identities.insert(identityRow(user, provider, token))
      await backUp(here.needs, OPERATOR, here.file)
      await restoreBackup(here.needs, OPERATOR, here.file, { replaces: true })
      const claim = { now: NOON, checker: 'node', forMs: 1000, most: 1 }
      const [claimed] = await store.tables.identityChecks.claim(provider.id, claim)
      assert.equal(claimed?.doubted, true)
    })

    it('a refused restore changes nothing, the anchor included', async () => {
      await using here = await host(open)
      await backUp(here.needs, OPERATOR, here.file)
      await here.store.tables.users.insert(userRow('later'))
      await here.store.tables.audit.append(auditEvent())
      here.anchor.moved(await here.store.tables.audit.head())
      await here.anchor.flush()
      const kept = here.anchor.kept
      await assert.rejects(
        restoreBackup(here.needs, OPERATOR, here.file, { replaces: false }),
        /not empty/,
      )
      assert.deepEqual(here.anchor.kept, kept)
      assert.ok(await here.store.tables.users.findByKey('later'))
      assert.equal((await checkAudit(here.check)).rows, 2)
    })

    it('a backup of an audit that was not whole comes back, and says so', async () => {
      await using here = await host(open)
      for (let i = 0; i < 3; i++) await here.store.tables.audit.append(auditEvent())
      await here.store.db.updateTable('audit').set({ client: 'x' }).where('seq', '=', 2).execute()
      await backUp(here.needs, OPERATOR, here.file)
      const { fault } = await restoreBackup(here.needs, OPERATOR, here.file, { replaces: true })
      assert.deepEqual(fault, { seq: 2, fault: 'changed' })
      const [event] = await here.store.tables.audit.list({}, 1)
      assert.equal(event?.details['fault'], 'changed')
    })
  })
})
