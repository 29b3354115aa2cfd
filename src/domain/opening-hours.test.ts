import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { DAY, HOUR, MINUTE } from '#base/clock.ts'
import { DAYS, isOpen, OpeningHours } from './opening-hours.ts'

const at = (text: string): number => Date.parse(text)
/** Where it is open, of these moments. */
const open = (hours: OpeningHours, moments: readonly string[]): string[] =>
  moments.filter((one) => isOpen(hours, at(one)))
const taken = (hours: unknown): boolean => OpeningHours.safeParse(hours).success

describe('Opening hours', () => {
  it('are as the clock on the wall says, there where they are meant', () => {
    // 2026-11-20 is a Friday; Paris is an hour ahead of UTC then, Auckland thirteen.
    const week = ['Mon-Fri 08:00-18:00 Europe/Paris']
    assert.deepEqual(
      open(week, [
        '2026-11-20T06:59:59Z',
        '2026-11-20T07:00:00Z',
        '2026-11-20T16:59:59Z',
        '2026-11-20T17:00:00Z',
        '2026-11-21T10:00:00Z',
      ]),
      ['2026-11-20T07:00:00Z', '2026-11-20T16:59:59Z'],
    )
    assert.equal(isOpen(['Fri 08:00-18:00 Pacific/Auckland'], at('2026-11-19T20:00:00Z')), true)
    assert.equal(isOpen(['Fri 08:00-18:00 Pacific/Auckland'], at('2026-11-20T20:00:00Z')), false)
    assert.equal(isOpen(['Fri 05:30-06:00 Asia/Kolkata'], at('2026-11-20T00:00:00Z')), true)
  })

  it('follow the change of clocks: 08:00 stays 08:00', () => {
    const early = ['Mon-Sun 08:00-09:00 Europe/Paris']
    assert.equal(isOpen(early, at('2026-10-24T06:30:00Z')), true) // summer time
    assert.equal(isOpen(early, at('2026-10-25T06:30:00Z')), false)
    assert.equal(isOpen(early, at('2026-10-25T07:30:00Z')), true) // winter time
    // 02:30 comes twice in that night: both are open. It does not come at all in March.
    const night = ['Sun 02:15-02:45 Europe/Paris']
    const twice = ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-25T02:30:00Z']
    assert.deepEqual(open(night, twice), twice.slice(0, 2))
    assert.deepEqual(open(night, ['2026-03-29T00:30:00Z', '2026-03-29T01:30:00Z']), [])
  })

  it('go on past midnight into a day that is not named, also from Sunday to Monday', () => {
    const weekend = ['Sun 22:00-06:00 Europe/Paris']
    assert.deepEqual(
      open(weekend, [
        '2026-11-22T20:59:00Z',
        '2026-11-22T21:00:00Z',
        '2026-11-23T04:59:00Z',
        '2026-11-23T05:00:00Z',
        '2026-11-23T21:00:00Z',
        '2026-11-22T03:00:00Z',
      ]),
      ['2026-11-22T21:00:00Z', '2026-11-23T04:59:00Z'],
    )
  })

  it('are several, and always when there are none', () => {
    const two = ['Mon-Fri 08:00-12:00 UTC', 'Sat,Sun 10:00-11:00 UTC']
    const moments = ['2026-11-20T09:00:00Z', '2026-11-20T13:00:00Z', '2026-11-21T10:30:00Z']
    assert.deepEqual(open(two, moments), [moments[0], moments[2]])
    assert.deepEqual(open([], moments), moments)
  })

  it('of a whole day have no gap, and a span of days may turn around the week', () => {
    const always = ['Mon-Sun 00:00-24:00 Europe/Paris']
    const turned = ['Sat-Mon 00:00-24:00 UTC']
    for (let hour = 0; hour < 7 * 24; hour++) {
      const now = at('2026-11-20T00:00:00Z') + hour * HOUR
      assert.equal(isOpen(always, now), true)
      assert.equal(isOpen(turned, now), [0, 1, 6].includes(new Date(now).getUTCDay()))
    }
  })

  it('in UTC are what counting minutes says', () => {
    const clock = (minute: number): string =>
      [Math.floor(minute / 60), minute % 60].map((n) => String(n).padStart(2, '0')).join(':')
    const minute = fc.integer({ min: 0, max: 24 * 60 - 1 })
    const day = fc.integer({ min: 0, max: 6 })
    fc.assert(
      fc.property(
        fc.uniqueArray(day, { minLength: 1 }),
        minute,
        minute,
        day,
        minute,
        (...given) => {
          const [days, from, to, asked, now] = given
          fc.pre(from !== to)
          const names = days.map((one) => DAYS[one]).join()
          const monday = at('2026-11-16T00:00:00Z')
          const inside = (day: number, minutes: number): boolean =>
            days.includes((day + 7) % 7) &&
            minutes >= from &&
            minutes < (to > from ? to : to + 1440)
          assert.equal(
            isOpen(
              [`${names} ${clock(from)}-${clock(to)} UTC`],
              monday + asked * DAY + now * MINUTE,
            ),
            inside(asked, now) || inside(asked - 1, now + 1440),
          )
        },
      ),
    )
  })

  it('are refused where nobody could say what is meant', () => {
    for (const good of [[], ['Mon 08:00-18:00 UTC'], ['Mon-Fri,Sun 22:00-06:00 Europe/Paris']])
      assert.equal(taken(good), true, String(good))
    for (const bad of [
      'Mon 08:00-18:00',
      'Mon 8:00-18:00 UTC',
      'Mon 08:00-25:00 UTC',
      'Mon 24:00-08:00 UTC',
      'Mon 08:00-08:00 UTC',
      'Mon 08:00-18:60 UTC',
      'mon 08:00-18:00 UTC',
      'Mon-Tue-Wed 08:00-18:00 UTC',
      'Mon, 08:00-18:00 UTC',
      'Lundi 08:00-18:00 UTC',
      'Mon 08:00-18:00 Europe/Atlantis',
      'Mon 08:00-18:00 UTC ',
      '',
    ])
      assert.equal(taken([bad]), false, bad)
    assert.equal(taken(['Mon 08:00-18:00 UTC', 'Tue 08:00-18:00 Europe/Paris']), false)
    assert.equal(taken(Array.from({ length: 22 }, () => 'Mon 08:00-18:00 UTC')), false)
  })
})
