/**
 * Waiting for Postfix to have delivered: its own log says so.
 */
import { once } from 'node:events'
import { readFileSync, watch } from 'node:fs'
import type { Postfix } from './postfix.ts'

/** Until so many messages since the start are in their mailboxes. */
export async function delivered({ logFile }: Postfix, messages: number): Promise<void> {
  const watcher = watch(logFile)
  try {
    for (;;) {
      const changed = once(watcher, 'change')
      const sent = readFileSync(logFile, 'utf8').match(/status=sent/g)?.length ?? 0
      if (sent >= messages) return
      await changed
    }
  } finally {
    watcher.close()
  }
}
