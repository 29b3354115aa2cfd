import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { addressOf, lineOf, shownNameOf, userNameOf } from './said-of-people.ts'

describe('what is said of people elsewhere', () => {
  it('is one line that can be shown', () => {
    assert.equal(lineOf('Zoë 李 O’Neil'), 'Zoë 李 O’Neil')
    const odd = ['', 'a\nb', 'a\0b', '\u{202e}ada', 'a\u2028b', '\ud800', 'x'.repeat(1025)]
    for (const one of [...odd, 7, null, ['ada'], { toString: () => 'ada' }])
      assert.equal(lineOf(one), null)
  })

  it('is a shown name of no more characters than are shown, each of them whole', () => {
    assert.equal(shownNameOf('😀'.repeat(200)), '😀'.repeat(128))
    assert.equal(shownNameOf('a\nb'), '')
  })

  it('can be a name or an address here, or not', () => {
    assert.equal(userNameOf(' ada '), 'ada')
    assert.equal(userNameOf('*)(uid=*'), null)
    assert.equal(addressOf('ada@example.org'), 'ada@example.org')
    for (const none of ['ada', '', null, 'a b@example.org']) assert.equal(addressOf(none), null)
  })
})
