import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fixedClock, MINUTE } from '#base/clock.ts'
import { RefreshedInVain } from './refreshed-in-vain.ts'

describe('a refresh in vain', () => {
  it('is remembered for five minutes, or until the server takes a token', () => {
    const clock = fixedClock('2026-11-20T08:00:00Z')
    const inVain = new RefreshedInVain(clock)
    inVain.add('a imap')
    assert.ok(inVain.has('a imap') && !inVain.has('a smtp') && !inVain.has('b imap'))
    clock.advance(5 * MINUTE - 1)
    assert.ok(inVain.has('a imap'))
    clock.advance(1)
    assert.ok(!inVain.has('a imap'))
    inVain.add('a imap')
    inVain.delete('a imap')
    assert.ok(!inVain.has('a imap'))
    inVain.add('a imap')
    clock.advance(-10 * MINUTE) // set back: it would last for an hour otherwise
    assert.ok(!inVain.has('a imap'))
  })
})
