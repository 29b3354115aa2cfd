import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { conditionsOf, evaluate, ifRangeHolds } from './conditional.ts'

const AT = Date.UTC(2026, 4, 3, 10, 0, 0)
const DATE = 'Sun, 03 May 2026 10:00:00 GMT'
const BEFORE = 'Sun, 03 May 2026 09:59:59 GMT'
const file = { etag: '"a"', mtime: AT + 400 }
const check = (headers: Record<string, string>, now: typeof file | null, reading: boolean) =>
  evaluate(conditionsOf(headers), now, reading)

describe('Conditional requests', () => {
  it('If-Match compares strongly; * needs something to be there', () => {
    assert.equal(check({ 'if-match': '"b", "a"' }, file, false), 'go_on')
    assert.equal(check({ 'if-match': 'W/"a"' }, file, false), 412)
    assert.equal(check({ 'if-match': '"b"' }, file, false), 412)
    assert.equal(check({ 'if-match': '*' }, file, false), 'go_on')
    assert.equal(check({ 'if-match': '*' }, null, false), 412)
  })
  it('If-None-Match compares weakly: 304 for a reader, 412 for a writer', () => {
    assert.equal(check({ 'if-none-match': 'W/"a"' }, file, true), 304)
    assert.equal(check({ 'if-none-match': '"a"' }, file, false), 412)
    assert.equal(check({ 'if-none-match': '*' }, file, false), 412)
    assert.equal(check({ 'if-none-match': '*' }, null, false), 'go_on')
    assert.equal(check({ 'if-none-match': '"b"' }, file, true), 'go_on')
  })
  it('dates count in whole seconds, and only when no tag was sent', () => {
    assert.equal(check({ 'if-modified-since': DATE }, file, true), 304)
    assert.equal(check({ 'if-modified-since': BEFORE }, file, true), 'go_on')
    assert.equal(check({ 'if-modified-since': DATE }, file, false), 'go_on')
    assert.equal(check({ 'if-unmodified-since': DATE }, file, false), 'go_on')
    assert.equal(check({ 'if-unmodified-since': BEFORE }, file, false), 412)
    assert.equal(check({ 'if-modified-since': DATE, 'if-none-match': '"b"' }, file, true), 'go_on')
    assert.equal(check({ 'if-unmodified-since': 'yesterday' }, file, false), 'go_on')
  })
  it('If-Range wants exactly the present validator', () => {
    assert.equal(ifRangeHolds(undefined, file), true)
    assert.equal(ifRangeHolds('"a"', file), true)
    assert.equal(ifRangeHolds('W/"a"', file), false)
    assert.equal(ifRangeHolds(DATE, file), true)
    assert.equal(ifRangeHolds(BEFORE, file), false)
  })
})
