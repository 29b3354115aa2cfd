/**
 * M02, M04, M18: providers' servers and tokens that are not what they should be, from the client to
 * the time line of the account, at every gateway.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { HOUR } from '#base/clock.ts'
import { CLOSED as POP3_SAYS } from '#gateways/pop3/reply.ts'
import { REPLY as IMAP_SAYS } from '#gateways/imap/reply.ts'
import { MAIL_PROTOCOLS, type MailProtocol } from '#gateways/mail/session.ts'
import { CLOSED as SMTP_SAYS } from '#gateways/smtp/reply.ts'
import { selfSigned, type SelfSigned } from '../support/certificate.ts'
import { Dialogue } from '../support/dialogue.ts'
import { openImapServer } from '../support/imap.ts'
import { PASSWORD, plain } from '../support/mail-doors.ts'
import { openMailboxOpening, type MailboxOpening } from '../support/mailbox-opening.ts'
import { openPop3Server } from '../support/pop3-server.ts'
import type { ScriptedServer, ScriptedTls } from '../support/scripted-server.ts'
import { openSmtpServer } from '../support/smtp-server.ts'

const SERVERS: Readonly<Record<MailProtocol, (tls: ScriptedTls) => Promise<ScriptedServer>>> = {
  imap: openImapServer,
  pop3: async (tls) => await openPop3Server({}, tls),
  smtp: async (tls) => await openSmtpServer({}, tls),
}
/** What a client sends, what the gateway says to it, and at last for now. */
const SIGN_IN: Readonly<Record<MailProtocol, (user: string) => readonly [string, string]>> = {
  imap: (user) => [`a LOGIN ${user} ${PASSWORD}`, `a ${IMAP_SAYS.unavailable}`],
  pop3: (user) => [`AUTH PLAIN ${plain(user, PASSWORD)}`, POP3_SAYS.unavailable],
  smtp: (user) => [`AUTH PLAIN ${plain(user, PASSWORD)}`, SMTP_SAYS.unavailable],
}
const STILL_SERVED = {
  imap: 'C: z NOOP\nS: z OK NOOP done.\nC: z LOGOUT\nS: * BYE Goodbye.\nS: z OK …\nS: <end>',
  pop3: 'C: QUIT\nS: +OK Goodbye.\nS: <end>',
  smtp: 'C: QUIT\nS: 221 2.0.0 Bye\nS: <end>',
} as const

const trusted = (certificate: SelfSigned): SelfSigned => {
  setDefaultCACertificates([...getCACertificates('default'), certificate.certificate])
  return certificate
}
const FAULTS: readonly [string, SelfSigned, RegExp][] = [
  ['that has ended', trusted(selfSigned({ days: 0 })), /certificate has expired/],
  ['that nobody signed', selfSigned(), /self-signed certificate/],
  [
    'for another name',
    trusted(selfSigned({ names: ['imap.example.org'] })),
    /does not match certificate's altnames/,
  ],
]

/** Signs in, hears that it does not work for now, and goes on with the connection. */
async function isPutOff(protocol: MailProtocol, opening: MailboxOpening): Promise<void> {
  const [sent, said] = SIGN_IN[protocol](opening.account)
  using client = await Dialogue.open(opening.gateway.clearPort)
  await client.line()
  if (protocol === 'smtp') await client.play('C: HELO a\nS: 250 …')
  await client.play(`C: ${sent}\nS: ${said}\n${STILL_SERVED[protocol]}`)
}

const isToken = (line: string): boolean => /(^| )(dXNlcj|bixhP)/.test(line)

describe('Attacks: servers of providers', () => {
  for (const protocol of MAIL_PROTOCOLS) {
    for (const [what, { key, certificate: cert }, said] of FAULTS)
      for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const)
        it(`M04: ${protocol}: a certificate ${what} gets no token, however often (${maxVersion})`, async () => {
          await using server = await SERVERS[protocol]({ certificate: { key, cert, maxVersion } })
          await using opening = await openMailboxOpening(server, { protocol })
          await opening.bench.accessToken(opening.account, 'at.stored', HOUR)
          // The second could be resumed, and a session that is resumed shows no certificate.
          for (let n = 0; n < 3; n++) await isPutOff(protocol, opening)
          assert.deepEqual(server.heard, [])
          const [line, ...rest] = await opening.timeLine()
          assert.match(line ?? '', /^refused tls /)
          assert.match(line ?? '', said)
          assert.deepEqual(rest, [])
          const logged = opening.logged.filter(({ event }) => event === 'gateway.upstream_refused')
          assert.deepEqual(
            logged.map(({ gateway, cause, stage }) => [gateway, cause, stage]),
            Array.from({ length: 3 }, () => [protocol, 'tls', 'tls']),
          )
        })

    it(`M18: ${protocol}: a token that would be a line of its own is not sent`, async () => {
      for (const token of [
        'c4nary\r\nP9 DELETE INBOX',
        'c4nary\u0001auth=Bearer b',
        'c4nary b',
        'c4naryé',
        '',
      ]) {
        await using server = await SERVERS[protocol]({})
        await using opening = await openMailboxOpening(server, { protocol })
        await opening.bench.accessToken(opening.account, token, HOUR)
        await isPutOff(protocol, opening)
        assert.deepEqual(server.heard.filter(isToken), [])
        assert.ok(server.heard.every((line) => !line.includes('DELETE')))
        const logged = JSON.stringify(opening.logged)
        assert.match(logged, /gateway\.no_upstream/)
        assert.ok(!logged.includes('c4nary'), logged)
      }
    })
  }

  for (const [what, said] of [
    ['takes STARTTLS away', undefined],
    ['refuses it', '454 4.7.0 not now'],
    ['answers ahead of it', '220 go\n250-x\n250 AUTH XOAUTH2\n334 \n235 come in'],
  ] as const)
    it(`M02, M04: smtp: one that ${what} gets no token, and nothing of it reaches a client`, async () => {
      const offers = said === undefined ? 'AUTH XOAUTH2' : 'STARTTLS'
      const answers = said === undefined ? {} : { STARTTLS: said }
      await using server = await openSmtpServer(answers, { tls: false, offers })
      const overrides = { smtpSecurity: 'starttls' } as const
      await using opening = await openMailboxOpening(server, { protocol: 'smtp', overrides })
      await opening.bench.accessToken(opening.account, 'at.stored', HOUR)
      await isPutOff('smtp', opening)
      assert.ok(server.heard.every((line) => /^(EHLO|STARTTLS)/.test(line)))
      assert.match((await opening.timeLine()).join(), /^refused tls /)
    })
})
