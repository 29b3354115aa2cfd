/**
 * API: the audit: read, exported, and proven whole. Reading it is itself written down.
 */
import type { Caller, DoorNeeds } from '#changes/door.ts'
import { change } from '#changes/door.ts'
import type { AuditAnchor, AuditRow, ChainFault } from '#domain/audit.ts'
import type { AuditFilter } from '#store/audit.ts'
import { csv } from './csv.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'

const MOST_EXPORTED = 100_000

export type AuditNeeds = DoorNeeds & {
  readonly verify: () => Promise<{
    rows: number
    fault: ChainFault | null
    anchor: AuditAnchor | null
  }>
}

export function auditHandlers(
  needs: AuditNeeds,
): HandlersOf<'GET /audit' | 'GET /audit/export' | 'GET /audit/integrity'> {
  const { audit } = needs.store.tables
  return {
    'GET /audit': async ({ query: { size, ...filter } }) => {
      const rows = await audit.list(filter, size + 1)
      const shown = rows.slice(0, size)
      return {
        rows: shown.map(auditView),
        next: rows.length > size ? (shown.at(-1)?.seq ?? null) : null,
      }
    },

    'GET /audit/export': async ({ caller, query }) => {
      await written(needs, caller, 'export', query)
      const rows = await audit.list(query, MOST_EXPORTED)
      return csv(COLUMNS, rows.map(cells))
    },

    'GET /audit/integrity': async () => {
      const { rows, fault, anchor } = await needs.verify()
      return { rows, fault, anchorSeq: anchor?.seq ?? null }
    },
  }
}

async function written(
  needs: DoorNeeds,
  caller: Caller,
  what: string,
  filter: AuditFilter,
): Promise<void> {
  const details = Object.fromEntries(
    Object.entries(filter).map(([name, value]) => [name, value ?? null]),
  )
  const said = {
    action: 'audit.read',
    reads: true,
    target: { kind: 'audit', id: null, name: what },
    details,
  } as const
  await change(needs, caller, said, async () => {})
}

export function auditView({
  seq,
  at,
  actor,
  ip,
  client,
  action,
  target,
  outcome,
  reason,
  details,
}: AuditRow): Answer<'GET /audit'>['rows'][number] {
  return { seq, at, actor, ip, client, action, target, outcome, reason, details }
}

const COLUMNS = [
  'seq',
  'time',
  'who',
  'who_id',
  'kind',
  'address',
  'client',
  'action',
  'on',
  'on_id',
  'on_kind',
  'outcome',
  'reason',
  'details',
]

const cells = (row: AuditRow): (string | number | null)[] => [
  row.seq,
  new Date(row.at).toISOString(),
  row.actor.name,
  row.actor.id,
  row.actor.kind,
  row.ip,
  row.client,
  row.action,
  row.target.name,
  row.target.id,
  row.target.kind,
  row.outcome,
  row.reason,
  JSON.stringify(row.details),
]
