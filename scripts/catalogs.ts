/**
 * Translations: every word of the pages is in the catalogs, in every language, and no other.
 *
 * The words are extracted anew beside the kept catalogs and compared; nothing in the tree changes.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const LOCALES = 'src/web/locales'

const folder = mkdtempSync(join(tmpdir(), 'passerelle-catalogs-'))
try {
  const catalogs = globSync(`${LOCALES}/*.po`, { cwd: ROOT })
  if (catalogs.length === 0) throw new Error(`There are no catalogs in ${LOCALES}.`)
  for (const file of catalogs) cpSync(join(ROOT, file), join(folder, basename(file)))
  extractInto(folder)
  const faults = catalogs.flatMap((file) => faultsOf(file, join(folder, basename(file))))
  for (const fault of faults) console.log(fault)
  if (faults.length > 0) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}

function extractInto(target: string): void {
  const config = join(target, 'lingui.config.ts')
  writeFileSync(
    config,
    `import base from '${join(ROOT, 'lingui.config.ts')}'
export default {
  ...base,
  rootDir: '${ROOT}',
  catalogs: base.catalogs.map((one) => ({ ...one, path: '${target}/{locale}' })),
}
`,
  )
  const lingui = join(ROOT, 'node_modules', '.bin', 'lingui')
  const extract = ['extract', '--clean', '--config', config]
  execFileSync(lingui, extract, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] })
}

function faultsOf(kept: string, fresh: string): string[] {
  const now = messages(readFileSync(fresh, 'utf8'))
  const known = messages(readFileSync(join(ROOT, kept), 'utf8'))
  return [
    ...[...now.keys()].filter((id) => !known.has(id)).map((id) => `${kept}: not extracted: ${id}`),
    ...[...known.keys()].filter((id) => !now.has(id)).map((id) => `${kept}: not used: ${id}`),
    ...[...now].filter(([, text]) => text === '""').map(([id]) => `${kept}: not translated: ${id}`),
  ]
}

/** The entries of a catalog (gettext PO), as they are written: id → text. The head has an empty id. */
function messages(po: string): Map<string, string> {
  const one = /^msgid ((?:".*"\s*)+)msgstr ((?:".*"\s*)+)/gm
  const found = [...po.matchAll(one)].map(([, id = '', text = '']): [string, string] => [
    id.trim(),
    text.trim(),
  ])
  return new Map(found.filter(([id]) => id !== '""'))
}
