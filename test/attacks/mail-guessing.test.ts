import assert from 'node:assert/strict'
import path from 'node:path'
import { describe, it } from 'node:test'
import { MINUTE } from '#base/clock.ts'
import { wrongAtGateways } from '#domain/throttle.ts'
import { Dialogue } from '../support/dialogue.ts'
import { plain } from '../support/mail-doors.ts'
import { openMailGatewaysStory, type MailGatewaysStory } from '../support/mail-gateways-story.ts'
import { newDatabase } from '../support/postgres.ts'
import { freePort, startProduct, type Product } from '../support/product.ts'

const PROTOCOLS = ['imap', 'pop3'] as const
type Protocol = (typeof PROTOCOLS)[number]
/** A node by the ports of its doors. */
type Node = Readonly<Record<Protocol, number>> & { readonly product: Product }
type Answer = 'in' | 'refused' | 'wait'

const SIGN_IN = {
  imap: (message: string) => `a AUTHENTICATE PLAIN ${message}\r\n`,
  pop3: (message: string) => `AUTH PLAIN ${message}\r\n`,
} as const
const ANSWERS: Readonly<Record<Protocol, readonly [RegExp, Answer][]>> = {
  imap: [
    [/^a OK /, 'in'],
    [/^a NO \[AUTHENTICATIONFAILED\]/, 'refused'],
    [/^a NO \[LIMIT\]/, 'wait'],
  ],
  pop3: [
    [/^\+OK/, 'in'],
    [/^-ERR \[AUTH\]/, 'refused'],
    [/^-ERR \[SYS\/TEMP\]/, 'wait'],
  ],
}

/** Tries these passwords on one connection, one after the other. */
async function tries(
  protocol: Protocol,
  node: Node,
  user: string,
  passwords: readonly string[],
): Promise<Answer[]> {
  using client = await Dialogue.open(node[protocol], { tls: true })
  await client.line()
  const answers: Answer[] = []
  for (const password of passwords) {
    client.send(SIGN_IN[protocol](plain(user, password)))
    const line = (await client.line()) ?? ''
    const [, answer] = ANSWERS[protocol].find(([begins]) => begins.test(line)) ?? assert.fail(line)
    answers.push(answer)
  }
  return answers
}

/** Three nodes over one database; the first has the story. */
async function openNodes(
  opened: AsyncDisposableStack,
): Promise<{ story: MailGatewaysStory; nodes: Node[] }> {
  const database = opened.use(await newDatabase())
  const shared = { DATABASE_URL: database.url }
  const story = opened.use(await openMailGatewaysStory(shared))
  const nodes: Node[] = [
    { imap: story.ports.imaps, pop3: story.ports.pop3s, product: story.product },
  ]
  while (nodes.length < 3) {
    const ports = { imap: await freePort(), pop3: await freePort() }
    const env = {
      ...shared,
      MASTER_KEY_FILE: path.join(story.product.ground.config.dataDir, 'master.key'),
      ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8, ::1',
      IMAPS_LISTEN: `127.0.0.1:${ports.imap}`,
      POP3S_LISTEN: `127.0.0.1:${ports.pop3}`,
      TLS_CERT_FILE: story.caFile,
      TLS_KEY_FILE: path.join(path.dirname(story.caFile), 'key.pem'),
      LISTEN_TLS: 'off',
      MAIL_HOST: 'localhost',
    }
    nodes.push({ ...ports, product: opened.use(await startProduct({ env })) })
  }
  return { story, nodes }
}

describe('guessing at the mail gateways', () => {
  it('M30: one right and 101 wrong passwords at once, over 50 connections and three nodes', async () => {
    await using opened = new AsyncDisposableStack()
    const { story, nodes } = await openNodes(opened)
    const { user, password } = story
    const limit = wrongAtGateways('127.0.0.1').tries
    for (const protocol of PROTOCOLS) {
      const all = Array.from({ length: 101 }, (_, n) => `wrong-${protocol}-${n}`)
      all.splice(60, 0, password)
      const connections = Array.from({ length: 50 }, (_, n) => all.filter((__, i) => i % 50 === n))
      const answers = await Promise.all(
        connections.map((some, n) => tries(protocol, nodes[n % 3]!, user, some)),
      )
      const count = (one: Answer): number =>
        answers.flat().filter((answer) => answer === one).length
      // No more than the limit are judged, on all nodes together; the right one is none of them.
      assert.deepEqual([count('in'), count('refused'), count('wait')], [1, limit, 101 - limit])
      for (const { product } of nodes) product.clock.advance(MINUTE)
    }
    // And nobody has locked anybody out.
    for (const node of nodes) assert.deepEqual(await tries('pop3', node, user, [password]), ['in'])
  })
})
