import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { setImmediate as breathe } from 'node:timers/promises'
import { HOUR } from '#base/clock.ts'
import { Places } from '#gateways/mail/places.ts'
import { Dialogue } from '../support/dialogue.ts'
import { openImapServer } from '../support/imap.ts'
import { openMailboxOpening } from '../support/mailbox-opening.ts'
import { until } from '../support/mail-story.ts'
import { openScriptedServer } from '../support/scripted-server.ts'

const REFUSED = '* NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)'
const CONTACT = 'a NO [CONTACTADMIN] This mailbox is switched off, or its provider refuses it.'
const RENEW = 'a NO [CONTACTADMIN] The sign-in of this mailbox at its provider has to be renewed.'
const LATER = 'a NO [UNAVAILABLE] The mailbox cannot be reached at the moment. Try again later.'
const BUSY = 'a NO [LIMIT] Too many connections or tries. Try again later.'

describe('opening a mailbox', () => {
  it('M23: a token that is refused is refreshed once; the second refusal is the last', async () => {
    await using server = await openImapServer({ signIn: `% ${REFUSED.slice(2)}` })
    await using opening = await openMailboxOpening(server)
    const { bench, account, tokens } = opening
    await bench.accessToken(account, 'at.stored', HOUR)
    for (const refreshes of [1, 1, 1]) {
      using client = await opening.logIn()
      await client.expect(CONTACT)
      assert.equal(tokens.counts.refreshed, refreshes)
    }
    const tries = server.heard.filter((line) => line.includes('AUTHENTICATE')).length
    assert.equal(tries, 2 + 1 + 1)
    assert.deepEqual(await opening.timeLine(), [
      `refused token_refused [AUTHENTICATIONFAILED] NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)`,
    ])
    assert.equal((await bench.row(account)).state, 'active')
  })

  it('M23: a token that the server no longer takes is replaced without a word', async () => {
    let taken = 0
    await using server = await openImapServer({
      more: (line, tag) => {
        if (!line.includes('AUTHENTICATE')) return undefined
        return taken++ === 0 ? `${tag} NO [AUTHENTICATIONFAILED] old` : undefined
      },
    })
    await using opening = await openMailboxOpening(server)
    await opening.bench.accessToken(opening.account, 'at.stored', HOUR)
    using client = await opening.logIn()
    await client.play(`
      S: a OK …
      C: b NOOP
      S: b OK done`)
    assert.equal(opening.tokens.counts.refreshed, 1)
    assert.deepEqual(await opening.timeLine(), [])
    assert.equal(opening.live.count(), 1)
  })

  it('M23: the grant is over: a person has to renew it, and nobody asks for a password', async () => {
    await using server = await openImapServer({ signIn: `% ${REFUSED.slice(2)}` })
    await using opening = await openMailboxOpening(server)
    await opening.bench.accessToken(opening.account, 'at.stored', HOUR)
    opening.tokens.revoke(opening.account)
    using first = await opening.logIn()
    await first.expect(LATER) // a definite no counts when it came twice
    await opening.bench.age(opening.account, HOUR)
    await opening.bench.accessToken(opening.account, 'at.stored', HOUR)
    using second = await opening.logIn()
    await second.expect(RENEW)
    assert.equal((await opening.bench.row(opening.account)).state, 'reconsent')
    const other = await opening.bench.account({ state: 'reconsent' })
    using client = await opening.logIn(other)
    await client.expect(RENEW)
  })

  it('says what is so with an account, and nothing more', async () => {
    await using server = await openImapServer()
    await using opening = await openMailboxOpening(server)
    const { bench } = opening
    for (const [id, expected] of [
      ['busy', BUSY],
      ['away', LATER],
      ['nobody', CONTACT],
      [await bench.account({ state: 'disabled' }), CONTACT],
      [await bench.account({ state: 'new', refresh_token: null }), RENEW],
    ] as const) {
      using client = await opening.logIn(id)
      await client.expect(expected)
    }
    opening.tokens.tell = () => ({ status: 503, body: 'down' })
    using client = await opening.logIn(await bench.account())
    await client.expect(LATER)
    assert.equal(server.heard.length, 0)
  })

  it('M04: what the mail server does wrong stands in the log and on the time line, once, until it is right', async () => {
    let right = false
    await using server = await openScriptedServer('* OK ready', (line) => {
      const [tag, verb] = line.split(' ')
      if (!right) return null
      return verb === 'CAPABILITY' ? `* CAPABILITY AUTH=XOAUTH2 SASL-IR\n${tag} OK` : `${tag} OK in`
    })
    const overrides = { imapHost: 'mail.example.test' } as const // a name that is not in the certificate
    await using wrong = await openMailboxOpening(server, { overrides })
    for (let n = 0; n < 3; n++) {
      using client = await wrong.logIn()
      await client.expect(LATER)
    }
    const [line, ...rest] = await wrong.timeLine()
    assert.match(line ?? '', /^refused tls Hostname\/IP does not match certificate's altnames/)
    assert.deepEqual(rest, [])
    assert.deepEqual(server.heard, [])
    const said = wrong.logged.filter(({ event }) => event === 'gateway.upstream_refused')
    assert.deepEqual(
      said.map(({ cause, stage, host }) => [cause, stage, host]),
      Array.from({ length: 3 }, () => ['tls', 'tls', 'mail.example.test']),
    )
    await using opening = await openMailboxOpening(server)
    for (const expected of [LATER, LATER]) {
      using client = await opening.logIn()
      await client.expect(expected)
    }
    right = true
    for (let n = 0; n < 2; n++) {
      using client = await opening.logIn()
      await client.expect('a OK …')
    }
    assert.deepEqual(await opening.timeLine(), [
      'refused network It closed the connection.',
      'ok -',
    ])
  })

  it('M24: a client that goes during a refresh: the refresh ends and is stored', async () => {
    await using server = await openImapServer()
    await using opening = await openMailboxOpening(server)
    const { bench, account, tokens, gateway } = opening
    const before = await bench.stored(account)
    tokens.delayMs = 100
    const asked = tokens.nextRequest()
    using client = await opening.logIn()
    await asked
    client.socket.resetAndDestroy()
    while (gateway.listener.open.all > 0) await breathe()
    assert.equal(await bench.stored(account), before)
    while ((await bench.stored(account)) === before) await breathe()
    assert.ok(tokens.takes(await bench.stored(account)))
    assert.deepEqual(server.heard, [])
    assert.equal(opening.live.count(), 0)
    assert.deepEqual(await opening.timeLine(), [])
    tokens.delayMs = 0
    using again = await opening.logIn()
    await again.expect('a OK …')
    assert.equal(tokens.counts.refreshed, 1)
  })

  it('M24: a client that goes while the server is silent: that connection ends, and nobody is blamed', async () => {
    const asked = Promise.withResolvers<void>()
    let silent = true
    await using server = await openImapServer({
      more: (line) => {
        if (silent && line.includes('AUTHENTICATE')) asked.resolve()
        return silent && line.includes('AUTHENTICATE') ? '' : undefined
      },
    })
    await using opening = await openMailboxOpening(server)
    using client = await opening.logIn()
    await asked.promise
    client.socket.resetAndDestroy()
    while (opening.gateway.listener.open.all > 0) await breathe()
    await until('no connection to the server', async () => connectionsTo(server.port) === 0)
    silent = false
    using again = await opening.logIn()
    await again.expect('a OK …')
    assert.deepEqual(await opening.timeLine(), [])
  })

  it('takes so many connections of a person, and as many as the provider takes of a mailbox', async () => {
    await using server = await openImapServer()
    await using person = await openMailboxOpening(server, {
      places: new Places({ maxOfPerson: 2, maxOfMailbox: 10 }),
    })
    const two = [await person.logIn(), await person.logIn()]
    for (const client of two) await client.expect('a OK …')
    using third = await person.logIn()
    await third.expect(BUSY)
    for (const client of two) client[Symbol.dispose]()
    while (person.live.count() > 0) await breathe()
    using fourth = await person.logIn()
    await fourth.expect('a OK …')

    await using google = await openMailboxOpening(server, { application: { provider: 'Google' } })
    const fifteen = await Promise.all(Array.from({ length: 15 }, () => google.logIn()))
    for (const client of fifteen) await client.expect('a OK …')
    const waiting = [await google.logIn(), await google.logIn()]
    // One of them waits, the other finds the line full.
    const lines = waiting.map(async (client, n) => ({ n, line: await client.line() }))
    const first = await Promise.race(lines)
    assert.equal(first.line, BUSY)
    fifteen[0]?.[Symbol.dispose]()
    assert.match((await lines[1 - first.n])?.line ?? '', /^a OK /)
    for (const client of [...fifteen, ...waiting]) client[Symbol.dispose]()
  })

  it('M31: nobody ends a session for its silence, and both of its sides are kept alive', async () => {
    await using server = await openImapServer()
    await using opening = await openMailboxOpening(server, { limits: { beforeLoginMs: 1500 } })
    using client = await opening.logIn()
    await client.play(`
      S: a OK …
      C: b IDLE
      S: b OK done`)
    const { clearPort } = opening.gateway
    // Once what was sent last has been acknowledged.
    for (const isOurs of [
      ({ local }: Ports) => local === clearPort,
      ({ remote }: Ports) => remote === server.port,
    ])
      await until('a timer for keep-alive', async () => keptAlive(isOurs).join() === 'true')
    // It came later, and its time to sign in is over: so was that of the first.
    using other = await Dialogue.open(clearPort)
    await other.play(`
      S: * OK …
      S: * BYE …
      S: <end>`)
    await client.play(`
      C: c DONE
      S: c OK done`)
    server.say('* BYE', 'end')
    await client.play(`
      S: * BYE
      S: <end>`)
    while (opening.live.count() > 0) await breathe()
  })
})

type Ports = { readonly local: number; readonly remote: number }

const connectionsTo = (port: number): number => keptAlive(({ remote }) => remote === port).length

/** Of the established connections that are meant: whether the kernel has a keep-alive timer for it. */
function keptAlive(isMeant: (ports: Ports) => boolean): boolean[] {
  const port = (address = ''): number => Number.parseInt(address.split(':')[1] ?? '', 16)
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)
  return lines.flatMap((line) => {
    const [, local, remote, state, , timer] = line.trim().split(/\s+/)
    const meant = state === '01' && isMeant({ local: port(local), remote: port(remote) })
    return meant ? [timer?.startsWith('02:') === true] : []
  })
}
