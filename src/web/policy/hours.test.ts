import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readHours, spanText, writeHours } from './hours.ts'

describe('Opening hours on the pages', () => {
  it('are read and written as the API has them', () => {
    for (const texts of [
      [],
      ['Mon-Fri 08:00-18:00 Europe/Paris'],
      ['Mon,Wed-Fri 08:00-12:00 UTC', 'Sat-Sun 22:00-24:00 UTC'],
      ['Mon-Sun 00:00-24:00 America/New_York'],
    ])
      assert.deepEqual(writeHours(readHours(texts)), texts)
  })

  it('turn around the end of a week', () => {
    assert.deepEqual(readHours(['Fri-Mon 08:00-09:00 UTC'])[0]?.days, [0, 4, 5, 6])
  })

  it('are said in both languages', () => {
    const [span] = readHours(['Mon-Wed,Sat 08:00-18:00 Europe/Paris'])
    assert.equal(spanText(span!, 'en'), 'Mon–Wed, Sat 08:00–18:00')
    assert.equal(spanText(span!, 'fr'), 'lun.–mer., sam. 08:00–18:00')
  })
})
