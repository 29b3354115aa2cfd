import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { UpstreamTls } from '#gateways/mail/upstream-tls.ts'
import { askServers, CarriedByServers } from '#gateways/smtp/carried.ts'
import type { MailServer } from '#mail/mail-server.ts'
import { openSmtpServer } from '../support/smtp-server.ts'
import { openScriptedServer } from '../support/scripted-server.ts'

type Server = Pick<MailServer, 'host' | 'port' | 'security' | 'addressOf'>
const at = (port: number, security: Server['security'] = 'tls'): Server => ({
  host: 'localhost',
  port,
  security,
  addressOf: async () => '127.0.0.1',
})
const ask = (known: CarriedByServers, servers: readonly Server[], stop = new AbortController()) =>
  askServers(known, {
    servers: async () => servers,
    tls: new UpstreamTls(),
    name: 'mail.example.org',
    signal: stop.signal,
  })

describe('what clients are offered', () => {
  it('is nothing as long as no server was heard', () => {
    assert.deepEqual(new CarriedByServers().offered(), { keywords: [], size: null })
  })

  it('is what all servers take, asked without a sign-in', async () => {
    const QUIT = '221 bye'
    await using one = await openSmtpServer({
      QUIT,
      EHLO: '250-one\n250-SIZE 2000\n250-DSN\n250-PIPELINING\n250 CHUNKING',
    })
    await using two = await openSmtpServer(
      { QUIT, STARTTLS: '220 go', EHLO: '250-two\n250-SIZE 1000\n250-PIPELINING\n250 STARTTLS' },
      { tls: false, startTlsOn: /^STARTTLS$/ },
    )
    const known = new CarriedByServers()
    await ask(known, [at(one.port), at(two.port, 'starttls'), at(one.port)])
    assert.deepEqual(known.offered(), { keywords: ['PIPELINING'], size: 1000 })
    assert.deepEqual(one.heard, ['EHLO mail.example.org', 'QUIT'])
    const ehlo = 'EHLO mail.example.org'
    assert.deepEqual(two.heard, [ehlo, 'STARTTLS', ehlo, 'QUIT'])
    await ask(known, [at(one.port)])
    assert.deepEqual(known.offered(), { keywords: ['PIPELINING', 'DSN'], size: 2000 })
  })

  it('is what is known of a server that does not answer now', async () => {
    const known = new CarriedByServers()
    known.learn({ host: 'localhost', port: 1 }, { keywords: ['DSN', '8BITMIME'], size: 5 })
    await using busy = await openScriptedServer('421 4.3.2 busy', () => null)
    await using server = await openSmtpServer({ EHLO: '250-x\n250-SIZE\n250 8BITMIME' })
    await ask(known, [at(1), at(busy.port), at(server.port)])
    assert.deepEqual(known.offered(), { keywords: ['8BITMIME'], size: 5 })
  })

  it('is asked for no longer when the server stops', async () => {
    const stop = new AbortController()
    await using silent = await openScriptedServer('220 ready', () => {
      stop.abort()
      return undefined
    })
    await using next = await openSmtpServer({})
    await ask(new CarriedByServers(), [at(silent.port), at(next.port)], stop)
    assert.deepEqual(next.heard, [])
  })
})
