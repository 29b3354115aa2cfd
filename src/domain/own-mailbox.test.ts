import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { chosenMailbox, defaultMailbox, type OwnMailbox } from './own-mailbox.ts'

const anna = { userNameKey: 'anna', userEmailKey: 'anna@example.org' }
const box = (emailKey: string, isDefault = false): OwnMailbox => ({
  id: `${emailKey}#`,
  emailKey,
  isDefault,
})
const own = box('anna@example.org')
const info = box('info@example.org')
const sales = box('sales@example.org')
const marked = box('marked@example.org', true)

describe('the mailbox that a user name means', () => {
  it('is the one whose e-mail was typed', () => {
    for (const boxes of [[info], [marked, info], [info, own]])
      assert.deepEqual(chosenMailbox(boxes, 'info@example.org', anna), { id: info.id })
  })

  it("is that of one's own e-mail, when it was typed and there is one, default or not", () => {
    assert.deepEqual(chosenMailbox([marked, own], 'anna@example.org', anna), { id: own.id })
  })

  it("is the default one for one's own name or e-mail: marked, else the only one, else one's own", () => {
    for (const [boxes, id] of [
      [[info, marked], marked.id],
      [[own, marked], marked.id],
      [[info], info.id],
      [[info, own], own.id],
      [[info, sales], null],
      [[], null],
    ] as const) {
      assert.equal(defaultMailbox(boxes, anna.userEmailKey), id)
      const expected = id === null ? { refused: 'no_mailbox' } : { id }
      assert.deepEqual(chosenMailbox(boxes, 'anna', anna), expected)
      if (!boxes.some((one) => one === own))
        assert.deepEqual(chosenMailbox(boxes, 'anna@example.org', anna), expected)
    }
  })

  it("is none for a name that is neither one's own nor that of a mailbox one may use", () => {
    for (const boxes of [[], [own], [info, marked]])
      for (const typed of ['bert', 'bert@example.org', 'inf', ''])
        assert.deepEqual(chosenMailbox(boxes, typed, anna), { refused: 'wrong_user_name' })
  })
})
