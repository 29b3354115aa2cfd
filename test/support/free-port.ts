/**
 * A port for a server of a test.
 */
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A port of this machine that nobody listens at, and that no other test is given: between the answer
 * and its use another process could take it. It is below those that systems give to whoever asks for
 * any: one of those could be taken by a client before it is listened on.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_768)
    if (!reserve(port)) continue
    const server = createServer().listen(port, '127.0.0.1')
    try {
      await once(server, 'listening')
    } catch {
      continue
    }
    server.close()
    await once(server, 'close')
    return port
  }
}

const reserved: string[] = []
process.once('exit', () => {
  for (const file of reserved) rmSync(file, { force: true })
})

/** True for one of all processes, as long as it runs. */
function reserve(port: number): boolean {
  const folder = join(tmpdir(), 'passerelle-ports')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, String(port))
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
  } catch {
    return false
  }
  reserved.push(file)
  return true
}
