import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { duration, durationUnit, isolated, relative, size, sizeUnit, unitWord } from './moments.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const NOW = Date.parse('2026-11-20T12:00:00Z')

describe('A time', () => {
  it('is relative in both languages, past and future', () => {
    for (const [away, en, fr] of [
      [0, 'now', 'maintenant'],
      [-59 * SECOND, 'now', 'maintenant'],
      [-5 * MINUTE, '5 minutes ago', 'il y a 5 minutes'],
      [2 * HOUR, 'in 2 hours', 'dans 2 heures'],
      [-DAY, 'yesterday', 'hier'],
      [400 * DAY, 'in 13 months', 'dans 13 mois'],
      [800 * DAY, 'in 2 years', 'dans 2 ans'],
    ] as const) {
      assert.equal(relative(NOW + away, NOW, 'en'), en)
      assert.equal(relative(NOW + away, NOW, 'fr'), fr)
    }
  })

  it('says 90 days for 90 days, and for a moment less', () => {
    assert.equal(relative(NOW + 90 * DAY, NOW, 'en'), 'in 90 days')
    assert.equal(relative(NOW + 90 * DAY - MINUTE, NOW, 'en'), 'in 90 days')
  })
})

describe('A duration', () => {
  it('is shown in the largest unit in which it is whole', () => {
    for (const [seconds, unit, words] of [
      [7_776_000, 'day', '90 days'],
      [86_400, 'day', '1 day'],
      [5_400, 'minute', '90 minutes'],
      [3_600, 'hour', '1 hour'],
      [61, 'second', '61 seconds'],
      [0, 'day', '0 days'],
    ] as const) {
      assert.equal(durationUnit(seconds), unit)
      assert.equal(duration(seconds, 'en'), words)
    }
  })

  it('names its unit as the number asks', () => {
    assert.equal(unitWord('day', 1, 'fr'), 'jour')
    assert.equal(unitWord('day', 30, 'fr'), 'jours')
  })
})

describe('A size', () => {
  it('is short, in powers of ten', () => {
    assert.equal(size(0, 'en'), '0 kB')
    assert.equal(size(875, 'en'), '0.9 kB')
    assert.equal(size(1_250_000, 'en'), '1.3 MB')
    assert.equal(size(5e9, 'fr').replaceAll(/\s/gu, ' '), '5 Go')
  })

  it('is entered in the largest unit in which it is whole', () => {
    assert.equal(sizeUnit(5e9), 'gigabyte')
    assert.equal(sizeUnit(1500), 'byte')
    assert.equal(sizeUnit(0), 'gigabyte')
  })
})

describe('A name in a text', () => {
  it('stands between isolates, so that it turns nothing but itself around', () => {
    assert.equal(isolated('\u202egnp.exe'), '\u2068\u202egnp.exe\u2069')
  })
})
