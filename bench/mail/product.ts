/**
 * The whole product as a process of its own, with as many people as it lets 9,000 connections in for:
 * each has a mailbox, an application password, and an address to come from.
 */
import path from 'node:path'
import { systemClock, systemEntropy } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { readConfig } from '#config.ts'
import { openGround } from '#ground.ts'
import { addApplication, addMailbox, addPerson } from '../../test/support/filled-mailboxes.ts'
import { freePort, until } from '../webdav/server.ts'
import { startPeer, type Login, type Peer } from './peer.ts'
import { newFolder, type Place } from './peers.ts'

const ROOT = path.join(import.meta.dirname, '..', '..')
/** Fifty connections each: fewer than one person may have. */
const PEOPLE = 180

/** @param behind `plain`: its parts, put together as they are not in the product (plain-product.ts) */
export async function startPasserelle(at: Place, behind: 'tls' | 'plain'): Promise<Peer> {
  const port = await freePort()
  const http = await freePort()
  const env = {
    PASSERELLE_URL: `http://localhost:${http}`,
    PASSERELLE_LISTEN: `127.0.0.1:${http}`,
    PASSERELLE_LISTEN_TLS: 'off',
    PASSERELLE_IMAPS_LISTEN: `127.0.0.1:${port}`,
    PASSERELLE_TLS_CERT_FILE: at.certFile,
    PASSERELLE_TLS_KEY_FILE: at.keyFile,
    PASSERELLE_ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8, ::1',
    PASSERELLE_DATA_DIR: newFolder(at.folder, `passerelle-${behind}`),
    PASSERELLE_LOG_LEVEL: 'warn',
  }
  const logins = await seeded(env, behind === 'tls' ? at.upstream.tls : at.upstream.plain)
  const program = path.join(ROOT, 'passerelle')
  const plain = [
    process.execPath,
    '--expose-gc',
    path.join(import.meta.dirname, 'plain-product.ts'),
  ]
  const about = { name: 'Passerelle', port, behind, signsIn: true, logins }
  const command = behind === 'tls' ? [program, 'serve'] : plain
  return await startPeer(about, command, until, {
    ...env,
    // As ./passerelle has it.
    UV_THREADPOOL_SIZE: '24',
    MALLOC_ARENA_MAX: '1',
    NODE_EXTRA_CA_CERTS: at.certFile,
  })
}

async function seeded(env: Record<string, string>, imapPort: number): Promise<Login[]> {
  const world = { clock: systemClock, entropy: systemEntropy, log: silentLog }
  await using ground = await openGround(readConfig(env), world, { migrates: true })
  const application = await addApplication(ground, { imapPort })
  const logins: Login[] = []
  for (let i = 0; i < PEOPLE; i++) {
    const { id, password } = await addPerson(ground, `person${i}`)
    const { email } = await addMailbox(ground, application, [id], { accessToken: 'x'.repeat(1500) })
    logins.push({ user: email, password, from: `127.0.${1 + (i >> 7)}.${1 + (i & 127)}` })
  }
  return logins
}
