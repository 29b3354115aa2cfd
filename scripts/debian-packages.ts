/**
 * What the tests run against besides Node: real servers and clients, as Debian packages them.
 *
 * As root on Debian they are installed; anywhere else what is missing is named.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Package → a file that is there when it is installed: a program's name, or a path. */
export const PACKAGES = {
  postgresql: '/usr/lib/postgresql/*/bin/initdb',
  chromium: 'chromium',
  litmus: 'litmus',
  rclone: 'rclone',
  cadaver: 'cadaver',
  davfs2: '/usr/sbin/mount.davfs',
  curl: 'curl',
  openssl: 'openssl',
  'dovecot-core': '/usr/sbin/dovecot',
  'dovecot-imapd': '/usr/lib/dovecot/imap',
  'dovecot-pop3d': '/usr/lib/dovecot/pop3',
  'dovecot-lmtpd': '/usr/lib/dovecot/lmtp',
  postfix: '/usr/sbin/postfix',
  isync: 'mbsync',
  mutt: 'mutt',
  fetchmail: 'fetchmail',
  getmail6: 'getmail',
  offlineimap3: 'offlineimap',
  's-nail': 's-nail',
  msmtp: 'msmtp',
  swaks: 'swaks',
  'libnet-ssleay-perl': '/usr/lib/*/perl5/*/Net/SSLeay.pm',
  nginx: '/usr/sbin/nginx',
  'libnginx-mod-stream': '/usr/lib/nginx/modules/ngx_stream_module.so',
  haproxy: '/usr/sbin/haproxy',
  thunderbird: '/usr/lib/thunderbird/thunderbird',
  slapd: '/usr/sbin/slapd',
  samba: '/usr/sbin/samba',
  'samba-ad-provision': '/usr/share/samba/setup/provision.ldif',
  'samba-dsdb-modules': '/usr/lib/*/samba/ldb/samldb.so',
  'samba-vfs-modules': '/usr/lib/*/samba/vfs/acl_xattr.so',
  iproute2: '/sbin/ip',
  'fonts-noto-core': '/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf',
} as const

export function missingPackages(): string[] {
  return Object.entries(PACKAGES)
    .filter(([, file]) => !isThere(file))
    .map(([name]) => name)
}

/** @throws Error that names what has to be installed by hand */
export function installPackages(names: readonly string[]): void {
  const list = names.join(' ')
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version'))
    throw new Error(`The tests need ${list}. On Debian, as root: apt-get install ${list}`)
  console.log(`Installing ${list}`)
  withoutStartingServices(() => {
    apt(['update'])
    apt(['install', '--yes', '--no-install-recommends', ...names])
  })
  const still = missingPackages()
  if (still.length > 0) throw new Error(`apt-get has not brought ${still.join(' ')}.`)
}

function apt(command: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  execFileSync('apt-get', ['--quiet=2', ...command], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
  })
}

/** Debian starts a server as it installs it; the tests start their own. */
function withoutStartingServices(act: () => void): void {
  const policy = '/usr/sbin/policy-rc.d'
  if (existsSync(policy)) return act()
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    act()
  } finally {
    rmSync(policy)
  }
}

function isThere(file: string): boolean {
  if (file.startsWith('/')) return globSync(file).length > 0
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.some((folder) => existsSync(join(folder, file)))
}
