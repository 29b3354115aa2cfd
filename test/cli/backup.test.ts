import assert from 'node:assert/strict'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { commandLine, type CommandLine, type Settings } from '../support/command-line.ts'
import { newDatabase } from '../support/postgres.ts'
import { PASSWORD, startProduct } from '../support/product.ts'

let root = ''
let settings: Settings = {}
let cli: CommandLine
let password = ''
const inRoot = (name: string): string => join(root, name)
const folder = (): string => inRoot('data')

/** What the drive answers to the application password. */
async function drive(url: string): Promise<number> {
  const basic = Buffer.from(`bob:${password}`).toString('base64')
  const answer = await fetch(`${url}/dav/Home/`, { headers: { Authorization: `Basic ${basic}` } })
  await answer.text()
  return answer.status
}

before(async () => {
  root = mkdtempSync(join(tmpdir(), 'passerelle-backup-'))
  mkdirSync(folder())
  await using product = await startProduct({ dataDir: folder() })
  settings = {
    DATA_DIR: folder(),
    URL: product.url,
    LISTEN: new URL(product.url).host.replace('localhost', '127.0.0.1'),
  }
  cli = commandLine(settings)
  const ada = await product.administrator('ada')
  const bob = await product.person(ada, 'bob')
  const body = { name: 'NAS', application: 'network_drive' } as const
  password = (await bob.call('POST /me/app-passwords', { body })).password
  assert.match(await cli.ok('backup', inRoot('backup')), /^Wrote \d+ rows/)
  assert.match(await cli.fails(1, 'backup', inRoot('backup')), /must not be there yet/)
  assert.match(await cli.fails(1, 'restore', inRoot('backup')), /Stop the server first/)
})
after(() => rmSync(root, { recursive: true }))

describe('passerelle backup', () => {
  it('is for its owner only, and has no secret in the clear', () => {
    assert.equal(statSync(inRoot('backup')).mode & 0o777, 0o600)
    const key = readFileSync(join(folder(), 'master.key'), 'utf8').trim().split(' ').at(-1) ?? ''
    const text = gunzipSync(readFileSync(inRoot('backup'))).toString()
    assert.match(text, /"store\.backup"/)
    for (const secret of [key, PASSWORD, password, password.replaceAll('-', '')])
      assert.ok(!text.includes(secret))
  })
})

describe('passerelle restore', () => {
  it('does not touch a database with users unless told', async () => {
    assert.match(await cli.fails(1, 'restore', inRoot('backup')), /has 2 users. Add --replace/)
  })

  it('refuses what is no backup, was changed or cut, and keeps what was there', async () => {
    const good = readFileSync(inRoot('backup'))
    const wrong: Record<string, Uint8Array> = {
      empty: Buffer.alloc(0),
      other: Buffer.from('hello'),
      cut: good.subarray(0, good.length - 40),
      changed: Buffer.from(good.map((byte, i) => (i === good.length >> 1 ? byte ^ 1 : byte))),
    }
    for (const [name, bytes] of Object.entries(wrong)) {
      writeFileSync(inRoot(name), bytes)
      assert.match(await cli.fails(1, 'restore', inRoot(name), '--replace'), /backup is not taken/)
    }
    assert.match(await cli.fails(1, 'restore', inRoot('nowhere'), '--replace'), /not taken/)
    assert.match(await cli.ok('user', 'list'), /\nbob /)
  })

  it('puts back what was deleted since, and everybody signs in again', async () => {
    await cli.ok('user', 'delete', 'bob', '--yes')
    assert.match(await cli.ok('restore', inRoot('backup'), '--replace'), /^Restored \d+ rows/)
    assert.match(await cli.ok('audit', 'verify'), /The audit is whole/)
    await using product = await startProduct({ dataDir: folder() })
    assert.equal(await drive(product.url), 200)
  })

  it('A23: does not open the set-up again, also on a machine that has only the key', async () => {
    const fresh = inRoot('fresh')
    mkdirSync(fresh, { mode: 0o700 })
    const other = commandLine({ ...settings, DATA_DIR: fresh })
    assert.match(await other.fails(1, 'restore', inRoot('backup')), /There is no master key/)
    assert.equal(existsSync(join(fresh, 'passerelle.db')), false)
    cpSync(join(folder(), 'master.key'), join(fresh, 'master.key'))
    await other.ok('restore', inRoot('backup'))
    await using product = await startProduct({ dataDir: fresh })
    assert.equal(product.app.setUpLink, null)
    assert.equal((await product.client().call('GET /session')).setUpOpen, false)
    assert.equal(await drive(product.url), 200)
  })

  it('V09: refuses a backup that was made under another master key', async () => {
    const other = inRoot('elsewhere')
    mkdirSync(other, { mode: 0o700 })
    writeFileSync(join(other, 'master.key'), `k1 ${'ab'.repeat(32)}\n`, { mode: 0o600 })
    const said = await commandLine({ ...settings, DATA_DIR: other }).fails(
      1,
      'restore',
      inRoot('backup'),
    )
    assert.match(said, /backup is not taken/)
  })

  it('moves everything from SQLite to PostgreSQL', async () => {
    await using database = await newDatabase()
    const moved = inRoot('moved')
    mkdirSync(moved, { mode: 0o700 })
    cpSync(join(folder(), 'master.key'), join(moved, 'master.key'))
    writeFileSync(join(moved, 'url'), `${database.url}\n`)
    const there = { ...settings, DATA_DIR: moved, DATABASE_URL_FILE: join(moved, 'url') }
    const other = commandLine(there)
    await other.ok('restore', inRoot('backup'))
    assert.match(await other.ok('user', 'list'), /\nbob /)
    assert.match(await other.ok('audit', 'verify'), /The audit is whole/)
    const env = { DATABASE_URL: database.url }
    await using product = await startProduct({ dataDir: moved, env })
    assert.equal(await drive(product.url), 200)
    const said = await other.run('doctor')
    assert.match(said.out, /ok +database +PostgreSQL \d+/)
    assert.match(said.out, /ok +clock +\d+ ms from the database's clock/)
  })
})
