import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dnKey, domainOf, isWithin, parseDn } from './dn.ts'

const key = (text: string): string => dnKey(parseDn(text) ?? assert.fail(text))
const same: [string, string][] = [
  ['CN=Ada,OU=People,DC=example,DC=org', 'cn=ada, ou=people , dc=EXAMPLE,dc=org'],
  ['cn=Lovelace\\, Ada,dc=x', 'cn=Lovelace\\2C Ada,dc=x'],
  ['cn="Lovelace, Ada",dc=x', 'cn=Lovelace\\, Ada,dc=x'],
  ['cn=a+uid=b,dc=x', 'uid=b+cn=a,dc=x'],
  ['cn=\\C3\\A9,dc=x', 'cn=é,dc=x'],
  ['cn=Zoe\u0308,dc=x', 'cn=Zoë,dc=x'],
  ['cn=a   b,dc=x', 'cn=a b,dc=x'],
  ['cn=a\\ ,dc=x', 'cn=a,dc=x'],
]
const other: [string, string][] = [
  ['cn=a\\,dc\\=x', 'cn=a,dc=x'],
  ['cn=a\\+uid=b,dc=x', 'cn=a+uid=b,dc=x'],
  ['cn=a,dc=x', 'cn=a,dc=y'],
  ['cn=a,dc=x', 'ou=a,dc=x'],
]

describe('a distinguished name', () => {
  for (const [one, two] of same) it(`${one} is ${two}`, () => assert.equal(key(one), key(two)))
  for (const [one, two] of other)
    it(`${one} is not ${two}`, () => assert.notEqual(key(one), key(two)))

  it('is within another only part by part', () => {
    const within = (one: string, base: string): boolean => isWithin(parseDn(one)!, parseDn(base)!)
    assert.equal(within('cn=a,ou=b,dc=x', 'OU=B,DC=X'), true)
    assert.equal(within('ou=b,dc=x', 'ou=b,dc=x'), true)
    assert.equal(within('cn=a,dc=x', ''), true)
    assert.equal(within('cn=a,ou=bb,dc=x', 'ou=b,dc=x'), false)
    assert.equal(within('dc=x', 'ou=b,dc=x'), false)
    assert.equal(within('cn=a\\,ou=b,dc=x', 'ou=b,dc=x'), false)
  })

  it('can be what is none', () => {
    for (const text of ['cn', '=a', 'cn=a,,dc=x', 'cn=a\\', '1a=b', `cn=${'x'.repeat(9000)}`])
      assert.equal(parseDn(text), null, text)
    assert.deepEqual(parseDn(' '), [])
  })

  it('ends in its domain', () => {
    assert.equal(domainOf('OU=People,DC=example,DC=org'), 'DC=example,DC=org')
    assert.equal(domainOf('dc=example,dc=org'), 'dc=example,dc=org')
    assert.equal(domainOf('ou=people,o=Example'), 'ou=people,o=Example')
    assert.equal(domainOf('cn=a\\,dc=b,dc=c'), 'dc=c')
  })
})
