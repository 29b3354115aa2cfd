import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { commandLine, type CommandLine } from '../support/command-line.ts'
import type { Client } from '../support/client.ts'
import { startProduct, type Product } from '../support/product.ts'

type Listed = { id: string; name: string; lastUsedAt: number | null; expiresAt: number }

let product: Product
let cli: CommandLine
let ada: Client
before(async () => {
  product = await startProduct()
  ada = await product.administrator('ada')
  cli = commandLine({ DATA_DIR: product.ground.config.dataDir, URL: product.url })
})
after(() => product[Symbol.asyncDispose]())

const create = async (name: string): Promise<{ id: string; password: string }> =>
  await ada.call('POST /me/app-passwords', { body: { name, application: 'network_drive' } })

describe('passerelle app-password', () => {
  it('lists without ever showing one', async () => {
    const { password } = await create('NAS')
    const text = await cli.ok('app-password', 'list', 'ada')
    assert.match(text, /NAS +drive +– /)
    const rows = await cli.json<Listed[]>('app-password', 'list', 'ada@example.org')
    assert.deepEqual(
      rows.map((row) => row.name),
      ['NAS'],
    )
    assert.ok(!(text + JSON.stringify(rows)).includes(password))
  })

  it('shows a name that would move the cursor as what it is', async () => {
    const { id } = await create('\u202egnp.exe')
    assert.match(await cli.ok('app-password', 'list', 'ada'), /\\u\{202e\}gnp\.exe/)
    await cli.ok('app-password', 'revoke', id)
  })

  it('deletes one by its id, once', async () => {
    const { id } = await create('Phone')
    assert.match(await cli.ok('app-password', 'revoke', id), /Deleted "Phone" of ada/)
    assert.match(await cli.fails(1, 'app-password', 'revoke', id), /There is no application/)
    const left = await ada.call('GET /me/app-passwords')
    assert.ok(left.every((one) => one.id !== id))
  })

  it('deletes all of a user, and only when that is what was asked', async () => {
    await create('Scanner')
    for (const typed of [['--all'], ['--user', 'ada'], []])
      assert.match(await cli.fails(2, 'app-password', 'revoke', ...typed), /missing|both/)
    const { ended } = await cli.json<{ ended: number }>(
      'app-password',
      'revoke',
      '--user',
      'ada',
      '--all',
    )
    assert.equal(ended, 2)
    assert.deepEqual(await ada.call('GET /me/app-passwords'), [])
  })
})
