import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { fixedClock } from '#base/clock.ts'
import {
  addUser,
  current,
  identityOn,
  newBrowser,
  setUpTotp,
  tryPassword,
} from '../../../test/support/identity.ts'
import { forEachStore } from '../../../test/support/stores.ts'
import { beginTotp, canonicalCode } from './totp.ts'

const NOON = '2026-11-20T12:00:00Z'

describe('code of an authenticator app', () => {
  it('is six digits, with spaces and dashes or without', () => {
    for (const typed of [
      '123456',
      ' 123 456 ',
      '123-456',
      '1 2 3 4 5 6',
      '123\u00a0456',
      '１２３４５６',
    ])
      assert.equal(canonicalCode(typed), '123456', typed)
    for (const typed of [
      '',
      '12345',
      '1234567',
      '12345a',
      '+12345',
      '1e5',
      '0x1234',
      '123456\u0000',
      '½23456',
    ])
      assert.equal(canonicalCode(typed), null, typed)
  })

  it('is the same number in the digits of every script', () => {
    const zeros: number[] = []
    for (let at = 0; at <= 0x10ffff; at++)
      if (
        /\p{Nd}/u.test(String.fromCodePoint(at)) &&
        !/\p{Nd}/u.test(String.fromCodePoint(at - (at ? 1 : 0)))
      )
        zeros.push(at)
    assert.ok(zeros.length > 60)
    for (const zero of zeros) {
      const typed = [0, 1, 2, 7, 8, 9].map((digit) => String.fromCodePoint(zero + digit)).join('')
      assert.equal(canonicalCode(typed), '012789', zero.toString(16))
    }
  })

  it('never half-succeeds, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 64 }), (typed) => {
        const code = canonicalCode(typed)
        assert.ok(code === null || /^[0-9]{6}$/.test(code))
      }),
    )
  })
})

describe('setting up an authenticator app', () => {
  forEachStore((_, open) => {
    it('gives the key once, for the eye and for the camera; the store has it sealed', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      await addUser(needs, 'ada')
      const browser = newBrowser()
      await tryPassword(needs, browser, 'ada')
      const { id, secret, uri } = await beginTotp(needs, await current(needs, browser), ' Phone ')
      assert.match(secret.reveal(), /^[A-Z2-7]{32}$/)
      const url = new URL(uri.reveal())
      assert.equal(decodeURIComponent(url.pathname), '/Passerelle:ada')
      assert.deepEqual(Object.fromEntries(url.searchParams), {
        issuer: 'Passerelle',
        secret: secret.reveal(),
        algorithm: 'SHA1',
        digits: '6',
        period: '30',
      })
      const rows = await store.db.selectFrom('second_factor').selectAll().execute()
      assert.deepEqual([rows.length, rows[0]?.id, rows[0]?.name], [1, id, 'Phone'])
      const sealed = Buffer.from(rows[0]!.secret)
      assert.equal(sealed.includes(secret.reveal()), false)
      assert.equal(sealed.length > 20 + 28, true)
    })

    it('forgets a set-up that was not ended, and has room for five', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      await addUser(needs, 'ada')
      const browser = newBrowser()
      await tryPassword(needs, browser, 'ada')
      for (let i = 0; i < 3; i++) await beginTotp(needs, await current(needs, browser), undefined)
      for (let i = 0; i < 5; i++) await setUpTotp(needs, browser)
      const rows = await store.db.selectFrom('second_factor').selectAll().execute()
      assert.equal(rows.length, 5)
      await assert.rejects(beginTotp(needs, await current(needs, browser), undefined), {
        code: 'conflict',
      })
    })

    it('is refused where policy has switched it off, and for a name that is none', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const off = identityOn(store, { clock, settings: { second_factor: 'off' } })
      await addUser(off, 'ada')
      const browser = newBrowser()
      await tryPassword(off, browser, 'ada')
      await assert.rejects(beginTotp(off, await current(off, browser), undefined), {
        code: 'conflict',
      })
      const on = identityOn(store, { clock })
      for (const name of ['', ' ', 'x'.repeat(65), 'a\u0007b'])
        await assert.rejects(beginTotp(on, await current(on, browser), name), { code: 'invalid' })
    })
  })
})
