import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { holds, readIf, submittedTokens } from './if-header.ts'

const now = { etag: '"v1"', tokens: new Set(['urn:uuid:a']) }
const check = (header: string): boolean | null =>
  readIf(header)?.some((list) => holds(list, now)) ?? null

describe('If', () => {
  it('holds when one list holds with all of its conditions (RFC 4918 §10.4.3)', () => {
    assert.equal(check('(<urn:uuid:a>)'), true)
    assert.equal(check('(<urn:uuid:b>)'), false)
    assert.equal(check('(<urn:uuid:b>) (<urn:uuid:a> ["v1"])'), true)
    assert.equal(check('(<urn:uuid:a> ["v2"])'), false)
    assert.equal(check('(Not <urn:uuid:b>)'), true)
    assert.equal(check('(Not <DAV:no-lock> ["v1"])'), true)
    assert.equal(check('(<DAV:no-lock>)'), false)
    assert.equal(check('(not<urn:uuid:a>)([W/"v1"])'), false)
  })
  it('keeps the resource of tagged lists', () => {
    const lists = readIf('<http://h/a> (<t:1>) (Not <t:2>) </b> (["x"])')
    assert.deepEqual(
      lists?.map((list) => list.resource),
      ['http://h/a', 'http://h/a', '/b'],
    )
    assert.deepEqual([...submittedTokens(lists)], ['t:1', 't:2'])
  })
  it('refuses every other form', () => {
    for (const header of [
      '',
      '()',
      '(',
      '<a>',
      '(<a>',
      '(<a>) x',
      '<a> <b> (<c>)',
      '(<a>) <b> (<c>)',
      '(["a)',
      '([a])',
      '(Not)',
      '(NotX<a>)',
      '(<a b>)',
      `(${'<a>'.repeat(1000)})`,
    ])
      assert.equal(check(header), null, header)
  })
})
