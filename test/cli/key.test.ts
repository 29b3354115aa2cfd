import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { followCurrentKey } from '#vault/current-key.ts'
import { commandLine } from '../support/command-line.ts'
import { PASSWORD, startProduct } from '../support/product.ts'
import { sealEverywhere } from '../support/sealed.ts'

type Rotated = {
  key: string
  columns: { column: string; proven: number; resealed: number; broken: string[] }[]
  stillUsed: { key: string; appPasswords: number; auditRows: number }[]
}

describe('passerelle key rotate', () => {
  it('changes the key while the server runs, and the server goes on', async () => {
    await using product = await startProduct()
    const ada = await product.administrator()
    const { password } = await ada.call('POST /me/app-passwords', {
      body: { name: 'rclone', application: 'sync' },
    })
    const { dataDir } = product.ground.config
    const { sealer } = product.ground.identity
    const before = await sealEverywhere(product.ground.store, sealer)
    const file = join(dataDir, 'master.key')
    const cli = commandLine({ DATA_DIR: dataDir, URL: product.url })
    const rotated = await cli.json<Rotated>('key', 'rotate')
    assert.equal(rotated.key, 'k2')
    assert.ok(rotated.columns.every(({ proven, resealed }) => proven > 0 && resealed === proven))
    assert.equal(rotated.stillUsed[0]?.key, 'k1')
    assert.equal(rotated.stillUsed[0].appPasswords, 1)
    assert.ok(rotated.stillUsed[0].auditRows > 3)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.match(readFileSync(file, 'utf8'), /^#.*\nk1 [0-9a-f]{64}\nk2 [0-9a-f]{64}\n$/)
    // The server was not told of it. Ada's own second factor has another text, and is used below.
    for (const { place, sealed, text } of await before.now())
      if (place.table !== 'second_factor') assert.equal(sealer.open(sealed, place).reveal(), text)
    const { tables } = product.ground.store
    await followCurrentKey(tables.meta, product.ground.keyring) // as its own round does
    await ada.call('POST /session/confirm', { body: { password: PASSWORD, code: ada.code(1) } })
    const response = await fetch(`${product.url}/dav/`, {
      headers: { Authorization: `Basic ${Buffer.from(`ada:${password}`).toString('base64')}` },
    })
    assert.notEqual(response.status, 401)
    const [newest] = await tables.audit.list({ action: 'session.step_up' }, 1)
    assert.equal(newest?.keyId, 'k2')
    assert.equal((await ada.call('GET /audit/integrity')).fault, null)
    assert.match(await cli.ok('audit', 'verify'), /whole|no fault|rows/i)
  })

  it('adds the key first where other nodes need the file, and goes on when it is run again', async () => {
    await using product = await startProduct()
    await product.administrator()
    const { dataDir } = product.ground.config
    const cli = commandLine({ DATA_DIR: dataDir, URL: product.url })
    await cli.ok('key', 'rotate', '--only-add')
    await cli.ok('key', 'rotate', '--only-add')
    const file = readFileSync(join(dataDir, 'master.key'), 'utf8')
    assert.equal(file.match(/^k\d/gm)?.length, 2)
    assert.equal(product.ground.keyring.current, 'k1')
    const { key, columns } = await cli.json<Rotated>('key', 'rotate')
    assert.equal(key, 'k2')
    assert.equal(columns.find(({ column }) => column === 'second_factor.secret')?.resealed, 1)
    const again = await cli.json<Rotated>('key', 'rotate')
    assert.equal(again.key, 'k3')
  })
})
