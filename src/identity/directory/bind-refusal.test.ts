import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bindRefusal } from './bind-refusal.ts'

const said = (code: number, says = '', policyError: number | null = null) =>
  bindRefusal({ ok: false, code, says, policyError })
const active = (subCode: string): string =>
  `80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data ${subCode}, v2580`

describe('why a bind is refused', () => {
  const subCodes = {
    '525': 'unknown_there',
    '52e': 'wrong_password',
    '530': 'hours',
    '531': 'workstation',
    '532': 'password_expired',
    '533': 'disabled',
    '534': 'not_granted',
    '701': 'expired',
    '773': 'must_change',
    '775': 'locked',
  }
  for (const [subCode, why] of Object.entries(subCodes))
    it(`Active Directory ${subCode}: ${why}`, () => assert.equal(said(49, active(subCode)), why))

  it('is the password where nothing else is said', () => {
    assert.equal(said(49), 'wrong_password')
    assert.equal(said(49, active('9999')), 'wrong_password')
    assert.equal(said(49, 'data 5331 rows'), 'wrong_password')
    assert.equal(said(48), 'wrong_password')
  })

  it("is said by the control of password policy, or by 389's and eDirectory's codes", () => {
    assert.equal(said(49, '', 1), 'locked')
    assert.equal(said(49, '', 0), 'password_expired')
    assert.equal(said(53), 'disabled')
    assert.equal(said(19), 'locked')
  })

  it('can be a password that was taken and has to be changed', () => {
    assert.equal(bindRefusal({ ok: true, policyError: null }), null)
    assert.equal(bindRefusal({ ok: true, policyError: 2 }), 'must_change')
    assert.equal(bindRefusal({ ok: true, policyError: 7 }), null)
  })
})
