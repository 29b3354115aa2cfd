/**
 * A Dovecot of the tests' own: IMAP and POP3 over TLS, LMTP, and the sign-in for Postfix, in a temporary folder
 * on free ports. It takes XOAUTH2 and OAUTHBEARER with the tokens of an authority of the tests.
 */
import { chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Authority } from '../authority/authority.ts'
import { freePort } from '../product.ts'
import { localhostTls } from '../tls.ts'
import { answers, folderFor, idOf, isRoot, started } from './process.ts'
import { tokenPassdbs, type MailboxGrants, type TokenCheck } from './token-passdbs.ts'

export type Dovecot = AsyncDisposable & {
  readonly imaps: number
  readonly pop3s: number
  readonly lmtp: number
  readonly sasl: number
  /** Has a Maildir per address. */
  readonly mail: string
  readonly logFile: string
}

export async function openDovecot(
  authority: Authority,
  check: TokenCheck,
  granted: MailboxGrants = {},
): Promise<Dovecot> {
  await using opened = new AsyncDisposableStack()
  const folder = folderFor(opened, 'dovecot')
  const ports = {
    imaps: await freePort(),
    pop3s: await freePort(),
    lmtp: await freePort(),
    sasl: await freePort(),
  }
  const { key, cert } = localhostTls()
  const mail = join(folder, 'mail')
  for (const name of ['run', 'state', 'mail']) mkdirSync(join(folder, name), { mode: 0o755 })
  if (isRoot) chownSync(mail, idOf('mail').uid, idOf('mail').gid)
  writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 })
  writeFileSync(join(folder, 'cert.pem'), cert)
  const file = join(folder, 'dovecot.conf')
  const passdbs = tokenPassdbs(authority, check, granted, folder)
  writeFileSync(file, `${settings(folder, ports)}${passdbs}`)
  opened.use(started('/usr/sbin/dovecot', ['-F', '-c', file], join(folder, 'out.log')))
  for (const port of Object.values(ports)) await answers(port, join(folder, 'dovecot.log'))
  const closing = opened.move()
  return {
    ...ports,
    mail,
    logFile: join(folder, 'dovecot.log'),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

type Ports = Pick<Dovecot, 'imaps' | 'pop3s' | 'lmtp' | 'sasl'>

function settings(folder: string, ports: Ports): string {
  const [mailUser, internal, login] = isRoot
    ? ['mail', 'dovecot', 'dovenull']
    : Array<string>(3).fill(idOf().name)
  return `base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/dovecot.log
auth_verbose = yes
protocols = imap pop3 lmtp
listen = 127.0.0.1
default_internal_user = ${internal}
default_internal_group = ${isRoot ? internal : idOf().group}
default_login_user = ${login}
ssl = required
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
auth_mechanisms = xoauth2 oauthbearer
mail_location = maildir:${folder}/mail/%Lu
mail_uid = ${mailUser}
mail_gid = ${isRoot ? 'mail' : idOf().group}
first_valid_uid = 1
first_valid_gid = 1
hostname = localhost
mail_max_userip_connections = 200
# Tests are refused on purpose; nobody is to wait for it.
auth_failure_delay = 0
userdb {
  driver = static
  args = uid=${mailUser} gid=${isRoot ? 'mail' : idOf().group} home=${folder}/mail/%Lu allow_all_users=yes
}
namespace inbox {
  inbox = yes
}
service imap-login {
  chroot =
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = ${ports.imaps}
  }
}
service pop3-login {
  chroot =
  inet_listener pop3 {
    port = 0
  }
  inet_listener pop3s {
    port = ${ports.pop3s}
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
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${ports.lmtp}
  }
}
service auth {
  inet_listener {
    address = 127.0.0.1
    port = ${ports.sasl}
  }
}
`
}
