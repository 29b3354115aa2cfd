/**
 * Everything that can be said of the tree without running the product: format, types, lint,
 * architecture, generated references, translations. `npm run check`; takes seconds.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(import.meta.dirname, '..')
const BIN = join(ROOT, 'node_modules', '.bin')

/** A name and the command that proves it. */
const CHECKS: Readonly<Record<string, readonly string[]>> = {
  types: ['tsc'],
  'types of the pages': ['tsc', '-p', 'src/web'],
  format: ['oxfmt', '--check', '.'],
  lint: ['oxlint'],
  architecture: ['node', '--test', '--test-reporter=dot', 'test/architecture.test.ts'],
  references: ['node', 'scripts/reference.ts', '--check'],
  translations: ['node', 'scripts/catalogs.ts'],
}

type Result = { readonly code: number | null; readonly said: string }

/** Two at a time: each has threads of its own. @returns the names of those that failed */
export async function check(): Promise<string[]> {
  const failed: string[] = []
  const waiting = Object.entries(CHECKS)
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, command] = next
      const began = performance.now()
      const { code, said } = await run(command)
      const seconds = ((performance.now() - began) / 1000).toFixed(1)
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`)
      if (code === 0) continue
      failed.push(name)
      console.log(said.trimEnd())
    }
  }
  await Promise.all([worker(), worker()])
  return failed
}

function run([program = '', ...args]: readonly string[]): Promise<Result> {
  const env = { ...process.env, PATH: `${BIN}:${process.env['PATH']}`, NO_COLOR: '1' }
  // Left over from the runner of a test that runs this check, and taken for a nested run.
  Reflect.deleteProperty(env, 'NODE_TEST_CONTEXT')
  const child = spawn(program, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, said }))
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const failed = await check()
  if (failed.length > 0) {
    console.log(`\nFailed: ${failed.join(', ')}.`)
    process.exitCode = 1
  }
}
