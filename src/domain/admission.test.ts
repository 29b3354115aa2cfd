import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createHash } from 'node:crypto'
import { DAY, fixedClock, SECOND, systemEntropy } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { admission, type Attempt, type Credential, type SignIn } from './admission.ts'
import { mintAppPassword } from './app-password.ts'
import { INITIAL_SETTINGS, type Settings } from './policy.ts'

const NOW = '2026-11-20T10:00:00Z'
const password = mintAppPassword(systemEntropy)
const hash = (secret: Secret): Buffer => createHash('sha256').update(secret.reveal()).digest()

function door(change: Partial<Credential> = {}, settings: Partial<Settings> = {}) {
  const clock = fixedClock(NOW)
  const looked: Buffer[] = []
  const recorded: [Attempt, SignIn][] = []
  const credential: Credential = {
    id: 'a1',
    name: 'rclone',
    userId: 'u1',
    userName: 'Anna',
    userNameKey: 'anna',
    userEmailKey: 'anna@example.org',
    userState: 'active',
    userHasSecondFactor: true,
    gateways: 'drive',
    networks: null,
    createdAt: clock.now(),
    expiresAt: clock.now() + 90 * DAY,
    revokedAt: null,
    lastUsedAt: null,
    ...change,
  }
  const admit = admission({
    hashesOf: (canonical) => [hash(canonical)],
    find: (found) => {
      looked.push(found)
      return found.equals(hash(password)) ? credential : null
    },
    settings: () => ({ ...INITIAL_SETTINGS, ...settings }),
    record: (attempt, signIn) => void recorded.push([attempt, signIn]),
    clock,
  })
  const ask = async (username: string, typed: string, ip = '10.1.2.3'): Promise<string> => {
    const attempt = {
      username,
      password: new Secret(typed),
      gateway: 'drive',
      ip,
      client: '',
    } as const
    const signIn = await admit(attempt)
    return signIn.ok ? `ok ${signIn.userName}` : signIn.reason
  }
  return { ask, clock, looked, recorded }
}

const right = password.reveal()

describe('admission', () => {
  it('lets the owner in, by name or e-mail, in any case and width', async () => {
    const { ask, recorded } = door()
    for (const name of ['Anna', 'ANNA', ' anna', '\uff41nna', 'Anna@Example.org'])
      assert.equal(await ask(name, right), 'ok Anna')
    assert.equal(recorded.length, 5)
  })

  it('refuses with its reason, each written down', async () => {
    const cases: [string, Partial<Credential>, Partial<Settings>][] = [
      ['revoked', { revokedAt: 1 }, {}],
      ['user_disabled', { userState: 'disabled' }, {}],
      ['user_disabled', { userState: 'invited' }, {}],
      ['gateway_not_allowed', { gateways: 'imap' }, {}],
      ['network_not_allowed', { networks: '192.168.0.0/16 2001:db8::/32' }, {}],
      [
        'second_factor_missing',
        { userHasSecondFactor: false },
        { app_passwords_need_second_factor: true },
      ],
      [
        'unused',
        { createdAt: Date.parse(NOW) - DAY },
        { app_credentials_unused_ttl: DAY / SECOND },
      ],
    ]
    for (const [reason, change, settings] of cases) {
      const { ask, recorded } = door(change, settings)
      assert.equal(await ask('anna', right), reason)
      assert.deepEqual(recorded[0]?.[1], { ok: false, reason })
    }
    assert.equal(await door().ask('bert', right), 'wrong_user_name')
    assert.equal(await door().ask('anna', mintAppPassword(systemEntropy).reveal()), 'unknown')
  })

  it('expires exactly at the second, with no clean-up involved', async () => {
    const { ask, clock } = door({ expiresAt: Date.parse(NOW) + SECOND })
    clock.advance(SECOND - 1)
    assert.equal(await ask('anna', right), 'ok Anna')
    clock.advance(1)
    assert.equal(await ask('anna', right), 'expired')
  })

  it('asks the database only for what is written like an application password', async () => {
    const { ask, looked } = door()
    const mistyped = (right[0] === 'a' ? 'b' : 'a') + right.slice(1)
    assert.equal(await ask('anna', 'Tr0ub4dor &3 and more'), 'not_an_app_password')
    assert.equal(await ask('anna', mistyped), 'mistyped')
    assert.equal(await ask('anna', ''), 'empty')
    assert.equal(await ask('', right), 'empty')
    assert.equal(looked.length, 0)
  })

  it('M16: refuses a user name with controls or without end before any look-up', async () => {
    const { ask, looked } = door()
    for (const name of ['a\r\nb', 'a\u0000', 'a\u0001', 'x'.repeat(65_536), 'a\u0085'])
      assert.equal(await ask(name, right), 'malformed')
    assert.equal(await ask('%00', right), 'wrong_user_name')
    assert.equal(looked.length, 1)
  })

  it('lets nobody in when the use cannot be written down', async () => {
    const admit = admission({
      hashesOf: (canonical) => [hash(canonical)],
      find: () => null,
      settings: () => INITIAL_SETTINGS,
      record: () => Promise.reject(new Problem('unavailable', 'The audit cannot be written.')),
      clock: fixedClock(NOW),
    })
    const attempt = { username: 'anna', password, gateway: 'drive', ip: '::1', client: '' } as const
    await assert.rejects(admit(attempt), { code: 'unavailable' })
  })
})
