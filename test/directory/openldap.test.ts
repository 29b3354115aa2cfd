/** A directory that is not Active Directory: a real slapd. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Secret } from '#base/secret.ts'
import type { LdapConfig } from '#domain/identity-provider.ts'
import { directoryFailure, type Directories } from '#identity/directory/directories.ts'
import type { DirectoryPerson } from '#identity/directory/person.ts'
import {
  directoryRow,
  slapdConfig,
  testDirectories,
  type Wanted,
} from '../support/directory/provider.ts'
import {
  GROUPS,
  LDAP_PASSWORD,
  openSlapd,
  PEOPLE,
  SUFFIX,
  type Slapd,
} from '../support/directory/slapd.ts'

let slapd: Slapd
let directories: Directories
before(async () => {
  slapd = await openSlapd()
  directories = testDirectories()
})
after(async () => await slapd[Symbol.asyncDispose]())

/** `ok` with the groups, or the word for why not. */
async function signIn(typed: string, password: string, more: Wanted = {}): Promise<string> {
  const row = directoryRow(slapdConfig(slapd, more))
  await using visit = await directories.visit(row, typed)
  const verdict = await visit.check(new Secret(password))
  if (!verdict.ok) return verdict.why
  const names = verdict.groups?.map(({ name }) => name).toSorted((a, b) => (a < b ? -1 : 1))
  return ['ok', ...(names ?? [])].join(' ')
}

async function found(typed: string, more: Wanted = {}): Promise<DirectoryPerson> {
  await using visit = await directories.visit(directoryRow(slapdConfig(slapd, more)), typed)
  return typeof visit.found === 'string' ? assert.fail(visit.found) : visit.found
}

describe('signing in at OpenLDAP', () => {
  it('takes the password of who is found, over LDAPS and over StartTLS', async () => {
    await slapd.person('ada', { displayName: 'Ada Lovelace', mail: 'ada@example.org' })
    const startTls = { urls: [`ldap://127.0.0.1:${slapd.ldap}`], startTls: true }
    for (const more of [{}, startTls]) {
      assert.equal(await signIn('ada', LDAP_PASSWORD, more), 'ok')
      assert.equal(await signIn('ADA@example.org', LDAP_PASSWORD, more), 'ok')
      assert.equal(await signIn('ada', 'another', more), 'wrong_password')
      assert.equal(await signIn('nobody', LDAP_PASSWORD, more), 'unknown_there')
    }
  })

  it('knows a person by entryUUID, whatever they are called', async () => {
    const dn = await slapd.person('grace', { displayName: 'Grace Hopper' })
    const before = await found('grace')
    assert.match(before.subject, /^[0-9a-f-]{36}$/)
    assert.deepEqual(
      [before.name, before.displayName, before.email, before.shownAs],
      ['grace', 'Grace Hopper', 'grace@example.org', 'grace'],
    )
    await slapd.manager.modifyDN(dn, `uid=murray,${PEOPLE}`)
    await slapd.set(`uid=murray,${PEOPLE}`, 'uid', ['murray'])
    assert.equal((await found('murray')).subject, before.subject)
  })

  it('finds nobody where two fit', async () => {
    await slapd.person('twin-1', { mail: 'twin@example.org' })
    await slapd.person('twin-2', { mail: 'twin@example.org' })
    assert.equal(await signIn('twin@example.org', LDAP_PASSWORD), 'ambiguous')
    assert.equal(await signIn('twin-1', LDAP_PASSWORD), 'ok')
  })

  it('tries the next server when one does not answer', async () => {
    const here = `ldaps://127.0.0.1:${slapd.ldaps}`
    const urls = ['ldaps://127.0.0.1:1', here]
    assert.equal(await signIn('ada', LDAP_PASSWORD, { urls }), 'ok')
  })

  it('has the groups that the administrator named, nested ones too, and of circles each once', async () => {
    const dn = await slapd.person('linus')
    const staff = await slapd.group('staff', [dn])
    const all = await slapd.group('all', [staff], 'unique')
    await slapd.set(staff, 'member', [dn, all])
    await slapd.group('others', [`uid=ada,${PEOPLE}`])
    const groups = { groupBaseDn: GROUPS }
    assert.equal(await signIn('linus', LDAP_PASSWORD, groups), 'ok all staff')
    assert.equal(
      await signIn('linus', LDAP_PASSWORD, { ...groups, nestedGroups: false }),
      'ok staff',
    )
    assert.equal(await signIn('linus', LDAP_PASSWORD, { groupBaseDn: PEOPLE }), 'ok')
    const required = (cn: string): Wanted => ({ requiredGroupDn: `CN=${cn}, ${GROUPS}` })
    assert.equal(await signIn('linus', LDAP_PASSWORD, required('All')), 'ok')
    assert.equal(await signIn('linus', LDAP_PASSWORD, required('others')), 'not_in_group')
    assert.equal(
      await signIn('linus', LDAP_PASSWORD, { ...required('all'), nestedGroups: false }),
      'not_in_group',
    )
  })

  it('tells locked, disabled and must-change apart, and never with a wrong password', async () => {
    const dn = await slapd.person('margaret')
    await slapd.set(dn, 'pwdAccountLockedTime', ['000001010000Z'])
    assert.equal(await signIn('margaret', LDAP_PASSWORD), 'disabled')
    await slapd.set(dn, 'pwdAccountLockedTime', [])
    for (let n = 0; n < 3; n++) assert.equal(await signIn('margaret', 'wrong'), 'wrong_password')
    assert.equal(await signIn('margaret', LDAP_PASSWORD), 'locked')
    await slapd.set(dn, 'pwdAccountLockedTime', [])
    assert.equal(await signIn('margaret', LDAP_PASSWORD), 'ok')
    await slapd.set(dn, 'pwdReset', ['TRUE'])
    assert.equal(await signIn('margaret', LDAP_PASSWORD), 'must_change')
    assert.equal(await signIn('margaret', 'wrong'), 'wrong_password')
  })
})

