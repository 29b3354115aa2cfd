/**
 * Policy at use: each setting at each gateway, on the node where it was changed and on another, for
 * who signs in and for what is open already.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { Metrics } from '#api/metrics.ts'
import { openLive } from '#app/live.ts'
import { DAY, MINUTE, SECOND, systemEntropy } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { CurrentPolicy } from '#changes/current-policy.ts'
import { addToGroup, createGroup } from '#changes/groups.ts'
import { changePolicy, type Decisions } from '#changes/policy.ts'
import { changeSettings } from '#changes/settings.ts'
import { admission, type Refusal } from '#domain/admission.ts'
import { GATEWAYS, isMailGateway, mintAppPassword, type Gateway } from '#domain/app-password.ts'
import { INITIAL_SETTINGS } from '#domain/policy.ts'
import { callerOf } from '../support/change-bench.ts'
import { liveScene } from '../support/live-scene.ts'
import { until } from '../support/mail-story.ts'
import { newId, userRow } from '../support/rows.ts'
import { forEachStore, type Open } from '../support/stores.ts'

const IP = '203.0.113.7'

/** Each decision that closes a gateway, and the word for it. It is Friday, 12:00 UTC. */
const CLOSING: readonly (readonly [Refusal, (gateway: Gateway) => Decisions])[] = [
  ['app_passwords_forbidden', () => ({ app_passwords: 'forbidden' })],
  ['second_factor_missing', () => ({ app_passwords_need_second_factor: true })],
  ['unused', () => ({ app_credentials_unused_ttl: DAY / SECOND })],
  [
    'gateway_closed',
    (gateway) => ({ gateways_allowed: GATEWAYS.filter((one) => one !== gateway) }),
  ],
  ['policy_network', () => ({ gateway_networks: ['10.0.0.0/8', '2001:db8::/32'] })],
  ['policy_hours', () => ({ gateway_hours: ['Mon-Thu 00:00-24:00 UTC'] })],
]

const LEVELS = ['everybody', 'group', 'person'] as const

