/**
 * A provider's POP3 server that says what a test wrote down, and the sign-in at it.
 */
import assert from 'node:assert/strict'
import { Secret } from '#base/secret.ts'
import { signInAtPop3 } from '#gateways/pop3/upstream.ts'
import { connectUpstream } from '#gateways/mail/upstream.ts'
import { UpstreamTls } from '#gateways/mail/upstream-tls.ts'
import type { MailAnswer, MailRefusal, MailServer } from '#mail/mail-server.ts'
import { openScriptedServer, type ScriptedServer, type ScriptedTls } from './scripted-server.ts'
import { localhostTls } from './tls.ts'

localhostTls()

const MAILBOX = 'alice@example.test'
export const TOKEN = new Secret(`eyJ0b2tlbiI6ImM0bmFyeSJ9.${'c4nary'.repeat(900)}`)
/** The client's message with it. */
export const XOAUTH2 = Buffer.from(`user=${MAILBOX}\u0001auth=Bearer ${TOKEN.reveal()}\u0001\u0001`)
/** How the client's message begins: `user=` or `n,a=`. */
export const isToken = (line: string): boolean =>
  line.startsWith('dXNlcj') || line.startsWith('bixhP')
export const sentToken = ({ heard }: ScriptedServer): boolean => heard.some(isToken)

export type Answers = Readonly<Record<string, string | null>>

/**
 * @param answers what is said to a line that begins so; `token` to the client's message. As a
 *   function: made anew for each connection
 */
export const openPop3Server = (
  answers: Answers | (() => Answers),
  {
    capa = 'SASL PLAIN XOAUTH2',
    greeting = '+OK ready',
    ...more
  }: ScriptedTls & { capa?: string; greeting?: string } = {},
): Promise<ScriptedServer> => {
  let current = typeof answers === 'function' ? {} : answers
  return openScriptedServer(
    greeting,
    (line, n) => {
      if (n === 0 && typeof answers === 'function') current = answers()
      const key = isToken(line) ? 'token' : line
      const found = Object.entries(current).find(([begins]) =>
        begins === '' ? key === '' : key.startsWith(begins),
      )
      if (found) return found[1]
      if (line === 'CAPA') return `+OK\nTOP\n${capa}\n.`
      if (line.startsWith('AUTH')) return '+ '
      return key === 'token' ? '+OK User successfully authenticated.' : '-ERR what?'
    },
    more,
  )
}

/** Signs in; what came of it, and the bytes that came right after it. */
export async function signIn(
  { port }: ScriptedServer,
  more: Partial<MailServer> = {},
): Promise<{ answer: MailAnswer<{ ready: null }>; rest: string }> {
  const server: MailServer = {
    host: 'localhost',
    port,
    security: 'tls',
    sasl: ['XOAUTH2'],
    addressOf: async () => '127.0.0.1',
    ...more,
  }
  const { signal } = new AbortController()
  const tls = new UpstreamTls()
  const connected = await connectUpstream(server, { tls, signal, timeoutMs: 10_000 })
  if (!connected.ok) return { answer: connected, rest: '' }
  const { conversation } = connected.upstream
  const answer = await signInAtPop3(connected.upstream, { server, user: MAILBOX, token: TOKEN })
  const rest = conversation.handOver().rest.toString()
  conversation.destroy()
  return { answer, rest }
}

/** Signs in, in vain. */
export async function refusal(
  server: ScriptedServer,
  more: Partial<MailServer> = {},
): Promise<MailRefusal> {
  const { answer } = await signIn(server, more)
  assert.ok(!answer.ok, 'it was taken')
  assert.ok(!answer.said.includes('c4nary'), answer.said)
  return answer
}
