import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY, HOUR, MINUTE, SECOND, SKEW } from '#base/clock.ts'
import { REFRESH_LIMITS as limits } from './refresh-limits.ts'
import { SteadyClock } from './steady-clock.ts'
import {
  backOff,
  earlyFrom,
  earlyWithJitter,
  handedOutUntil,
  isEarly,
  keepAliveAt,
  refreshExpiry,
} from './token-times.ts'

const token = (life: number) => ({ received_at: 1_000_000, expires_at: 1_000_000 + life })

describe('the times of an access token', () => {
  it('a fifth of its life early, at least five minutes, never more than half', () => {
    assert.equal(earlyFrom(token(HOUR), limits), 1_000_000 + 48 * MINUTE)
    assert.equal(earlyFrom(token(20 * MINUTE), limits), 1_000_000 + 15 * MINUTE)
    assert.equal(earlyFrom(token(4 * MINUTE), limits), 1_000_000 + 2 * MINUTE)
  })

  it('chance makes it earlier, never later', () => {
    const [never, most] = [0, 1].map((chance) => earlyWithJitter(token(HOUR), limits, chance))
    assert.equal(never, earlyFrom(token(HOUR), limits))
    assert.equal(most, 1_000_000 + 42 * MINUTE)
    assert.ok(isEarly(token(HOUR), 1_000_000 + 42 * MINUTE, limits))
  })

  it('is not handed out in its last minute, or last tenth', () => {
    assert.equal(handedOutUntil(token(HOUR), 1_000_000, limits), 1_000_000 + 59 * MINUTE)
    assert.equal(handedOutUntil(token(MINUTE), 1_000_000, limits), 1_000_000 + 54 * SECOND)
  })

  it('V08: a token that was received in the future was written by a wrong clock, and is not used', () => {
    assert.equal(handedOutUntil(token(HOUR), 1_000_000 - SKEW - 1, limits), 0)
    assert.notEqual(handedOutUntil(token(HOUR), 1_000_000 - SKEW, limits), 0)
  })
})

describe('the times of a refresh token', () => {
  const provider = (idleDays: number | null, absoluteDays: number | null) => ({
    refreshToken: { idleDays, absoluteDays },
  })
  it('given by the provider, or modelled from use and first consent', () => {
    const account = { initialised_at: 0 }
    assert.deepEqual(refreshExpiry(5, 60, provider(90, 1), account), { at: 60_005, given: true })
    assert.deepEqual(refreshExpiry(5, null, provider(90, null), account), {
      at: 5 + 90 * DAY,
      given: false,
    })
    assert.deepEqual(refreshExpiry(5, null, provider(90, 7), account), {
      at: 7 * DAY,
      given: false,
    })
    assert.deepEqual(refreshExpiry(5, null, provider(null, null), account), {
      at: null,
      given: false,
    })
  })

  it('is kept alive weekly, or halfway to its end', () => {
    assert.equal(keepAliveAt(0, null, limits, 1), 7 * DAY)
    assert.equal(keepAliveAt(0, DAY, limits, 1), DAY / 2)
    assert.equal(keepAliveAt(0, null, limits, 0), Math.floor(6.3 * DAY))
  })
})

it('back-off doubles, has an end, and is spread', () => {
  assert.deepEqual(
    [1, 2, 3, 30].map((n) => backOff(n, 1000, 60_000, 0.5)),
    [1000, 2000, 4000, 60_000],
  )
  assert.deepEqual(
    [0, 1].map((chance) => backOff(1, 1000, 60_000, chance)),
    [500, 1500],
  )
})

describe('V08: the steady clock', () => {
  it('starts at the time of the store, and goes on with ticks alone', () => {
    let [ticks, asleep] = [500, 0]
    const clock = new SteadyClock(1_000_000, { now: () => ticks, asleep: () => asleep })
    assert.equal(clock.now(), 1_000_000)
    ticks += 90
    assert.equal(clock.now(), 1_000_090)
    asleep = HOUR // the machine was suspended; it counts once that was noticed
    clock.noticeSleep()
    assert.equal(clock.now(), 1_000_090 + HOUR)
  })
})
