/**
 * An OpenLDAP of the tests' own: slapd in a temporary folder on free ports, with LDAPS, StartTLS,
 * password policy and groups, and a certificate of its own authority.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Attribute, Change, Client } from 'ldapts'
import { answers, folderFor, started } from '../mail-servers/process.ts'
import { freePort } from '../free-port.ts'
import { directoryAuthority, type DirectoryAuthority } from './authority.ts'

export const SUFFIX = 'dc=example,dc=org'
export const PEOPLE = `ou=people,${SUFFIX}`
export const GROUPS = `ou=groups,${SUFFIX}`
export const POLICY = `cn=default,ou=policies,${SUFFIX}`
/** Searches and reads; no more. */
export const SEARCHER = { dn: `cn=searcher,${SUFFIX}`, password: 'searches and reads' }
const MANAGER = { dn: `cn=manager,${SUFFIX}`, password: 'may do everything' }
export const LDAP_PASSWORD = 'plum tractor 42'

export type Slapd = AsyncDisposable & {
  readonly ldap: number
  readonly ldaps: number
  readonly authority: DirectoryAuthority
  /** Its log: every operation, without passwords. */
  readonly logFile: string
  /** Who may do everything; signed in. */
  readonly manager: Client
  /** Adds a person with `LDAP_PASSWORD`. @returns the name of the entry */
  person(uid: string, more?: Record<string, string | string[]>, ou?: string): Promise<string>
  group(cn: string, members: readonly string[], unique?: 'unique'): Promise<string>
  set(dn: string, attribute: string, values: readonly string[]): Promise<void>
  stop(): Promise<void>
  start(): Promise<void>
}

export async function openSlapd(): Promise<Slapd> {
  await using opened = new AsyncDisposableStack()
  const folder = folderFor(opened, 'slapd')
  const [ldap, ldaps] = [await freePort(), await freePort()]
  const authority = directoryAuthority(folder)
  mkdirSync(join(folder, 'data'))
  const file = join(folder, 'slapd.conf')
  writeFileSync(file, settings(folder, authority))
  const logFile = join(folder, 'slapd.log')
  let running: AsyncDisposable | null = null
  const start = async (): Promise<void> => {
    const urls = `ldap://127.0.0.1:${ldap}/ ldaps://127.0.0.1:${ldaps}/`
    running = started('/usr/sbin/slapd', ['-d', 'stats', '-h', urls, '-f', file], logFile)
    for (const port of [ldap, ldaps]) await answers(port, logFile)
  }
  const stop = async (): Promise<void> => await running?.[Symbol.asyncDispose]()
  opened.defer(stop)
  await start()
  const manager = opened.use(new Client({ url: `ldap://127.0.0.1:${ldap}`, autoRebind: true }))
  await manager.bind(MANAGER.dn, MANAGER.password)
  await fill(manager)
  const person: Slapd['person'] = async (uid, more = {}, ou = PEOPLE) => {
    const dn = `uid=${uid},${ou}`
    const own = { uid, cn: uid, sn: uid, displayName: uid, mail: `${uid}@example.org` }
    const entry = { objectClass: ['inetOrgPerson'], ...own, userPassword: LDAP_PASSWORD, ...more }
    await manager.add(dn, entry)
    return dn
  }
  const closing = opened.move()
  return {
    ldap,
    ldaps,
    authority,
    logFile,
    manager,
    person,
    group: async (cn, members, unique) => {
      const dn = `cn=${cn},${GROUPS}`
      const kind = unique ? 'groupOfUniqueNames' : 'groupOfNames'
      const list = { [unique ? 'uniqueMember' : 'member']: [...members] }
      await manager.add(dn, { objectClass: [kind], cn, ...list })
      return dn
    },
    set: async (dn, type, values) => {
      const modification = new Attribute({ type, values: [...values] })
      await manager.modify(dn, new Change({ operation: 'replace', modification }))
    },
    stop,
    start,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

async function fill(manager: Client): Promise<void> {
  const [dc = ''] = /(?<=dc=)\w+/.exec(SUFFIX) ?? []
  await manager.add(SUFFIX, { objectClass: ['dcObject', 'organization'], dc, o: 'Example' })
  for (const ou of ['people', 'groups', 'policies'])
    await manager.add(`ou=${ou},${SUFFIX}`, { objectClass: ['organizationalUnit'], ou })
  await manager.add(SEARCHER.dn, {
    objectClass: ['applicationProcess', 'simpleSecurityObject'],
    cn: 'searcher',
    userPassword: SEARCHER.password,
  })
  await manager.add(POLICY, {
    objectClass: ['applicationProcess', 'pwdPolicy'],
    cn: 'default',
    pwdAttribute: 'userPassword',
    pwdLockout: 'TRUE',
    pwdMaxAge: '999999999', // without an age it does not write down when a password was set
    pwdMaxFailure: '3',
    pwdMustChange: 'TRUE',
  })
}

function settings(folder: string, authority: DirectoryAuthority): string {
  const { keyFile, certFile } = authority.issue(['localhost', '127.0.0.1'])
  const schemas = ['core', 'cosine', 'inetorgperson', 'nis'].map(
    (name) => `include /etc/ldap/schema/${name}.schema`,
  )
  return `${schemas.join('\n')}
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
# What is elsewhere is at a server that is not there.
referral ldap://127.0.0.1:1/
pidfile ${folder}/slapd.pid
TLSCACertificateFile ${authority.caFile}
TLSCertificateFile ${certFile}
TLSCertificateKeyFile ${keyFile}
# A name without a password is an anonymous bind here, which succeeds: as bad as it can be.
allow bind_anon_dn bind_anon_cred
# As docs/operate/directory.md has it: no more than is needed; employeeType is of a test's own filter.
access to attrs=userPassword by self =xw by anonymous auth by * none
access to attrs=entryUUID,pwdAccountLockedTime,pwdReset,pwdChangedTime,pwdEndTime
  by dn.exact="${SEARCHER.dn}" read by * break
access to dn.subtree="${SUFFIX}" attrs=entry,objectClass,uid,cn,displayName,mail,preferredLanguage,member,uniqueMember,employeeType
  by dn.exact="${SEARCHER.dn}" read by * break
database mdb
suffix "${SUFFIX}"
rootdn "${MANAGER.dn}"
rootpw "${MANAGER.password}"
directory ${folder}/data
index objectClass,uid,mail,entryUUID,member,uniqueMember eq
overlay ppolicy
ppolicy_default "${POLICY}"
ppolicy_use_lockout
`
}
