/**
 * email-oauth2-proxy as a peer: a Python program that is fetched beforehand and never part of this
 * repository. It gets its token with the grant "password", once, and keeps it under a key that it
 * derives anew from the password at each login.
 */
import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { freePort, until } from '../webdav/server.ts'
import { startPeer, type Peer } from './peer.ts'
import { newFolder, type Place } from './peers.ts'

/** A login takes it a quarter of a second of the processor. */
const PATIENCE = 20

/** @param source the folder with emailproxy.py */
export async function startEmailProxy(at: Place, source: string): Promise<Peer> {
  const program = path.join(source, 'emailproxy.py')
  if (!existsSync(program)) throw new Error(`There is no ${program}.`)
  const port = await freePort()
  const folder = newFolder(at.folder, 'email-oauth2-proxy')
  const file = path.join(folder, 'emailproxy.config')
  const login = { user: 'ada@example.test', password: 'secret', from: '127.0.0.1' }
  writeFileSync(
    file,
    `[Server setup]
[IMAP-${port}]
server_address = localhost
server_port = ${at.upstream.tls}
local_address = 127.0.0.1
local_certificate_path = ${at.certFile}
local_key_path = ${at.keyFile}
[Account setup]
[${login.user}]
token_url = http://127.0.0.1:${at.upstream.http}/token
oauth2_flow = password
oauth2_scope = mail
oauth2_resource = mail
client_id = bench
client_secret = bench
`,
  )
  const about = { name: 'email-oauth2-proxy', port, behind: 'tls', signsIn: true } as const
  const typed = ['--no-gui', '--config-file', file, '--log-file', path.join(folder, 'log')]
  return await startPeer(
    { ...about, logins: [login], patience: PATIENCE },
    ['/usr/bin/python3', program, ...typed],
    until,
    { SSL_CERT_FILE: at.certFile },
  )
}
