import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CAUSES_EN } from './cause-words-en.ts'
import { CAUSES_FR } from './cause-words-fr.ts'
import { causeWords, isCause, type Cause } from './cause-words.ts'

describe('what the error doctor says', () => {
  it('is whole sentences, other ones in each language, for every cause', () => {
    const causes = Object.keys(CAUSES_EN) as Cause[]
    assert.deepEqual(Object.keys(CAUSES_FR), causes)
    for (const cause of causes) {
      const [en, fr] = [causeWords(cause, 'en'), causeWords(cause, 'fr')]
      for (const said of [en, fr]) assert.match(said, /^\p{Lu}.*[.)]$/su, cause)
      assert.notEqual(en, fr)
    }
    assert.equal(new Set(Object.values(CAUSES_EN)).size, causes.length)
    assert.equal(new Set(Object.values(CAUSES_FR)).size, causes.length)
  })

  it('knows its causes by name, and nothing that every object has', () => {
    assert.ok(isCause('grant_over'))
    for (const none of ['', 'toString', '__proto__', 'GRANT_OVER']) assert.ok(!isCause(none))
  })
})
