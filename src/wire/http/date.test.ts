import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { httpDate, readHttpDate } from './date.ts'

const AT = Date.UTC(1994, 10, 6, 8, 49, 37)

describe('HTTP dates', () => {
  it('reads the three forms of RFC 9110', () => {
    for (const text of [
      'Sun, 06 Nov 1994 08:49:37 GMT',
      'Sunday, 06-Nov-94 08:49:37 GMT',
      'Sun Nov  6 08:49:37 1994',
    ])
      assert.equal(readHttpDate(text), AT, text)
  })
  it('writes the first form, without milliseconds', () => {
    assert.equal(httpDate(AT + 999), 'Sun, 06 Nov 1994 08:49:37 GMT')
    assert.equal(httpDate(0), 'Thu, 01 Jan 1970 00:00:00 GMT')
  })
  it('reads nothing into anything else', () => {
    for (const text of [
      '',
      'now',
      '1994-11-06',
      'Sun, 06 Foo 1994 08:49:37 GMT',
      'Sun, 06 Nov 1994 25:49:37 GMT',
    ])
      assert.equal(readHttpDate(text), null, text)
  })
})
