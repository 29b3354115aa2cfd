import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Client } from '../support/client.ts'
import { commandLine } from '../support/command-line.ts'
import { PASSWORD, startProduct, type Product } from '../support/product.ts'

let folder = ''
before(() => (folder = mkdtempSync(join(tmpdir(), 'passerelle-key-'))))
after(() => rmSync(folder, { recursive: true }))

const create = async (client: Client, name: string): Promise<string> => {
  const body = { name, application: 'network_drive' } as const
  return (await client.call('POST /me/app-passwords', { body })).password
}

async function opens(product: Product, password: string): Promise<boolean> {
  const basic = Buffer.from(`ada:${password}`).toString('base64')
  const answer = await fetch(`${product.url}/dav/`, {
    headers: { Authorization: `Basic ${basic}` },
  })
  await answer.text()
  return answer.ok
}

describe('a second master key', () => {
  it('V09: is for what is new; what was made with the first goes on', async () => {
    const key = join(folder, 'master.key')
    let ada: Client
    let old = ''
    {
      await using product = await startProduct({ dataDir: folder })
      ada = await product.administrator('ada')
      old = await create(ada, 'old')
    }
    const first = readFileSync(key, 'utf8')
    appendFileSync(key, `k2 ${'cd'.repeat(32)}\n`)
    await using product = await startProduct({ dataDir: folder })
    assert.ok(await opens(product, old))
    const again = product.client()
    again.totp = ada.totp
    assert.equal((await again.signIn('ada', PASSWORD)).stage, 'second_factor')
    const body = { kind: 'totp', code: again.code(1) } as const
    assert.equal((await again.call('POST /session/second-factor', { body })).stage, 'full')
    const fresh = await create(again, 'new')
    assert.ok(await opens(product, fresh))
    const { db } = product.ground.store
    const rows = await db.selectFrom('app_password').select('key_id').orderBy('key_id').execute()
    assert.deepEqual(
      rows.map((row) => row.key_id),
      ['k1', 'k2'],
    )
    const cli = commandLine({ DATA_DIR: folder, URL: product.url })
    assert.match(await cli.ok('audit', 'verify'), /The audit is whole/)

    writeFileSync(key, `k2 ${'cd'.repeat(32)}\n`, { mode: 0o600 })
    assert.match(await cli.fails(1, 'user', 'list'), /has no key "k1"/)
    writeFileSync(key, first, { mode: 0o600 })
    assert.match(await cli.fails(1, 'user', 'list'), /needs the key "k2"|has no key "k2"/)
  })
})
