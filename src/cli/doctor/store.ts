/**
 * Examines the database that was opened: whole, with the same time, the audit unbroken.
 */
import { sql } from 'kysely'
import { MINUTE, SECOND } from '#base/clock.ts'
import { checkAudit } from '#changes/audit-check.ts'
import type { Ground } from '#ground.ts'
import { fault, ok, warning, type Finding } from './finding.ts'

/** Authenticator codes count 30 seconds; half of that is lost to a clock that differs so much. */
const CLOCK_TOLERANCE_MS = 5 * SECOND

/** What is open is migrated and was written with this master key: it would not have opened otherwise. */
export async function examineStore(ground: Ground): Promise<Finding[]> {
  return [await whole(ground), key(ground), await clock(ground), await audit(ground)]
}

async function whole({ store }: Ground): Promise<Finding> {
  if (store.kind === 'postgres') {
    const { rows } = await sql<{ server_version: string }>`show server_version`.execute(store.db)
    return ok('database', `PostgreSQL ${rows[0]?.server_version}, migrated.`)
  }
  const { rows } = await sql<{ quick_check: string }>`pragma quick_check(5)`.execute(store.db)
  const faults = rows.map((row) => row.quick_check).filter((text) => text !== 'ok')
  return faults.length === 0
    ? ok('database', 'SQLite, migrated, without damage.')
    : fault('database', `Damaged: ${faults.join('; ')}. Restore the last backup.`)
}

function key({ config: { masterKey } }: Ground): Finding {
  const copy = masterKey.mayCreate ? ' Is there a copy of it apart from the backups?' : ''
  return ok('master key', `${masterKey.file} is the key of this database.${copy}`)
}

/** Against the database's clock where it has one of its own, otherwise against the newest event. */
async function clock({ store, clock: own }: Ground): Promise<Finding> {
  if (store.kind === 'postgres') {
    const asked = sql<{ at: number }>`select extract(epoch from clock_timestamp()) * 1000 as at`
    const before = own.now()
    const { rows } = await asked.execute(store.db)
    const differs = Math.round(Number(rows[0]?.at) - (before + own.now()) / 2)
    const says = `${Math.abs(differs)} ms from the database's clock.`
    return Math.abs(differs) > CLOCK_TOLERANCE_MS ? fault('clock', says) : ok('clock', says)
  }
  const [newest] = await store.tables.audit.list({}, 1)
  return newest && newest.at > own.now() + MINUTE
    ? fault(
        'clock',
        `It is behind the newest event of the audit, ${new Date(newest.at).toISOString()}.`,
      )
    : ok('clock', `It says ${new Date(own.now()).toISOString()}; nothing was written later.`)
}

async function audit({ store, keyring, anchor }: Ground): Promise<Finding> {
  const checked = await checkAudit({ tables: store.tables, keyring, anchor })
  if (checked.fault)
    return fault(
      'audit',
      `Row ${checked.fault.seq} is ${checked.fault.fault}: passerelle audit verify`,
    )
  return checked.anchor === null && checked.rows > 0
    ? warning('audit', `${checked.rows} rows, whole, but there is no anchor file.`)
    : ok('audit', `${checked.rows} rows, whole, anchored at row ${checked.anchor?.seq ?? 0}.`)
}
