import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { anyOf, escapeFilterValue, filterFor, filterForAnybody } from './filter.ts'

describe('a filter of what was typed', () => {
  it('has nothing of it that could end or change the filter', () => {
    assert.equal(escapeFilterValue('*)(uid=*'), '\\2a\\29\\28uid=\\2a')
    assert.equal(escapeFilterValue('\\2a'), '\\5c2a')
    assert.equal(escapeFilterValue('a\0b'), 'a\\00b')
    assert.equal(escapeFilterValue('Zoë , + " < > ; # ='), 'Zoë , + " < > ; # =')
  })

  it('has the name wherever the template has it, also one that looks like a replacement', () => {
    assert.equal(filterFor('(|(uid={name})(mail={name}))', "$&$'"), "(|(uid=$&$')(mail=$&$'))")
  })

  it('without a name finds whoever could be found', () => {
    const template = '(&(a=b)(|(uid={name})(mail={name}@example.org))(memberOf=cn=x,dc=y))'
    const anybody = '(&(a=b)(|(uid=*)(mail=*))(memberOf=cn=x,dc=y))'
    assert.equal(filterForAnybody(template), anybody)
  })

  it('without a name has none left, with a rule of matching neither', () => {
    assert.equal(filterForAnybody('(cn:caseExactMatch:={name})'), '(cn=*)')
    assert.equal(filterForAnybody('(cn~={name})'), '(cn=*)')
  })

  it('can be one of several', () => {
    assert.equal(anyOf(['(a=1)']), '(a=1)')
    assert.equal(anyOf(['(a=1)', '(b=2)']), '(|(a=1)(b=2))')
  })
})
