import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { checkMainPassword, passwordMinimum } from './main-password.ts'

const whose = {
  name: 'ada.lovelace',
  displayName: 'Ada Lovelace',
  email: 'countess@analytical.example',
  host: 'files.example.org',
}

/** The fault, or the canonical form of a password that is taken. */
async function judged(typed: string, minimum = 15): Promise<string> {
  try {
    return (await checkMainPassword(new Secret(typed), { minimum, whose })).reveal()
  } catch (thrown) {
    assert.ok(thrown instanceof Problem && thrown.code === 'invalid')
    assert.equal(thrown.fields[0]?.field, 'password')
    return thrown.fields[0].fault
  }
}

describe('main password', () => {
  it('has 15 characters alone, and 8 where a second factor is in force', () => {
    assert.equal(passwordMinimum({ second_factor: 'off' }, 1), 15)
    assert.equal(passwordMinimum({ second_factor: 'offered' }, 0), 15)
    assert.equal(passwordMinimum({ second_factor: 'offered' }, 1), 8)
    assert.equal(passwordMinimum({ second_factor: 'required' }, 0), 8)
  })

  it('is counted in code points, whatever their kind', async () => {
    for (const typed of [
      'plumtractorsid3', // no upper case, no punctuation
      'ЗаводИзЧайника!',
      '🦔🪗🧦🛶🪁🧵🪑🛸🧊🪜🧮🪣🛟🪆🧨', // 15 code points, 60 bytes
      'q w z t k l 1 9', // spaces count and stay
    ])
      assert.equal(await judged(typed), typed)
    assert.equal(await judged('plumtractorsid'), 'too_short')
    assert.equal(await judged('🦔🪗🧦🛶🪁🧵🪑🛸🧊🪜🧮🪣🛟🪆'), 'too_short')
    assert.equal(await judged('tr4ctors', 8), 'tr4ctors')
    assert.equal(await judged('tr4ctor', 8), 'too_short')
  })

  it('is one password however it was composed, and counted as composed', async () => {
    const composed = 'réséda à l’orée'.normalize('NFC')
    assert.equal(await judged(composed.normalize('NFD')), composed)
    assert.equal(await judged('e\u0301'.repeat(14)), 'too_short') // 28 before, 14 after
  })

  it('has at most 256 bytes, and none is cut off', async () => {
    const long = 'wxz kpl tuv '.repeat(22).slice(0, 256)
    const shuffled = `quince ${long.slice(7)}`
    assert.equal((await judged(shuffled)).length, 256)
    assert.equal(await judged(`${shuffled}!`), 'too_long')
    assert.equal(await judged('ö'.repeat(129)), 'too_long')
  })

  it('has no control characters, and nothing that was no character', async () => {
    assert.equal(await judged('plum tractor\tsidewalk'), 'characters')
    assert.equal(await judged('plum tractor\u0000sidewalk'), 'characters')
    assert.equal(await judged('plum tractor\ud800sidewalk'), 'characters')
  })

  it('is not a common one: any case, with endings, repeated, or a run of keys', async () => {
    for (const typed of [
      'password',
      'PASSWORD',
      'Password1!',
      'Summer2026!',
      '!!dragon1987',
      'password12345678',
      'passwordpassword1',
      'password password',
      'ｐａｓｓｗｏｒｄ１２３４',
      'aaaaaaaaaaaaaaa',
      'abcabcabcabcabcab',
      '123456789012345',
      'a b c d e f g h',
      'abcdefghijklmnop',
      'qwertyuiopasdfgh',
      'azertyuiopqsdfgh',
      '9876543210987654',
      'iloveyou!!!!!!',
    ])
      assert.equal(await judged(typed, 8), 'common', typed)
  })

  it('takes what only contains a common word', async () => {
    for (const typed of ['dragon at the bus stop', 'my password is long and odd', 'horse staple 8'])
      assert.equal(await judged(typed, 8), typed)
  })

  it('is not made of the name, the address, the host or the product', async () => {
    for (const typed of [
      'ada.lovelace',
      'AdaLovelace2026',
      'Lovelace Ada !!',
      'countess@analytical.example',
      'analyticalcountess',
      'passerelle-2026',
      'files.example.org',
      'Passerelle files 1',
      'lovelacepassword',
      'Adá Lóvelace 99',
      'ada.2026',
      'ada12345',
    ])
      assert.equal(await judged(typed, 8), 'personal', typed)
    for (const typed of ['lovelace rides a tram', 'adaptors7', 'organism', 'examplary fish'])
      assert.equal(await judged(typed, 8), typed)
  })
})
