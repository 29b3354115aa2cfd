/** What is typed into the form of a sign-in that a directory judges: a real slapd. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { fixedClock } from '#base/clock.ts'
import type { IdentityNeeds } from '#identity/needs.ts'
import {
  openSlapd,
  GROUPS,
  LDAP_PASSWORD,
  PEOPLE,
  POLICY,
  type Slapd,
} from '../support/directory/slapd.ts'
import {
  directoryRow,
  slapdConfig,
  testDirectories,
  type Wanted,
} from '../support/directory/provider.ts'
import {
  entry,
  bound,
  done,
  BIND,
  openScriptedDirectory,
  SEARCH,
} from '../support/directory/scripted.ts'
import { audited, identityOn, newBrowser, tryPassword } from '../support/identity.ts'
import { openTestStore } from '../support/stores.ts'

const BY_NAME = { by: 'name', direction: 'asc' } as const
let slapd: Slapd
before(async () => {
  slapd = await openSlapd()
  await slapd.person('ada')
})
after(async () => await slapd[Symbol.asyncDispose]())

type Bench = AsyncDisposable & {
  readonly needs: IdentityNeeds
  /** `ok <name>`, or why not as the audit says it. */
  signIn(name: string, password: string): Promise<string>
}

async function bench(more: Wanted = {}): Promise<Bench> {
  const clock = fixedClock('2026-11-20T12:00:00Z')
  const store = await openTestStore('sqlite', { clock })
  const settings = { second_factor: 'offered' } as const
  const needs = identityOn(store, { clock, settings, directories: testDirectories(clock) })
  await store.tables.identityProviders.insert(directoryRow(slapdConfig(slapd, more)))
  return {
    needs,
    signIn: async (name, password) => {
      const answer = await tryPassword(needs, newBrowser(), name, password)
      return answer.ok ? `ok ${answer.user.name}` : ((await audited(needs)).at(-1) ?? '')
    },
    [Symbol.asyncDispose]: async () => await store[Symbol.asyncDispose](),
  }
}
const refused = (why: string): string => `session.create refused ${why}`

