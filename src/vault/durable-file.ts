/**
 * Small files that survive a power cut: whole, or not there.
 */
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** For its owner only. Written aside, synced, renamed, and the folder synced. */
export async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const aside = `${file}.${process.pid}.new`
  const handle = await open(aside, 'w', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(aside, file)
  await syncFolder(dirname(file))
}

export async function syncFolder(folder: string): Promise<void> {
  // Windows has no such call, and keeps the order by itself.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
