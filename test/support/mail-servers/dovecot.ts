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

export type Dovecot = AsyncDisposable & {
  readonly imaps: number
  readonly pop3s: number
  readonly lmtp: number
  readonly sasl: number
  readonly logFile: string
}

/** `local`: signature, issuer and end are checked here. `introspection`: RFC 7662, opaque tokens. */
export type TokenCheck = 'local' | 'introspection'

const INTROSPECTOR = 'dovecot'
const INTROSPECTOR_SECRET = 'dovecots-own-secret'

export async function openDovecot(authority: Authority, check: TokenCheck): Promise<Dovecot> {
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
  writeFileSync(join(folder, 'oauth2.conf'), tokens(authority, check, folder))
  const file = join(folder, 'dovecot.conf')
  writeFileSync(file, settings(folder, ports))
  opened.use(started('/usr/sbin/dovecot', ['-F', '-c', file], join(folder, 'out.log')))
  for (const port of Object.values(ports)) await answers(port, join(folder, 'dovecot.log'))
  const closing = opened.move()
  return {
    ...ports,
    logFile: join(folder, 'dovecot.log'),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

function tokens(authority: Authority, check: TokenCheck, folder: string): string {
  const who = 'username_attribute = upn\nusername_format = %Lu\n'
  if (check === 'introspection') {
    authority.memory.put('Client', INTROSPECTOR, {
      client_id: INTROSPECTOR,
      client_secret: INTROSPECTOR_SECRET,
      redirect_uris: [],
      response_types: [],
      grant_types: [],
      token_endpoint_auth_method: 'client_secret_basic',
    })
    const base = authority.issuer.replace(/\/v2\.0$/, '')
    const url = base.replace('://', `://${INTROSPECTOR}:${INTROSPECTOR_SECRET}@`)
    return `introspection_mode = post
introspection_url = ${url}/oauth2/v2.0/introspect
tls_ca_cert_file = ${folder}/cert.pem
active_attribute = active
active_value = true
timeout_msecs = 5000
max_pipelined_requests = 1
${who}`
  }
  const { publicKey, kid } = authority.key
  // By the client's id where the token names one as azp, else under "default".
  const keys = join(folder, 'keys', 'default', 'RS256')
  mkdirSync(keys, { recursive: true })
  writeFileSync(join(keys, kid), publicKey.export({ type: 'spki', format: 'pem' }))
  return `introspection_mode = local
local_validation_key_dict = fs:posix:prefix=${folder}/keys/
issuers = ${authority.issuer}
${who}`
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
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${folder}/oauth2.conf
}
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
