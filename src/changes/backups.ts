/**
 * Backup and restore as changes: written down, and the audit goes on where the backup ended.
 */
import { closeSetUp } from '#identity/one-time-link.ts'
import { verifyChain, type ChainFault } from '#domain/audit.ts'
import { backup } from '#store/backup.ts'
import type { Counts } from '#store/backup-file.ts'
import { restore } from '#store/restore.ts'
import type { Store, Tables } from '#store/store.ts'
import { checkKeys, keyFits } from '#vault/key-check.ts'
import type { Keyring } from '#vault/keyring.ts'
import type { AuditAnchorFile } from './audit-anchor.ts'
import { change, type Caller, type DoorNeeds } from './door.ts'

export type BackupNeeds = Omit<DoorNeeds, 'store'> & {
  readonly store: Store
  readonly keyring: Keyring
  readonly anchor: Pick<AuditAnchorFile, 'kept' | 'accept'>
}

/**
 * Writes a backup while everybody goes on working. The event stands in it.
 * @param file must not be there yet
 * @returns how many rows of each table
 * @throws Problem `conflict` when the file is there
 */
export async function backUp(needs: BackupNeeds, caller: Caller, file: string): Promise<Counts> {
  const said = {
    action: 'store.backup',
    target: { kind: 'backup', id: null, name: file },
  } as const
  await change(needs, caller, said, async () => {})
  return await backup(needs.store, needs.keyring, file, needs.clock.now())
}

export type Restored = {
  readonly createdAt: string
  readonly rows: Counts
  /** The audit in the backup was not whole when the backup was made. */
  readonly fault: ChainFault | null
}

/**
 * Puts a backup in the place of what is in the database, whole or not at all. No server may run.
 *
 * The set-up of a first administrator stays closed whatever the backup says: who needs one uses
 * `passerelle admin recover`. Everybody signs in again; what was revoked after the backup is valid
 * again, and the event says from when the backup is.
 * @param replaces whether users who are in the database may go
 * @throws Problem `invalid` (not a backup, changed, another master key), `conflict` (not empty)
 */
export async function restoreBackup(
  needs: BackupNeeds,
  caller: Caller,
  file: string,
  { replaces }: { replaces: boolean },
): Promise<Restored> {
  const { store, keyring, clock, anchor } = needs
  const anchored = anchor.kept?.seq ?? null
  let fault: ChainFault | null = null
  const { header, rows } = await restore(store, keyring, file, {
    replaces,
    fits: (id, check) => keyFits(keyring, id, check),
    finally: async (tables, { createdAt }) => {
      await checkKeys(tables.meta, keyring)
      fault = await faultOf(tables, keyring)
      await closeSetUp(tables, clock.now())
      // A token that was spent since says nothing about its person.
      await tables.identityChecks.doubtAll()
      await tables.audit.append({
        actor: caller.actor,
        ip: caller.ip,
        client: caller.client,
        action: 'store.restore',
        target: { kind: 'backup', id: null, name: file },
        outcome: 'ok',
        reason: null,
        details: { created_at: createdAt, anchored, fault: fault?.fault ?? null },
      })
    },
  })
  // The chain is shorter than the anchor says, and that is right: the event above says why.
  await anchor.accept(await store.tables.audit.head())
  return { createdAt: header.createdAt, rows, fault }
}

async function faultOf(
  tables: Pick<Tables, 'audit'>,
  keyring: Keyring,
): Promise<ChainFault | null> {
  const keyOf = (id: string) => (keyring.has(id) ? keyring.key('audit', id) : null)
  const head = await tables.audit.head()
  return (await verifyChain(tables.audit.all(), keyOf, [head])).fault
}
