/**
 * `npm test`: everything that must pass. `npm test -- drive` runs the test files with that in their path.
 *
 * Installs or names what is missing, runs the checks, builds the pages, starts one PostgreSQL for
 * all, and runs every test file in a process of its own. Ends with 0 only when something was tested
 * and all of it passed.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { SERVER_VARIABLE, startPostgres } from '../test/support/postgres.ts'
import { check } from './check.ts'
import { installPackages, missingPackages } from './debian-packages.ts'

const ROOT = join(import.meta.dirname, '..')
/** No test file takes this long; one that hangs must not hold the run for ever. */
const LONGEST_FILE_MS = 10 * 60_000
/** What takes longest begins first, so that nothing has to be waited for alone at the end. */
const ORDER = ['test/journeys/', 'test/chaos/', 'test/', 'src/']
const rank = (file: string): number => ORDER.findIndex((folder) => file.startsWith(folder))

process.chdir(ROOT)
const patterns = process.argv.slice(2)
const files = globSync(['src/**/*.test.ts', 'test/**/*.test.ts'])
  .filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)))
  .toSorted()
  .toSorted((a, b) => rank(a) - rank(b))
const faults = files.length === 0 ? ['No test file fits.'] : await everything()
for (const fault of faults) console.log(fault)
process.exitCode = faults.length === 0 ? 0 : 1

/** @returns what is wrong, one sentence each */
async function everything(): Promise<string[]> {
  const lacking = whatIsLacking()
  if (lacking !== null) return [lacking]
  // What the person's shell sets for a server of their own must not reach the tests.
  for (const name of Object.keys(process.env))
    if (name.startsWith('PASSERELLE_')) Reflect.deleteProperty(process.env, name)
  const faults: string[] = []
  if (patterns.length === 0) {
    const failed = await check()
    if (failed.length > 0) faults.push(`Checks failed: ${failed.join(', ')}.`)
  }
  execFileSync(process.execPath, ['scripts/build-pages.ts', '--if-needed'], { stdio: 'inherit' })
  const folder = mkdtempSync(join(tmpdir(), 'passerelle-tests-'))
  chmodSync(folder, 0o711) // PostgreSQL runs as somebody else and has its own folder inside
  process.env['TMPDIR'] = folder
  // Hundreds of processes read the same files: each is compiled once.
  process.env['NODE_COMPILE_CACHE'] = join(folder, 'compiled')
  try {
    await using postgres = await startPostgres()
    process.env[SERVER_VARIABLE] = postgres.url
    faults.push(...(await runTests()))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return faults
}

/** Installs it where that can be done; otherwise says what it is. */
function whatIsLacking(): string | null {
  const missing = missingPackages()
  if (missing.length === 0) return null
  try {
    installPackages(missing)
    return null
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown)
  }
}

/** Prints what node's runner prints, its closing lines included. */
async function runTests(): Promise<string[]> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const stream = run({
    files,
    // One more than there are cores: there is always a file that only waits.
    concurrency: Math.min(availableParallelism(), 4) + 1,
    timeout: LONGEST_FILE_MS,
    signal: stop.signal,
  })
  const counts = { passed: 0, failed: 0, skipped: 0 }
  stream.on('test:summary', ({ file, counts: { tests, passed, skipped, todo } }) => {
    if (file !== undefined) return
    Object.assign(counts, { passed, skipped: skipped + todo })
    counts.failed = tests - passed - counts.skipped
  })
  for await (const text of stream.compose(spec)) process.stdout.write(String(text))
  const faults: string[] = []
  if (stop.signal.aborted) faults.push('Stopped before the end.')
  if (counts.failed > 0) faults.push(`${counts.failed} tests failed.`)
  if (counts.skipped > 0) faults.push(`${counts.skipped} tests were skipped; none may be.`)
  if (counts.passed === 0) faults.push('No test ran.')
  return faults
}
