/** Rows A14 and A29: what anybody can send never takes keys away, nor has a provider asked for them without end. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, it } from 'node:test'
import { fixedClock, HOUR, MINUTE, SECOND } from '#base/clock.ts'
import { OutboundError, type Outbound } from '#vault/outbound.ts'
import { providerKeys } from '#vault/provider-keys.ts'

const JWKS = 'https://login.example.org/jwks'
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const KEYS = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one' }] }

function scene() {
  const clock = fixedClock('2026-11-20T12:00:00Z')
  const provider = { asked: 0, away: false, status: 200 }
  const outbound: Outbound = async () => {
    provider.asked++
    if (provider.away) throw new OutboundError('network', 'It does not answer.')
    return Response.json(KEYS, { status: provider.status })
  }
  const keysOf = providerKeys(outbound, clock)
  const kids = async (kid: string): Promise<(string | null)[] | 'away'> =>
    await keysOf(JWKS, kid).then(
      (keys) => keys.map((one) => one.kid),
      () => 'away' as const,
    )
  return { clock, provider, kids }
}

describe('keys of a provider', () => {
  it('A14: stay known when a token names another while the provider does not answer', async () => {
    const { clock, provider, kids } = scene()
    assert.deepEqual(await kids('one'), ['one'])
    for (const lack of [{ away: true }, { away: false, status: 500 }]) {
      Object.assign(provider, lack)
      clock.advance(2 * MINUTE)
      await kids('unknown')
      assert.deepEqual(await kids('one'), ['one'])
    }
    Object.assign(provider, { away: true })
    clock.advance(HOUR)
    assert.equal(
      await kids('one'),
      'away',
      'no longer than an hour: a key may have been taken back',
    )
  })

  it('A29: are asked for once in a while where the provider does not answer, whoever sends what', async () => {
    const { clock, provider, kids } = scene()
    provider.away = true
    for (let i = 0; i < 20; i++) assert.equal(await kids(`unknown-${i}`), 'away')
    assert.equal(provider.asked, 1)
    clock.advance(10 * SECOND)
    provider.away = true
    await Promise.all(Array.from({ length: 20 }, async (_, i) => await kids(`at-once-${i}`)))
    assert.equal(provider.asked, 2)
    provider.away = false
    clock.advance(10 * SECOND)
    assert.deepEqual(await kids('one'), ['one'])
    assert.equal(provider.asked, 3)
    clock.advance(2 * MINUTE)
    await Promise.all(Array.from({ length: 20 }, async (_, i) => await kids(`at-once-${i}`)))
    assert.equal(provider.asked, 4)
  })
})
