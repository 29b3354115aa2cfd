import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { mailboxIdentity } from './mailbox-identity.ts'

const [anna, office] = ['anna@example.org', 'office@example.org']

describe('the identity at a mail server', () => {
  it('is the mailbox itself where its owner signed in', () => {
    const own = { email: anna, shared: false, signedInAs: 'Anna@example.org', appOnly: false }
    assert.deepEqual(mailboxIdentity(own), {
      imapUser: anna,
      popUser: anna,
      smtpUser: anna,
      from: anna,
    })
  })

  it('is the delegate at SMTP, and the mailbox at IMAP, where it is shared', () => {
    const shared = { email: office, shared: true, signedInAs: anna, appOnly: false }
    assert.deepEqual(mailboxIdentity(shared), {
      imapUser: office,
      popUser: office,
      smtpUser: anna,
      from: office,
    })
  })

  it('is the mailbox everywhere for the token of an application', () => {
    const program = { email: office, shared: true, signedInAs: null, appOnly: true }
    assert.equal(mailboxIdentity(program).smtpUser, office)
  })
})
