/** Live connections of one node: counted, looked at, and put right after an outage. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HOUR, MINUTE, SECOND } from '#base/clock.ts'
import { createLog, silentLog } from '#base/log.ts'
import { LiveMirror } from '#gateways/live-mirror.ts'
import { LiveConnections } from '#gateways/live.ts'
import { Traffic } from '#gateways/traffic.ts'
import type { GatewayHourRow, LiveConnectionRow } from '#store/schema.ts'
import { liveScene } from '../support/live-scene.ts'
import { newId, NOON } from '../support/rows.ts'
import { openTestStore, type Open } from '../support/stores.ts'

describe('Live connections of a node', () => {
  const sqlite: Open = async (options) => await openTestStore('sqlite', options)

  it('are counted by gateway, and of a person, as they come and go', async () => {
    await using s = await liveScene(sqlite)
    const { live } = await s.node('here')
    const first = live.open(s.connection('a'))
    live.open(s.connection('b', { gateway: 'smtp' }))
    live.open(s.connection('c', { userId: s.bob.id }))
    const counts = () => [...live.countByGateway(), live.count(s.ada.id), live.count()]
    assert.deepEqual(counts(), [['imap', 2], ['smtp', 1], 2, 3])
    first[Symbol.dispose]()
    first[Symbol.dispose]()
    assert.deepEqual(counts(), [['smtp', 1], ['imap', 1], 1, 2])
  })

  it('tell what has passed, in the list and in the sums of the hour', async () => {
    await using s = await liveScene(sqlite)
    const { live, traffic } = await s.node('here')
    let [bytesIn, bytesOut] = [10, 100]
    const one = live.open(s.connection('a', { bytes: () => ({ bytesIn, bytesOut }) }))
    s.clock.advance(SECOND)
    await live.check()
    live.measure()
    ;[bytesIn, bytesOut] = [11, 200]
    s.clock.advance(10 * SECOND)
    await live.check()
    const [row] = await s.store.tables.liveConnections.listOf(s.ada.id, s.clock.now())
    assert.deepEqual([row?.bytes_in, row?.bytes_out], [11, 200])
    bytesOut = 1000
    one[Symbol.dispose]()
    traffic.signedIn('imap', true)
    traffic.signedIn('imap', false)
    await traffic.flush()
    await traffic.flush()
    const hours = await s.store.tables.gatewayHours.since(NOON)
    assert.deepEqual(
      hours.map((hour) => ({ ...hour })),
      [
        {
          hour: NOON,
          gateway: 'imap',
          sign_ins: 1,
          refusals: 1,
          connections: 1,
          bytes_in: 11,
          bytes_out: 1000,
        },
      ],
    )
  })

  it('are looked at again and again while nothing has changed only when they are new', async () => {
    const asked: string[][] = []
    let changed = false
    const log = createLog(() => {}, { now: () => 0 }, 'error')
    using live = new LiveConnections({
      changed: async () => changed,
      dead: async (those) => {
        asked.push(those.map((one) => one.appPasswordId))
        return changed ? those.filter((one) => one.appPasswordId === 'p1') : []
      },
      log,
      everyMs: HOUR,
    })
    const closed: string[] = []
    const open = (appPasswordId: string) =>
      live.open({
        appPasswordId,
        userId: 'u',
        gateway: 'drive',
        ip: '',
        client: '',
        close: () => void closed.push(appPasswordId),
      })
    open('p1')
    await live.check()
    await live.check()
    open('p2')
    await live.check()
    await live.check()
    assert.deepEqual(asked, [['p1'], ['p2']])
    changed = true
    await live.check()
    assert.deepEqual(asked.at(-1), ['p1', 'p2'])
    assert.deepEqual(closed, ['p1'])
    changed = false
    for (let i = 0; i < 10; i++) await live.check()
    assert.deepEqual(asked.slice(3), [['p2']], 'all of them now and then')
  })

  it('are looked at until that succeeds, when the store was away as something changed', async () => {
    let away = true
    let changes = 1
    const log = createLog(() => {}, { now: () => 0 }, 'error')
    using live = new LiveConnections({
      changed: async () => changes-- > 0,
      dead: async (those) => {
        if (away) throw new Error('away')
        return those
      },
      log,
      everyMs: HOUR,
    })
    const ended: string[] = []
    live.open({
      appPasswordId: 'p',
      userId: 'u',
      gateway: 'drive',
      ip: '',
      client: '',
      close: () => void ended.push('p'),
    })
    for (let i = 0; i < 3; i++) await assert.rejects(live.check(), { message: 'away' })
    away = false
    await live.check()
    assert.deepEqual(ended, ['p'])
  })

  it('V17: end when their node could not look at the store for five minutes, and not before', async () => {
    const ended: string[] = []
    let [away, at] = [true, HOUR]
    using live = new LiveConnections({
      dead: async () => (away ? await Promise.reject(new Error('away')) : []),
      ticks: { now: () => at },
      log: silentLog,
      everyMs: HOUR,
    })
    const open = (client: string): Disposable =>
      live.open({
        appPasswordId: client,
        userId: 'u',
        gateway: 'drive',
        ip: '',
        client,
        close: () => void ended.push(client),
      })
    open('first')
    const look = async (): Promise<void> => await assert.rejects(live.check(), { message: 'away' })
    await look()
    at += 4 * MINUTE
    await look()
    away = false
    await live.check() // it was away for a while
    away = true
    at += 5 * MINUTE
    await look()
    open('second')
    assert.deepEqual(ended, [])
    at++
    await look()
    assert.deepEqual(ended, ['first', 'second'])
    // What is opened after hours without anything begins anew.
    at += 5 * HOUR
    open('third')
    await look()
    assert.deepEqual(ended, ['first', 'second'])
  })

  it('lose nothing when the store is away: what was opened and ended meanwhile is put right', async () => {
    await using s = await liveScene(sqlite)
    const lines: string[] = []
    const log = createLog((line) => void lines.push(line), s.clock, 'debug')
    let away = false
    const { liveConnections, gatewayHours } = s.store.tables
    const failing =
      <Given, T>(act: (given: Given) => Promise<T>) =>
      async (given: Given): Promise<T> => {
        if (away) throw new Error('away')
        return await act(given)
      }
    const mirror = new LiveMirror({
      node: 'here',
      table: {
        put: failing((rows: readonly LiveConnectionRow[]) => liveConnections.put(rows)),
        remove: failing((ids: readonly string[]) => liveConnections.remove(ids)),
        closing: failing((name: string) => liveConnections.closing(name)),
      },
      clock: s.clock,
      newId,
    })
    const traffic = new Traffic({
      table: { add: failing((row: GatewayHourRow) => gatewayHours.add(row)) },
      clock: s.clock,
      log,
    })
    await liveConnections.beat({
      name: 'here',
      version: '1',
      doors: '',
      started_at: NOON,
      seen_at: NOON,
    })
    using live = new LiveConnections({
      dead: async () => [],
      mirror,
      traffic,
      clock: s.clock,
      log,
      everyMs: HOUR,
    })
    const first = live.open(s.connection('first'))
    s.clock.advance(SECOND)
    await live.check()
    away = true
    first[Symbol.dispose]()
    live.open(s.connection('second'))
    s.clock.advance(SECOND)
    for (let i = 0; i < 3; i++) await assert.rejects(live.check(), { message: 'away' })
    await traffic.flush()
    assert.deepEqual(await s.shown(), ['first'])
    away = false
    await live.check()
    assert.deepEqual(await s.shown(), ['second'])
    away = true
    live.open(s.connection('third'))
    s.clock.advance(SECOND)
    await assert.rejects(live.check(), { message: 'away' })
    away = false
    await live.check()
    assert.deepEqual(await s.shown(), ['second', 'third'])
    await traffic.flush()
    assert.deepEqual(
      (await gatewayHours.since(NOON)).map((hour) => hour.connections),
      [3],
    )
    assert.ok(lines.some((line) => line.includes('traffic.not_written')))
  })
})
