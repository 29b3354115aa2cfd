import assert from 'node:assert/strict'
import { createSecretKey, type KeyObject } from 'node:crypto'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  auditHash,
  GENESIS,
  verifyChain,
  type AuditAnchor,
  type AuditEvent,
  type AuditRow,
} from './audit.ts'

const KEYS: Record<string, KeyObject> = {
  k1: createSecretKey(Buffer.alloc(32, 1)),
  k2: createSecretKey(Buffer.alloc(32, 2)),
}
const keyOf = (id: string): KeyObject | null => KEYS[id] ?? null

const text = fc.string({ unit: 'binary', maxLength: 12 })
const maybe = fc.option(text, { nil: null })
const anyEvent: fc.Arbitrary<AuditEvent> = fc.record({
  actor: fc.record({
    kind: fc.constantFrom('user', 'application', 'operator', 'system', 'nobody'),
    id: maybe,
    name: maybe,
  }),
  ip: maybe,
  client: maybe,
  action: fc.constantFrom('user.create', 'user.delete', 'gateway.sign_in'),
  target: fc.record({ kind: text, id: maybe, name: maybe }),
  outcome: fc.constantFrom('ok', 'refused'),
  reason: maybe,
  details: fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
})

function chainOf(events: readonly AuditEvent[], keyId = 'k1'): AuditRow[] {
  let previous = GENESIS
  return events.map((event, i) => {
    const row = { ...event, seq: i + 1, at: 1_763_640_000_000 + i, keyId }
    previous = auditHash(KEYS[keyId]!, previous, row)
    return { ...row, hash: previous }
  })
}

async function* stream(rows: readonly AuditRow[]): AsyncGenerator<AuditRow> {
  yield* rows
}

const end = (rows: readonly AuditRow[]): AuditAnchor => {
  const last = rows.at(-1)
  return last ? { seq: last.seq, hash: last.hash } : { seq: 0, hash: GENESIS }
}

const anyChain = fc.array(anyEvent, { minLength: 2, maxLength: 8 }).map((events) => chainOf(events))
const anyPlace = fc.nat({ max: 1000 })

