import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CAUSE_WORDS, causeWords, isCause, type Cause } from './cause-words.ts'

const { en, fr } = CAUSE_WORDS
const causes = Object.keys(en) as Cause[]

describe('what the error doctor says', () => {
  it('is whole sentences, other ones in each language, for every cause', () => {
    assert.deepEqual(Object.keys(fr), causes)
    for (const cause of causes) {
      for (const { what, todo } of [en[cause], fr[cause]])
        for (const said of [what, todo]) assert.match(said, /^\p{Lu}.*[.)]$/su, cause)
      assert.notEqual(en[cause].what, fr[cause].what)
      assert.notEqual(en[cause].todo, fr[cause].todo)
    }
  })

  it('names each cause by other words than the others', () => {
    for (const words of [en, fr])
      assert.equal(new Set(Object.values(words).map(({ what }) => what)).size, causes.length)
  })

  it('is one text where there is no room for two', () => {
    assert.equal(causeWords('mailbox_full', 'en'), 'The mailbox is full. Its owner makes room.')
  })

  it('knows its causes by name, and nothing that every object has', () => {
    assert.ok(isCause('grant_over'))
    for (const none of ['', 'toString', '__proto__', 'GRANT_OVER']) assert.ok(!isCause(none))
  })
})
