/**
 * A Postfix of the tests' own: submission with STARTTLS and over TLS, signed in by Dovecot, delivering
 * every message into Dovecot's mailboxes. From has to belong to who signed in, as at Exchange Online.
 *
 * Postfix runs as root only.
 */
import { execFileSync } from 'node:child_process'
import { chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../product.ts'
import { localhostTls } from '../tls.ts'
import type { Dovecot } from './dovecot.ts'
import { answers, folderFor, idOf, isRoot, started } from './process.ts'

export type Postfix = AsyncDisposable & {
  /** STARTTLS. */
  readonly submission: number
  readonly submissions: number
  readonly logFile: string
}

/** @param sendAs sender → who else may send as it */
export async function openPostfix(
  { lmtp, sasl }: Dovecot,
  sendAs: Readonly<Record<string, readonly string[]>>,
): Promise<Postfix> {
  if (!isRoot) throw new Error('These tests start Postfix, which runs as root only.')
  await using opened = new AsyncDisposableStack()
  const folder = folderFor(opened, 'postfix')
  const [submission, submissions] = [await freePort(), await freePort()]
  const { key, cert } = localhostTls()
  for (const name of ['etc', 'queue', 'data']) mkdirSync(join(folder, name), { mode: 0o755 })
  chownSync(join(folder, 'data'), idOf('postfix').uid, idOf('postfix').gid)
  writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 })
  writeFileSync(join(folder, 'cert.pem'), cert)
  const etc = join(folder, 'etc')
  writeFileSync(join(etc, 'senders'), senders(sendAs))
  writeFileSync(join(etc, 'main.cf'), main(folder, { lmtp, sasl }))
  writeFileSync(join(etc, 'master.cf'), master({ submission, submissions }))
  const logFile = join(folder, 'postfix.log')
  opened.use(started('/usr/sbin/postfix', ['-c', etc, 'start-fg'], join(folder, 'out.log')))
  opened.defer(() => void execFileSync('/usr/sbin/postfix', ['-c', etc, 'abort'], quiet))
  for (const port of [submission, submissions]) await answers(port, logFile)
  const closing = opened.move()
  return { submission, submissions, logFile, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}

const quiet = { stdio: 'ignore' } as const

const senders = (sendAs: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(sendAs)
    .map(([from, others]) => `/^${from.replaceAll('.', '\\.')}$/ ${[from, ...others].join(', ')}\n`)
    .join('') + '/^(.*)$/ $1\n'

const main = (folder: string, { lmtp, sasl }: { lmtp: number; sasl: number }): string =>
  `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
shlib_directory = /usr/lib/postfix
mail_owner = postfix
setgid_group = postdrop
myhostname = localhost
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
maillog_file = ${folder}/postfix.log
maillog_file_prefixes = ${folder}
virtual_mailbox_domains = static:all
virtual_mailbox_maps = static:all
virtual_transport = lmtp:inet:127.0.0.1:${lmtp}
local_recipient_maps =
alias_maps =
smtpd_tls_cert_file = ${folder}/cert.pem
smtpd_tls_key_file = ${folder}/key.pem
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:${sasl}
smtpd_sasl_security_options = noanonymous
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_sender_login_maps = regexp:${folder}/etc/senders
smtpd_sender_restrictions = reject_sender_login_mismatch
smtpd_client_connection_rate_limit = 0
smtpd_client_connection_count_limit = 0
message_size_limit = 157286400
smtpd_forbid_bare_newline = normalize
smtpd_forbid_bare_newline_exclusions =
mailbox_size_limit = 0
virtual_mailbox_limit = 0
`

const master = ({ submission, submissions }: { submission: number; submissions: number }): string =>
  `127.0.0.1:${submission} inet n - n - - smtpd
127.0.0.1:${submissions} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`
