import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { commandLine, line, start, type Settings } from '../support/command-line.ts'
import { freePort } from '../support/product.ts'

let folder = ''
let settings: Settings = {}
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'passerelle-serve-'))
  const port = await freePort()
  settings = {
    DATA_DIR: join(folder, 'data'),
    LISTEN: `127.0.0.1:${port}`,
    URL: `http://localhost:${port}`,
  }
})
after(() => rmSync(folder, { recursive: true }))

describe('an installation', () => {
  it('is not begun by any other command', async () => {
    const cli = commandLine(settings)
    for (const typed of [['user', 'list'], ['migrate'], ['admin', 'recover'], ['audit', 'verify']])
      assert.match(await cli.fails(1, ...typed), /There is no master key at .*passerelle serve/)
    assert.equal(existsSync(settings['DATA_DIR'] ?? ''), false)
  })

  it('begins with serve, which stops in order', async () => {
    const server = start(settings, ['serve'])
    const [, link = ''] = await line(server, /Set up the first administrator: (\S+)/)
    assert.ok(link.startsWith(`${settings['URL']}/set-up#`), link)
    const ready = await fetch(`http://${settings['LISTEN']}/readyz`)
    assert.equal(ready.status, 200)
    server.kill('SIGTERM')
    await once(server, 'close')
    assert.equal(server.exitCode, 0)
    for (const name of ['master.key', 'passerelle.db', 'audit.anchor'])
      assert.equal(statSync(join(folder, 'data', name)).mode & 0o777, 0o600, name)
  })

  it('goes on with what is there, and makes the set-up link anew while nobody used one', async () => {
    const server = start(settings, ['serve'])
    await line(server, /Set up the first administrator: \S+/)
    const cli = commandLine(settings)
    assert.match(await cli.ok('user', 'list'), /^NAME/)
    assert.match(await cli.ok('migrate'), /Nothing to do/)
    server.kill('SIGINT')
    await once(server, 'close')
    assert.equal(server.exitCode, 0)
  })

  it('says every mistake of its configuration and does not start', async () => {
    const cli = commandLine({ ...settings, LISTEN: '0.0.0.0:1', LOG_LEVEL: 'loud', COLOUR: 'x' })
    const said = await cli.fails(1, 'serve')
    for (const name of ['LISTEN', 'LOG_LEVEL', 'COLOUR'])
      assert.match(said, new RegExp(`- PASSERELLE_${name} `))
  })

  it('reads its configuration from a file', async () => {
    const file = join(folder, 'env')
    const lines = Object.entries(settings).map(([name, value]) => `PASSERELLE_${name}=${value}`)
    writeFileSync(file, lines.join('\n'))
    assert.match(await commandLine({}).ok(`--env-file=${file}`, 'user', 'list'), /^NAME/)
  })

  it('does not start with another master key, and leaves the database as it is', async () => {
    const key = join(folder, 'other.key')
    writeFileSync(key, `k1 ${'ab'.repeat(32)}\n`, { mode: 0o600 })
    const other = commandLine({ ...settings, MASTER_KEY_FILE: key })
    for (const typed of [['serve'], ['user', 'list']])
      assert.match(await other.fails(1, ...typed), /is not the one with which this database was/)
    assert.match(await commandLine(settings).ok('user', 'list'), /^NAME/)
  })

  it('V09: makes no new master key for a database that was written with another', async () => {
    const [key, aside] = [join(folder, 'data', 'master.key'), join(folder, 'aside.key')]
    renameSync(key, aside)
    assert.match(await commandLine(settings).fails(1, 'serve'), /is missing: put back the one/)
    assert.equal(existsSync(key), false)
    renameSync(aside, key)
    assert.match(await commandLine(settings).ok('user', 'list'), /^NAME/)
  })
})
