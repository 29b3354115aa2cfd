import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fixedClock, SECOND } from '#base/clock.ts'
import { keptAddresses } from './kept-addresses.ts'

/** A name server that counts its questions. */
function world() {
  const clock = fixedClock('2026-10-01T12:00:00Z')
  const names = new Map([['imap.example.org', '192.0.2.1']])
  const asked: string[] = []
  const addressOf = keptAddresses(async (host) => {
    asked.push(host)
    const found = names.get(host)
    if (found === undefined) throw new Error(`getaddrinfo ENOTFOUND ${host}`)
    return found
  }, clock)
  return { clock, names, asked, addressOf }
}

describe('vault: addresses that are kept', () => {
  it('looks a name up once for all who ask together, and for five seconds', async () => {
    const { clock, names, asked, addressOf } = world()
    const both = await Promise.all([addressOf('imap.example.org'), addressOf('imap.example.org')])
    assert.deepEqual(both, ['192.0.2.1', '192.0.2.1'])
    names.set('imap.example.org', '192.0.2.2')
    clock.advance(5 * SECOND - 1)
    assert.equal(await addressOf('imap.example.org'), '192.0.2.1')
    assert.equal(asked.length, 1)
    clock.advance(1)
    assert.equal(await addressOf('imap.example.org'), '192.0.2.2')
    assert.equal(asked.length, 2)
  })

  it('keeps each name by itself', async () => {
    const { names, addressOf } = world()
    names.set('smtp.example.org', '192.0.2.9')
    assert.equal(await addressOf('imap.example.org'), '192.0.2.1')
    assert.equal(await addressOf('smtp.example.org'), '192.0.2.9')
  })

  it('keeps nothing of a lookup that failed', async () => {
    const { names, asked, addressOf } = world()
    await assert.rejects(addressOf('pop.example.org'), /ENOTFOUND/)
    names.set('pop.example.org', '192.0.2.3')
    assert.equal(await addressOf('pop.example.org'), '192.0.2.3')
    assert.equal(asked.length, 2)
  })

  it('looks up again when the clock was set back', async () => {
    const { clock, names, addressOf } = world()
    await addressOf('imap.example.org')
    names.set('imap.example.org', '192.0.2.2')
    clock.advance(-3600 * SECOND)
    assert.equal(await addressOf('imap.example.org'), '192.0.2.2')
  })

  it('forgets all rather than to grow without end', async () => {
    const { names, asked, addressOf } = world()
    for (let i = 0; i < 1001; i++) names.set(`h${i}.example.org`, '192.0.2.4')
    for (let i = 0; i < 1001; i++) await addressOf(`h${i}.example.org`)
    await addressOf('h1000.example.org')
    assert.equal(asked.length, 1001)
    await addressOf('h0.example.org')
    assert.equal(asked.length, 1002)
  })
})
