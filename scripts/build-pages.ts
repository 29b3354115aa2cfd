/**
 * Builds the pages into dist/web. With `--if-needed` only when something that they are made from is
 * newer than what is there.
 */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
/** The page that the build writes last of all names. */
const BUILT = join(ROOT, 'dist/web/index.html')
const MADE_FROM = [
  'src/web',
  'src/api/contract.ts',
  'src/api/contract',
  'src/api/views.ts',
  'src/domain/cause-words-en.ts',
  'src/domain/cause-words-fr.ts',
  'vite.config.ts',
  'lingui.config.ts',
  'package-lock.json',
]

/** Milliseconds since 1970 of the newest file at or under a path; 0 where there is none. */
async function newest(path: string): Promise<number> {
  const found = await stat(path).catch(() => null)
  if (!found) return 0
  if (!found.isDirectory()) return found.mtimeMs
  const inside = await readdir(path)
  return Math.max(0, ...(await Promise.all(inside.map((name) => newest(join(path, name))))))
}

async function upToDate(): Promise<boolean> {
  const built = await newest(BUILT)
  const sources = await Promise.all(MADE_FROM.map((path) => newest(join(ROOT, path))))
  return built > Math.max(...sources)
}

// Lingui looks for its configuration where the process stands.
process.chdir(ROOT)

const ifNeeded = process.argv.includes('--if-needed')
if (!(ifNeeded && (await upToDate()))) {
  // Not there where only what runs is installed; what is built needs it no more.
  const { build } = await import('vite')
  await build({
    root: join(ROOT, 'src/web'),
    configFile: join(ROOT, 'vite.config.ts'),
    logLevel: ifNeeded ? 'warn' : 'info',
  })
}