describe('the form of a sign-in before a directory', () => {
  it('L01: an empty password, one of spaces, one with a NUL: the directory, which would grant it, is not asked', async () => {
    await using scene = await bench()
    // So that it is known that this directory takes a name without a password for a sign-in.
    const { Client } = await import('ldapts')
    await using anonymous = new Client({ url: `ldap://127.0.0.1:${slapd.ldap}` })
    await anonymous.bind(`uid=ada,${PEOPLE}`, '')
    const asked: string[] = []
    const watching: IdentityNeeds = {
      ...scene.needs,
      directories: {
        visit: async (row, typed) => {
          asked.push(typed)
          return await scene.needs.directories.visit(row, typed)
        },
      },
    }
    for (const password of ['', ' ', '   \u00a0', '\0', `${LDAP_PASSWORD}\0`, '\0x', 'a\u0007b']) {
      const answer = await tryPassword(watching, newBrowser(), 'ada', password)
      assert.equal(answer.ok, false)
      assert.equal((await audited(scene.needs)).at(-1), refused('empty_password'))
    }
    assert.deepEqual(asked, [])
    assert.equal(await scene.signIn('ada', LDAP_PASSWORD), 'ok ada')
  })

  it('L02: names that would end, widen or change the filter find nobody', async () => {
    const names = ['*', 'a*', '*)(uid=*', 'ada)(|(uid=*', '\\2a', '\\61da', ')(|(a=*', '(uid=ada)']
    const odd = [
      'ada\0',
      'a\rda',
      `uid=ada,${PEOPLE}`,
      ',+"\\<>;#=',
      '&',
      '!',
      'ada)(',
      'x'.repeat(10_240),
    ]
    for (const name of [...names, ...odd, '', ' ', '\u{202e}ada', 'ada\ud800']) {
      await using scene = await bench()
      const said = await scene.signIn(name, LDAP_PASSWORD)
      assert.ok(
        [refused('unknown_there'), refused('unknown_user')].includes(said),
        `${name}: ${said}`,
      )
    }
  })

  it('L02: people and groups whose own names have such characters come in, with their groups', async () => {
    const uid = '*)(uid=*'
    const cn = 'Lovelace\\, Ada \\+ \\"Countess\\" \\<of\\>\\; \\#1 \\= (x)*'
    const dn = `cn=${cn},${PEOPLE}`
    await slapd.manager.add(dn, {
      objectClass: ['inetOrgPerson'],
      sn: 'x',
      uid: [uid, 'countess'],
      mail: 'countess@example.org',
      userPassword: LDAP_PASSWORD,
    })
    const inner = `cn=a\\,b (c)*\\\\d,${GROUPS}`
    await slapd.manager.add(inner, { objectClass: ['groupOfNames'], member: [dn] })
    await slapd.group('outer', [inner])
    await using scene = await bench({ groupBaseDn: GROUPS, requiredGroupDn: `cn=outer,${GROUPS}` })
    assert.equal(await scene.signIn('countess', LDAP_PASSWORD), 'ok countess')
    const { users, groups } = scene.needs.store.tables
    const user = await users.findByKey('countess')
    const names = (await groups.ofUser(user?.id ?? '')).map(({ name }) => name)
    assert.deepEqual(
      names.toSorted((a, b) => (a < b ? -1 : 1)),
      ['a,b (c)*\\d', 'outer'],
    )
    assert.equal(await scene.signIn('ada', LDAP_PASSWORD), refused('not_in_group'))
    await slapd.manager.del(dn)
  })

  it('L03: two entries that fit are nobody', async () => {
    await slapd.person('one', { mail: 'same@example.org' })
    await slapd.person('two', { mail: 'same@example.org' })
    await using scene = await bench()
    assert.equal(await scene.signIn('same@example.org', LDAP_PASSWORD), refused('ambiguous'))
  })

  it('L03: an entry without a name, or without a lasting identifier, is nobody', async () => {
    let found = entry(3, '', { entryUUID: 'x', uid: 'ada' })
    await using directory = await openScriptedDirectory((socket, { tag, id }) => {
      if (tag === BIND) socket.write(bound(id))
      if (tag === SEARCH) socket.write(Buffer.concat([found, done(id)]))
    })
    const urls = [`ldaps://127.0.0.1:${directory.port}`]
    await using scene = await bench({ urls, ca: directory.ca })
    assert.equal(await scene.signIn('ada', LDAP_PASSWORD), refused('no_id'))
    found = entry(3, 'uid=ada', { uid: 'ada' })
    assert.equal(await scene.signIn('ada', LDAP_PASSWORD), refused('no_id'))
    assert.equal(directory.heard.includes(LDAP_PASSWORD), false)
  })

  it('L03: nobody follows a referral, neither to search nor with a password', async () => {
    let visitors = 0
    const elsewhere = createServer((socket) => {
      visitors++
      socket.destroy()
    }).listen(0, '127.0.0.1')
    await once(elsewhere, 'listening')
    const ref = `ldap://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`
    const referral = { objectClass: ['referral', 'extensibleObject'], ref }
    await slapd.manager.add(`ou=abroad,${PEOPLE}`, { ...referral, ou: 'abroad' })
    await using scene = await bench()
    assert.equal(await scene.signIn('ada', LDAP_PASSWORD), 'ok ada')
    assert.equal(await scene.signIn('nobody', LDAP_PASSWORD), refused('unknown_there'))
    await using there = await bench({ baseDn: `ou=abroad,${PEOPLE}` })
    await assert.rejects(there.signIn('ada', LDAP_PASSWORD), { code: 'unavailable' })
    assert.equal(visitors, 0)
    elsewhere.close()
  })

  it('L08: one identity and one counter for every way to write a name', async () => {
    await slapd.person('üser', { mail: 'user@example.org' })
    // Only the counters here are to be seen.
    await slapd.set(POLICY, 'pwdMaxFailure', ['0'])
    const spellings = [
      'üser',
      'ÜSER',
      'u\u0308ser',
      ' üser ',
      'üｓｅｒ',
      'user@example.org',
      'USER@Example.org',
    ]
    for (const before of ['a new person', 'a person who is known']) {
      await using scene = await bench()
      if (before === 'a person who is known')
        assert.equal(await scene.signIn('üser', LDAP_PASSWORD), 'ok üser')
      for (let n = 0; n < 10; n++)
        assert.equal(
          await scene.signIn(spellings[n % 7]!, 'wrong'),
          refused('wrong_password'),
          `${n}`,
        )
      for (const name of spellings)
        assert.equal(
          await scene.signIn(name, LDAP_PASSWORD),
          refused('locked'),
          `${before}: ${name}`,
        )
    }
    await using scene = await bench()
    for (const name of spellings) assert.equal(await scene.signIn(name, LDAP_PASSWORD), 'ok üser')
    const { rows } = await scene.needs.store.tables.users.list(
      {},
      BY_NAME,
      { offset: 0, size: 10 },
      0,
    )
    assert.equal(rows.length, 1)
  })
})
