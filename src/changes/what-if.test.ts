import assert from 'node:assert/strict'
import { it } from 'node:test'
import { DAY, HOUR, MINUTE, SECOND } from '#base/clock.ts'
import type { AppPasswordRow } from '#store/schema.ts'
import type { User } from '#store/users.ts'
import { changeBench, type ChangeBench } from '../../test/support/change-bench.ts'
import { appPasswordRow, newId, secondFactorRow } from '../../test/support/rows.ts'
import { forEachStore, type Open } from '../../test/support/stores.ts'
import { CurrentPolicy } from './current-policy.ts'
import { addToGroup, createGroup } from './groups.ts'
import { changePolicy, type Decisions } from './policy.ts'
import { changeSettings } from './settings.ts'
import { MOST_SHOWN, whatIf, type CutOff } from './what-if.ts'

type Where = Parameters<typeof whatIf>[1]
const EVERYBODY = { level: 'everybody' } as const

/** Anna reads mail from 10.1.2.3 and has an authenticator app; Bert has files and nothing else. */
async function scene(open: Open) {
  const bench = await changeBench(open)
  const { store, clock, needs, ada } = bench
  const anna = await bench.add('anna')
  const bert = await bench.add('bert')
  await store.tables.secondFactors.insert(secondFactorRow(anna))
  const used = {
    last_used_at: clock.now() - HOUR,
    last_ip: '10.1.2.3',
    last_gateway: 'imap',
    last_client: 'Thunderbird',
  }
  const give = async (who: User, name: string, more: Partial<AppPasswordRow>): Promise<string> => {
    const row = appPasswordRow(who, name, more)
    await store.tables.appPasswords.insert(row)
    return row.id
  }
  const mail = await give(anna, 'Outlook', { gateways: 'imap smtp', ...used })
  await give(bert, 'Explorer', {})
  await give(bert, 'deleted', { revoked_at: clock.now() - 1 })
  await give(bert, 'over', { expires_at: clock.now() })
  await give(bert, 'waits', { frozen_at: clock.now() })
  const group = await createGroup(needs, ada, 'Sales')
  await addToGroup(needs, ada, group.id, anna.id)
  const ask = async (by: Where, wanted: Decisions): Promise<CutOff> =>
    await whatIf({ store, clock }, by, wanted)
  const policy = new CurrentPolicy(store.tables, clock)
  const decide = async (by: Exclude<Where, typeof EVERYBODY>, wanted: Decisions): Promise<void> =>
    await changePolicy({ ...needs, policy }, ada, by, wanted)
  return {
    bench,
    anna,
    bert,
    group,
    mail,
    ask,
    decide,
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  }
}

const cut = ({ appPasswords }: CutOff): string[] =>
  appPasswords.shown.map(
    ({ owner, name, gateways, reason }) => `${owner.name} ${name}: ${gateways.join()} ${reason}`,
  )
const people = (found: CutOff): string[] => found.people.shown.map(({ name }) => name)

async function connect(bench: ChangeBench, user: User, appPasswordId: string, ip: string) {
  const { liveConnections } = bench.store.tables
  const now = bench.clock.now()
  const node = { name: 'n1', version: '1', doors: '', started_at: now, seen_at: now }
  await liveConnections.beat(node)
  await liveConnections.put([
    {
      id: newId(),
      node: 'n1',
      user_id: user.id,
      app_password_id: appPasswordId,
      account_id: null,
      gateway: 'imap',
      ip,
      client: `from ${ip}`,
      opened_at: now,
      bytes_in: 0,
      bytes_out: 0,
      closing: 0,
    },
  ])
}

