import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY } from '#base/clock.ts'
import { LdapConfig } from '#domain/identity-provider.ts'
import { accountState, passwordSetAt } from './account-state.ts'
import { Entry } from './entry.ts'
import { termsOf } from './flavour.ts'

const NOW = Date.parse('2026-11-20T16:00:00Z')
const terms = (flavour: LdapConfig['flavour']): ReturnType<typeof termsOf> =>
  termsOf(LdapConfig.parse({ flavour, urls: ['ldaps://x'], bindDn: 'cn=x', baseDn: 'dc=x' }))
const stateOf = (flavour: LdapConfig['flavour'], attributes: Record<string, string>): string =>
  accountState(new Entry({ dn: 'cn=ada', ...attributes }), terms(flavour), NOW)
/** 100 ns since 1601. */
const ticks = (ms: number): string => String(BigInt(ms + 11_644_473_600_000) * 10_000n)

describe('an account of Active Directory', () => {
  const cases: [string, Record<string, string>][] = [
    ['alive', { userAccountControl: '512' }],
    ['alive', {}],
    ['disabled', { userAccountControl: '514' }],
    ['disabled', { useraccountcontrol: '66050' }], // names of attributes have no case
    ['expired', { accountExpires: ticks(NOW) }],
    ['alive', { accountExpires: ticks(NOW + 1000) }],
    ['alive', { accountExpires: '9223372036854775807' }],
    ['alive', { accountExpires: '0' }],
    ['locked', { 'msDS-User-Account-Control-Computed': '16', lockoutTime: ticks(NOW) }],
    ['alive', { 'msDS-User-Account-Control-Computed': '0', lockoutTime: ticks(NOW - DAY) }],
    ['locked', { lockoutTime: ticks(NOW - DAY) }],
    ['alive', { lockoutTime: '0' }],
    ['must_change', { pwdLastSet: '0' }],
    ['alive', { pwdLastSet: '0', userAccountControl: '66048' }],
    ['must_change', { 'msDS-User-Account-Control-Computed': '8388608' }],
    ['disabled', { userAccountControl: '514', pwdLastSet: '0', accountExpires: ticks(NOW - DAY) }],
    ['alive', { userAccountControl: 'nonsense' }],
  ]
  for (const [state, attributes] of cases)
    it(`is ${state} with ${JSON.stringify(attributes)}`, () =>
      assert.equal(stateOf('active_directory', attributes), state))
})

describe('an account of another directory', () => {
  const cases: [string, Record<string, string>][] = [
    ['alive', {}],
    ['disabled', { pwdAccountLockedTime: '000001010000Z' }],
    ['disabled', { nsAccountLock: 'true' }],
    ['disabled', { loginDisabled: 'TRUE' }],
    ['alive', { loginDisabled: 'FALSE' }],
    ['locked', { pwdAccountLockedTime: '20261120155900Z' }],
    ['expired', { pwdEndTime: '20261120160000Z' }],
    ['alive', { pwdEndTime: '20261120160001Z' }],
    ['expired', { krbPrincipalExpiration: '20200101000000Z' }],
    ['expired', { shadowExpire: '1' }],
    ['alive', { shadowExpire: '-1' }],
    ['alive', { shadowExpire: '99999' }],
    ['must_change', { pwdReset: 'TRUE' }],
    ['alive', { userAccountControl: '514' }], // means nothing there
  ]
  for (const [state, attributes] of cases)
    it(`is ${state} with ${JSON.stringify(attributes)}`, () =>
      assert.equal(stateOf('other', attributes), state))
})

it('says when its password was last changed', () => {
  const entry = new Entry({ dn: 'x', pwdLastSet: ticks(NOW), pwdChangedTime: '20261120160000Z' })
  assert.equal(passwordSetAt(entry, terms('active_directory')), NOW)
  assert.equal(passwordSetAt(entry, terms('other')), NOW)
  assert.equal(
    passwordSetAt(new Entry({ dn: 'x', pwdLastSet: '0' }), terms('active_directory')),
    null,
  )
})
