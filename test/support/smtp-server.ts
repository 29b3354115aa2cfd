/**
 * A provider's submission server that says what a test wrote down, and the sign-in at it.
 */
import assert from 'node:assert/strict'
import { Secret } from '#base/secret.ts'
import { connectUpstream } from '#gateways/mail/upstream.ts'
import { UpstreamTls } from '#gateways/mail/upstream-tls.ts'
import { signInAtSmtp } from '#gateways/smtp/upstream.ts'
import type { MailAnswer, MailRefusal, MailServer } from '#mail/mail-server.ts'
import type { Carried } from '#wire/smtp/ehlo.ts'
import { openScriptedServer, type ScriptedServer, type ScriptedTls } from './scripted-server.ts'
import { localhostTls } from './tls.ts'

localhostTls()

const MAILBOX = 'alice@example.test'
export const TOKEN = new Secret(`eyJ0b2tlbiI6ImM0bmFyeSJ9.${'c4nary'.repeat(900)}`)
/** The client's message with it. */
export const XOAUTH2 = Buffer.from(`user=${MAILBOX}\u0001auth=Bearer ${TOKEN.reveal()}\u0001\u0001`)
/** How the client's message begins: `user=` or `n,a=`. */
const isToken = (line: string): boolean => line.startsWith('dXNlcj') || line.startsWith('bixhP')
export const sentToken = ({ heard }: ScriptedServer): boolean => heard.some(isToken)

export type Answers = Readonly<Record<string, string | null>>

/** @param answers what is said to a line that begins so; `token` to the client's message */
export const openSmtpServer = (
  answers: Answers,
  {
    offers = 'AUTH LOGIN XOAUTH2',
    greeting = '220 ready',
    ...more
  }: ScriptedTls & { offers?: string; greeting?: string } = {},
) =>
  openScriptedServer(
    greeting,
    (line) => {
      const key = isToken(line) ? 'token' : line
      const found = Object.entries(answers).find(([begins]) =>
        begins === '' ? key === '' : key.startsWith(begins),
      )
      if (found) return found[1]
      if (line.startsWith('EHLO')) return `250-ready\n250-SIZE 1000\n250 ${offers}`
      if (line.startsWith('AUTH')) return '334 '
      return key === 'token' ? '235 2.7.0 Authentication successful' : '500 what?'
    },
    more,
  )

/** Signs in; what came of it, what was learned, and the bytes that came right after it. */
export async function signIn({ port }: ScriptedServer, more: Partial<MailServer> = {}) {
  const server: MailServer = {
    host: 'localhost',
    port,
    security: 'tls',
    sasl: ['XOAUTH2'],
    addressOf: async () => '127.0.0.1',
    ...more,
  }
  const learned: Carried[] = []
  const { signal } = new AbortController()
  const how = { tls: new UpstreamTls(), signal, timeoutMs: 10_000 }
  const connected = await connectUpstream(server, how)
  if (!connected.ok) return { answer: connected, learned, rest: '' }
  const { conversation } = connected.upstream
  const dialogue = signInAtSmtp({
    name: 'mail.example.org',
    learn: (_, carried) => void learned.push(carried),
  })
  const answer: MailAnswer<{ ready: null }> = await dialogue(connected.upstream, {
    server,
    user: MAILBOX,
    token: TOKEN,
  })
  const rest = conversation.handOver().rest.toString()
  conversation.destroy()
  return { answer, learned, rest }
}

/** Signs in; the refusal, which has nothing of the token in it. */
export async function refusal(
  server: ScriptedServer,
  more: Partial<MailServer> = {},
): Promise<MailRefusal> {
  const { answer } = await signIn(server, more)
  assert.ok(!answer.ok, 'it was taken')
  assert.ok(!answer.said.includes('c4nary'), answer.said)
  return answer
}
