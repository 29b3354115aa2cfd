import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Problem } from '#base/problem.ts'
import {
  checkSettings,
  decidedBy,
  INITIAL_SETTINGS,
  LEVEL_NAMES,
  NOBODY,
  policyFor,
  readDecided,
  SETTING_NAMES,
  SETTINGS,
  usualTtl,
  type Decided,
  type Governed,
  type Levels,
  type SettingName,
} from './policy.ts'

/** Levels in which these groups, in this order, decide something. */
const levels = (...groups: readonly (readonly [string, Decided])[]): Levels => ({
  everybody: { ...INITIAL_SETTINGS, second_factor: 'off' },
  groups: new Map(groups),
})
const member = (...groupIds: string[]): Governed => ({ groupIds, own: {} })

const OFFERED: Decided = { second_factor: 'offered' }
const REQUIRED: Decided = { second_factor: 'required' }

describe('Policy at three levels', () => {
  it('is what is decided for everybody, where nobody else decides', () => {
    assert.equal(policyFor(levels(), NOBODY).second_factor, 'off')
    assert.equal(policyFor(levels(['a', OFFERED]), NOBODY).second_factor, 'off')
    assert.equal(policyFor(levels(['a', OFFERED]), member('b')).second_factor, 'off')
  })

  it('is decided by the nearest: a group before everybody, a person before the groups', () => {
    const all = levels(['a', OFFERED])
    assert.equal(policyFor(all, member('a')).second_factor, 'offered')
    const own = { groupIds: ['a'], own: REQUIRED }
    assert.equal(policyFor(all, own).second_factor, 'required')
    assert.equal(policyFor(all, { groupIds: [], own: REQUIRED }).second_factor, 'required')
  })

  it('of two groups that both decide, is that of the one that stands first', () => {
    const both = levels(['first', OFFERED], ['second', REQUIRED])
    for (const groupIds of [
      ['first', 'second'],
      ['second', 'first'],
    ])
      assert.equal(policyFor(both, { groupIds, own: {} }).second_factor, 'offered')
    const turned = levels(['second', REQUIRED], ['first', OFFERED])
    assert.equal(policyFor(turned, member('first', 'second')).second_factor, 'required')
  })

  it('is found setting by setting: each level leaves to the next what it does not decide', () => {
    const all = levels(
      ['a', { session_idle: 900 }],
      ['b', { session_idle: 600, session_max: 3600 }],
    )
    const found = policyFor(all, { groupIds: ['a', 'b'], own: REQUIRED })
    assert.deepEqual(
      [found.session_idle, found.session_max, found.second_factor, found.app_credentials_ttl],
      [900, 3600, 'required', INITIAL_SETTINGS.app_credentials_ttl],
    )
    assert.deepEqual(decidedBy(all, { groupIds: ['a', 'b'], own: REQUIRED }).session_max, {
      level: 'group',
      groupId: 'b',
    })
  })

  it('makes no object where no other level decides anything', () => {
    const all = levels(['a', OFFERED])
    assert.equal(policyFor(all, member('b')), all.everybody)
  })

  it('changes nothing of what it reads', () => {
    const all = levels(['a', Object.freeze({ ...OFFERED })])
    Object.freeze(all.everybody)
    policyFor(all, { groupIds: ['a'], own: Object.freeze({ ...REQUIRED }) })
    assert.equal(all.everybody.second_factor, 'off')
  })
})

/** Values of each setting that its schema takes. */
const VALUES: { readonly [name in SettingName]?: readonly unknown[] } = {
  app_passwords: ['allowed', 'forbidden'],
  app_credentials_ttl: [3600, 7200],
  gateways_allowed: [[], ['drive'], ['imap', 'smtp']],
  gateway_networks: [[], ['10.0.0.0/8']],
  gateway_hours: [[], ['Mon-Fri 08:00-18:00 Europe/Paris']],
  second_factor: ['off', 'offered', 'required'],
  second_factor_kinds: [['totp'], ['webauthn', 'email']],
  passkey_sign_in: [true, false],
}
const decided: fc.Arbitrary<Decided> = fc.record(
  Object.fromEntries(
    Object.entries(VALUES).map(([name, values]) => [name, fc.constantFrom(...values)]),
  ),
  { requiredKeys: [], noNullPrototype: true },
)
const ids = ['a', 'b', 'c', 'd']
const anyLevels = fc
  .tuple(fc.shuffledSubarray(ids), fc.array(decided, { minLength: 4, maxLength: 4 }), decided)
  .map(([order, each, everybody]) => ({
    everybody: { ...INITIAL_SETTINGS, ...everybody },
    groups: new Map(order.map((id, i) => [id, each[i]!])),
  }))
