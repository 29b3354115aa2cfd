/**
 * `npm run docs`: prints docs/reference from the code, and freezes migrations that are new.
 * `--check` changes nothing and fails when a page is not what the code says.
 */
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { apiPage } from './reference/api.ts'
import { auditPage } from './reference/audit.ts'
import { cliPage } from './reference/cli.ts'
import { configurationPage } from './reference/configuration.ts'
import { diagnosesPage } from './reference/diagnoses.ts'
import { problemsPage } from './reference/problems.ts'
import { settingsPage } from './reference/settings.ts'

const ROOT = join(import.meta.dirname, '..')
const NOTE = '<!-- Printed from the code by `npm run docs`. -->'
const FROZEN = 'src/store/migrations/frozen.txt'

const pages: Readonly<Record<string, () => string>> = {
  configuration: configurationPage,
  settings: settingsPage,
  cli: cliPage,
  api: apiPage,
  problems: problemsPage,
  diagnoses: diagnosesPage,
  audit: auditPage,
}

const files = Object.entries(pages).map(([name, print]): [string, string] => [
  `docs/reference/${name}.md`,
  `${print().trimEnd()}\n\n${NOTE}\n`,
])
files.push([FROZEN, frozen()])

const check = process.argv.includes('--check')
mkdirSync(join(ROOT, 'docs', 'reference'), { recursive: true })
for (const [file, text] of files) {
  const path = join(ROOT, file)
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue
  if (check) process.exitCode = 1
  else writeFileSync(path, text)
  console.log(check ? `${file} is not what the code says: npm run docs` : `Wrote ${file}`)
}

/** A line for each migration that has none yet. Lines that are there stay: what landed never changes. */
function frozen(): string {
  const text = readFileSync(join(ROOT, FROZEN), 'utf8')
  const missing = globSync('src/store/migrations/*.ts', { cwd: ROOT })
    .toSorted()
    .filter((file) => !text.includes(`  ${basename(file)}\n`))
    .map((file) => {
      const sum = createHash('sha256')
        .update(readFileSync(join(ROOT, file)))
        .digest('hex')
      return `${sum}  ${basename(file)}\n`
    })
  return text + missing.join('')
}