forEachStore((_, open) => {
  it('names each application password that opens something now and would not, and why', async () => {
    await using s = await scene(open)
    const { ask } = s
    for (const [wanted, expected] of [
      [
        { app_passwords: 'forbidden' },
        [
          'anna Outlook: imap,smtp app_passwords_forbidden',
          'bert Explorer: drive app_passwords_forbidden',
        ],
      ],
      [{ app_passwords_need_second_factor: true }, ['bert Explorer: drive second_factor_missing']],
      [{ gateways_allowed: ['drive', 'imap'] }, ['anna Outlook: smtp gateway_closed']],
      [{ gateway_networks: ['10.0.0.0/8'] }, []],
      [{ gateway_networks: ['192.168.0.0/16'] }, ['anna Outlook: imap,smtp policy_network']],
      [{ session_idle: 600 }, []],
    ] as const)
      assert.deepEqual(cut(await ask(EVERYBODY, wanted as Decisions)).toSorted(), expected)
    const { appPasswords, looked, complete } = await ask(EVERYBODY, { app_passwords: 'forbidden' })
    assert.deepEqual([appPasswords.total, looked, complete], [2, 3, true])
    const [first] = appPasswords.shown.filter(({ name }) => name === 'Outlook')
    assert.equal(first?.lastUse?.last_client, 'Thunderbird')
    assert.equal(appPasswords.shown.find(({ name }) => name === 'Explorer')?.lastUse, null)
  })

  it('judges hours by now, and by when each was used last', async () => {
    await using s = await scene(open) // it is Friday, 12:00 UTC; Outlook was used at 11:00
    const { ask } = s
    const hours = async (span: string): Promise<string[]> =>
      cut(await ask(EVERYBODY, { gateway_hours: [`Mon-Fri ${span} UTC`] })).toSorted()
    assert.deepEqual(await hours('10:00-18:00'), [])
    assert.deepEqual(await hours('11:30-18:00'), ['anna Outlook: imap policy_hours'])
    assert.deepEqual(await hours('08:00-10:00'), [
      'anna Outlook: imap,smtp policy_hours',
      'bert Explorer: drive policy_hours',
    ])
    // What is let in at no hour any more is not cut off by hours.
    await changeSettings(s.bench.needs, s.bench.ada, { gateway_networks: ['192.168.0.0/16'] })
    assert.deepEqual(await hours('11:30-18:00'), [])
    await changeSettings(s.bench.needs, s.bench.ada, {
      gateway_networks: [],
      app_credentials_unused_ttl: 1800,
    })
    assert.deepEqual(await hours('11:30-18:00'), [])
  })

  it('counts what ends by not being used', async () => {
    await using s = await scene(open)
    const { bench, ask } = s
    bench.clock.advance(10 * DAY)
    const wanted = { app_credentials_unused_ttl: (10 * DAY) / SECOND }
    assert.deepEqual(cut(await ask(EVERYBODY, wanted)).toSorted(), [
      'anna Outlook: imap,smtp unused',
      'bert Explorer: drive unused',
    ])
    wanted.app_credentials_unused_ttl += HOUR / SECOND + 1
    assert.deepEqual(cut(await ask(EVERYBODY, wanted)), [])
  })

  it('names who would have to set up a second factor', async () => {
    await using s = await scene(open)
    const { bench, ask, anna, group, decide } = s
    await changeSettings(bench.needs, bench.ada, { second_factor: 'offered' })
    const required = await ask(EVERYBODY, { second_factor: 'required' })
    assert.deepEqual(people(required).toSorted(), ['ada', 'bert'])
    assert.deepEqual(people(await ask(EVERYBODY, { second_factor: 'off' })), [])
    await changeSettings(bench.needs, bench.ada, { second_factor: 'required' })
    const keysOnly = { second_factor_kinds: ['webauthn'] } as const
    assert.deepEqual(people(await ask(EVERYBODY, keysOnly as never)), ['anna'])
    // A nearer level that decides otherwise keeps her as she is.
    await decide({ level: 'group', id: group.id }, { second_factor_kinds: ['totp', 'email'] })
    assert.deepEqual(people(await ask(EVERYBODY, keysOnly as never)), [])
    const alone = await ask({ level: 'person', id: anna.id }, keysOnly as never)
    assert.deepEqual([people(alone), alone.looked], [['anna'], 1])
  })

  it('of a group looks at its members, of a person at that one; what is nearer decides', async () => {
    await using s = await scene(open)
    const { ask, anna, bert, group, decide } = s
    const closed = { gateways_allowed: [] }
    const ofGroup = await ask({ level: 'group', id: group.id }, closed)
    assert.deepEqual(
      [cut(ofGroup), ofGroup.looked],
      [['anna Outlook: imap,smtp gateway_closed'], 1],
    )
    assert.deepEqual(cut(await ask({ level: 'person', id: bert.id }, closed)), [
      'bert Explorer: drive gateway_closed',
    ])
    await decide({ level: 'person', id: anna.id }, { gateways_allowed: ['imap'] })
    assert.deepEqual(cut(await ask({ level: 'group', id: group.id }, closed)), [])
    // Leaving a decision to the level behind can end something too.
    await decide({ level: 'group', id: group.id }, closed)
    assert.deepEqual(cut(await ask({ level: 'person', id: anna.id }, { gateways_allowed: null })), [
      'anna Outlook: imap gateway_closed',
    ])
  })

  it('of a group that stands behind another counts only what the first leaves open', async () => {
    await using s = await scene(open)
    const { bench, ask, anna, group, decide } = s
    const second = await createGroup(bench.needs, bench.ada, 'Staff')
    await addToGroup(bench.needs, bench.ada, second.id, anna.id)
    const forbidden = { app_passwords: 'forbidden' } as const
    const behind = { level: 'group', id: second.id } as const
    assert.equal((await ask(behind, forbidden)).appPasswords.total, 1)
    await decide({ level: 'group', id: group.id }, { app_passwords: 'allowed' })
    assert.equal((await ask(behind, forbidden)).appPasswords.total, 0)
  })

  it('names live connections that would be cut, each by where it comes from', async () => {
    await using s = await scene(open)
    const { bench, ask, anna, mail } = s
    for (const ip of ['10.1.2.3', '203.0.113.7']) await connect(bench, anna, mail, ip)
    const { connections } = await ask(EVERYBODY, { gateway_networks: ['10.0.0.0/8'] })
    assert.deepEqual([connections.total, connections.shown[0]?.client], [1, 'from 203.0.113.7'])
    assert.equal((await ask(EVERYBODY, { gateways_allowed: ['smtp'] })).connections.total, 2)
    bench.clock.advance(MINUTE)
    assert.equal((await ask(EVERYBODY, { gateways_allowed: ['smtp'] })).connections.total, 0)
  })

  it('changes nothing, shows the first hundred, and counts all', async () => {
    await using s = await scene(open)
    const { bench, ask, anna } = s
    const { tables } = bench.store
    await bench.store.transaction(async (trx) => {
      for (let i = 0; i < 150; i++) await trx.appPasswords.insert(appPasswordRow(anna, `p${i}`))
      for (let i = 0; i < 150; i++) await trx.users.insert({ ...anna, ...person(i) })
    })
    const before = [await tables.settings.rows(), await tables.audit.head()]
    const found = await ask(EVERYBODY, { app_passwords: 'forbidden', second_factor: 'required' })
    assert.deepEqual(
      [found.appPasswords.total, found.appPasswords.shown.length, found.looked],
      [152, MOST_SHOWN, 153],
    )
    assert.deepEqual([await tables.settings.rows(), await tables.audit.head()], before)
  })
})

const person = (i: number) => ({
  id: newId(),
  name: `person ${i}`,
  name_key: `person ${i}`,
  email: `${i}@example.org`,
  email_key: `${i}@example.org`,
})
