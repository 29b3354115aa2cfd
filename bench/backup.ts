/**
 * Promise: a backup of a million application passwords is a matter of a minute or two, and so is its
 * restore, with flat memory, into either database.
 *
 *     node bench/backup.ts [passwords, 1000000 unless given]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { systemClock } from '#base/clock.ts'
import { backup } from '#store/backup.ts'
import { restore } from '#store/restore.ts'
import { openTestStore, STORE_KINDS, TEST_KEYS } from '../test/support/stores.ts'
import { addCrowd } from './admission/rows.ts'

const ALL = Number(process.argv[2] ?? 1_000_000)
const OPTIONS = { replaces: false, fits: () => true, finally: async () => {} }

async function seconds(act: () => Promise<unknown>): Promise<string> {
  const begun = performance.now()
  await act()
  return `${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s`
}

const folder = mkdtempSync(path.join(tmpdir(), 'passerelle-bench-'))
try {
  console.log(`${ALL.toLocaleString('en')} application passwords`)
  for (const kind of STORE_KINDS) {
    await using store = await openTestStore(kind)
    await addCrowd(store, ALL)
    const file = path.join(folder, `${kind}.backup`)
    const took = await seconds(async () => await backup(store, TEST_KEYS, file, systemClock.now()))
    const size = (statSync(file).size / 2 ** 20).toFixed(0)
    console.log(`backup of ${kind}`.padEnd(34), took, `${size} MiB`)
    for (const target of STORE_KINDS) {
      await using other = await openTestStore(target)
      const again = await seconds(async () => await restore(other, TEST_KEYS, file, OPTIONS))
      console.log(`  restored to ${target}`.padEnd(34), again)
    }
  }
  const { maxRSS } = process.resourceUsage()
  console.log(`peak memory of this process ${(maxRSS / 1024).toFixed(0)} MiB`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