describe('how people stand in OpenLDAP', () => {
  const row = (more: Wanted = {}) => directoryRow(slapdConfig(slapd, more))
  async function statesOf(subjects: readonly string[], more: Wanted = {}): Promise<string[]> {
    const facts = await directories.accountStates(row(more), subjects)
    return subjects.map((one) => facts.get(one)?.state ?? 'missing')
  }

  it('is said of many at once; who is gone is missing', async () => {
    const names = Array.from({ length: 250 }, (_, n) => `many-${n}`)
    for (const name of names) await slapd.person(name)
    const subjects: string[] = []
    for (const name of names) subjects.push((await found(name)).subject)
    await slapd.set(`uid=many-1,${PEOPLE}`, 'pwdAccountLockedTime', ['000001010000Z'])
    await slapd.set(`uid=many-150,${PEOPLE}`, 'pwdReset', ['TRUE'])
    await slapd.manager.del(`uid=many-249,${PEOPLE}`)
    const states = await statesOf([...subjects, 'of nobody', '*)(uid=*'])
    const expected = names.map(() => 'alive')
    expected[1] = 'disabled'
    expected[249] = 'missing'
    assert.deepEqual(states, [...expected, 'missing', 'missing'])
    const facts = await directories.accountStates(row(), subjects)
    assert.equal(facts.get(subjects[150]!)?.mustChange, true)
    assert.equal(facts.get(subjects[0]!)?.shownAs, 'many-0')
    assert.ok((facts.get(subjects[0]!)?.passwordSetAt ?? 0) > Date.parse('2020-01-01'))
  })

  it('counts the required group and the own filter, and brings the groups', async () => {
    const dn = await slapd.person('barbara', { employeeType: 'staff' })
    const { subject } = await found('barbara')
    const group = await slapd.group('readers', [dn])
    const facts = await directories.accountStates(row({ groupBaseDn: GROUPS }), [subject])
    assert.deepEqual(
      facts.get(subject)?.groups?.map(({ name }) => name),
      ['readers'],
    )
    assert.deepEqual(await statesOf([subject], { requiredGroupDn: group }), ['alive'])
    await slapd.set(group, 'member', [`uid=ada,${PEOPLE}`])
    assert.deepEqual(await statesOf([subject], { requiredGroupDn: group }), ['not_in_group'])
    const own = { userFilter: '(&(uid={name})(employeeType=staff))' }
    assert.deepEqual(await statesOf([subject], own), ['alive'])
    await slapd.set(dn, 'employeeType', ['left'])
    assert.deepEqual(await statesOf([subject], own), ['refused'])
  })

  it('is not known when the required group is gone', async () => {
    const { subject } = await found('barbara')
    const gone = { requiredGroupDn: `cn=gone,${GROUPS}` }
    await assert.rejects(statesOf([subject], gone), (thrown) => {
      assert.equal(directoryFailure(thrown), 'no_group')
      return true
    })
    await assert.rejects(signIn('barbara', LDAP_PASSWORD, gone), { code: 'unavailable' })
    const checks = await directories.check(row(gone), null)
    assert.deepEqual(checks.at(-1)?.reason, 'no_group')
  })

  it('is not known when the account that searches sees nobody any more', async () => {
    const { subject } = await found('barbara')
    const empty = `ou=policies,${SUFFIX}`
    await assert.rejects(statesOf([subject], { baseDn: empty }), { code: 'unavailable' })
    await assert.rejects(statesOf([subject], { baseDn: `ou=gone,${SUFFIX}` }), {
      code: 'unavailable',
    })
  })
})

describe('trying OpenLDAP for the administrator', () => {
  async function tried(more: Wanted = {}, name: string | null = null, password?: string) {
    const config: LdapConfig = slapdConfig(slapd, more)
    const row = directoryRow(config, password === undefined ? {} : { password })
    return (await directories.check(row, name)).map(({ check, ok, reason }) =>
      [check, ok ? 'ok' : 'failed', reason].filter(Boolean).join(' '),
    )
  }
  it('goes through every step', async () => {
    assert.deepEqual(await tried({}, 'ada'), ['connect ok', 'bind ok', 'search ok', 'person ok'])
    assert.deepEqual(await tried(), ['connect ok', 'bind ok', 'search ok'])
  })
  it('says at which it ends, and why', async () => {
    assert.deepEqual(await tried({ urls: ['ldaps://127.0.0.1:1'] }), ['connect failed network'])
    assert.deepEqual(await tried({ ca: '' }), ['connect failed tls'])
    assert.deepEqual(await tried({}, null, 'wrong'), ['connect ok', 'bind failed bind'])
    const nowhere = await tried({ baseDn: `ou=gone,${SUFFIX}` })
    assert.deepEqual(nowhere, ['connect ok', 'bind ok', 'search failed base'])
    const empty = await tried({ baseDn: `ou=policies,${SUFFIX}` })
    assert.deepEqual(empty, ['connect ok', 'bind ok', 'search failed shows_nobody'])
    const elsewhere = await tried({ baseDn: 'dc=elsewhere' })
    assert.deepEqual(elsewhere, ['connect ok', 'bind ok', 'search failed referral'])
    const nobody = await tried({}, 'nobody')
    assert.equal(nobody.at(-1), 'person failed unknown_there')
    const outside = await tried({ requiredGroupDn: `cn=staff,${GROUPS}` }, 'ada')
    assert.equal(outside.at(-1), 'person failed not_in_group')
  })
})
