import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { systemEntropy } from '#base/clock.ts'
import { pages } from './pages.ts'

describe('pages', () => {
  it('that were not built are an error at start, which says what to do', () => {
    assert.throws(() => pages({ folder: '/nowhere', entropy: systemEntropy }), /npm run build/)
  })
})
