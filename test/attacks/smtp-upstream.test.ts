import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openSmtpServer, refusal, sentToken } from '../support/smtp-server.ts'

describe('hostile submission servers', () => {
  const STARTTLS = { security: 'starttls' } as const
  const offers = 'STARTTLS'
  const IN_THE_CLEAR = { tls: false, offers } as const

  it('M02: answers sent ahead with the one to STARTTLS end the connection', async () => {
    for (const ahead of ['220 go\n250 AUTH XOAUTH2', '220 go\n500 no', '220 go\n235 come in']) {
      await using server = await openSmtpServer({ STARTTLS: ahead }, IN_THE_CLEAR)
      assert.equal((await refusal(server, STARTTLS)).stage, 'tls')
      assert.deepEqual(server.heard, ['EHLO mail.example.org', 'STARTTLS'])
    }
  })

  it('M04: one that takes STARTTLS away gets no token', async () => {
    await using without = await openSmtpServer({}, { tls: false })
    assert.equal((await refusal(without, STARTTLS)).stage, 'tls')
    assert.deepEqual(without.heard, ['EHLO mail.example.org'])
    await using refusing = await openSmtpServer({ STARTTLS: '454 4.7.0 not now' }, IN_THE_CLEAR)
    assert.equal((await refusal(refusing, STARTTLS)).stage, 'tls')
    await using cut = await openSmtpServer({ STARTTLS: null }, IN_THE_CLEAR)
    assert.equal((await refusal(cut, STARTTLS)).stage, 'network')
    for (const server of [refusing, cut])
      assert.deepEqual(server.heard, ['EHLO mail.example.org', 'STARTTLS'])
  })

  it("M04: nor does one whose certificate is somebody else's", async () => {
    const after = { ...IN_THE_CLEAR, startTlsOn: /^STARTTLS$/ }
    await using wrong = await openSmtpServer({ STARTTLS: '220 go' }, after)
    const elsewhere = { ...STARTTLS, host: 'smtp.example.test' }
    assert.equal((await refusal(wrong, elsewhere)).stage, 'tls')
    assert.deepEqual(wrong.heard, ['EHLO mail.example.org', 'STARTTLS'])
    await using implicit = await openSmtpServer({})
    assert.equal((await refusal(implicit, { host: 'smtp.example.test' })).stage, 'tls')
    assert.deepEqual(implicit.heard, [])
  })

  it('M21: what comes glued to the greeting ends it', async () => {
    await using server = await openSmtpServer(
      {},
      { greeting: '220 ready\r\n250-x\r\n250 AUTH XOAUTH2\r\n334 ' },
    )
    assert.equal((await refusal(server)).stage, 'mailbox')
    assert.deepEqual(server.heard, [])
  })

  it('that do not speak SMTP, or without end, get nothing', async () => {
    for (const greeting of [
      '* OK IMAP4 ready',
      '+OK ready',
      '554 5.3.2 no service here',
      '421 4.3.2 too many connections',
      'x'.repeat(1e6),
      '220-\r\n'.repeat(1000),
    ]) {
      await using server = await openSmtpServer({}, { greeting })
      assert.equal((await refusal(server)).stage, 'mailbox', greeting.slice(0, 40))
      assert.deepEqual(server.heard, [])
    }
    await using endless = await openSmtpServer({ EHLO: `250-x${'\n250-X-MORE'.repeat(1000)}` })
    assert.equal((await refusal(endless)).stage, 'mailbox')
    await using mixed = await openSmtpServer({ EHLO: '250-x\n550 AUTH XOAUTH2' })
    assert.equal((await refusal(mixed)).stage, 'mailbox')
    await using closing = await openSmtpServer({ EHLO: null })
    assert.equal((await refusal(closing)).stage, 'network')
    for (const one of [endless, mixed, closing]) assert.ok(!sentToken(one))
  })
})
