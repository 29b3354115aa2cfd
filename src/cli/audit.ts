/**
 * Command `audit verify`: reads the whole chain, and writes it out where that is asked for.
 */
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { checkAudit } from '#changes/audit-check.ts'
import { change } from '#changes/door.ts'
import { anchorFile } from '#ground.ts'
import { cannot, type Command } from './command.ts'
import { withHost, type Host } from './host.ts'

const FAULT = {
  changed: 'is not as it was written',
  missing: 'is missing',
  cut_off: 'and what followed were cut off',
} as const

const EXPORTED = {
  action: 'audit.read',
  target: { kind: 'audit', id: null, name: null },
  details: { export: true },
} as const

const verify: Command = {
  words: 'audit verify',
  takes: [],
  options: { export: { value: 'FILE', about: 'Writes every row to a new file, one JSON a line.' } },
  about:
    'Reads the whole audit and says whether a row was changed, is missing, moved or cut off. Exit code 1 when it is not whole.',
  run: async (call) =>
    await withHost(async (host) => {
      const { store, keyring, anchor } = host
      const file = call.text('export')
      // Reading it out is written down first, so that the row about it is checked and read out too.
      if (file !== undefined) await change(host, host.caller, EXPORTED, async () => {})
      const checked = await checkAudit({ tables: store.tables, keyring, anchor })
      const rows = file === undefined ? undefined : await exportTo(file, host)
      const written = rows === undefined ? '' : ` Wrote ${rows} rows to ${file}.`
      const { fault } = checked
      call.answer(
        fault === null
          ? `The audit is whole: ${checked.rows} rows, anchored at row ${checked.anchor?.seq ?? 'none'}.${written}`
          : `The audit is NOT whole: row ${fault.seq} ${FAULT[fault.fault]}. ${checked.rows} rows before it are good.${written} Keep the database and ${anchorFile(host.config)} as they are and find out who wrote there.`,
        { ...checked, exported: rows ?? null },
      )
      return fault === null ? 0 : 1
    }),
}

/** @returns how many rows */
async function exportTo(file: string, { store }: Host): Promise<number> {
  let rows = 0
  const lines = async function* (): AsyncGenerator<string> {
    for await (const row of store.tables.audit.all()) {
      rows++
      yield `${JSON.stringify(row)}\n`
    }
  }
  const out = createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true })
  await pipeline(lines, out).catch((cause: unknown) => {
    throw cannot(`${file} cannot be written; it must not be there yet.`, cause)
  })
  return rows
}

export const auditCommands: readonly Command[] = [verify]
