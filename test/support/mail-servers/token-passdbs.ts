/**
 * How Dovecot checks a token, and whose mailbox it opens, as Exchange Online has it: that of its own
 * person, the shared ones of which the person is a delegate, and those an application was given.
 *
 * Dovecot 2.3 takes 8 KB in a line of a sign-in: a token of 5.9 KB. Postfix takes 12,288 bytes where
 * the token has a line of its own.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Authority } from '../authority/authority.ts'

/** `local`: signature, issuer and end are checked here. `introspection`: RFC 7662, opaque tokens. */
export type TokenCheck = 'local' | 'introspection'

/** Mailbox → who opens it besides its own person. */
export type MailboxGrants = {
  /** E-mails of people. Over SMTP a delegate signs in as themselves. */
  readonly delegates?: Readonly<Record<string, readonly string[]>>
  /** Client IDs, for the tokens of applications themselves; on every protocol. */
  readonly applications?: Readonly<Record<string, readonly string[]>>
}

const INTROSPECTOR = 'dovecot'
const INTROSPECTOR_SECRET = 'dovecots-own-secret'

/** @returns what belongs into `dovecot.conf` */
export function tokenPassdbs(
  authority: Authority,
  check: TokenCheck,
  { delegates = {}, applications = {} }: MailboxGrants,
  folder: string,
): string {
  const checked =
    check === 'local' ? localCheck(authority, folder) : introspection(authority, folder)
  let count = 0
  // Dovecot expands the format for the name that signs in and for the token's subject; both have to
  // come out alike. So this one makes the mailbox's name into the subject that was let in.
  const passdb = (format = '%Lu'): string => {
    const file = join(folder, `oauth2-${count++}.conf`)
    writeFileSync(file, `${checked}username_attribute = sub\nusername_format = ${format}\n`)
    return `passdb {\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = ${file}\n}\n`
  }
  const granted = (grants: Readonly<Record<string, readonly string[]>>): string =>
    Object.entries(grants)
      .flatMap(([mailbox, subjects]) =>
        subjects.map((subject) => passdb(`%{if;%Lu;eq;${mailbox};${subject};%Lu}`)),
      )
      .join('')
  const own = `${passdb()}${granted(applications)}`
  const shared = granted(delegates)
  return `${own}protocol imap {\n${shared}}\nprotocol pop3 {\n${shared}}\n`
}

function localCheck({ key: { publicKey, kid }, issuer }: Authority, folder: string): string {
  // By the client's id where the token names one as azp, else under "default".
  const keys = join(folder, 'keys', 'default', 'RS256')
  mkdirSync(keys, { recursive: true })
  writeFileSync(join(keys, kid), publicKey.export({ type: 'spki', format: 'pem' }))
  return `introspection_mode = local
local_validation_key_dict = fs:posix:prefix=${folder}/keys/
issuers = ${issuer}
`
}

function introspection({ memory, issuer }: Authority, folder: string): string {
  memory.put('Client', INTROSPECTOR, {
    client_id: INTROSPECTOR,
    client_secret: INTROSPECTOR_SECRET,
    redirect_uris: [],
    response_types: [],
    grant_types: [],
    token_endpoint_auth_method: 'client_secret_basic',
  })
  const base = issuer.replace(/\/v2\.0$/, '')
  const url = base.replace('://', `://${INTROSPECTOR}:${INTROSPECTOR_SECRET}@`)
  return `introspection_mode = post
introspection_url = ${url}/oauth2/v2.0/introspect
tls_ca_cert_file = ${folder}/cert.pem
active_attribute = active
active_value = true
timeout_msecs = 5000
max_pipelined_requests = 1
`
}
