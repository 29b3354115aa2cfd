/**
 * V12: SQLite when its process is killed, its disk is full or fails, its files are gone or damaged,
 * and when two processes write.
 */
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { describe, it } from 'node:test'
import { systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { Problem } from '#base/problem.ts'
import { AuditAnchorFile } from '#changes/audit-anchor.ts'
import { checkAuditTail } from '#changes/audit-check.ts'
import { verifyChain } from '#domain/audit.ts'
import { openStore, type Store } from '#store/store.ts'
import { appPasswordRow, auditEvent, hashOf, userRow } from '../support/rows.ts'
import { auditSeal, openTestStore, TEST_KEYS } from '../support/stores.ts'

const PROCESS = path.join(import.meta.dirname, '..', 'support', 'writing-process.ts')

function folder() {
  const name = mkdtempSync(path.join(tmpdir(), 'passerelle-v12-'))
  return {
    file: path.join(name, 'passerelle.db'),
    [Symbol.dispose]: () => rmSync(name, { recursive: true, force: true }),
  }
}

const at = async (file: string): Promise<Store> =>
  await openTestStore('sqlite', { at: { kind: 'sqlite', file } })

/** Writes until it is killed. `mostBytes`: no file of that process grows beyond. */
function writer(file: string, name: string, mostBytes?: number): ChildProcess {
  const node = [process.execPath, PROCESS, file, name]
  const limited = mostBytes === undefined ? node : ['prlimit', `--fsize=${mostBytes}`, ...node]
  const [program = '', ...given] = limited
  return spawn(program, given, { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** Reads what a writer says, up to a line that ends it; answers the last change it acknowledged. */
async function acknowledged(
  child: ChildProcess,
  enough: (line: string, count: number) => boolean,
): Promise<{ last: number; refused: string[] }> {
  let [last, count] = [0, 0]
  const refused: string[] = []
  for await (const line of createInterface({ input: child.stdout! })) {
    count++
    if (line.startsWith('refused')) refused.push(line)
    else last = Number(line.split(' ')[1])
    if (enough(line, count)) child.kill('SIGKILL') // what was said before it dies is still read
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return { last, refused }
}

/** Nothing is damaged, the chain is whole, and the fact and the audit are of one transaction. */
async function sound(store: Store, names: readonly string[] = ['one']): Promise<number> {
  const { integrity_check } = store.sqlite!.prepare('pragma integrity_check').get()!
  assert.equal(integrity_check, 'ok')
  assert.deepEqual(store.sqlite!.prepare('pragma foreign_key_check').all(), [])
  const head = await store.tables.audit.head()
  const keyOf = (id: string) => TEST_KEYS.key('audit', id)
  const checked = await verifyChain(store.tables.audit.all(), keyOf, [head])
  assert.deepEqual([checked.fault, checked.rows], [null, head.seq])
  let all = 0
  for (const name of names) all += Number((await store.tables.meta.get(name)) ?? 0)
  assert.equal(all, head.seq)
  return head.seq
}

const isUnavailable = (errcode?: number) => (thrown: unknown) =>
  thrown instanceof Problem &&
  thrown.code === 'unavailable' &&
  !/sqlite|disk|file/i.test(thrown.message) &&
  (errcode === undefined ||
    (Number((thrown.cause as { errcode?: number }).errcode) & 0xff) === errcode)

describe('V12: SQLite', () => {
  it('V12: killed while it writes, again and again, it loses nothing that was acknowledged', async () => {
    using place = folder()
    await (await at(place.file))[Symbol.asyncDispose]()
    let before = 0
    for (let round = 0; round < 8; round++) {
      const lines = 1 + 23 * round // some die at once, some later
      const child = writer(place.file, 'one')
      const { last } = await acknowledged(child, (_, count) => count >= lines)
      assert.equal(child.signalCode, 'SIGKILL')
      assert.ok(last > before)
      await using store = await at(place.file)
      const kept = await sound(store)
      assert.ok(kept >= last, `${last} acknowledged, ${kept} kept`)
      before = kept
    }
  })

  it('V12: killed, and the shared memory file gone, it loses nothing', async () => {
    using place = folder()
    await (await at(place.file))[Symbol.asyncDispose]()
    const { last } = await acknowledged(writer(place.file, 'one'), (_, count) => count >= 50)
    rmSync(`${place.file}-shm`)
    await using store = await at(place.file)
    assert.ok((await sound(store)) >= last)
  })

  it('V12: with the log of changes deleted it is an older whole, and the anchor tells', async () => {
    using place = folder()
    const needs = { keyring: TEST_KEYS, clock: systemClock, log: silentLog }
    {
      await using store = await at(place.file)
      for (let n = 1; n <= 3; n++)
        await store.transaction(async (tables) => {
          await tables.audit.append(auditEvent())
          await tables.meta.set('one', `${n}`)
        })
    }
    const { last } = await acknowledged(writer(place.file, 'one'), (_, count) => count >= 50)
    const anchorFile = `${place.file}.anchor`
    {
      // As another process would have kept it.
      const copy = `${place.file}.copy`
      for (const end of ['', '-wal']) copyFileSync(`${place.file}${end}`, `${copy}${end}`)
      await using store = await at(copy)
      const hashAt = async (seq: number) => await store.tables.audit.hashAt(seq)
      await using anchor = await AuditAnchorFile.open(anchorFile, { ...needs, hashAt })
      anchor.moved(await store.tables.audit.head())
    }
    assert.ok(existsSync(`${place.file}-wal`))
    for (const end of ['-wal', '-shm']) rmSync(`${place.file}${end}`)
    await using store = await at(place.file)
    const kept = await sound(store)
    assert.ok(kept < last)
    const hashAt = async (seq: number) => await store.tables.audit.hashAt(seq)
    await using anchor = await AuditAnchorFile.open(anchorFile, { ...needs, hashAt })
    const check = { tables: store.tables, keyring: TEST_KEYS, anchor }
    assert.deepEqual(await checkAuditTail(check, silentLog), { seq: kept + 1, fault: 'cut_off' })
  })

  it('V12: two processes that write lose nothing of each other, and one may be killed', async () => {
    using place = folder()
    await (await at(place.file))[Symbol.asyncDispose]()
    const [one, two] = ['one', 'two'].map((name) => writer(place.file, name))
    const first = acknowledged(one!, (_, count) => count >= 60)
    const second = await acknowledged(two!, (_, count) => count >= 150)
    const { last } = await first
    await using store = await at(place.file)
    await sound(store, ['one', 'two'])
    assert.ok(Number(await store.tables.meta.get('one')) >= last)
    assert.ok(Number(await store.tables.meta.get('two')) >= second.last)
    assert.deepEqual(second.refused, [])
  })

  it('V12: a disk that takes no more refuses changes, answers questions, and goes on with space', async () => {
    using place = folder()
    await using store = await at(place.file)
    const ada = userRow('ada')
    const row = appPasswordRow(ada, 'Outlook')
    await store.tables.users.insert(ada)
    await store.tables.appPasswords.insert(row)
    const { page_count } = store.sqlite!.prepare('pragma page_count').get()!
    store.sqlite!.exec(`pragma max_page_count = ${Number(page_count) + 20}`)
    let written = 0
    const change = async (): Promise<void> => {
      await store.transaction(async (tables) => {
        await tables.audit.append(auditEvent({ details: { pad: 'x'.repeat(1000) } }))
        await tables.meta.set('one', `${written + 1}`)
      })
      written++
    }
    const FULL = 13
    await assert.rejects(async () => {
      for (;;) await change()
    }, isUnavailable(FULL))
    for (let i = 0; i < 5; i++) await assert.rejects(change(), isUnavailable(FULL))
    assert.ok(written > 0)
    assert.equal(await sound(store), written)
    assert.equal((await store.credentials.find(Buffer.from(row.hash)))?.id, row.id)
    assert.equal((await store.tables.users.find(ada.id))?.name, 'ada')
    await using other = await at(place.file) // opens, full as it is
    assert.equal(await sound(other), written)
    store.sqlite!.exec('pragma max_page_count = 1000000')
    await change()
    assert.equal(await sound(other), written)
  })

  it('V12: when a write fails in the middle, nothing of it counts, and everything before it does', async () => {
    using place = folder()
    await (await at(place.file))[Symbol.asyncDispose]()
    let before = 0
    for (const kilobytes of [310, 333, 500, 777]) {
      const child = writer(place.file, 'one', kilobytes * 1000 + 1)
      const { last, refused } = await acknowledged(
        child,
        (line, count) => line.startsWith('refused') && count >= 5,
      )
      assert.ok(refused.length > 0)
      assert.ok(refused.every((line) => line.startsWith('refused unavailable')))
      await using store = await at(place.file)
      const kept = await sound(store)
      assert.ok(kept >= Math.max(last, before))
      before = kept
    }
  })

  it('V12: a database that may only be read refuses changes and answers questions', async () => {
    using place = folder()
    await using store = await at(place.file)
    await store.tables.meta.set('one', '0')
    store.sqlite!.exec('pragma query_only = on')
    await assert.rejects(store.tables.audit.append(auditEvent()), isUnavailable(8))
    assert.equal(await store.tables.meta.get('one'), '0')
    assert.equal(await store.credentials.find(hashOf('x')), null)
    store.sqlite!.exec('pragma query_only = off')
    assert.equal((await store.tables.audit.append(auditEvent())).seq, 1)
  })

  it('V12: a file that is damaged, cut or none at all is told as such, and left as it is', async () => {
    using place = folder()
    {
      await using store = await at(place.file)
      for (let i = 0; i < 50; i++)
        await store.tables.audit.append(auditEvent({ details: { pad: 'x'.repeat(1000) } }))
    }
    const good = `${place.file}.good`
    copyFileSync(place.file, good)
    const damages: Record<string, (file: string) => void> = {
      'another file': (file) =>
        writeFileSync(file, 'This is a letter to my grandmother.'.repeat(200)),
      'a cut header': (file) => writeFileSync(file, 'SQLite format 3\0'),
      'pages of nothing': (file) => overwrite(file, 4096, statSync(file).size - 4096),
      'the page of the schema': (file) => overwrite(file, 100, 3996),
    }
    for (const [what, damage] of Object.entries(damages)) {
      copyFileSync(good, place.file)
      damage(place.file)
      const { size } = statSync(place.file)
      await assert.rejects(
        async () => {
          const address = { kind: 'sqlite', file: place.file } as const
          await using store = await openStore(address, auditSeal(), silentLog)
          for await (const _ of store.tables.audit.all());
          await store.tables.audit.append(auditEvent())
        },
        isUnavailable(),
        what,
      )
      assert.equal(statSync(place.file).size, size)
    }
  })

  it('V12: waits for a process that holds the lock, then says unavailable, and everybody else goes on', async () => {
    using place = folder()
    await using store = await at(place.file)
    await using other = await at(place.file)
    other.sqlite!.exec('begin immediate')
    let turns = 0
    const turn = setInterval(() => turns++, 5)
    const change = store.tables.meta.set('one', '1')
    assert.equal(await store.credentials.find(hashOf('x')), null) // nobody waits to read
    await assert.rejects(change, isUnavailable(5))
    clearInterval(turn)
    assert.ok(turns > 20, 'the process stood still meanwhile')
    other.sqlite!.exec('rollback')
    await store.tables.meta.set('one', '1')
  })
})

function overwrite(file: string, from: number, length: number): void {
  const handle = openSync(file, 'r+')
  writeSync(handle, Buffer.alloc(length, 0x5a), 0, length, from)
  closeSync(handle)
}
