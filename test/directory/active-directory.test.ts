/** Active Directory: a real Samba domain controller. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Secret } from '#base/secret.ts'
import type { Directories } from '#identity/directory/directories.ts'
import type { DirectoryPerson } from '#identity/directory/person.ts'
import { guidText } from '#wire/ldap/values.ts'
import {
  directoryRow,
  sambaConfig,
  testDirectories,
  type Wanted,
} from '../support/directory/provider.ts'
import { AD_PASSWORD, openSamba, USERS, type SambaDomain } from '../support/directory/samba.ts'

let samba: SambaDomain
let directories: Directories
before(async () => {
  samba = await openSamba()
  directories = testDirectories()
})
after(async () => await samba[Symbol.asyncDispose]())

const LONG_AGO = '131000000000000000'

/** `ok` with the groups, or the word for why not. */
async function signIn(typed: string, password: string, more: Wanted = {}): Promise<string> {
  await using visit = await directories.visit(directoryRow(sambaConfig(samba, more)), typed)
  const verdict = await visit.check(new Secret(password))
  if (!verdict.ok) return verdict.why
  const names = verdict.groups?.map(({ name }) => name).toSorted((a, b) => (a < b ? -1 : 1))
  return ['ok', ...(names ?? [])].join(' ')
}

async function found(typed: string): Promise<DirectoryPerson> {
  await using visit = await directories.visit(directoryRow(sambaConfig(samba)), typed)
  return typeof visit.found === 'string' ? assert.fail(visit.found) : visit.found
}

async function stateOf(subject: string, more: Wanted = {}): Promise<string> {
  const row = directoryRow(sambaConfig(samba, more))
  const facts = (await directories.accountStates(row, [subject])).get(subject)
  return facts ? [facts.state, ...(facts.mustChange ? ['must change'] : [])].join(', ') : 'missing'
}

