/**
 * Servers of providers that say what no server would: `node test/fuzz/upstream.ts imap 1000000 7`
 * meets so many, beginning with that number. Every sign-in comes to an end that is a value, no token
 * is sent before TLS, and none stands in what is said about it.
 */
import assert from 'node:assert/strict'
import { setImmediate as breathe } from 'node:timers/promises'
import { Secret } from '#base/secret.ts'
import { signInAtImap } from '#gateways/imap/upstream.ts'
import { Conversation } from '#gateways/mail/conversation.ts'
import type { UpstreamDialogue } from '#gateways/mail/mailbox.ts'
import { MAIL_PROTOCOLS, type MailProtocol } from '#gateways/mail/session.ts'
import { signInAtPop3 } from '#gateways/pop3/upstream.ts'
import { signInAtSmtp } from '#gateways/smtp/upstream.ts'
import { memorySockets } from '../support/memory-sockets.ts'
import { chance, mutated, pieces, type Chance } from './mutation.ts'

type Met = {
  readonly dialogue: UpstreamDialogue<unknown>
  /** What a server says at each turn: at first, and after each thing that it is sent. */
  readonly conversations: readonly (readonly string[])[]
}

const lines = (...all: string[]): string => all.map((line) => `${line}\r\n`).join('')
const WHY = Buffer.from('{"status":"400","schemes":"bearer","scope":"mail"}').toString('base64')

const MET: Readonly<Record<MailProtocol, Met>> = {
  imap: {
    dialogue: signInAtImap,
    conversations: [
      [
        lines('* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR] ready'),
        lines('P1 OK [CAPABILITY IMAP4rev1 IDLE] in'),
      ],
      [
        lines('* OK ready'),
        lines('P1 OK begin'),
        lines('* CAPABILITY IMAP4rev1 AUTH=OAUTHBEARER', 'P2 OK'),
        lines('+ '),
        lines(`+ ${WHY}`),
        lines('P3 NO [AUTHENTICATIONFAILED] no'),
      ],
      [
        lines('* OK ready'),
        lines('* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR', 'P1 OK done'),
        lines('* 5 EXISTS', '* ID ("name" {3}', 'abc)', 'P2 OK in'),
        lines('* BYE Session invalidated', 'P3 BAD what'),
      ],
      [lines('* PREAUTH come in'), lines('P1 NO')],
    ],
  },
  pop3: {
    dialogue: signInAtPop3,
    conversations: [
      [
        lines('+OK ready'),
        lines('+OK', 'SASL PLAIN XOAUTH2', 'UIDL', '.'),
        lines('+ '),
        lines('+OK User successfully authenticated.', '+OK 2 320'),
      ],
      [
        lines('+OK ready <1@b>'),
        lines('+OK begin'),
        lines('-ERR what'),
        lines('+'),
        lines(`+ ${WHY}`),
        lines('-ERR [AUTH] Authentication failure: unknown user name or bad password.'),
      ],
      [lines('-ERR [IN-USE] later')],
    ],
  },
  smtp: {
    dialogue: signInAtSmtp({ name: 'mail.example.org', learn: () => {} }),
    conversations: [
      [
        lines('220 ready'),
        lines('250-x', '250-SIZE 157286400', '250-DSN', '250 AUTH LOGIN XOAUTH2'),
        lines('334 '),
        lines('235 2.7.0 Accepted'),
      ],
      [
        lines('220-x', '220 ready'),
        lines('250-x', '250 STARTTLS'),
        lines('220 go'),
        lines('250-x', '250-8BITMIME', '250 AUTH=XOAUTH2'),
        lines('334 '),
        lines(`334 ${WHY}`),
        lines('535-5.7.8 Username and Password not accepted.', '535 5.7.8  https://x - gsmtp'),
      ],
      [lines('421 4.3.2 too many connections')],
    ],
  },
}
const TOKEN = `ya29.${'c4nary'.repeat(5)}`
const STAGES = ['tls', 'network', 'sign_in', 'mailbox', 'timeout']

/** @throws AssertionError that names the number of the server */
export async function meetServers(
  protocol: MailProtocol,
  servers: number,
  first = 0,
): Promise<{ readonly signedIn: number }> {
  let signedIn = 0
  for (let number = first; number < first + servers; number++)
    if (await meet(MET[protocol], number)) signedIn++
  return { signedIn }
}

async function meet({ dialogue, conversations }: Met, number: number): Promise<boolean> {
  const at = chance(number)
  const [ours, server] = memorySockets(false, Buffer.alloc(0))
  const conversation = new Conversation(ours.socket)
  let secure = at.below(2) === 0
  const begins = async (): Promise<boolean> => {
    assert.ok(!secure, `Server ${number}: TLS twice`)
    // Nothing of what came ahead of it may count; the conversation sees to that with a real one.
    secure = at.below(10) > 0
    return secure
  }
  let sent = ''
  server.on('data', (bytes: Buffer) => {
    sent += bytes.toString('latin1')
    assert.ok(secure || !hasToken(sent), `Server ${number}: a token in the clear`)
  })
  const talking = talk(server, at.of(conversations), conversations.flat(), at)
  const answer = await dialogue(
    { conversation, startTls: secure ? null : begins, tlsFault: () => null },
    {
      server: {
        host: 'mail.example.org',
        port: 993,
        security: secure ? 'tls' : 'starttls',
        sasl: at.below(2) === 0 ? ['XOAUTH2', 'OAUTHBEARER'] : ['OAUTHBEARER'],
        addressOf: async () => '127.0.0.1',
      },
      user: 'ada@example.org',
      token: new Secret(TOKEN),
    },
  )
  conversation.destroy()
  await talking
  if (answer.ok) return true
  const { stage, said } = answer
  assert.ok(STAGES.includes(stage), `Server ${number}: ${stage}`)
  assert.ok(said.length <= 500 && !/\p{Cc}/u.test(said) && !hasToken(said), `Server ${number}`)
  return false
}

/** The token, or the message that it stands in. */
const hasToken = (text: string): boolean =>
  text.includes('c4nary') || /(dXNlcj|bixhP)[\w+/=]{60}/.test(text)

/** Turn by turn; who waits for more gets the next one all the same. */
async function talk(
  server: ReturnType<typeof memorySockets>[1],
  turns: readonly string[],
  all: readonly string[],
  at: Chance,
): Promise<void> {
  const heard = { times: 0, last: '' }
  server.on('data', (bytes: Buffer) => {
    heard.times++
    heard.last = bytes.toString('latin1')
  })
  for (const turn of turns) {
    const bytes = at.below(4) === 0 ? mutated([turn, turn, ...all], at) : Buffer.from(turn)
    // A server that says back what it did not understand.
    const said =
      at.below(20) === 0
        ? Buffer.concat([Buffer.from(`P1 BAD 500 -ERR ${heard.last}`), bytes])
        : bytes
    const before = heard.times
    for (const piece of at.below(4) === 0 ? pieces(said, at) : [said])
      if (server.writable) server.write(piece)
    for (let turnsLeft = 5; turnsLeft > 0 && heard.times === before; turnsLeft--) await breathe()
  }
  if (at.below(4) === 0) server.destroy()
  else server.end()
}

if (import.meta.main) {
  const [protocol = '', servers = '100000', first = '0'] = process.argv.slice(2)
  const known = MAIL_PROTOCOLS.find((one) => one === protocol)
  assert.ok(known, `One of ${MAIL_PROTOCOLS.join(', ')}.`)
  const { signedIn } = await meetServers(known, Number(servers), Number(first))
  console.log(`${servers} servers, ${signedIn} of them took the token`)
}
