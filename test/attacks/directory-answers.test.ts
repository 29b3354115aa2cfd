/** Directories that do not speak LDAP: servers that answer what a test wrote down. */
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import type { Socket } from 'node:net'
import { describe, it } from 'node:test'
import { fixedClock } from '#base/clock.ts'
import { createLog } from '#base/log.ts'
import { directoryFailure } from '#identity/directory/directories.ts'
import { answering, ask, configOf, outcome, PERSON, well } from '../support/directory/outcome.ts'
import { SEARCHER } from '../support/directory/slapd.ts'
import { identityOn, newBrowser, tryPassword } from '../support/identity.ts'
import { openTestStore } from '../support/stores.ts'
import { PAGED_RESULTS } from '../support/directory/paged.ts'
import { directoryRow, testDirectories } from '../support/directory/provider.ts'
import {
  BIND,
  bound,
  done,
  entry,
  extended,
  message,
  octets,
  openScriptedDirectory,
  SEARCH,
  STARTTLS,
  tlv,
  type LdapScript,
} from '../support/directory/scripted.ts'

describe('L06: a directory that does not speak LDAP', () => {
  const over = tlv(0x30, octets('cn'), Buffer.of(0x31, 0x20, 4, 1), 'x')
  const found = (id: number, ...attributes: Buffer[]): Buffer =>
    message(id, tlv(0x64, octets('uid=ada'), tlv(0x30, ...attributes)))
  const nested = Array.from({ length: 10_000 }, () => Buffer.of(0x30, 0x84, 0, 1, 0, 0))
  const cases: [string, Buffer, string][] = [
    ['an indefinite length', Buffer.of(0x30, 0x80, 2, 1, 2, 0, 0), 'malformed'],
    ['a message of 4 GiB', Buffer.of(0x30, 0x84, 255, 255, 255, 255, 2, 1, 2), 'too_large'],
    ['a negative length', Buffer.of(0x30, 0x84, 128, 0, 0, 0, 2, 1, 2), 'too_large'],
    ['nine bytes of length', Buffer.of(0x30, 0x89, 1, 1, 1, 1, 1, 1, 1, 1, 1), 'malformed'],
    ['ten thousand sequences in each other', tlv(0x30, ...nested), 'malformed'],
    ['an empty message', Buffer.of(0x30, 0), 'malformed'],
    ['a set that is longer than its message', found(3, over), 'malformed'],
    ['an attribute that is no sequence', found(3, octets('x')), 'malformed'],
    [
      'a reference that ends in the middle',
      message(3, tlv(0x73, Buffer.of(4, 9), 'x')),
      'malformed',
    ],
    [
      'a control that reaches too far',
      message(
        3,
        tlv(0x65, tlv(10, '\0'), octets(''), octets('')),
        tlv(0xa0, Buffer.of(0x30, 9, 4, 1), 'x'),
      ),
      'malformed',
    ],
    ['a code without a value', message(3, tlv(0x65, tlv(10), octets(''), octets(''))), 'malformed'],
    ['a request', message(3, tlv(0x60)), 'malformed'],
    ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'), 'malformed'],
    ['noise', Buffer.from(Array.from({ length: 4096 }, (_, n) => (n * 7919) % 251)), 'malformed'],
    [
      'half a message',
      found(3, tlv(0x30, octets('cn'), tlv(0x31, octets('x')))).subarray(0, 20),
      'timeout',
    ],
    [
      'answers to what nobody asked',
      Buffer.concat([
        done(77),
        bound(99),
        message(0, tlv(0x78, tlv(10, '\x34'), octets(''), octets(''))),
      ]),
      'timeout',
    ],
  ]
  for (const [what, bytes, why] of cases)
    for (const tag of [BIND, SEARCH])
      it(`L06: ${what}, to a ${tag === BIND ? 'bind' : 'search'}: ${why}`, async () =>
        assert.equal(await outcome(answering(tag, bytes), { silent: why === 'timeout' }), why))

  it('L06: one byte after the other, without end', async () => {
    const drip = (socket: Socket): void => {
      const bytes = Buffer.concat([Buffer.of(0x30, 0x83, 1, 0, 0), Buffer.alloc(65_536)])
      let at = 0
      const timer = setInterval(() => socket.write(bytes.subarray(at, ++at)), 20)
      socket.once('close', () => clearInterval(timer))
    }
    assert.equal(await outcome(answering(SEARCH, drip), { silent: true }), 'timeout')
  })

  it('L06: entries without end, and far too large ones', async () => {
    const large = { cn: 'x'.repeat(60_000) }
    const flood = (socket: Socket, id: number): void => {
      const bytes = Buffer.concat(Array.from({ length: 16 }, () => entry(id, 'uid=ada', large)))
      const more = (): void => {
        while (!socket.destroyed && socket.write(bytes));
      }
      socket.on('drain', more)
      more()
    }
    assert.equal(await outcome(answering(SEARCH, flood)), 'too_large')
  })

  it('L06: ten thousand messages in one piece', async () => {
    const many = (socket: Socket, id: number): void => {
      const one = entry(id, 'uid=ada', { uid: 'ada', entryUUID: 'x', mail: 'a@example.org' })
      socket.write(Buffer.concat([...Array<Buffer>(10_000).fill(one), done(id)]))
    }
    assert.equal(await outcome(answering(SEARCH, many)), 'ambiguous')
  })

  it('L06: pages without end', async () => {
    const script: LdapScript = (socket, asked) => {
      if (asked.tag !== SEARCH || asked.nth < 2) return well(socket, asked)
      const page = Array.from({ length: 100 }, (_, n) =>
        entry(asked.id, `cn=${asked.nth}-${n},dc=example,dc=org`, { cn: 'x', entryUUID: 'x' }),
      )
      socket.write(Buffer.concat([...page, done(asked.id, 0, PAGED_RESULTS)]))
    }
    assert.equal(await outcome(script, { more: { groupBaseDn: 'dc=example,dc=org' } }), 'too_large')
  })

  it('L06: an answer to StartTLS with more behind it, or another one: no password is sent', async () => {
    const bad: [string, (id: number) => Buffer][] = [
      ['start_tls', (id) => Buffer.concat([extended(id), bound(2)])],
      ['start_tls', (id) => Buffer.concat([extended(id), bound(2).subarray(0, 5)])],
      ['start_tls', (id) => extended(id, 52)],
      ['start_tls', (id) => bound(id)],
      ['start_tls', () => extended(7)],
      ['malformed', () => Buffer.from('220 go ahead\r\n')],
    ]
    for (const [why, answer] of bad) {
      await using directory = await openScriptedDirectory(
        (socket, asked) =>
          asked.tag === STARTTLS ? socket.write(answer(asked.id)) : well(socket, asked),
        { startTls: true },
      )
      const asked = testDirectories()
      assert.equal(await ask(asked, directory, { startTls: true }), why)
      assert.equal(directory.heard.includes('directory'), false)
    }
  })

  it('L06: what it says back, a password among it, is neither logged nor kept', async () => {
    const lines: string[] = []
    const clock = fixedClock('2026-11-20T12:00:00Z')
    const echo = (said: string): LdapScript =>
      answering(BIND, (socket, id) => {
        const code = tlv(10, Buffer.of(said === PERSON ? 51 : 49))
        socket.write(message(id, tlv(0x61, code, octets(''), octets(`data 52e ${said}`))))
      })
    for (const said of [SEARCHER.password, PERSON]) {
      await using directory = await openScriptedDirectory(echo(said))
      await using store = await openTestStore('sqlite', { clock })
      const directories = testDirectories(clock)
      const log = createLog((line) => void lines.push(line), clock, 'debug')
      const needs = { ...identityOn(store, { clock, directories }), log }
      await store.tables.identityProviders.insert(directoryRow(configOf(directory)))
      await assert.rejects(tryPassword(needs, newBrowser(), 'ada', PERSON), (thrown) => {
        lines.push(inspect(thrown, { depth: 20 }))
        return directoryFailure(thrown) !== null
      })
      const row = await store.tables.identityProviders.find('directory')
      lines.push(JSON.stringify([row, await store.tables.audit.list({}, 100)]))
    }
    const all = lines.join('\n')
    assert.match(all, /directory\.away/)
    assert.match(all, /Result code 49, data 52e/)
    for (const secret of [SEARCHER.password, PERSON]) assert.equal(all.includes(secret), false)
  })

  it('L07: what a directory shows besides is not asked for: no passwords, no other attributes', async () => {
    await using directory = await openScriptedDirectory(well)
    assert.equal(await ask(testDirectories(), directory), 'ok')
    const heard = directory.heard.toString('latin1')
    for (const attribute of ['userPassword', 'unicodePwd', '*', '+'])
      assert.equal(heard.includes(`${String.fromCharCode(4, attribute.length)}${attribute}`), false)
  })
})
