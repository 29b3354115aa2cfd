import assert from 'node:assert/strict'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import { systemEntropy } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { checkKeys, keyFits } from '#vault/key-check.ts'
import { parseKeyFile } from '#vault/keyring.ts'
import { Sealer } from '#vault/seal.ts'
import { auditEvent, NOON, userRow } from '../../test/support/rows.ts'
import { fill } from '../../test/support/filled-store.ts'
import { forEachStore, openTestStore, STORE_KINDS, TEST_KEYS } from '../../test/support/stores.ts'
import { ALL_TABLES, backup, KEPT_TABLES } from './backup.ts'
import { restore } from './restore.ts'
import type { Store } from './store.ts'

const options = {
  replaces: false,
  fits: (id: string, check: string) => keyFits(TEST_KEYS, id, check),
  finally: async () => {},
}

function temporary() {
  const folder = mkdtempSync(path.join(tmpdir(), 'passerelle-backup-'))
  return {
    folder,
    file: path.join(folder, 'b.gz'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** All that a store holds, as text that does not depend on the database. */
async function contents(store: Store): Promise<Record<string, string[]>> {
  const plain = (value: unknown): unknown =>
    value instanceof Uint8Array ? `bytes:${Buffer.from(value).toString('hex')}` : value
  const found: Record<string, string[]> = {}
  for (const table of KEPT_TABLES) {
    const rows = await store.db.selectFrom(table).selectAll().execute()
    found[table] = rows
      .map((row) =>
        JSON.stringify(Object.entries(row).map(([name, value]) => [name, plain(value)])),
      )
      .sort()
  }
  return found
}

const isProblem = (code: string, words: RegExp) => (thrown: unknown) =>
  thrown instanceof Problem && thrown.code === code && words.test(thrown.message)

describe('backup', () => {
  forEachStore((name, open) => {
    it('knows every table of the database', async () => {
      await using store = await open()
      const tables = (await store.db.introspection.getTables()).map((table) => table.name)
      assert.deepEqual(
        tables.filter((table) => !table.startsWith('kysely_')).sort(),
        [...ALL_TABLES].sort(),
      )
    })

    for (const target of STORE_KINDS)
      it(`comes back on ${target} as it was, without what ends by itself`, async () => {
        await using store = await open()
        using place = temporary()
        await checkKeys(store.tables.meta, TEST_KEYS)
        await fill(store)
        const counts = await backup(store, TEST_KEYS, place.file, NOON)
        await using other = await openTestStore(target)
        const { header, rows } = await restore(other, TEST_KEYS, place.file, options)
        assert.deepEqual(await contents(other), await contents(store))
        for (const table of KEPT_TABLES) assert.ok(rows[table]! > 0, `${table} has no test row`)
        assert.deepEqual(rows, counts)
        assert.deepEqual([header.database, header.createdAt], [name, new Date(NOON).toISOString()])
        for (const table of ['session', 'one_time_link', 'dav_lock'] as const)
          assert.deepEqual(await other.db.selectFrom(table).selectAll().execute(), [])
        assert.equal((await other.tables.audit.append(auditEvent())).seq, rows['audit']! + 1)
        await assert.rejects(async () => await other.tables.users.insert(userRow('Ada')))
      })

    it('is one moment, while others write', async () => {
      await using store = await open()
      using place = temporary()
      const { signal, abort } = stopper()
      const written = write(store, signal)
      await store.tables.meta.set('left', '0')
      for (let i = 0; i < 5; i++) {
        const file = `${place.file}.${i}`
        await backup(store, TEST_KEYS, file, NOON)
        await using other = await openTestStore('sqlite')
        await restore(other, TEST_KEYS, file, options)
        const left = await other.tables.meta.get('left')
        assert.equal(left, (await other.tables.meta.get('right')) ?? '0')
        assert.equal((await other.tables.audit.head()).seq, Number(left))
      }
      abort()
      assert.ok((await written) > 5)
    })

    it('holds no secret that can be used without the master key', async () => {
      await using store = await open()
      using place = temporary()
      await fill(store)
      const user = (await store.tables.users.findByKey('ada'))!
      const at = { table: 'second_factor', column: 'secret', row: 'f9' }
      const sealed = new Sealer(TEST_KEYS, systemEntropy).seal(new Secret('JBSWY3DPEHPK3PXP'), at)
      await store.db
        .updateTable('second_factor')
        .set({ secret: sealed })
        .where('user_id', '=', user.id)
        .execute()
      await backup(store, TEST_KEYS, place.file, NOON)
      const text = gunzipSync(readFileSync(place.file)).toString()
      assert.ok(!text.includes('JBSWY3DPEHPK3PXP') && !text.includes('1f1f1f1f'))
      assert.match(text.split('\n')[0]!, /Not in here: the master key.*files of the drive/)
      await using other = await openTestStore(name)
      await restore(other, TEST_KEYS, place.file, options)
      const [factor] = await other.tables.secondFactors.listOf(user.id)
      const opened = new Sealer(TEST_KEYS, systemEntropy).open(factor!.secret, at)
      assert.equal(opened.reveal(), 'JBSWY3DPEHPK3PXP')
    })

    it('has its name only when it is whole, and belongs to its owner alone', async () => {
      await using store = await open()
      using place = temporary()
      await backup(store, TEST_KEYS, place.file, NOON)
      assert.equal(statSync(place.file).mode & 0o777, 0o600)
      const before = readFileSync(place.file)
      await assert.rejects(
        backup(store, TEST_KEYS, place.file, NOON),
        isProblem('conflict', /there/),
      )
      assert.deepEqual(readFileSync(place.file), before)
      const nowhere = path.join(place.folder, 'no', 'b.gz')
      await assert.rejects(
        backup(store, TEST_KEYS, nowhere, NOON),
        isProblem('unavailable', /cannot be written/),
      )
      await store.db.schema.dropTable('dav_lock').execute()
      await store.db.schema.dropTable('dav_property').execute()
      const second = path.join(place.folder, 'second.gz')
      await assert.rejects(backup(store, TEST_KEYS, second, NOON))
      assert.ok(!existsSync(second))
      assert.deepEqual(readdirSync(place.folder), ['b.gz'])
    })
  })
})

describe('restore', () => {
  forEachStore((name, open) => {
    it('refuses a backup in which anything was changed, and leaves the database as it is', async () => {
      await using store = await open()
      using place = temporary()
      await fill(store)
      await backup(store, TEST_KEYS, place.file, NOON)
      await using other = await openTestStore(name)
      await other.tables.users.insert(userRow('keeper'))
      const before = await contents(other)
      const good = gunzipSync(readFileSync(place.file)).toString()
      const lines = good.trimEnd().split('\n')
      const userAt = lines.findIndex((line) => line.startsWith('{"table":"user"')) + 1
      const joined = (changed: string[]) => gzipSync(`${changed.join('\n')}\n`)
      const bad: Record<string, Buffer> = {
        'a role': gzipSync(
          good.replace('"user"', '"administrator"').replace('"invited"', '"active"'),
        ),
        'one letter': gzipSync(good.replace('Ada', 'Ade')),
        'the header': gzipSync(good.replace('"createdAt":"2026', '"createdAt":"2025')),
        'a row less': joined(lines.toSpliced(userAt, 1)),
        'a row twice': joined(lines.toSpliced(userAt, 0, lines[userAt]!)),
        'rows that changed places': joined(
          lines.with(userAt, lines[userAt + 1]!).with(userAt + 1, lines[userAt]!),
        ),
        'the last line gone': joined(lines.slice(0, -1)),
        'something behind the end': joined([...lines, '[]']),
        'two backups in one': joined([...lines, ...lines]),
        'another end': joined(lines.with(lines.length - 1, '{"rows":{},"mac":"00"}')),
        'no line at all': gzipSync(''),
        'another format': gzipSync('{"format":"other"}\n'),
        'a later format': gzipSync(good.replace('"version":1', '"version":2')),
        'no JSON': gzipSync('hello\n'),
        'no line ends': gzipSync('x'.repeat(1000)),
        'a cut file': readFileSync(place.file).subarray(0, -20),
        'no gzip': Buffer.from(good),
        nothing: Buffer.alloc(0),
      }
      for (const [what, bytes] of Object.entries(bad)) {
        const file = path.join(place.folder, 'bad.gz')
        writeFileSync(file, bytes)
        await assert.rejects(
          restore(other, TEST_KEYS, file, { ...options, replaces: true }),
          isProblem('invalid', /The backup is not taken/),
          what,
        )
      }
      assert.deepEqual(await contents(other), before)
      await restore(other, TEST_KEYS, place.file, { ...options, replaces: true })
      assert.deepEqual(await contents(other), await contents(store))
    })

    it('refuses another master key by its name, and a backup of a later version', async () => {
      await using store = await open()
      using place = temporary()
      await checkKeys(store.tables.meta, TEST_KEYS)
      await backup(store, TEST_KEYS, place.file, NOON)
      await using other = await openTestStore(name)
      const tryWith = async (keys: ReturnType<typeof parseKeyFile>, file = place.file) =>
        await restore(other, keys, file, {
          ...options,
          fits: (id, check) => keyFits(keys, id, check),
        })
      await assert.rejects(
        tryWith(parseKeyFile(`k1 ${'2f'.repeat(32)}`)),
        isProblem('invalid', /"k1"/),
      )
      await assert.rejects(
        tryWith(parseKeyFile(`k2 ${'2f'.repeat(32)}`)),
        isProblem('invalid', /"k1"/),
      )
      const text = gunzipSync(readFileSync(place.file)).toString()
      const later = path.join(place.folder, 'later.gz')
      writeFileSync(later, gzipSync(text.replace(/("migrations":\[[^\]]*)/, '$1,"9999-x"')))
      await assert.rejects(tryWith(TEST_KEYS, later), isProblem('invalid', /later version/))
    })

    it('needs an empty database, or leave to replace; what fails at the end undoes everything', async () => {
      await using store = await open()
      using place = temporary()
      await fill(store)
      await backup(store, TEST_KEYS, place.file, NOON)
      await using other = await openTestStore(name)
      await other.tables.users.insert(userRow('keeper'))
      const before = await contents(other)
      await assert.rejects(
        restore(other, TEST_KEYS, place.file, options),
        isProblem('conflict', /not empty/),
      )
      const fails = async (): Promise<void> => await Promise.reject(new Error('no'))
      await assert.rejects(
        restore(other, TEST_KEYS, place.file, { ...options, replaces: true, finally: fails }),
        /no/,
      )
      assert.deepEqual(await contents(other), before)
      assert.equal((await other.tables.audit.append(auditEvent())).seq, 1)
      assert.equal(await other.credentials.find(Buffer.alloc(32)), null)
      await restore(other, TEST_KEYS, place.file, { ...options, replaces: true })
      assert.deepEqual(await contents(other), await contents(store))
      const [row] = await store.db.selectFrom('app_password').selectAll().execute()
      assert.equal((await other.credentials.find(Buffer.from(row!.hash)))?.id, row!.id)
    })
  })
})

function stopper(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}

/** Transactions that each keep two figures and the audit equal. @returns how many */
async function write(store: Store, signal: AbortSignal): Promise<number> {
  let n = 0
  while (!signal.aborted) {
    n++
    await setImmediate() // SQLite answers at once: others get their turn here
    await store.transaction(async (tables) => {
      await tables.audit.append(auditEvent())
      await tables.meta.set('left', `${n}`)
      await tables.meta.set('right', `${n}`)
    })
  }
  return n
}
