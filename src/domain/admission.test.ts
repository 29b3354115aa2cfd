import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createHash } from 'node:crypto'
import { DAY, fixedClock, SECOND, systemEntropy } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import {
  admission,
  type Attempt,
  type Credential,
  type SignIn,
  passes,
  REFUSALS,
  type Refusal,
} from './admission.ts'
import { GATEWAYS, MAIL_GATEWAYS, mintAppPassword, type Gateway } from './app-password.ts'
import type { IdentityState } from './identity-provider.ts'
import type { OpeningHours } from './opening-hours.ts'
import type { OwnMailbox } from './own-mailbox.ts'
import { levelsOf } from '../../test/support/levels.ts'
import type { Settings } from './policy.ts'

const NOW = '2026-11-20T10:00:00Z'
const password = mintAppPassword(systemEntropy)
const hash = (secret: Secret): Buffer => createHash('sha256').update(secret.reveal()).digest()

function door(
  change: Partial<Credential> = {},
  settings: Partial<Settings> = {},
  mailboxes: readonly OwnMailbox[] = [],
) {
  const clock = fixedClock(NOW)
  const looked: Buffer[] = []
  const mailboxesAsked: [string, string][] = []
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
    frozenAt: null,
    lastUsedAt: null,
    userSource: 'local',
    liveness: null,
    groupIds: [],
    own: {},
    ...change,
  }
  const admit = admission({
    hashesOf: (canonical) => [hash(canonical)],
    find: (found) => {
      looked.push(found)
      return found.equals(hash(password)) ? credential : null
    },
    mailboxes: (...asked) => {
      mailboxesAsked.push(asked)
      return mailboxes
    },
    levels: () => levelsOf(settings),
    record: (attempt, signIn) => void recorded.push([attempt, signIn]),
    clock,
  })
  const signIn = async (username: string, typed: string, gateway: Gateway): Promise<SignIn> =>
    await admit({ username, password: new Secret(typed), gateway, ip: '10.1.2.3', client: '' })
  const ask = async (
    username: string,
    typed: string,
    gateway: Gateway = 'drive',
  ): Promise<string> => {
    const said = await signIn(username, typed, gateway)
    return said.ok ? `ok ${said.userName}` : said.reason
  }
  return { ask, signIn, clock, looked, mailboxesAsked, recorded }
}

const right = password.reveal()

/** A person from outside who is known to be alive for so long. */
const from = (state: IdentityState, forMs: number): Partial<Credential> => ({
  userSource: 'p1',
  liveness: { state, aliveUntil: Date.parse(NOW) + forMs },
})
/** NOW is a Friday. */
const MONDAYS: OpeningHours = ['Mon 00:00-24:00 Europe/Paris']

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
      ['frozen', { frozenAt: 1 }, {}],
      ['identity_frozen', { userSource: 'p1' }, {}],
      ['identity_frozen', from('frozen', DAY), {}],
      ['identity_unconfirmed', from('alive', 0), {}],
      ['app_passwords_forbidden', {}, { app_passwords: 'forbidden' }],
      ['app_passwords_forbidden', { own: { app_passwords: 'forbidden' } }, {}],
      ['gateway_closed', {}, { gateways_allowed: ['imap'] }],
      ['policy_network', {}, { gateway_networks: ['192.168.0.0/16'] }],
      ['policy_hours', {}, { gateway_hours: MONDAYS }],
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

  it('calls an outage only what ends without anything that the person does', () => {
    const temporary = (Object.keys(REFUSALS) as Refusal[]).filter((reason) => passes(reason))
    assert.deepEqual(temporary, ['identity_unconfirmed', 'policy_hours'])
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
      mailboxes: () => [],
      levels: levelsOf,
      record: () => Promise.reject(new Problem('unavailable', 'The audit cannot be written.')),
      clock: fixedClock(NOW),
    })
    const attempt = { username: 'anna', password, gateway: 'drive', ip: '::1', client: '' } as const
    await assert.rejects(admit(attempt), { code: 'unavailable' })
  })
})

describe('admission at every gateway', () => {
  const all = GATEWAYS.join(' ')
  const mailbox = { id: 'm1', emailKey: 'info@example.org', isDefault: false }

  it('lets the owner in where the password opens the gateway, and nowhere else', async () => {
    for (const gateway of GATEWAYS) {
      assert.equal(
        await door({ gateways: gateway }, {}, [mailbox]).ask('anna', right, gateway),
        'ok Anna',
      )
      const others = GATEWAYS.filter((one) => one !== gateway).join(' ')
      const shut = door({ gateways: others }, {}, [mailbox])
      assert.equal(await shut.ask('anna', right, gateway), 'gateway_not_allowed')
    }
  })

  it('says which mailbox it is at mail gateways, and none at the drive', async () => {
    for (const gateway of GATEWAYS)
      for (const name of ['anna', 'Anna@Example.org']) {
        const { signIn } = door({ gateways: all }, {}, [mailbox])
        const said = await signIn(name, right, gateway)
        assert.equal(said.ok && said.mailAccountId, gateway === 'drive' ? null : 'm1')
      }
  })

  it('takes the e-mail of a mailbox of theirs at mail gateways only', async () => {
    const { ask, mailboxesAsked } = door({ gateways: all }, {}, [mailbox])
    for (const gateway of MAIL_GATEWAYS)
      assert.equal(await ask(' INFO@example.org', right, gateway), 'ok Anna')
    assert.deepEqual(
      mailboxesAsked,
      MAIL_GATEWAYS.map(() => ['u1', 'info@example.org']),
    )
    assert.equal(await ask('info@example.org', right, 'drive'), 'wrong_user_name')
    assert.equal(mailboxesAsked.length, MAIL_GATEWAYS.length)
  })

  it('refuses who has no mailbox, or one of several and named none of them', async () => {
    const several = [mailbox, { ...mailbox, id: 'm2', emailKey: 'sales@example.org' }]
    for (const boxes of [[], several])
      for (const gateway of MAIL_GATEWAYS) {
        const { ask } = door({ gateways: all }, {}, boxes)
        assert.equal(await ask('anna', right, gateway), 'no_mailbox')
        assert.equal(await ask('bert@example.org', right, gateway), 'wrong_user_name')
      }
  })

  it('names a dead password as dead, whatever is the matter with the mailbox', async () => {
    const { ask } = door({ gateways: all, revokedAt: 1 })
    assert.equal(await ask('anna', right, 'imap'), 'revoked')
    const typed = door({ gateways: all, revokedAt: 1 }, {}, [mailbox])
    assert.equal(await typed.ask('info@example.org', right, 'imap'), 'revoked')
  })

  it('M16: refuses a user name with controls or without end before any look-up, at each', async () => {
    for (const gateway of GATEWAYS) {
      const { ask, looked, mailboxesAsked } = door({ gateways: all }, {}, [mailbox])
      for (const name of ['a\r\nb', 'a\u0000', 'info@example.org\u0001', 'x'.repeat(65_536)])
        assert.equal(await ask(name, right, gateway), 'malformed')
      assert.deepEqual([looked.length, mailboxesAsked.length], [0, 0])
    }
  })

  it('looks for mailboxes only after the password was found', async () => {
    const { ask, mailboxesAsked } = door({ gateways: all }, {}, [mailbox])
    for (const typed of [mintAppPassword(systemEntropy).reveal(), 'Tr0ub4dor &3', '', 'x'])
      assert.notEqual(await ask('info@example.org', typed, 'imap'), 'ok Anna')
    assert.deepEqual(mailboxesAsked, [])
  })
})
