/**
 * What this process holds, without what it would give back when asked.
 */
import { setImmediate as breathe } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Resident bytes. Handles that were closed are gone a turn after what held them. */
export async function settledMemory(): Promise<number> {
  for (let turn = 0; turn < 3; turn++) {
    collect()
    await breathe()
  }
  return process.memoryUsage.rss()
}