describe('audit chain', () => {
  it('is whole as it was made, and at every earlier anchor', async () => {
    await fc.assert(
      fc.asyncProperty(anyChain, anyPlace, async (rows, n) => {
        const anchor = end(rows.slice(0, (n % rows.length) + 1))
        const checked = await verifyChain(stream(rows), keyOf, [anchor, end(rows)])
        assert.deepEqual(checked, { rows: rows.length, head: end(rows), fault: null })
      }),
    )
  })

  it('is whole when it is empty, and when it goes on under a new key', async () => {
    assert.equal((await verifyChain(stream([]), keyOf, [end([])])).fault, null)
    const event = fc.sample(anyEvent, 1)[0]!
    const rows = chainOf([event, event])
    const next = { ...event, seq: 3, at: 0, keyId: 'k2' }
    const all = [...rows, { ...next, hash: auditHash(KEYS['k2']!, rows[1]!.hash, next) }]
    assert.equal((await verifyChain(stream(all), keyOf, [end(all)])).fault, null)
    const unknown = await verifyChain(stream(all), (id) => (id === 'k1' ? KEYS[id]! : null), [])
    assert.deepEqual(unknown.fault, { seq: 3, fault: 'changed' })
  })

  it('goes on from a row that was checked before', async () => {
    const rows = chainOf(fc.sample(anyEvent, 5))
    const from = end(rows.slice(0, 3))
    assert.deepEqual(await verifyChain(stream(rows.slice(3)), keyOf, [end(rows)], from), {
      rows: 5,
      head: end(rows),
      fault: null,
    })
    const other = { ...from, hash: GENESIS }
    const checked = await verifyChain(stream(rows.slice(3)), keyOf, [], other)
    assert.deepEqual(checked.fault, { seq: 4, fault: 'changed' })
  })

  const changes: Record<string, (row: AuditRow) => AuditRow> = {
    time: (row) => ({ ...row, at: row.at - 1 }),
    'kind of actor': (row) => ({
      ...row,
      actor: { ...row.actor, kind: row.actor.kind === 'user' ? 'system' : 'user' },
    }),
    'id of the actor': (row) => ({ ...row, actor: { ...row.actor, id: `${row.actor.id}.` } }),
    'name of the actor': (row) => ({ ...row, actor: { ...row.actor, name: `${row.actor.name}.` } }),
    address: (row) => ({ ...row, ip: `${row.ip}.` }),
    client: (row) => ({ ...row, client: row.client === null ? '' : null }),
    action: (row) => ({ ...row, action: 'audit.read' }),
    'kind of target': (row) => ({ ...row, target: { ...row.target, kind: `${row.target.kind}.` } }),
    'id of the target': (row) => ({ ...row, target: { ...row.target, id: `${row.target.id}.` } }),
    'name of the target': (row) => ({
      ...row,
      target: { ...row.target, name: row.target.name === null ? 'null' : null },
    }),
    outcome: (row) => ({ ...row, outcome: row.outcome === 'ok' ? 'refused' : 'ok' }),
    reason: (row) => ({ ...row, reason: row.reason === null ? 'null' : null }),
    'details: one more': (row) => ({ ...row, details: { ...row.details, 'one more': 1 } }),
    'details: another type': (row) => ({ ...row, details: retyped(row.details) }),
    'id of the key': (row) => ({ ...row, keyId: 'k2' }),
    hash: (row) => ({ ...row, hash: row.hash.replace(/^./, (c) => (c === '0' ? '1' : '0')) }),
    'hash, by letter case': (row) => ({ ...row, hash: row.hash.toUpperCase() }),
    'values that change places': (row) => ({ ...row, ip: `${row.client}`, client: `${row.ip}!` }),
  }
  for (const [what, change] of Object.entries(changes))
    it(`finds a changed ${what}, at its row`, async () => {
      await fc.assert(
        fc.asyncProperty(anyChain, anyPlace, async (rows, n) => {
          const at = n % rows.length
          const changed = change(rows[at]!)
          fc.pre(JSON.stringify(changed) !== JSON.stringify(rows[at]))
          const { fault } = await verifyChain(stream(rows.with(at, changed)), keyOf, [])
          assert.deepEqual(fault, { seq: at + 1, fault: 'changed' })
        }),
        { numRuns: 30 },
      )
    })

  it('finds a row that is missing, and rows that changed places', async () => {
    await fc.assert(
      fc.asyncProperty(anyChain, anyPlace, async (rows, n) => {
        const at = n % (rows.length - 1)
        const without = await verifyChain(stream(rows.toSpliced(at, 1)), keyOf, [])
        assert.deepEqual(without.fault, { seq: at + 1, fault: 'missing' })
        const [first, second] = [rows[at]!, rows[at + 1]!]
        const swapped = rows
          .with(at, { ...second, seq: first.seq })
          .with(at + 1, { ...first, seq: second.seq })
        const { fault } = await verifyChain(stream(swapped), keyOf, [])
        assert.deepEqual(fault, { seq: at + 1, fault: 'changed' })
      }),
    )
  })

  it('finds a row that somebody without the key put in, or appended', async () => {
    await fc.assert(
      fc.asyncProperty(anyChain, anyEvent, anyPlace, async (rows, event, n) => {
        const at = n % (rows.length + 1)
        const forged = (key: KeyObject): AuditRow => {
          const row = { ...event, seq: at + 1, at: 0, keyId: 'k1' }
          return { ...row, hash: auditHash(key, rows[at - 1]?.hash ?? GENESIS, row) }
        }
        const later = rows.slice(at).map((row) => ({ ...row, seq: row.seq + 1 }))
        const all = [...rows.slice(0, at), forged(KEYS['k2']!), ...later]
        const { fault } = await verifyChain(stream(all), keyOf, [])
        assert.deepEqual(fault, { seq: at + 1, fault: 'changed' })
        // The control: with the key, the row itself would fit.
        const first = [...rows.slice(0, at), forged(KEYS['k1']!)]
        assert.equal((await verifyChain(stream(first), keyOf, [])).fault, null)
      }),
    )
  })

  it('finds a tail that was cut off by the anchor alone, and another chain by its hash', async () => {
    await fc.assert(
      fc.asyncProperty(anyChain, anyPlace, async (rows, n) => {
        const kept = n % rows.length
        const cut = rows.slice(0, kept)
        assert.equal((await verifyChain(stream(cut), keyOf, [end(cut)])).fault, null)
        const { fault } = await verifyChain(stream(cut), keyOf, [end(cut), end(rows)])
        assert.deepEqual(fault, { seq: kept + 1, fault: 'cut_off' })
        const anchor = { seq: kept + 1, hash: GENESIS }
        const other = await verifyChain(stream(rows), keyOf, [anchor])
        assert.deepEqual(other.fault, { seq: kept + 1, fault: 'changed' })
      }),
    )
  })
})

/** The same words in another type: 1 and "1", null and "null". */
const retyped = (details: AuditEvent['details']): AuditEvent['details'] =>
  Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.length : String(value),
    ]),
  )
