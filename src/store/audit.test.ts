import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fixedClock } from '#base/clock.ts'
import { verifyChain, type AuditAnchor } from '#domain/audit.ts'
import { auditEvent, NOON } from '../../test/support/rows.ts'
import {
  auditSeal,
  forEachStore,
  newPlace,
  openTestStore,
  TEST_KEYS,
} from '../../test/support/stores.ts'
import { openStore, type Store } from './store.ts'
import { silentLog } from '#base/log.ts'

const whole = async (store: Store) =>
  await verifyChain(store.tables.audit.all(), (id) => TEST_KEYS.key('audit', id), [
    await store.tables.audit.head(),
  ])

describe('store: audit', () => {
  forEachStore((name, open) => {
    it('keeps what was said, with its place and its time', async () => {
      const clock = fixedClock('2026-11-20T12:00:00Z')
      await using store = await open({ clock })
      const event = auditEvent({
        client: null,
        reason: '\u202e<img onerror>\u0007',
        details: { b: 'é', a: 1, c: null, d: true },
      })
      const head = await store.tables.audit.append(event)
      const [row] = await store.tables.audit.list({}, 10)
      assert.deepEqual(row, { ...event, seq: 1, at: NOON, keyId: 'k1', hash: head.hash })
      assert.deepEqual(await store.tables.audit.head(), head)
    })

    it('stays whole when a stranger sends half a character, NUL, or numbers of any size', async () => {
      await using store = await open()
      const odd = '\ud83d half\0 \udc00'
      await store.tables.audit.append(
        auditEvent({
          actor: { kind: 'nobody', id: null, name: odd },
          target: { kind: 'x', id: odd, name: odd },
          ip: odd,
          client: odd,
          reason: odd,
          details: { [odd]: odd, n: 1e300, m: -0, k: 0.1 },
        }),
      )
      await store.tables.audit.append(auditEvent())
      assert.deepEqual((await whole(store)).fault, null)
    })

    it('is one whole chain, however many nodes append together, in transactions or not', async () => {
      await using place = await newPlace(name)
      await using here = await openTestStore(name, { at: place.address })
      await using there = await openTestStore(name, { at: place.address })
      const appended = Array.from({ length: 30 }, async (_, i) => {
        const node = i % 2 ? here : there
        if (i % 3) return await node.tables.audit.append(auditEvent({ client: `${i}` }))
        return await node.transaction(async (tables) => {
          const head = await tables.audit.append(auditEvent({ client: `${i}` }))
          await tables.meta.set(`m${i}`, 'x')
          return head
        })
      })
      const seqs = (await Promise.all(appended)).map((head) => head.seq)
      assert.deepEqual(
        seqs.sort((a, b) => a - b),
        Array.from({ length: 30 }, (_, i) => i + 1),
      )
      assert.deepEqual([(await whole(here)).fault, (await whole(here)).rows], [null, 30])
    })

    it('takes many rows at once as it takes them one by one, and nothing of a transaction that fails', async () => {
      await using store = await open()
      const events = Array.from({ length: 1100 }, (_, i) => auditEvent({ client: `${i}` }))
      await store.tables.audit.append(auditEvent())
      const head = await store.transaction(async (tables) => {
        await tables.audit.hold()
        return await tables.audit.appendAll(events)
      })
      await assert.rejects(
        store.transaction(async (tables) => {
          await tables.audit.appendAll(events)
          throw new Error('no')
        }),
      )
      await store.tables.audit.append(auditEvent())
      assert.equal(head.seq, 1101)
      assert.deepEqual([(await whole(store)).fault, (await whole(store)).rows], [null, 1102])
      const [, last] = await store.tables.audit.list({}, 2)
      assert.deepEqual([last?.seq, last?.client, last?.hash], [1101, '1099', head.hash])
    })

    it('holds the end of the chain: nobody adds a row until the transaction ends', async () => {
      await using store = await open()
      const order: string[] = []
      const { promise: held, resolve: isHeld } = Promise.withResolvers<void>()
      const holding = store.transaction(async (tables) => {
        await tables.audit.hold()
        isHeld()
        for (let i = 0; i < 5; i++) await tables.meta.get('x')
        order.push('held')
      })
      await held
      const adding = store.tables.audit.append(auditEvent()).then(() => order.push('added'))
      await Promise.all([holding, adding])
      assert.deepEqual(order, ['held', 'added'])
    })

    it('leaves no gap when what follows the row fails', async () => {
      await using store = await open()
      const fails = Array.from({ length: 30 }, async (_, i) =>
        store.transaction(async (tables) => {
          await tables.audit.append(auditEvent({ client: `${i}` }))
          if (i % 2) throw new Error('no')
        }),
      )
      await Promise.allSettled(fails)
      assert.deepEqual([(await whole(store)).fault, (await whole(store)).rows], [null, 15])
    })

    it('says where the chain ends once that is committed, and never before', async () => {
      await using place = await newPlace(name)
      const told: AuditAnchor[] = []
      await using first = await openTestStore(name, { at: place.address })
      const seal = { ...auditSeal(), appended: (head: AuditAnchor) => void told.push(head) }
      await using store = await openStore(place.address, seal, silentLog)
      const one = await store.tables.audit.append(auditEvent())
      assert.deepEqual(told, [one])
      await store.transaction(async (tables) => {
        await tables.audit.append(auditEvent())
        await tables.audit.append(auditEvent())
        assert.equal(told.length, 1)
      })
      assert.deepEqual(
        told.map((head) => head.seq),
        [1, 3],
      )
      await assert.rejects(
        store.transaction(async (tables) => {
          await tables.audit.append(auditEvent())
          throw new Error('no')
        }),
      )
      assert.equal(told.length, 2)
      assert.deepEqual(await first.tables.audit.head(), told[1])
    })

    it('filters by every column, the newest first, a page at a time', async () => {
      const clock = fixedClock('2026-11-20T12:00:00Z')
      await using store = await open({ clock })
      const { audit } = store.tables
      const nobody = { kind: 'nobody', id: null, name: 'Éve 100%' } as const
      await audit.append(auditEvent({ client: 'Outlook/16' }))
      clock.advance(10)
      await audit.append(
        auditEvent({ action: 'session.create', outcome: 'refused', reason: 'no_pw' }),
      )
      clock.advance(10)
      await audit.append(auditEvent({ actor: nobody, target: { kind: 'x', id: 'u1', name: null } }))
      const seqs = async (filter: object, size = 10): Promise<number[]> =>
        (await audit.list(filter, size)).map((row) => row.seq)
      assert.deepEqual(await seqs({}), [3, 2, 1])
      assert.deepEqual(await seqs({}, 2), [3, 2])
      assert.deepEqual(await seqs({ before: 2 }), [1])
      assert.deepEqual(await seqs({ action: 'session.create' }), [2])
      assert.deepEqual(await seqs({ outcome: 'refused' }), [2])
      assert.deepEqual(await seqs({ user: 'u1' }), [3, 2, 1])
      assert.deepEqual(await seqs({ user: 'u2' }), [2, 1])
      assert.deepEqual(await seqs({ from: NOON + 10 }), [3, 2])
      assert.deepEqual(await seqs({ to: NOON + 10 }), [1])
      assert.deepEqual(await seqs({ search: 'OUTLOOK/' }), [1])
      assert.deepEqual(await seqs({ search: '100%' }), [3])
      assert.deepEqual(await seqs({ search: 'no_p' }), [2])
      assert.deepEqual(await seqs({ search: 'noXp' }), [])
      assert.deepEqual(await seqs({ search: "'; drop table audit; --" }), [])
    })

    it('knows whether something else than these actions was written since a row', async () => {
      await using store = await open()
      const { audit } = store.tables
      const since = async (seq: number) => {
        const said = await audit.changedSince(seq, ['gateway.sign_in', 'session.create'])
        return [said.changed, said.seq]
      }
      assert.deepEqual(await since(0), [false, 0])
      await audit.append(auditEvent({ action: 'gateway.sign_in' }))
      assert.deepEqual(await since(0), [false, 1])
      await audit.append(auditEvent({ action: 'app_password.revoke' }))
      await audit.append(auditEvent({ action: 'session.create' }))
      assert.deepEqual(await since(0), [true, 3])
      assert.deepEqual(await since(1), [true, 3])
      assert.deepEqual(await since(2), [false, 3])
      assert.deepEqual(await since(3), [false, 3])
      assert.deepEqual(await since(-2000), [true, 3], 'too many to look at')
    })

    it('is read in batches, from any row on', async () => {
      await using store = await open()
      await store.transaction(async (tables) => {
        for (let i = 0; i < 2100; i++) await tables.audit.append(auditEvent({ client: `${i}` }))
      })
      const seqs: number[] = []
      let turns = 0
      const turn = (): void => void (turns++, (timer = setImmediate(turn)))
      let timer = setImmediate(turn)
      for await (const row of store.tables.audit.all(42)) seqs.push(row.seq)
      clearImmediate(timer)
      assert.ok(turns >= 4, 'nobody else had a turn')
      assert.deepEqual(
        seqs,
        Array.from({ length: 2058 }, (_, i) => i + 43),
      )
      assert.equal((await whole(store)).rows, 2100)
    })
  })
})
