/**
 * What ends mail connections: on the node that holds them, and asked for on another one.
 */
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { SECOND } from '#base/clock.ts'
import type { Client } from '../support/client.ts'
import { Dialogue } from '../support/dialogue.ts'
import { addApplication, addMailbox } from '../support/filled-mailboxes.ts'
import { openImapServer } from '../support/imap.ts'
import { plain } from '../support/mail-doors.ts'
import { until } from '../support/mail-story.ts'
import { openPop3Server } from '../support/pop3-server.ts'
import { newDatabase } from '../support/postgres.ts'
import { freePort, startProduct, type Product } from '../support/product.ts'
import type { ScriptedServer } from '../support/scripted-server.ts'
import { openSmtpServer } from '../support/smtp-server.ts'

const PROTOCOLS = ['imap', 'pop3', 'smtp'] as const
type Protocol = (typeof PROTOCOLS)[number]
type Person = Client & { readonly userId: string }
type Password = { readonly id: string; readonly password: string; readonly expiresAt: number }
type Mailbox = { readonly id: string; readonly email: string }

const FAREWELL = {
  imap: '* BYE The connection is closed here. Connect again.',
  smtp: '421 4.3.2 The connection is closed, open another one',
} as const

const LOGINS: Readonly<Record<Protocol, (email: string, password: string) => string>> = {
  imap: (email, password) => `
    S: * OK …
    C: a LOGIN ${email} ${password}
    S: a OK …`,
  pop3: (email, password) => `
    S: +OK …
    C: USER ${email}
    S: +OK …
    C: PASS ${password}
    S: +OK …`,
  smtp: (email, password) => `
    S: 220 …
    C: HELO a
    S: 250 …
    C: AUTH PLAIN ${plain(email, password)}
    S: 235 …`,
}

describe('mail connections on two nodes', () => {
  const opened = new AsyncDisposableStack()
  const servers = {} as Record<Protocol, ScriptedServer>
  const ports = {} as Record<Protocol, number>
  let holds: Product
  let asked: Product
  let ada: Client
  let application = ''
  let people = 0
  let bystander: Dialogue

  before(async () => {
    servers.imap = opened.use(await openImapServer())
    servers.pop3 = opened.use(await openPop3Server({}))
    servers.smtp = opened.use(await openSmtpServer({}))
    for (const protocol of PROTOCOLS) ports[protocol] = await freePort()
    const DATABASE_URL = opened.use(await newDatabase()).url
    const shared = { DATABASE_URL, ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8, ::1' }
    const env = {
      ...shared,
      IMAP_LISTEN: `127.0.0.1:${ports.imap}`,
      POP3_LISTEN: `127.0.0.1:${ports.pop3}`,
      SUBMISSION_LISTEN: `127.0.0.1:${ports.smtp}`,
    }
    holds = opened.use(await startProduct({ env }))
    const MASTER_KEY_FILE = join(holds.ground.config.dataDir, 'master.key')
    ada = await holds.administrator()
    asked = opened.use(await startProduct({ env: { ...shared, MASTER_KEY_FILE } }))
    application = await addApplication(holds.ground, {
      imapPort: servers.imap.port,
      popPort: servers.pop3.port,
      smtpPort: servers.smtp.port,
      smtpSecurity: 'tls',
    })
    const { password, mailbox } = await somebody()
    bystander = opened.use(await Dialogue.open(ports.imap))
    await bystander.play(LOGINS.imap(mailbox.email, password.password))
  })
  after(async () => await opened.disposeAsync())

  /** The same person's browser at the other node. */
  const there = (client: Client): Client => {
    const other = asked.client()
    for (const [name, value] of client.cookies) other.cookies.set(name, value)
    return other
  }

  async function somebody(): Promise<{ person: Person; password: Password; mailbox: Mailbox }> {
    const person = await holds.person(ada, `person${++people}`)
    const mailbox = await addMailbox(holds.ground, application, [person.userId])
    const password = await person.call('POST /me/app-passwords', {
      body: { name: 'Mail', application: 'mail_client' },
    })
    return { person, password, mailbox }
  }

  async function open({ email }: Mailbox, { password }: Password): Promise<Dialogue[]> {
    const clients: Dialogue[] = []
    for (const protocol of PROTOCOLS) {
      const client = await Dialogue.open(ports[protocol])
      await client.play(LOGINS[protocol](email, password))
      clients.push(client)
    }
    return clients
  }

  async function areEnded(clients: readonly Dialogue[]): Promise<void> {
    for (const [n, client] of clients.entries()) {
      const protocol = PROTOCOLS[n]!
      if (protocol !== 'pop3') await client.expect(FAREWELL[protocol])
      await client.expect('<end>')
      client[Symbol.dispose]()
    }
  }

  type Somebody = Awaited<ReturnType<typeof somebody>>
  /** `at` gives the browser at the node that is asked. */
  const ENDS: readonly [
    string,
    (who: Somebody, at: (client: Client) => Client) => Promise<unknown>,
  ][] = [
    [
      'the deletion of the application password',
      ({ person, password: { id } }, at) =>
        at(person).call('DELETE /me/app-passwords/:id', { params: { id } }),
    ],
    [
      'its deletion by an administrator',
      ({ person, password }, at) =>
        at(ada).call('DELETE /users/:id/app-passwords/:appPasswordId', {
          params: { id: person.userId, appPasswordId: password.id },
        }),
    ],
    [
      'disabling the person',
      ({ person: { userId: id } }, at) =>
        at(ada).call('POST /users/:id/disable', { params: { id } }),
    ],
    [
      'switching the mailbox off',
      ({ mailbox: { id } }, at) =>
        at(ada).call('POST /mail-accounts/:id/disable', { params: { id } }),
    ],
    [
      'deleting the mailbox',
      ({ mailbox: { id } }, at) => at(ada).call('DELETE /mail-accounts/:id', { params: { id } }),
    ],
    [
      'taking the mailbox from the person',
      ({ mailbox: { id } }, at) =>
        at(ada).call('PATCH /mail-accounts/:id', { params: { id }, body: { userIds: [] } }),
    ],
    [
      'closing each from the profile',
      async ({ person }, at) => {
        const listed = await until('all are listed', async () => {
          const found = await at(person).call('GET /me/connections')
          return found.length === PROTOCOLS.length && found
        })
        for (const { id } of listed)
          await at(person).call('DELETE /me/connections/:id', { params: { id } })
      },
    ],
  ]

  for (const [what, end] of ENDS)
    for (const [where, at] of [
      ['the node that holds them', (client: Client) => client],
      ['another node', there],
    ] as const)
      it(`end by ${what}, asked for on ${where}; nobody else's do`, async () => {
        const who = await somebody()
        const clients = await open(who.mailbox, who.password)
        await end(who, at)
        await areEnded(clients)
        await bystander.play('C: b NOOP\nS: b OK done')
      })

  it('end when the application password does, by the clock', async () => {
    const { password, mailbox } = await somebody()
    const clients = await open(mailbox, password)
    const { expiresAt } = password
    for (const { clock } of [holds, asked]) clock.advance(expiresAt - clock.now() + SECOND)
    await areEnded(clients)
  })
})