const anybody = fc.record({ groupIds: fc.shuffledSubarray(ids), own: decided })

describe('Policy at three levels, whatever is decided', () => {
  it('is the value of the level that is said to decide, and no nearer level decides', () => {
    fc.assert(
      fc.property(anyLevels, anybody, (all, who) => {
        const [policy, by] = [policyFor(all, who), decidedBy(all, who)]
        for (const name of SETTING_NAMES) {
          const nearer = [
            { level: 'person' as const, value: who.own[name] },
            ...[...all.groups]
              .filter(([id]) => who.groupIds.includes(id))
              .map(([groupId, one]) => ({ level: 'group' as const, groupId, value: one[name] })),
            { level: 'everybody' as const, value: all.everybody[name] },
          ]
          const { value, ...level } = nearer.find((one) => one.value !== undefined)!
          assert.deepEqual(policy[name], value)
          assert.deepEqual(by[name], level)
        }
      }),
    )
  })

  it('does not depend on the order in which a person is in groups', () => {
    fc.assert(
      fc.property(anyLevels, anybody, (all, who) =>
        assert.deepEqual(
          policyFor(all, who),
          policyFor(all, { ...who, groupIds: who.groupIds.toReversed() }),
        ),
      ),
    )
  })

  it('of somebody in a further group differs only in what that group decides', () => {
    fc.assert(
      fc.property(anyLevels, anybody, fc.constantFrom(...ids), (all, who, joined) => {
        const before = policyFor(all, who)
        const after = policyFor(all, { ...who, groupIds: [...new Set([...who.groupIds, joined])] })
        for (const name of SETTING_NAMES)
          if (all.groups.get(joined)?.[name] === undefined)
            assert.deepEqual(after[name], before[name])
      }),
    )
  })

  it('is read back as it was stored', () => {
    fc.assert(
      fc.property(decided, (one) =>
        assert.deepEqual(readDecided(JSON.parse(JSON.stringify(one)) as Decided), one),
      ),
    )
  })
})

describe('What a group or a person decides', () => {
  it('is left to the level behind where it no longer fits, or is for everybody only', () => {
    assert.deepEqual(
      readDecided({
        second_factor: 'sometimes',
        session_idle: 600,
        drive_quota: 5,
        gateway_hours: ['Mon 08:00-18:00 Europe/Atlantis'],
        unheard_of: 1,
      }),
      { session_idle: 600 },
    )
    assert.equal(LEVEL_NAMES.includes('drive_quota'), false)
  })
})

describe('Settings', () => {
  it('take what they are at first, and agree with each other then', () => {
    for (const name of SETTING_NAMES)
      assert.deepEqual(SETTINGS[name].schema.parse(SETTINGS[name].initial), SETTINGS[name].initial)
    checkSettings(INITIAL_SETTINGS)
  })

  it('that contradict each other are refused at the field that has to change', () => {
    for (const [field, fault, change] of [
      ['app_credentials_ttl_min', 'above_max', { app_credentials_ttl_min: 366 * 86_400 }],
      ['app_credentials_ttl', 'below_min', { app_credentials_ttl: 3600 }],
      ['app_credentials_ttl', 'above_max', { app_credentials_ttl: 366 * 86_400 }],
      ['session_idle', 'above_max', { session_max: 1800 }],
    ] as const)
      assert.throws(
        () => checkSettings({ ...INITIAL_SETTINGS, ...change }),
        (thrown: Problem) => {
          assert.deepEqual(thrown.fields, [{ field, fault }])
          return true
        },
      )
  })

  it('of lists take each entry once, and only what is there', () => {
    for (const [name, value] of [
      ['gateways_allowed', ['imap', 'imap']],
      ['gateways_allowed', ['gopher']],
      ['gateway_networks', ['10.0.0.0/33']],
      ['gateway_networks', ['10.0.0.0/8', '10.0.0.0/8']],
      ['second_factor_kinds', []],
    ] as const)
      assert.equal(SETTINGS[name].schema.safeParse(value).success, false, String(value))
  })

  it('decided at several levels: the usual validity is within both bounds, the longest counts most', () => {
    const bounds = { app_credentials_ttl_min: 100, app_credentials_ttl_max: 200 }
    assert.equal(usualTtl({ ...bounds, app_credentials_ttl: 150 }), 150)
    assert.equal(usualTtl({ ...bounds, app_credentials_ttl: 50 }), 100)
    assert.equal(usualTtl({ ...bounds, app_credentials_ttl: 250 }), 200)
    assert.equal(usualTtl({ ...bounds, app_credentials_ttl_min: 300, app_credentials_ttl: 1 }), 200)
  })
})
