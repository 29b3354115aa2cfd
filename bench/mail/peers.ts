/**
 * The peers from Debian, each with a configuration of its own for one processor: nginx as a proxy of
 * mail and of streams, haproxy, and Dovecot's login proxy.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { freePort, until } from '../webdav/server.ts'
import { ANYBODY, startPeer, type Peer } from './peer.ts'
import type { Upstream } from './upstream.ts'

export type Place = {
  readonly folder: string
  readonly upstream: Upstream
  readonly keyFile: string
  readonly certFile: string
  /** Both in one file, as haproxy has it. */
  readonly pairFile: string
}

/** Package → what it brings. */
const PACKAGES = {
  'nginx-core': '/usr/sbin/nginx',
  'libnginx-mod-mail': '/usr/lib/nginx/modules/ngx_mail_module.so',
  'libnginx-mod-stream': '/usr/lib/nginx/modules/ngx_stream_module.so',
  haproxy: '/usr/sbin/haproxy',
  'dovecot-imapd': '/usr/lib/dovecot/imap-login',
  'python3-cryptography': '/usr/lib/python3/dist-packages/cryptography',
}

export function installPeers(): void {
  const missing = Object.entries(PACKAGES).flatMap(([name, file]) => (existsSync(file) ? [] : name))
  if (missing.length === 0) return
  const install = ['install', '--yes', '--no-install-recommends', ...missing]
  if (process.getuid?.() !== 0) throw new Error(`Missing: apt-get ${install.join(' ')}`)
  execFileSync('apt-get', install, { stdio: 'inherit' })
}

/** Above the 9,000 that are measured; twice as many descriptors. */
const CLIENTS = 9_500
const DESCRIPTORS = 19_500

const nginx = (folder: string, module: string, rest: string): string =>
  `load_module /usr/lib/nginx/modules/ngx_${module}_module.so;
daemon off;
user root;
worker_processes 1;
worker_rlimit_nofile ${DESCRIPTORS};
error_log ${folder}/error.log warn;
pid ${folder}/pid;
events { worker_connections ${CLIENTS * 2}; }
${rest}`

const PROTOCOLS = 'ssl_protocols TLSv1.2 TLSv1.3;'

/** It asks for the server of each login by HTTP, and knows no TLS behind itself. */
export async function startNginxMail(at: Place): Promise<Peer> {
  const port = await freePort()
  const { upstream, certFile, keyFile } = at
  const config = `mail {
  auth_http 127.0.0.1:${upstream.http}/;
  imap_auth plain login;
  proxy_timeout 1h;
  timeout 60s;
  server {
    listen 127.0.0.1:${port} ssl backlog=4096;
    protocol imap;
    ssl_certificate ${certFile};
    ssl_certificate_key ${keyFile};
    ${PROTOCOLS}
  }
}
`
  return await startNginx(at, 'nginx mail', 'mail', port, config, {
    behind: 'plain',
    signsIn: true,
  })
}

export async function startNginxStream(at: Place): Promise<Peer> {
  const port = await freePort()
  const { upstream, certFile, keyFile } = at
  const config = `stream {
  server {
    listen 127.0.0.1:${port} ssl backlog=4096;
    ssl_certificate ${certFile};
    ssl_certificate_key ${keyFile};
    ${PROTOCOLS}
    proxy_pass 127.0.0.1:${upstream.tls};
    proxy_ssl on;
    proxy_ssl_protocols TLSv1.2 TLSv1.3;
    proxy_timeout 1h;
    tcp_nodelay on;
  }
}
`
  const way = { behind: 'tls', signsIn: false } as const
  return await startNginx(at, 'nginx stream', 'stream', port, config, way)
}

async function startNginx(
  { folder: above }: Place,
  name: string,
  module: string,
  port: number,
  config: string,
  way: Pick<Peer, 'behind' | 'signsIn'>,
): Promise<Peer> {
  const folder = newFolder(above, name)
  const file = path.join(folder, 'nginx.conf')
  writeFileSync(file, nginx(folder, module, config))
  const command = ['/usr/sbin/nginx', '-p', folder, '-c', file]
  return await startPeer({ name, port, logins: ANYBODY, ...way }, command, until)
}

export async function startHaproxy({ folder: above, upstream, pairFile }: Place): Promise<Peer> {
  const port = await freePort()
  const folder = newFolder(above, 'haproxy')
  const file = path.join(folder, 'haproxy.cfg')
  writeFileSync(
    file,
    `global
  nbthread 1
  maxconn ${CLIENTS}
defaults
  mode tcp
  timeout connect 10s
  timeout client 1h
  timeout server 1h
frontend imaps
  bind 127.0.0.1:${port} ssl crt ${pairFile} backlog 4096
  default_backend server
backend server
  server one 127.0.0.1:${upstream.tls} ssl verify none
`,
  )
  const about = { name: 'haproxy', port, behind: 'tls', signsIn: false, logins: ANYBODY } as const
  return await startPeer(about, ['/usr/sbin/haproxy', '-db', '-f', file], until)
}

export async function startDovecot(at: Place, behind: 'tls' | 'plain'): Promise<Peer> {
  const port = await freePort()
  const { upstream, certFile, keyFile } = at
  const folder = newFolder(at.folder, `dovecot-${behind}`)
  const to = behind === 'tls' ? `port=${upstream.tls} ssl=any-cert` : `port=${upstream.plain}`
  const file = path.join(folder, 'dovecot.conf')
  writeFileSync(
    file,
    `base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <${certFile}
ssl_key = <${keyFile}
auth_mechanisms = plain
auth_cache_size = 10 M
mail_max_userip_connections = 0
default_client_limit = ${CLIENTS * 2}
passdb {
  driver = static
  args = nopassword=y proxy=y host=127.0.0.1 ${to} pass=secret
}
service imap-login {
  chroot =
  service_count = 0
  process_min_avail = 1
  process_limit = 1
  client_limit = ${CLIENTS}
  vsz_limit = 8 G
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = ${port}
  }
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
`,
  )
  const about = { name: "Dovecot's login proxy", port, behind, signsIn: true, logins: ANYBODY }
  return await startPeer(about, ['/usr/sbin/dovecot', '-F', '-c', file], until)
}

/** Of its own each time: a peer is started anew for each part. */
export function newFolder(above: string, name: string): string {
  const folder = mkdtempSync(path.join(above, `${name.replaceAll(/[^a-z]/g, '-')}-`))
  for (const one of ['', 'run', 'state', 'logs'])
    mkdirSync(path.join(folder, one), { recursive: true })
  return folder
}
