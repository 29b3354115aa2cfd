/**
 * M15, M16, M32: names that are odd, and addresses that a proxy says, at every gateway of the whole
 * product: what is looked up, what reaches the provider, and what stands in the audit.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setImmediate as breathe } from 'node:timers/promises'
import { SECOND } from '#base/clock.ts'
import { MAIL_PROTOCOLS, type MailProtocol } from '#gateways/mail/session.ts'
import { Dialogue } from '../support/dialogue.ts'
import { addApplication, addMailbox, addPerson } from '../support/filled-mailboxes.ts'
import { openImapServer } from '../support/imap.ts'
import { base64 } from '../support/mail-doors.ts'
import { openPop3Server } from '../support/pop3-server.ts'
import { freePort, startProduct, type Product } from '../support/product.ts'
import type { ScriptedServer } from '../support/scripted-server.ts'
import { openSmtpServer } from '../support/smtp-server.ts'

const PROXY = '127.0.0.9'
const MESSAGE: Readonly<Record<MailProtocol, (message: string) => string>> = {
  imap: (message) => `a AUTHENTICATE PLAIN ${message}\r\n`,
  pop3: (message) => `AUTH PLAIN ${message}\r\n`,
  smtp: (message) => `HELO a\r\nAUTH PLAIN ${message}\r\n`,
}
const [IN, REFUSED] = [/^(a OK|\+OK|235) /, /^(a NO \[AUTHENTICATIONFAILED\]|-ERR \[AUTH\]|535) /]

describe('names at the mail gateways', () => {
  const opened = new AsyncDisposableStack()
  const servers = {} as Record<MailProtocol, ScriptedServer>
  const ports = {} as Record<MailProtocol, number>
  let product: Product
  let email = ''
  let password = ''

  before(async () => {
    servers.imap = opened.use(await openImapServer())
    servers.pop3 = opened.use(await openPop3Server({}))
    servers.smtp = opened.use(await openSmtpServer({}))
    for (const protocol of MAIL_PROTOCOLS) ports[protocol] = await freePort()
    const env = {
      IMAP_LISTEN: `127.0.0.1:${ports.imap}`,
      POP3_LISTEN: `127.0.0.1:${ports.pop3}`,
      SUBMISSION_LISTEN: `127.0.0.1:${ports.smtp}`,
      PROXY_PROTOCOL_NETWORKS: PROXY,
      ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8, ::1',
    }
    product = opened.use(await startProduct({ env }))
    const application = await addApplication(product.ground, {
      imapPort: servers.imap.port,
      popPort: servers.pop3.port,
      smtpPort: servers.smtp.port,
      smtpSecurity: 'tls',
    })
    const zoe = await addPerson(product.ground, 'zoë')
    password = zoe.password
    ;({ email } = await addMailbox(product.ground, application, [zoe.id]))
  })
  after(async () => await opened.disposeAsync())

  /** The answer to a sign-in with these bytes. */
  async function answer(
    protocol: MailProtocol,
    name: string | Buffer,
    from?: { readonly says: string },
  ): Promise<string> {
    const at = from ? { from: PROXY } : {}
    using client = await Dialogue.open(ports[protocol], at)
    if (from) client.send(from.says)
    await client.line()
    const message = Buffer.concat([Buffer.of(0), Buffer.from(name), Buffer.from(`\0${password}`)])
    client.send(MESSAGE[protocol](base64(message)))
    if (protocol === 'smtp') await client.line()
    return (await client.line()) ?? ''
  }
  const newest = async () => (await product.ground.store.tables.audit.list({}, 1))[0]

  for (const protocol of MAIL_PROTOCOLS) {
    it(`M16: ${protocol}: a name that would be more than a name reaches neither a person nor the provider`, async () => {
      for (const name of [
        `${email}\r\na2 SELECT INBOX`,
        `${email}\n`,
        `${email}\0`,
        `${email}\u0001auth=Bearer x\u0001\u0001`,
        `${email}\u007f`,
        `${email}\u0085`,
        `${email}%00`,
        `${email}%0d%0a`,
        `\u202e${email}`,
        `${email}\u200b`,
        Buffer.from(`zo\u00eb`, 'latin1'),
        Buffer.concat([Buffer.from(email), Buffer.of(0xff)]),
        email.repeat(8),
        'x'.repeat(1025),
      ])
        assert.match(await answer(protocol, name), REFUSED, JSON.stringify(name))
      const huge = await answer(protocol, 'x'.repeat(64 * 1024))
      assert.match(huge, /^(\* BAD|-ERR The line is too long|500 5\.5\.6) ?/)
      assert.deepEqual([servers[protocol].heard, servers[protocol].open], [[], 0])
    })

    it(`M15: ${protocol}: a name is the same composed and decomposed, in any case`, async () => {
      for (const name of ['zo\u00eb', 'zoe\u0308', 'ZO\u00cb', email.toUpperCase()])
        assert.match(await answer(protocol, name), IN, name)
      while (servers[protocol].open > 0) await breathe()
      servers[protocol].heard.length = 0
    })

    it(`M32: ${protocol}: the audit has the address that the proxy says, let in or not`, async () => {
      // A fresh second: refusals beyond so many in one are written together, later.
      product.clock.advance(SECOND)
      const says = (ip: string) => ({ says: `PROXY TCP4 ${ip} 192.0.2.1 4711 1\r\n` })
      const ip = `198.51.100.${10 + MAIL_PROTOCOLS.indexOf(protocol)}`
      assert.match(await answer(protocol, email, says(ip)), IN)
      const taken = await newest()
      assert.deepEqual([taken?.action, taken?.outcome, taken?.ip], ['gateway.sign_in', 'ok', ip])
      const other = `203.0.113.${10 + MAIL_PROTOCOLS.indexOf(protocol)}`
      assert.match(await answer(protocol, 'mallory', says(other)), REFUSED)
      const refused = await newest()
      assert.deepEqual(
        [refused?.action, refused?.outcome, refused?.ip],
        ['gateway.sign_in', 'refused', other],
      )
      while (servers[protocol].open > 0) await breathe()
      servers[protocol].heard.length = 0
    })
  }
})
