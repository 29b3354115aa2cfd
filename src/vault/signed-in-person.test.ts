import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { userKey } from '#domain/user.ts'
import { providerOf } from './providers.ts'
import { judgePerson, personOf } from './signed-in-person.ts'

const TENANT = '11111111-2222-3333-4444-555555555555'
const entra = { provider: providerOf('AzureAD')!, tenantId: TENANT }
const anyTenant = { ...entra, tenantId: 'organizations' }
const google = { provider: providerOf('Google')!, tenantId: '' }
const generic = { provider: providerOf('OpenIDConnect')!, tenantId: '' }

const account = (email: string, more: object = {}) => ({
  email_key: userKey(email),
  shared: 0,
  delegate_email: null,
  subject: null,
  ...more,
})
const alice = account('alice@example.test')
const judge = (claims: object, client = entra, of: typeof alice = alice): string =>
  judgePerson(personOf({ ...claims }, client), of, client.provider)
const ALICE = {
  iss: 'https://login.example/t/v2.0',
  tid: TENANT,
  oid: 'o1',
  sub: 's1',
  preferred_username: 'Alice@Example.test',
}

describe('who signed in', () => {
  it('is right when a name that counts is the e-mail of the account, in any case', () => {
    assert.equal(judge(ALICE), 'right')
    assert.equal(judge({ ...ALICE, preferred_username: 'bob@example.test' }), 'wrong')
    assert.equal(judge({ ...ALICE, preferred_username: 'a', upn: 'alice@example.test' }), 'right')
    assert.equal(judge({}), 'wrong')
  })

  it('A18: is nobody by an e-mail that an administrator of any tenant could have written (nOAuth)', () => {
    const claims = { ...ALICE, preferred_username: 'eve@evil.test', email: 'alice@example.test' }
    assert.equal(judge(claims, anyTenant), 'wrong')
    assert.equal(judge({ ...claims, email_verified: true }, anyTenant), 'wrong')
    assert.equal(judge(claims, entra), 'right', 'only administrators of this tenant write it')
  })

  it('A18: is no guest, whatever the tenant calls them', () => {
    assert.equal(judge({ ...ALICE, idp: 'https://sts.windows.net/other/' }), 'wrong')
    assert.equal(judge({ ...ALICE, idp: ALICE.iss }), 'right')
    const shared = account('alice@example.test', { shared: 1 })
    assert.equal(judge({ ...ALICE, idp: 'live.com' }, entra, shared), 'wrong')
    assert.equal(judge({ ...ALICE, preferred_username: 'alice_example.test#EXT#@evil' }), 'wrong')
  })

  it('A18: is confirmed when the name is the same and the person behind it is not', () => {
    const known = account('alice@example.test', { subject: `${TENANT} o1` })
    assert.equal(judge(ALICE, entra, known), 'right')
    assert.equal(judge({ ...ALICE, oid: 'o2' }, entra, known), 'confirm')
    assert.equal(judge({ ...ALICE, oid: undefined }, entra, known), 'confirm')
  })

  it('A18: is wrong when only the person is the same: the mailbox is found by its name', () => {
    const known = account('alice@example.test', { subject: `${TENANT} o1` })
    assert.equal(judge({ ...ALICE, preferred_username: 'new@example.test' }, entra, known), 'wrong')
  })

  it('has to have a verified e-mail where the provider verifies them', () => {
    const mail = { iss: 'https://accounts.google.com', sub: '1', email: 'alice@example.test' }
    assert.equal(judge({ ...mail, email_verified: true }, google), 'right')
    assert.equal(judge({ ...mail, email_verified: 'true' }, google), 'right')
    for (const email_verified of [false, 'false', 1, null, undefined])
      assert.equal(judge({ ...mail, email_verified }, google), 'wrong')
    assert.equal(judge({ ...mail, email_verified: false }, generic), 'confirm')
    assert.equal(
      judge({ ...mail, email: undefined, preferred_username: 'alice@example.test' }, generic),
      'confirm',
    )
  })

  it('for a shared mailbox is itself, the delegate who was named, or to be confirmed', () => {
    const shared = account('alice@example.test', { shared: 1 })
    const bob = { ...ALICE, preferred_username: 'bob@example.test' }
    assert.equal(judge(ALICE, entra, shared), 'right')
    assert.equal(judge(bob, entra, shared), 'confirm')
    const named = account('alice@example.test', { shared: 1, delegate_email: 'Bob@example.test' })
    assert.equal(judge(bob, entra, named), 'right')
    const own = account('alice@example.test', { delegate_email: 'bob@example.test' })
    assert.equal(judge(bob, entra, own), 'wrong', 'a delegate of what is not shared')
  })

  it('A09: is shown on one line without characters that change how a page reads', () => {
    const shown = (name: unknown): string | null =>
      personOf({ preferred_username: name, sub: 's' }, entra).as
    assert.equal(shown('<img src=x>'), '<img src=x>', 'pages write it as text')
    for (const name of ['a\r\nb', 'a\u202eb', 'a\u0000', 'a\u2028b', '\ud800', 'x'.repeat(300), 7])
      assert.equal(shown(name), 's')
  })
})