async function scene(open: Open) {
  const opened = new AsyncDisposableStack()
  const s = opened.use(await liveScene(open))
  const { store, clock } = s
  const needs = { store, clock, newId, entropy: systemEntropy }
  const root = userRow('root', { role: 'administrator' })
  await store.tables.users.insert(root)
  const admin = callerOf(root)
  const group = await createGroup(needs, admin, 'Sales')
  await addToGroup(needs, admin, group.id, s.ada.id)
  // It is older than what is not used for a day, and was never used.
  clock.advance(7 * DAY)

  const node = async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'passerelle-'))
    opened.defer(() => rm(dataDir, { recursive: true, force: true }))
    const policy = new CurrentPolicy(store.tables, clock)
    const ground = { ...needs, policy, log: silentLog, config: { dataDir } }
    const { connections, rounds, ...live } = await openLive(ground, new Metrics(), [])
    opened.defer(() => live[Symbol.asyncDispose]())
    await rounds.find(({ name }) => name === 'node')!.run()
    const admit = admission({
      hashesOf: () => [Buffer.from(s.password.hash)],
      find: (hash) => store.credentials.find(hash),
      mailboxes: (userId, typed) => store.credentials.mailboxes(userId, typed),
      levels: () => policy.levels(),
      record: () => {},
      clock,
    })
    const signIn = async (gateway: Gateway): Promise<string> => {
      const username = isMailGateway(gateway) ? s.account.email : s.ada.name
      const password = mintAppPassword(systemEntropy)
      const said = await admit({ username, password, gateway, ip: IP, client: '' })
      return said.ok ? 'ok' : said.reason
    }
    const opens = (gateway: Gateway): string => {
      const client = newId()
      const accountId = isMailGateway(gateway) ? s.account.id : null
      connections.open(s.connection(client, { gateway, accountId, ip: IP }))
      return client
    }
    return { policy, connections, signIn, opens }
  }
  const decide = async (
    { policy }: { policy: CurrentPolicy },
    level: (typeof LEVELS)[number],
    wanted: Decisions,
  ): Promise<void> => {
    if (level === 'everybody') {
      await changeSettings(needs, admin, wanted as never)
      policy.changed()
      return
    }
    const id = level === 'group' ? group.id : s.ada.id
    await changePolicy({ ...needs, policy }, admin, { level, id }, wanted)
  }
  /** As it was before that was decided. */
  const leave = async (
    one: { policy: CurrentPolicy },
    level: (typeof LEVELS)[number],
    decided: Decisions,
  ): Promise<void> => {
    const names = Object.keys(decided) as (keyof Decisions)[]
    const before = names.map((name) => [
      name,
      level === 'everybody' ? INITIAL_SETTINGS[name] : null,
    ])
    await decide(one, level, Object.fromEntries(before) as Decisions)
  }
  return { ...s, node, decide, leave, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

describe('Policy at the gateways', () => {
  forEachStore((_, open) => {
    for (const level of LEVELS)
      it(`decided for ${level}: each setting closes each gateway, here at once, elsewhere within a second`, async () => {
        await using s = await scene(open)
        const [here, there] = [await s.node(), await s.node()]
        const says = async (gateway: Gateway, word: string): Promise<void> => {
          assert.equal(await here.signIn(gateway), word, `${gateway} here`)
          s.clock.advance(SECOND)
          assert.equal(await there.signIn(gateway), word, `${gateway} elsewhere`)
        }
        for (const [reason, decision] of CLOSING)
          for (const gateway of GATEWAYS) {
            await says(gateway, 'ok')
            await s.decide(here, level, decision(gateway))
            await says(gateway, reason)
            await s.leave(here, level, decision(gateway))
          }
      })

    it('cuts what is open on another node in its next round, and nothing else', async () => {
      for (const [reason, decision] of CLOSING) {
        await using s = await scene(open)
        const [here, there] = [await s.node(), await s.node()]
        for (const gateway of GATEWAYS) await there.signIn(gateway) // policy is at hand there
        const clients = new Map(GATEWAYS.map((gateway) => [gateway, there.opens(gateway)]))
        await there.connections.check()
        assert.deepEqual(s.closed, [])
        await s.decide(here, 'group', decision('imap'))
        const cut = reason === 'gateway_closed' ? (['imap'] as const) : GATEWAYS
        await until('what is open was cut', async () => {
          await there.connections.check()
          return s.closed.length === cut.length
        })
        const expected = new Set(cut.map((gateway) => clients.get(gateway)!))
        assert.deepEqual(new Set(s.closed), expected, reason)
      }
    })

    it('cuts what is open when the hours end, though nobody changes anything', async () => {
      await using s = await scene(open)
      const here = await s.node()
      await s.decide(here, 'person', { gateway_hours: ['Fri 08:00-12:02 UTC'] })
      const client = here.opens('imap')
      await here.connections.check()
      s.clock.advance(MINUTE)
      await here.connections.check()
      assert.deepEqual(s.closed, [])
      s.clock.advance(MINUTE)
      await until('what is open was cut', async () => {
        await here.connections.check()
        return s.closed.length === 1
      })
      assert.deepEqual(s.closed, [client])
      assert.equal(await here.signIn('imap'), 'policy_hours')
      s.clock.advance(7 * DAY - MINUTE)
      assert.equal(await here.signIn('imap'), 'ok')
    })

    it('is decided by the person before the group, and by the group before everybody', async () => {
      await using s = await scene(open)
      const here = await s.node()
      await s.decide(here, 'everybody', { app_passwords: 'forbidden' })
      assert.equal(await here.signIn('drive'), 'app_passwords_forbidden')
      await s.decide(here, 'group', { app_passwords: 'allowed' })
      assert.equal(await here.signIn('drive'), 'ok')
      await s.decide(here, 'person', { app_passwords: 'forbidden' })
      assert.equal(await here.signIn('drive'), 'app_passwords_forbidden')
      await s.decide(here, 'person', { app_passwords: null })
      assert.equal(await here.signIn('drive'), 'ok')
    })
  })
})