describe('signing in at Active Directory', () => {
  it('takes the password, by account name, by user principal name, by address', async () => {
    await samba.person('ada', { displayName: 'Ada Lovelace' })
    for (const typed of ['ada', 'ADA', 'ada@example.test', 'Ada@Example.org'])
      assert.equal(await signIn(typed, AD_PASSWORD), 'ok', typed)
    assert.equal(await signIn('ada', 'another'), 'wrong_password')
    assert.equal(await signIn('nobody', AD_PASSWORD), 'unknown_there')
    const startTls = { urls: [`ldap://${samba.host}`], startTls: true }
    const byName = { bindDn: 'reader@example.test' }
    assert.equal(await signIn('ada', AD_PASSWORD, byName), 'ok')
    assert.equal(await signIn('ada', AD_PASSWORD, startTls), 'ok')
  })

  it('knows a person by objectGUID, whatever they are called', async () => {
    const dn = await samba.person('grace', { displayName: 'Grace Hopper' })
    const before = await found('grace')
    assert.match(before.subject, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    assert.deepEqual(
      [before.name, before.displayName, before.email],
      ['grace', 'Grace Hopper', 'grace@example.org'],
    )
    await samba.set(dn, 'sAMAccountName', ['murray'])
    await samba.manager.modifyDN(dn, `CN=murray,${USERS}`)
    assert.equal((await found('murray')).subject, before.subject)
  })

  it('has nested groups, and asks for one where the administrator says so', async () => {
    const dn = await samba.person('linus')
    const staff = await samba.group('staff', [dn])
    const all = await samba.group('all', [staff])
    await samba.set(staff, 'member', [dn, all])
    const groups = { groupBaseDn: USERS }
    assert.equal(await signIn('linus', AD_PASSWORD, groups), 'ok all staff')
    assert.equal(await signIn('linus', AD_PASSWORD, { ...groups, nestedGroups: false }), 'ok staff')
    assert.equal(await signIn('linus', AD_PASSWORD, { requiredGroupDn: all.toUpperCase() }), 'ok')
    const outside = { requiredGroupDn: `CN=Domain Admins,${USERS}` }
    assert.equal(await signIn('linus', AD_PASSWORD, outside), 'not_in_group')
    assert.equal(await signIn('linus', AD_PASSWORD, { ...outside, requiredGroupDn: all }), 'ok')
    assert.equal(
      await signIn('linus', AD_PASSWORD, { requiredGroupDn: all, nestedGroups: false }),
      'not_in_group',
    )
  })

  it('L05: disabled, ended, locked and must-change are told apart, to the administrator', async () => {
    const dn = await samba.person('margaret')
    const { subject } = await found('margaret')
    const refused = async (): Promise<string[]> => [
      await signIn('margaret', AD_PASSWORD),
      await stateOf(subject),
    ]
    await samba.set(dn, 'userAccountControl', ['514'])
    assert.deepEqual(await refused(), ['disabled', 'disabled'])
    await samba.set(dn, 'userAccountControl', ['512'])
    await samba.set(dn, 'accountExpires', [LONG_AGO])
    assert.deepEqual(await refused(), ['expired', 'expired'])
    await samba.set(dn, 'accountExpires', ['0'])
    await samba.set(dn, 'pwdLastSet', ['0'])
    assert.deepEqual(await refused(), ['must_change', 'alive, must change'])
    assert.equal(await signIn('margaret', 'wrong'), 'wrong_password')
    await samba.set(dn, 'pwdLastSet', ['-1'])
    for (let n = 0; n < 3; n++) assert.notEqual(await signIn('margaret', 'wrong'), 'ok')
    assert.deepEqual(await refused(), ['locked', 'locked'])
    await samba.set(dn, 'lockoutTime', ['0'])
    assert.deepEqual(await refused(), ['ok', 'alive'])
    await samba.manager.del(dn)
    assert.deepEqual(await refused(), ['unknown_there', 'missing'])
  })

  it('says when the password was changed', async () => {
    const dn = await samba.person('barbara')
    const { subject } = await found('barbara')
    const setAt = async (): Promise<number> => {
      const facts = await directories.accountStates(directoryRow(sambaConfig(samba)), [subject])
      return facts.get(subject)?.passwordSetAt ?? 0
    }
    const before = await setAt()
    await samba.setPassword(dn, 'another-plum-43-X')
    assert.ok((await setAt()) > before)
    assert.equal(await signIn('barbara', 'another-plum-43-X'), 'ok')
  })
})

describe('how people stand in Active Directory', () => {
  it('is said of many at once, with their nested groups', async () => {
    const names = Array.from({ length: 105 }, (_, n) => `many-${n}`)
    const dns: string[] = []
    for (const name of names) dns.push(await samba.person(name))
    const inner = await samba.group('inner', dns.slice(0, 60))
    await samba.group('outer', [inner, ...dns.slice(60, 70)])
    const guids = await samba.manager.search(USERS, {
      filter: '(sAMAccountName=many-*)',
      attributes: ['cn', 'objectGUID'],
      explicitBufferAttributes: ['objectGUID'],
    })
    const subjectOf = new Map(
      guids.searchEntries.map(({ cn, objectGUID }) => [cn, guidText(objectGUID as Buffer)]),
    )
    const subjects = names.map((name) => subjectOf.get(name) ?? '')
    await samba.set(dns[1]!, 'userAccountControl', ['514'])
    await samba.manager.del(dns[104]!)
    const row = directoryRow(sambaConfig(samba, { groupBaseDn: USERS }))
    const facts = await directories.accountStates(row, [...subjects, 'of nobody'])
    const of = (n: number): string => {
      const one = facts.get(subjects[n]!)
      const groups = one?.groups?.map(({ name }) => name).toSorted((a, b) => (a < b ? -1 : 1))
      return [one?.state ?? 'missing', ...(groups ?? [])].join(' ')
    }
    assert.equal(facts.size, 104)
    assert.deepEqual([0, 1, 59, 60, 70, 104].map(of), [
      'alive inner outer',
      'disabled inner outer',
      'alive inner outer',
      'alive outer',
      'alive',
      'missing',
    ])
  })
})

it('is tried for the administrator, step by step', async () => {
  await samba.person('tess')
  const steps = async (more: Wanted, name: string | null): Promise<string[]> =>
    (await directories.check(directoryRow(sambaConfig(samba, more)), name)).map(
      ({ check, ok, reason }) => [check, ok ? 'ok' : 'failed', reason].filter(Boolean).join(' '),
    )
  assert.deepEqual(await steps({}, 'tess'), ['connect ok', 'bind ok', 'search ok', 'person ok'])
  const twice = [`ldaps://${samba.host}:1`, `ldaps://${samba.host}`]
  const several = await steps({ urls: twice }, null)
  assert.deepEqual(several, ['connect failed network', 'connect ok', 'bind ok', 'search ok'])
  const outside = await steps({ baseDn: 'dc=elsewhere,dc=test' }, null)
  assert.deepEqual(outside, ['connect ok', 'bind ok', 'search failed base'])
})
