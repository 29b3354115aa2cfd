import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openPop3Server, refusal, sentToken } from '../support/pop3-server.ts'

describe('hostile POP3 servers', () => {
  const IN_THE_CLEAR = { tls: false } as const
  const STARTTLS = { security: 'starttls' } as const

  it('M02: answers sent ahead with the one to STLS end the connection', async () => {
    for (const ahead of [
      '+OK begin\n+OK',
      '+OK begin\n-ERR',
      '+OK begin\n+OK\nSASL XOAUTH2\n.\n+ ',
    ]) {
      await using server = await openPop3Server({ STLS: ahead }, IN_THE_CLEAR)
      assert.equal((await refusal(server, STARTTLS)).stage, 'tls')
      assert.deepEqual(server.heard, ['STLS'])
    }
  })

  it('M04: one that takes STLS away gets no token, and nor does one that only says yes', async () => {
    await using without = await openPop3Server({ STLS: '-ERR unknown command' }, IN_THE_CLEAR)
    assert.equal((await refusal(without, STARTTLS)).stage, 'tls')
    await using cut = await openPop3Server({ STLS: null }, IN_THE_CLEAR)
    assert.equal((await refusal(cut, STARTTLS)).stage, 'network')
    for (const server of [without, cut]) assert.deepEqual(server.heard, ['STLS'])
    await using wrong = await openPop3Server(
      { STLS: '+OK begin' },
      { tls: false, startTlsOn: /^STLS$/ },
    )
    const elsewhere = { ...STARTTLS, host: 'pop.example.test' }
    assert.equal((await refusal(wrong, elsewhere)).stage, 'tls')
    assert.deepEqual(wrong.heard, ['STLS'])
    await using implicit = await openPop3Server({})
    assert.equal((await refusal(implicit, { host: 'pop.example.test' })).stage, 'tls')
    assert.deepEqual(implicit.heard, [])
  })

  it('M21: what comes glued to the greeting ends it', async () => {
    await using server = await openPop3Server(
      {},
      { greeting: '+OK ready\r\n+OK\r\nSASL XOAUTH2\r\n.\r\n+ ' },
    )
    assert.equal((await refusal(server)).stage, 'mailbox')
    assert.deepEqual(server.heard, [])
  })

  it('that do not speak POP3, or without end, get nothing', async () => {
    for (const greeting of [
      '* OK IMAP4 ready',
      '220 ready',
      '-ERR [SYS/TEMP] full',
      'x'.repeat(1e6),
    ]) {
      await using server = await openPop3Server({}, { greeting })
      assert.equal((await refusal(server)).stage, 'mailbox', greeting.slice(0, 40))
      assert.deepEqual(server.heard, [])
    }
    await using endless = await openPop3Server({ CAPA: `+OK${'\nX-MORE'.repeat(1000)}` })
    assert.equal((await refusal(endless)).stage, 'mailbox')
    await using closing = await openPop3Server({ CAPA: null })
    assert.equal((await refusal(closing)).stage, 'network')
    for (const one of [endless, closing]) assert.ok(!sentToken(one))
  })
})
