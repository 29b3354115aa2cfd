/**
 * The check of the audit: the chain against itself, against the end that the database claims, and
 * against the anchor outside the database.
 */
import type { Log } from '#base/log.ts'
import { verifyChain, type AuditAnchor, type AuditRow, type ChainFault } from '#domain/audit.ts'
import type { Tables } from '#store/store.ts'
import type { Keyring } from '#vault/keyring.ts'
import type { AuditAnchorFile } from './audit-anchor.ts'

export type CheckNeeds = {
  readonly tables: Pick<Tables, 'audit'>
  readonly keyring: Keyring
  readonly anchor: Pick<AuditAnchorFile, 'kept' | 'freeze'> | null
}
export type Checked = {
  readonly rows: number
  readonly fault: ChainFault | null
  readonly anchor: AuditAnchor | null
}

/** Every row, from the first. Rows that are added meanwhile are checked too. */
export async function checkAudit(needs: CheckNeeds): Promise<Checked> {
  const { tables, keyring, anchor } = needs
  const kept = anchor?.kept ?? null
  const anchors = [await tables.audit.head(), ...(kept ? [kept] : [])]
  const { rows, fault } = await verifyChain(tables.audit.all(), keyOf(keyring), anchors)
  if (fault) anchor?.freeze()
  return { rows, fault, anchor: kept }
}

/**
 * At start: only what was written since the anchor, so that it takes no time. A fault does not keep
 * the server from starting, or whoever can cut a table could stop the company; it is shouted, and
 * the anchor stays as it is, so that every later check finds the fault again.
 */
export async function checkAuditTail(needs: CheckNeeds, log: Log): Promise<ChainFault | null> {
  const kept = needs.anchor?.kept
  if (!kept || kept.seq === 0) return null
  const fault = await tailFault(needs, kept)
  if (fault) {
    needs.anchor?.freeze()
    log.error('audit.chain_broken', { seq: fault.seq, fault: fault.fault, anchor: kept.seq })
  }
  return fault
}

async function tailFault(
  { tables, keyring }: CheckNeeds,
  kept: AuditAnchor,
): Promise<ChainFault | null> {
  const head = await tables.audit.head()
  const rows = tables.audit.all(kept.seq - 1)
  const first = (await rows.next()).value as AuditRow | undefined
  if (!first) {
    const [last] = await tables.audit.list({}, 1)
    return { seq: (last?.seq ?? 0) + 1, fault: 'cut_off' }
  }
  if (first.seq !== kept.seq) return { seq: kept.seq, fault: 'missing' }
  if (first.hash !== kept.hash) return { seq: kept.seq, fault: 'changed' }
  return (await verifyChain(rows, keyOf(keyring), [head], kept)).fault
}

const keyOf = (keyring: Keyring) => (id: string) =>
  keyring.has(id) ? keyring.key('audit', id) : null
