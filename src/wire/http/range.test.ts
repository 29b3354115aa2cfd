import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MAX_RANGES, readRange } from './range.ts'

const one = (header: string, size = 100) => {
  const read = readRange(header, size)
  return read.want === 'ranges' ? read.ranges.map((r) => [r.first, r.last]) : read.want
}

describe('Range', () => {
  it('reads the three forms and cuts them to the file', () => {
    assert.deepEqual(one('bytes=0-9'), [[0, 9]])
    assert.deepEqual(one('bytes=90-'), [[90, 99]])
    assert.deepEqual(one('bytes=-10'), [[90, 99]])
    assert.deepEqual(one('bytes=90-1000'), [[90, 99]])
    assert.deepEqual(one('bytes=0-0, 50-59 ,-1'), [
      [0, 0],
      [50, 59],
      [99, 99],
    ])
    assert.deepEqual(one('bytes=-1000'), [[0, 99]])
    assert.deepEqual(one('bytes=0-9223372036854775808'), [[0, 99]])
  })
  it('H12: says when nothing of it is there', () => {
    for (const header of [
      'bytes=100-',
      'bytes=9223372036854775808-',
      'bytes=-0',
      'bytes=200-300,400-',
    ])
      assert.equal(one(header), 'nothing', header)
    assert.equal(one('bytes=0-0', 0), 'nothing')
  })
  it('H12: gives the whole file for a bad form, too many ranges, or more than the file', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => `${i}-${i}`).join(',')
    const few = Array.from({ length: MAX_RANGES + 1 }, (_, i) => `${i}-${i}`).join(',')
    for (const header of [
      '',
      'bytes=',
      'bytes=-',
      'bytes=5-1',
      'bytes=a-b',
      'lines=1-2',
      'bytes=--5',
    ])
      assert.equal(one(header), 'everything', header)
    for (const header of [`bytes=${many}`, `bytes=${few}`, 'bytes=0-,0-', 'bytes=0-60,40-99'])
      assert.equal(one(header), 'everything', header)
  })
})
