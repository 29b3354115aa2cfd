import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { userInfo } from 'node:os'
import { commandLine, type CommandLine } from '../support/command-line.ts'
import type { Client } from '../support/client.ts'
import { PASSWORD, startProduct, type Product } from '../support/product.ts'

type Listed = { id: string; name: string; role: string; state: string; secondFactors: number }

let product: Product
let cli: CommandLine
let ada: Client
before(async () => {
  product = await startProduct()
  ada = await product.administrator('ada')
  cli = commandLine({ DATA_DIR: product.ground.config.dataDir, URL: product.url })
})
after(() => product[Symbol.asyncDispose]())

const state = async (name: string): Promise<Listed | undefined> =>
  (await cli.json<Listed[]>('user', 'list')).find((user) => user.name === name)
const tokenOf = (url: string): string => url.split('#')[1] ?? ''

describe('passerelle user', () => {
  it('lists, with filters', async () => {
    assert.match(
      await cli.ok('user', 'list'),
      /^NAME .*\nada +ada@example\.org +administrator +active/,
    )
    assert.equal((await cli.json<Listed[]>('user', 'list', '--search', 'nobody')).length, 0)
    assert.equal((await cli.json<Listed[]>('user', 'list', '--role', 'administrator')).length, 1)
  })

  it('creates and invites a person, who signs in', async () => {
    const made = await cli.json<{ url: string; mailed: string }>(
      'user',
      'create',
      'bob',
      '--email',
      'bob@example.org',
      '--invite',
    )
    assert.equal(made.mailed, 'off')
    assert.equal((await state('bob'))?.state, 'invited')
    const bob = product.client()
    const body = { token: tokenOf(made.url), password: PASSWORD }
    await bob.call('POST /links/accept', { body })
    await bob.setUpTotp()
    assert.equal((await state('bob'))?.state, 'active')
    assert.equal((await bob.refused('POST /links/accept', { body })).code, 'link_dead')
  })

  it('names a mistake and the way out', async () => {
    assert.match(await cli.fails(2, 'user', 'create', 'eve'), /--email is missing/)
    assert.match(await cli.fails(1, 'user', 'create', 'ADA', '--email', 'x@y.z'), /has this name/)
    assert.match(await cli.fails(1, 'user', 'create', 'eve', '--email', 'nobody'), /not an e-mail/)
    assert.match(await cli.fails(1, 'user', 'enable', 'nobody'), /user list --search/)
  })

  it('disables and enables by name, e-mail or id', async () => {
    const id = (await state('bob'))?.id ?? ''
    await cli.ok('user', 'disable', 'BOB')
    assert.equal((await state('bob'))?.state, 'disabled')
    await cli.ok('user', 'enable', 'bob@example.org')
    await cli.ok('user', 'disable', id)
    await cli.ok('user', 'enable', id)
    assert.equal((await state('bob'))?.state, 'active')
  })

  it('takes second factors away, and ends sessions', async () => {
    const bob = product.client()
    await bob.call('POST /session', { body: { name: 'bob', password: PASSWORD } })
    await cli.ok('user', 'reset-second-factor', 'bob')
    assert.equal((await state('bob'))?.secondFactors, 0)
    assert.equal((await bob.call('GET /session')).stage, 'nobody')
    await bob.call('POST /session', { body: { name: 'bob', password: PASSWORD } })
    await cli.ok('user', 'end-sessions', 'bob')
    assert.equal((await bob.call('GET /session')).stage, 'nobody')
  })

  it('deletes only when told twice, and never the last administrator', async () => {
    assert.match(await cli.fails(2, 'user', 'delete', 'bob'), /application passwords of bob.*--yes/)
    await cli.ok('user', 'delete', 'bob', '--yes')
    assert.equal(await state('bob'), undefined)
    assert.match(await cli.fails(1, 'user', 'delete', 'ada', '--yes'), /last administrator/)
    assert.match(await cli.fails(1, 'user', 'disable', 'ada'), /last administrator/)
  })

  it('writes who did it into the audit, refusals as well', async () => {
    const { rows } = await ada.call('GET /audit', { query: { search: userInfo().username } })
    const said = rows.map(({ action, outcome }) => `${action} ${outcome}`)
    for (const event of [
      'user.create ok',
      'link.create ok',
      'user.delete ok',
      'user.delete refused',
    ])
      assert.ok(said.includes(event), event)
    assert.ok(rows.every(({ actor }) => actor.kind === 'operator'))
  })
})

describe('passerelle admin recover', () => {
  it('makes one new administrator, once, and is written down', async () => {
    const { url } = await cli.json<{ url: string }>('admin', 'recover')
    const body = {
      token: tokenOf(url),
      password: PASSWORD,
      name: 'grace',
      email: 'grace@example.org',
      language: 'en' as const,
    }
    await product.client().call('POST /links/accept', { body })
    assert.equal((await state('grace'))?.role, 'administrator')
    const again = { ...body, name: 'eve', email: 'eve@example.org' }
    const refused = await product.client().refused('POST /links/accept', { body: again })
    assert.equal(refused.code, 'link_dead')
    const { rows } = await ada.call('GET /audit', { query: { action: 'admin.recover' } })
    assert.equal(rows[0]?.actor.kind, 'operator')
  })
})
