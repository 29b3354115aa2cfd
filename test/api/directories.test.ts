/** Directories over the API and the command line: declared, tried, and signed in by. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Client } from '../support/client.ts'
import { commandLine } from '../support/command-line.ts'
import {
  LDAP_PASSWORD,
  openSlapd,
  PEOPLE,
  SEARCHER,
  type Slapd,
} from '../support/directory/slapd.ts'
import { startProduct, type Product } from '../support/product.ts'

let slapd: Slapd
let product: Product
let ada: Client
let id: string
const opened = new AsyncDisposableStack()
before(async () => {
  slapd = opened.use(await openSlapd())
  await slapd.person('grace', { displayName: 'Grace Hopper', preferredLanguage: 'fr-FR' })
  product = opened.use(await startProduct({ env: { ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8' } }))
  ada = await product.administrator('ada')
})
after(async () => await opened.disposeAsync())

const declared = () => ({
  kind: 'ldap' as const,
  name: 'The directory',
  flavour: 'other' as const,
  urls: [`ldap://127.0.0.1:${slapd.ldap}`],
  startTls: true,
  ca: slapd.authority.ca,
  bindDn: SEARCHER.dn,
  password: SEARCHER.password,
  baseDn: PEOPLE,
  provisioning: 'create' as const,
})
describe('a directory', () => {
  it('is checked before it is kept', async () => {
    const refused = async (more: object, field: string, fault: string): Promise<void> => {
      const body = { ...declared(), ...more }
      const { fields } = await ada.refused('POST /identity-providers', { body })
      assert.deepEqual(fields, [{ field, fault }], JSON.stringify(more))
    }
    await refused({ urls: ['ldaps://10.0.0.1'] }, 'urls', 'address')
    await refused({ startTls: false }, 'urls', 'https')
    await refused({ urls: ['https://127.0.0.1'] }, 'urls', 'url')
    await refused({ baseDn: 'somewhere' }, 'baseDn', 'form')
    await refused({ baseDn: '' }, 'baseDn', 'empty')
    await refused({ bindDn: 'ada@example.org' }, 'bindDn', 'form')
    await refused({ userFilter: '(uid=ada)' }, 'userFilter', 'form')
    await refused({ userFilter: '(uid={name}' }, 'userFilter', 'form')
    await refused({ userFilter: '({name}=ada)' }, 'userFilter', 'form')
    await refused({ idAttribute: 'entry UUID)' }, 'idAttribute', 'characters')
    await refused({ ca: 'not a certificate' }, 'ca', 'certificate')
    await refused({ password: '' }, 'password', 'empty')
  })

  it('is declared, tried and switched on; its password is never shown', async () => {
    const made = await ada.call('POST /identity-providers', { body: declared() })
    id = made.id
    assert.equal(JSON.stringify(made).includes(SEARCHER.password), false)
    const tried = await ada.call('POST /identity-providers/:id/test', {
      params: { id },
      body: { name: 'grace' },
    })
    assert.deepEqual(
      tried.checks.map(({ check, ok, reason }) => [check, ok, reason]),
      ['connect', 'bind', 'search', 'person'].map((check) => [check, true, null]),
    )
    assert.equal(tried.checks.at(-1)?.found, `uid=grace,${PEOPLE}`)
    await ada.call('POST /identity-providers/:id/enable', { params: { id } })
  })

  it('does not get its password at another place without being told it again', async () => {
    const params = { id }
    for (const body of [
      { urls: ['ldaps://127.0.0.1:10636'] },
      { startTls: false, urls: [`ldaps://127.0.0.1:${slapd.ldaps}`] },
      { ca: '' },
      { bindDn: 'cn=other,dc=example,dc=org' },
    ]) {
      const { fields } = await ada.refused('PATCH /identity-providers/:id', { params, body })
      assert.deepEqual(fields, [{ field: 'password', fault: 'again' }])
    }
    const body = { name: 'Our directory', graceS: 7200 }
    await ada.call('PATCH /identity-providers/:id', { params, body })
  })

  it('lets its people in, in the language that it says', async () => {
    const grace = product.client()
    const body = { name: 'grace', password: LDAP_PASSWORD }
    const { stage } = await grace.call('POST /session', { body })
    assert.equal(stage, 'set_up') // the second factor of this server
    await grace.setUpTotp()
    const { user } = await grace.call('GET /me')
    assert.deepEqual([user.displayName, user.language], ['Grace Hopper', 'fr'])
    const identity = await grace.call('GET /me/identity')
    assert.deepEqual([identity?.providerName, identity?.state], ['Our directory', 'alive'])
    const wrong = { name: 'grace', password: 'wrong' }
    assert.equal(
      (await product.client().refused('POST /session', { body: wrong })).code,
      'unauthenticated',
    )
  })

  it('that is away says so; no password is in a log or in the database', async () => {
    await slapd.stop()
    const body = { name: 'grace', password: LDAP_PASSWORD }
    assert.equal((await product.client().refused('POST /session', { body })).code, 'unavailable')
    const row = await ada.call('GET /identity-providers/:id', { params: { id } })
    assert.equal(row.failure, 'network')
    await slapd.start()
    product.clock.advance(60_000)
    await product.client().call('POST /session', { body })
    const log = product.log.join('')
    assert.match(log, /directory\.away/)
    const { dataDir } = product.ground.config
    const files = readdirSync(dataDir).filter((name) => name.startsWith('passerelle.db'))
    const stored = files.map((name) => readFileSync(join(dataDir, name), 'latin1')).join('')
    assert.match(stored, /Our directory/)
    for (const secret of [LDAP_PASSWORD, SEARCHER.password])
      assert.equal(log.includes(secret) || stored.includes(secret), false)
  })

  it('is tried by a command', async () => {
    const { config } = product.ground
    const cli = commandLine({
      DATA_DIR: config.dataDir,
      URL: product.url,
      ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8',
    })
    const said = await cli.ok('directory', 'test', 'our DIRECTORY', '--person', 'grace')
    assert.match(said, /ok +connect[^]*ok +bind[^]*ok +search[^]*ok +person +– +uid=grace/)
    const nobody = await cli.run('directory', 'test', 'Our directory', '--person', 'nobody')
    assert.deepEqual([nobody.code, /FAULT +person +unknown_there/.test(nobody.out)], [1, true])
    assert.match(await cli.fails(1, 'directory', 'test', 'elsewhere'), /no directory "elsewhere"/)
  })
})
