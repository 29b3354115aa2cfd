import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { PROPERTY_RUNS } from '../../../test/support/property-runs.ts'
import { replyReader, replyText } from './reply.ts'

const MOST = 100
const readAll = (...lines: string[]) => {
  const read = replyReader(MOST)
  return lines.map((line) => read(Buffer.from(line, 'latin1')))
}

describe('a reply', () => {
  it('is one line or several', () => {
    assert.deepEqual(readAll('250 fine'), [
      { read: 'reply', reply: { code: 250, lines: ['fine'] } },
    ])
    assert.deepEqual(readAll('250-a', '250-', '250 b', '354'), [
      { read: 'more' },
      { read: 'more' },
      { read: 'reply', reply: { code: 250, lines: ['a', '', 'b'] } },
      { read: 'reply', reply: { code: 354, lines: [''] } },
    ])
  })

  it('has one code, of three digits', () => {
    for (const line of ['', '25', '2500', '250x', '199 a', '600 a', ' 250 a', '2 50', '٢٥٠ a'])
      assert.deepEqual(readAll(line), [{ read: 'malformed' }], line)
    assert.deepEqual(readAll('250-a', '251 b').at(-1), { read: 'malformed' })
    assert.deepEqual(readAll('235-a', '535 b').at(-1), { read: 'malformed' })
  })

  it('is not endless', () => {
    const lines: string[] = Array(MOST).fill('250-a')
    assert.deepEqual(readAll(...lines).at(-1), { read: 'more' })
    assert.deepEqual(readAll(...lines, '250 a').at(-1), { read: 'malformed' })
  })

  it('is told in one text', () => {
    assert.equal(
      replyText({ code: 535, lines: ['5.7.8 No', '5.7.8 see'] }),
      '535 5.7.8 No 5.7.8 see',
    )
  })

  it('comes out as it was written, one after the other', () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab -25\x00\xff') })
    const reply = fc
      .tuple(fc.integer({ min: 200, max: 599 }), fc.array(text, { minLength: 1, maxLength: 8 }))
      .map(([code, lines]) => ({ code, lines }))
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 4 }), (replies) => {
        const read = replyReader(MOST)
        const found = replies.flatMap(({ code, lines }) =>
          lines
            .map((line, n) => `${code}${n < lines.length - 1 ? '-' : ' '}${line}`)
            .map((line) => read(Buffer.from(line, 'latin1')))
            .flatMap((one) => (one.read === 'reply' ? [one.reply] : [])),
        )
        assert.deepEqual(found, replies)
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })

  it('is read from any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), (lines) => {
        const read = replyReader(MOST)
        for (const line of lines)
          assert.ok(['reply', 'more', 'malformed'].includes(read(Buffer.from(line)).read))
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })
})
