/** Directories that do not answer, or not as they should: servers that do what a test wrote down. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fixedClock, MINUTE, SECOND } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import {
  answering,
  ask,
  configOf,
  SHORT,
  outcome,
  PERSON,
  well,
} from '../support/directory/outcome.ts'
import { directoryRow, testDirectories } from '../support/directory/provider.ts'
import {
  BIND,
  bound,
  done,
  openScriptedDirectory,
  SEARCH,
  type LdapScript,
} from '../support/directory/scripted.ts'
import {
  addUser,
  audited,
  identityOn,
  newBrowser,
  PASSWORD,
  tryPassword,
} from '../support/identity.ts'
import { openTestStore } from '../support/stores.ts'

it('takes a directory that is well, over LDAPS and StartTLS', async () => {
  assert.equal(await outcome(well), 'ok')
  assert.equal(await outcome(well, { startTls: true, more: { startTls: true } }), 'ok')
})

describe('L04: a directory that does not answer', () => {
  const silent: LdapScript = () => {}
  const cases: [string, string, () => Promise<string>][] = [
    [
      'takes connections and says nothing',
      'timeout',
      async () => await outcome(well, { silent: true, startTls: true, accept: () => {} }),
    ],
    [
      'does not begin TLS',
      'timeout',
      async () => {
        const more = { startTls: true }
        return await outcome(well, { silent: true, startTls: true, accept: () => {}, more })
      },
    ],
    ['says nothing to a bind', 'timeout', async () => await outcome(silent, { silent: true })],
    [
      'says nothing to a search',
      'timeout',
      async () =>
        await outcome(
          answering(SEARCH, () => {}),
          { silent: true },
        ),
    ],
    [
      'ends connections',
      'network',
      async () => await outcome(answering(BIND, (socket) => socket.end())),
    ],
    ['resets connections', 'network', async () => await outcome((_, asked) => asked.reset())],
    [
      'resets them at once',
      'network',
      async () =>
        await outcome(well, {
          startTls: true,
          accept: (socket) => socket.resetAndDestroy(),
          more: { startTls: true },
        }),
    ],
    [
      'has a certificate for another name',
      'tls',
      async () => await outcome(well, { names: ['elsewhere.example.org'] }),
    ],
    ['has a certificate that has ended', 'tls', async () => await outcome(well, { days: 0 })],
    [
      'has a certificate of nobody who is trusted',
      'tls',
      async () => await outcome(well, { more: { ca: '' } }),
    ],
    [
      'is busy',
      'busy',
      async () => await outcome(answering(BIND, (socket, id) => socket.write(bound(id, 51)))),
    ],
    [
      'is unavailable',
      'busy',
      async () => await outcome(answering(SEARCH, (socket, id) => socket.write(done(id, 52)))),
    ],
    [
      'points elsewhere',
      'referral',
      async () => await outcome(answering(BIND, (socket, id) => socket.write(bound(id, 10)))),
    ],
    [
      'refuses the account that searches',
      'bind',
      async () => await outcome(answering(BIND, (socket, id) => socket.write(bound(id, 49)))),
    ],
  ]
  for (const [what, why, tried] of cases)
    it(`L04: it ${what}: ${why}, and nothing about anybody`, async () =>
      assert.equal(await tried(), why))

  it('L04: is not wrong: no failure is counted, local people and those of other directories come in', async () => {
    const clock = fixedClock('2026-11-20T12:00:00Z')
    await using away = await openScriptedDirectory(silent)
    await using there = await openScriptedDirectory(well)
    await using store = await openTestStore('sqlite', { clock })
    const directories = testDirectories(clock, { limits: SHORT })
    const needs = identityOn(store, { clock, directories, settings: { second_factor: 'offered' } })
    const { identityProviders } = store.tables
    await identityProviders.insert(directoryRow(configOf(away), { id: 'away' }))
    await addUser(needs, 'local')
    for (let n = 0; n < 30; n++) {
      clock.advance(MINUTE) // until it is asked again
      await assert.rejects(tryPassword(needs, newBrowser(), 'ada', PERSON), { code: 'unavailable' })
      if (n > 2) clock.advance(-MINUTE + 1)
    }
    assert.ok((await tryPassword(needs, newBrowser(), 'local', PASSWORD)).ok)
    const row = await identityProviders.find('away')
    assert.equal(row?.failure, 'timeout')
    await identityProviders.insert(directoryRow(configOf(there), { id: 'there', position: 2 }))
    clock.advance(MINUTE)
    assert.ok((await tryPassword(needs, newBrowser(), 'ada', PERSON)).ok)
    assert.deepEqual(
      (await audited(needs)).filter((said) => said.includes('refused')),
      [],
    )
  })

  it('L04: holds up no more than so many at once', async () => {
    await using directory = await openScriptedDirectory(answering(SEARCH, () => {}))
    const asked = testDirectories(undefined, { limits: SHORT })
    const row = directoryRow(configOf(directory))
    const one = async (): Promise<string> => {
      try {
        await using visit = await asked.visit(row, 'ada')
        return typeof visit.found
      } catch (thrown) {
        return thrown instanceof Problem ? thrown.code : String(thrown)
      }
    }
    const said = await Promise.all(Array.from({ length: 30 }, one))
    assert.deepEqual(Map.groupBy(said, String).get('busy')?.length, 30 - 24)
    assert.equal(await one(), 'unavailable') // not busy: every place is free again
  })

  it('L04: is left alone also when it lets the searching account in and answers nothing more', async () => {
    const clock = fixedClock('2026-11-20T12:00:00Z')
    await using directory = await openScriptedDirectory(answering(SEARCH, () => {}))
    const asked = testDirectories(clock, { limits: SHORT })
    assert.equal(await ask(asked, directory), 'timeout')
    assert.equal(await ask(asked, directory), 'away')
    clock.advance(5 * SECOND)
    assert.equal(await ask(asked, directory), 'timeout')
    clock.advance(5 * SECOND)
    assert.equal(await ask(asked, directory), 'away')
    assert.equal(directory.connections, 2)
  })

  it('L04: is left alone for a while, then asked once', async () => {
    const clock = fixedClock('2026-11-20T12:00:00Z')
    let script = silent
    await using directory = await openScriptedDirectory((socket, asked) => script(socket, asked))
    const asked = testDirectories(clock, { limits: SHORT })
    const tries = async (): Promise<string[]> =>
      await Promise.all(Array.from({ length: 5 }, async () => await ask(asked, directory)))
    assert.equal(await ask(asked, directory), 'timeout')
    assert.deepEqual([await tries(), directory.connections], [Array(5).fill('away'), 1])
    clock.advance(5 * SECOND)
    assert.deepEqual(
      (await tries()).toSorted((a, b) => (a < b ? -1 : 1)),
      [...Array<string>(4).fill('away'), 'timeout'],
    )
    assert.equal(directory.connections, 2)
    script = well
    clock.advance(5 * SECOND)
    assert.equal(await ask(asked, directory), 'away')
    clock.advance(5 * SECOND)
    assert.equal(await ask(asked, directory), 'ok')
    assert.deepEqual(await tries(), Array(5).fill('ok'))
  })
})
