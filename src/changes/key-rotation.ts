/**
 * Changing the master key while everything runs: another key becomes the current one, and what was
 * sealed with an earlier one is sealed anew, value by value.
 *
 * Cut short anywhere it goes on where it was, because each value says which key sealed it. A value
 * is replaced only if it is still the one that was read, so a token that is refreshed meanwhile is
 * never put back. Both keys stay: what is a keyed hash cannot be made anew without the secret.
 */
import type { Secret } from '#base/secret.ts'
import type { SealedColumn } from '#store/sealed-values.ts'
import { setCurrentKey } from '#vault/current-key.ts'
import { checkKeys } from '#vault/key-check.ts'
import type { Keyring } from '#vault/keyring.ts'
import { sealedBy, type Place, type Sealer } from '#vault/seal.ts'
import { change, type Caller, type DoorNeeds } from './door.ts'

export type RotationNeeds = DoorNeeds & {
  readonly keyring: Keyring
  readonly sealer: Pick<Sealer, 'seal' | 'open'>
}

export type ColumnReport = {
  readonly column: string
  /** Values that are under the current key and open: each was read back. */
  readonly proven: number
  /** Of these, sealed anew by this run. */
  readonly resealed: number
  /** Places of values that do not open with any key; they are left as they are. */
  readonly broken: readonly string[]
}

const BATCH = 200
/** The server may write with the earlier key until it has noticed: what is left is taken up again. */
const MOST_PASSES = 5

/** New values are sealed and signed with that key from now on, on all nodes. */
export async function useKey(needs: RotationNeeds, caller: Caller, id: string): Promise<void> {
  const { keyring, store } = needs
  const said = {
    action: 'key.rotate',
    target: { kind: 'key', id: null, name: id },
    details: { from: keyring.current, to: id },
  } as const
  await checkKeys(store.tables.meta, keyring)
  await change(needs, caller, said, async ({ meta }) => await setCurrentKey(meta, id))
  keyring.use(id)
}

/** Whether every sealed value is under the current key. */
export async function isRotated({ store, keyring }: RotationNeeds): Promise<boolean> {
  for (const column of store.tables.sealedValues.columns)
    for await (const { sealed } of values(store.tables, column))
      if (keyOf(sealed) !== keyring.current) return false
  return true
}

/** Seals anew what an earlier key sealed, then reads every value back. */
export async function resealAll(needs: RotationNeeds): Promise<ColumnReport[]> {
  const reports: ColumnReport[] = []
  for (const column of needs.store.tables.sealedValues.columns) {
    let resealed = 0
    let seen = await prove(needs, column)
    for (let pass = 0; pass < MOST_PASSES && seen.old > 0; pass++) {
      resealed += await reseal(needs, column)
      seen = await prove(needs, column)
    }
    const name = `${column.table}.${column.column}`
    reports.push({ column: name, proven: seen.proven, resealed, broken: seen.broken })
  }
  return reports
}

async function reseal(needs: RotationNeeds, column: SealedColumn): Promise<number> {
  const { store, keyring, sealer } = needs
  let done = 0
  for await (const value of values(store.tables, column)) {
    if (keyOf(value.sealed) === keyring.current) continue
    const secret = opened(sealer, value.sealed, placeOf(column, value.row))
    if (!secret) continue
    const fresh = sealer.seal(secret, placeOf(column, value.row))
    if (await store.tables.sealedValues.replace(column, value, fresh)) done++
  }
  return done
}

async function prove(
  { store, keyring, sealer }: RotationNeeds,
  column: SealedColumn,
): Promise<{ proven: number; old: number; broken: string[] }> {
  const seen = { proven: 0, old: 0, broken: [] as string[] }
  for await (const { row, sealed } of values(store.tables, column)) {
    const place = placeOf(column, row)
    if (!opened(sealer, sealed, place)) seen.broken.push(`${place.table}.${place.column} ${row}`)
    else if (keyOf(sealed) === keyring.current) seen.proven++
    else seen.old++
  }
  return seen
}

async function* values(tables: DoorNeeds['store']['tables'], column: SealedColumn) {
  for (let row = ''; ;) {
    const batch = await tables.sealedValues.after(column, row, BATCH)
    yield* batch
    const last = batch.at(-1)
    if (!last) return
    row = last.row
  }
}

const placeOf = ({ table, column }: SealedColumn, row: string): Place => ({ table, column, row })

function keyOf(sealed: Uint8Array): string | null {
  try {
    return sealedBy(sealed)
  } catch {
    return null
  }
}

function opened(sealer: Pick<Sealer, 'open'>, sealed: Uint8Array, place: Place): Secret | null {
  try {
    return sealer.open(sealed, place)
  } catch {
    return null
  }
}
