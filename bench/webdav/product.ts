/**
 * The whole product as a process of its own, with one person and an application password.
 */
import { spawn } from 'node:child_process'
import path from 'node:path'
import { DAY, systemClock, systemEntropy } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { Secret } from '#base/secret.ts'
import { readConfig } from '#config.ts'
import { mintAppPassword } from '#domain/app-password.ts'
import { openGround } from '#ground.ts'
import { appPasswordRow, userRow } from '../../test/support/rows.ts'
import { freePort, until, type Server } from './server.ts'

const PROGRAM = path.join(import.meta.dirname, '..', '..', 'passerelle')

export async function startPasserelle(folder: string): Promise<Server> {
  const port = await freePort()
  const data = path.join(folder, 'passerelle')
  const env = {
    PASSERELLE_URL: `http://localhost:${port}`,
    PASSERELLE_LISTEN: `127.0.0.1:${port}`,
    PASSERELLE_DATA_DIR: data,
    PASSERELLE_LOG_LEVEL: 'warn',
  }
  const user = userRow('ada')
  const password = mintAppPassword(systemEntropy).reveal()
  {
    const world = { clock: systemClock, entropy: systemEntropy, log: silentLog }
    await using ground = await openGround(readConfig(env), world, { migrates: true })
    const hash = ground.keyring.hash('app-password', new Secret(password))
    const times = { expires_at: Date.now() + DAY, created_at: Date.now() }
    await ground.store.tables.users.insert(user)
    await ground.store.tables.appPasswords.insert(
      appPasswordRow(user, 'Bench', { hash, key_id: ground.keyring.current, ...times }),
    )
  }
  const child = spawn(PROGRAM, ['serve'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'ignore'],
  })
  await until(port)
  return {
    name: 'Passerelle',
    port,
    path: '/dav/Home',
    files: path.join(data, 'drive', 'home', user.id),
    headers: `Authorization: Basic ${Buffer.from(`ada:${password}`).toString('base64')}\r\n`,
    pids: () => [child.pid ?? 0],
    stop: () => void child.kill('SIGTERM'),
  }
}
