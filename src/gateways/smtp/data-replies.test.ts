import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { PROPERTY_RUNS } from '../../../test/support/property-runs.ts'
import { dataReplies } from './data-replies.ts'

const count = (...pieces: string[]): number => {
  const look = dataReplies()
  return pieces.reduce((sum, piece) => sum + look(Buffer.from(piece)), 0)
}

describe('354', () => {
  it('counts where a line begins with it, and once for several lines', () => {
    assert.equal(count('354 go on\r\n'), 1)
    assert.equal(count('354\r\n'), 1)
    assert.equal(count('354\n354 a\n'), 2)
    assert.equal(count('\n354 a\r\n35\n354 b\r\n'), 2)
    assert.equal(count('354-go\r\n354-on\r\n354 now\r\n'), 1)
    assert.equal(count('250-354 \r\n250 354 x\r\n35 4\r\n1354 \r\n\n3\n354 a\r\n'), 1)
  })

  it('counts alike however what comes in is cut into pieces', () => {
    const lines = fc.array(
      fc.constantFrom(
        '354 go\r\n',
        '354-a\r\n',
        '250 ok\r\n',
        '35',
        '4',
        ' ',
        '\r\n',
        '354\r\n',
        '\n',
      ),
    )
    const cuts = fc.infiniteStream(fc.integer({ min: 1, max: 5 }))
    fc.assert(
      fc.property(lines, cuts, (lines, cuts) => {
        const text = lines.join('')
        const pieces: string[] = []
        for (let at = 0; at < text.length; at += pieces.at(-1)!.length)
          pieces.push(text.slice(at, at + cuts.next().value))
        assert.equal(count(...pieces), count(text))
        assert.equal(count(text), text.match(/^354(?=[^-])/gm)?.length ?? 0)
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })
})
