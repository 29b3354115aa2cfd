import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { PROPERTY_RUNS } from '../../../test/support/property-runs.ts'
import { CARRIED, carriedByAll, carriedLines, NOTHING_CARRIED, readEhlo } from './ehlo.ts'

/** As captured, but for the name. */
const EXCHANGE = [
  'PR0.prod.outlook.com Hello [192.0.2.1]',
  'SIZE 157286400',
  'PIPELINING',
  'DSN',
  'ENHANCEDSTATUSCODES',
  'AUTH LOGIN XOAUTH2',
  '8BITMIME',
  'BINARYMIME',
  'CHUNKING',
  'SMTPUTF8',
]

describe('what a server offers', () => {
  it('is read by keyword, in any case; the first line is its name', () => {
    const { starttls, auth, carried } = readEhlo(EXCHANGE)
    assert.equal(starttls, false)
    assert.deepEqual(auth, ['LOGIN', 'XOAUTH2'])
    assert.deepEqual(carried, { keywords: [...CARRIED], size: 157_286_400 })
    assert.equal(readEhlo(['STARTTLS']).starttls, false)
    assert.equal(readEhlo(['x', 'StartTLS']).starttls, true)
    assert.deepEqual(readEhlo(['x', 'AUTH=LOGIN', 'auth xoauth2']).auth, ['LOGIN', 'XOAUTH2'])
  })

  it('M28: is carried on only where it changes no framing', () => {
    const offered = carriedLines(
      readEhlo([
        'x',
        'CHUNKING',
        'BINARYMIME',
        'STARTTLS',
        'AUTH PLAIN',
        'XCLIENT ADDR',
        'BURL imap',
      ]).carried,
    )
    assert.deepEqual(offered, [])
  })

  it('has a size, no figure, or none at all', () => {
    const size = (line: string) => readEhlo(['x', line]).carried.size
    assert.equal(size('SIZE 10'), 10)
    assert.equal(size('SIZE'), 0)
    assert.equal(size('SIZE 0'), 0)
    assert.equal(size('SIZE -5'), 0)
    assert.equal(size('SIZE 99999999999999999999'), Number.MAX_SAFE_INTEGER)
    assert.equal(size('SIZES'), null)
  })

  it('of several is what all of them take, and the smallest size', () => {
    const one = { keywords: ['PIPELINING', 'DSN'], size: 100 } as const
    const two = { keywords: ['DSN', '8BITMIME'], size: 0 } as const
    assert.deepEqual(carriedByAll([]), NOTHING_CARRIED)
    assert.deepEqual(carriedByAll([one]), one)
    assert.deepEqual(carriedByAll([one, two]), { keywords: ['DSN'], size: 100 })
    assert.deepEqual(carriedByAll([two, two]).size, 0)
    assert.deepEqual(carriedByAll([one, NOTHING_CARRIED]), NOTHING_CARRIED)
    assert.deepEqual(carriedLines(carriedByAll([one, two])), ['DSN', 'SIZE 100'])
  })

  it('is read from anything without throwing, and nothing is carried that was not offered', () => {
    const word = fc.oneof(
      fc.constantFrom(...CARRIED, 'SIZE', 'size', 'AUTH', 'CHUNKING', 'STARTTLS', '=', ' ', '7'),
      fc.string({ unit: 'binary-ascii', maxLength: 4 }),
    )
    const line = fc.array(word, { maxLength: 4 }).map((words) => words.join(''))
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const offered = carriedLines(readEhlo(lines).carried)
        const said = lines.slice(1).join('\n').toUpperCase()
        for (const one of offered) {
          const [keyword = '', figure] = one.split(' ')
          assert.ok(said.includes(keyword))
          assert.ok([...CARRIED, 'SIZE'].includes(keyword))
          assert.match(figure ?? '1', /^[1-9]\d*$/)
        }
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })
})
