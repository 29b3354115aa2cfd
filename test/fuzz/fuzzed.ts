/**
 * What is fuzzed of each protocol: conversations before login as clients have them, and the form in
 * which a gateway answers, whatever was made of them.
 */
import type { Log } from '#base/log.ts'
import { imap } from '#gateways/imap/serve.ts'
import type { OpenMailbox } from '#gateways/mail/mailbox.ts'
import type { MailProtocol } from '#gateways/mail/session.ts'
import { pop3 } from '#gateways/pop3/serve.ts'
import { submission } from '#gateways/smtp/submission.ts'
import { NOTHING_CARRIED } from '#wire/smtp/ehlo.ts'
import { base64, openGatewayAlone, plain, type GatewayAlone } from '../support/mail-doors.ts'

export type Fuzzed = {
  readonly open: (log: Log) => Promise<GatewayAlone>
  /** What a client sends, in one piece. */
  readonly conversations: readonly string[]
  /** All that a gateway may ever say before TLS begins. */
  readonly answers: RegExp
  /** After this come bytes of a handshake. */
  readonly tlsBegins: string
}

const NAME = 'ada@example.org'
const WORD = 'kx_abcd_efgh'
const PLAIN = plain(NAME, WORD)
const lines = (...all: string[]): string => all.map((line) => `${line}\r\n`).join('')
/** Beginnings of TLS and of HTTP, where they do not belong. */
const FOREIGN = [
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  lines('GET / HTTP/1.1', 'Host: mail.example.org', ''),
]

const refusing: OpenMailbox<never> = async () => ({ ok: false, why: 'refused' })

export const FUZZED: Readonly<Record<MailProtocol, Fuzzed>> = {
  smtp: {
    open: (log) =>
      openGatewayAlone(
        'smtp',
        (openMailbox) =>
          submission({ name: 'mail.example.org', carried: () => NOTHING_CARRIED, openMailbox }),
        refusing,
        {},
        log,
      ),
    conversations: [
      lines('EHLO client.example.org', `AUTH PLAIN ${PLAIN}`, 'MAIL FROM:<a@b>', 'QUIT'),
      lines('EHLO [IPv6:2001:db8::1]', 'AUTH PLAIN', PLAIN, 'RSET', 'NOOP x', 'VRFY a', 'HELP'),
      lines('HELO scanner', 'AUTH LOGIN', base64(NAME), base64(WORD), 'DATA', '', '.', 'QUIT'),
      lines('EHLO a', `AUTH LOGIN ${base64(NAME)}`, base64(WORD), 'BDAT 4 LAST', 'abcd'),
      lines('EHLO a', 'AUTH LOGIN', '*', 'AUTH PLAIN =', 'AUTH CRAM-MD5', 'AUTH PLAIN', '='),
      lines('EHLO a', 'STARTTLS', 'EHLO a', `AUTH PLAIN ${PLAIN}`),
      lines('EHLO a', 'MAIL FROM:<a@b> SIZE=1 BODY=8BITMIME', 'RCPT TO:<c@d>', 'DATA'),
      ...FOREIGN,
    ],
    answers: /^(?:[2-5]\d\d[ -][ -~]*\r\n)*$/,
    tlsBegins: '220 2.0.0 Ready to start TLS\r\n',
  },
  pop3: {
    open: (log) => openGatewayAlone('pop3', pop3, refusing, {}, log),
    conversations: [
      lines('CAPA', `USER ${NAME}`, `PASS ${WORD}`, 'STAT', 'QUIT'),
      lines('AUTH', `AUTH PLAIN ${PLAIN}`, 'LIST'),
      lines('AUTH PLAIN', PLAIN, 'AUTH LOGIN', base64(NAME), base64(WORD), 'QUIT'),
      lines('AUTH LOGIN', '*', 'AUTH PLAIN =', 'APOP ada c4c9334bac560ecc979e58001b3e22fb'),
      lines('STLS', 'CAPA', `USER ${NAME}`),
      lines('USER zo\xc3\xab', `PASS  ${WORD}  `, `auth login ${base64(NAME)}`, base64(WORD)),
      lines('USER a', 'USER b', 'CAPA', 'STLS x', 'AUTH XOAUTH2', 'AUTH PLAIN a b', 'NOOP', 'PASS'),
      ...FOREIGN,
    ],
    answers: /^(?:(?:\+OK|-ERR)(?: [ -~]*)?\r\n|\+ [A-Za-z0-9=]*\r\n|[A-Z][ -~]*\r\n|\.\r\n)*$/,
    tlsBegins: '+OK Begin TLS.\r\n',
  },
  imap: {
    open: (log) => openGatewayAlone('imap', (open) => imap({ open }), refusing, {}, log),
    conversations: [
      lines('a CAPABILITY', 'b ID ("name" "x" "version" NIL)', `c LOGIN ${NAME} "${WORD}"`),
      lines(`a LOGIN {${NAME.length}}`, `${NAME} {${WORD.length}+}`, WORD, 'b SELECT INBOX'),
      lines(`a AUTHENTICATE PLAIN ${PLAIN}`, 'b AUTHENTICATE PLAIN', PLAIN, 'c NOOP'),
      lines('a AUTHENTICATE LOGIN', base64(NAME), base64(WORD), 'b LOGOUT'),
      lines('a AUTHENTICATE PLAIN =', 'b AUTHENTICATE LOGIN', '*', 'c LOGIN "a\\"b" {3+}', 'x y'),
      lines('a STARTTLS', 'b CAPABILITY', `c LOGIN ${NAME} ${WORD}`),
      lines('a LOGIN {4294967296}', 'b LOGIN {-1}', 'c ID NIL', 'd ID ("a" {5}', 'hello)'),
      ...FOREIGN,
    ],
    answers:
      /^(?:(?:\*|[!-~]+) (?:OK|NO|BAD|BYE|CAPABILITY|ID)(?: [ -~]*)?\r\n|\+(?: [ -~]*)?\r\n)*$/,
    tlsBegins: 'OK Begin TLS.\r\n',
  },
}
