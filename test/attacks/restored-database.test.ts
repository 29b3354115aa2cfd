/**
 * V05, V07: the whole product over a database that has become an older one: yesterday's backup, by the
 * commands of an operator, and a PostgreSQL that came back without its last commits.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { DAY, HOUR, MINUTE } from '#base/clock.ts'
import type { TokenClass } from '#domain/mail-account.ts'
import type { MailAccountRow } from '#store/schema.ts'
import { openEntra, TENANT, type Entra } from '../support/authority/entra.ts'
import { visit } from '../support/authority/visit.ts'
import { commandLine } from '../support/command-line.ts'
import type { Client } from '../support/client.ts'
import { until } from '../support/mail-story.ts'
import { newDatabase, startPostgres } from '../support/postgres.ts'
import { startProduct, type Product } from '../support/product.ts'

const ENV = { ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8, ::1' }

/** An application at the authority, and an account for each of two people, with tokens. */
async function initialised(
  { url }: Product,
  ada: Client,
  entra: Entra,
  tokenClass: TokenClass,
): Promise<string[]> {
  const { id: applicationId } = await ada.call('POST /oauth-applications', {
    body: {
      identifier: 'office',
      provider: 'AzureAD',
      tenantId: TENANT,
      clientId: 'web',
      clientSecret: 'secret-of-the-tests',
      rootUrl: entra.origin,
      tokenClass,
    },
  })
  const redirectUrl = `${url}/oauth/callback`
  entra.register({ clientId: 'web', secret: 'secret-of-the-tests', redirectUrl })
  const ids: string[] = []
  for (const name of ['alice', 'bob']) {
    const { id } = await ada.call('POST /mail-accounts', {
      body: { applicationId, identifier: name, email: `${name}@example.test` },
    })
    const how = { params: { id }, body: { how: 'browser' as const } }
    const begun = await ada.call('POST /mail-accounts/:id/init', how)
    assert.ok(begun.how === 'browser')
    const back = await visit(begun.url, redirectUrl)
    await ada.raw('GET', `${back.pathname}${back.search}`)
    ids.push(id)
  }
  return ids
}

const rowsOf = async ({ ground }: Product, ids: readonly string[]): Promise<MailAccountRow[]> =>
  await Promise.all(ids.map(async (id) => (await ground.store.tables.mailAccounts.find(id))!))

/** As if so much time had passed for what is stored: PostgreSQL has a clock of its own. */
async function pass({ ground }: Product, ids: readonly string[], ms: number): Promise<void> {
  await ground.store.db
    .updateTable('mail_account')
    .set((e) => ({
      next_refresh_at: e('next_refresh_at', '-', ms),
      last_refresh_at: e('last_refresh_at', '-', ms),
      definite_at: e('definite_at', '-', ms),
    }))
    .where('id', 'in', [...ids])
    .execute()
}

const refreshes = (entra: Entra): number =>
  entra.seen.filter(({ body }) => body.get('grant_type') === 'refresh_token').length

/** Waits for the product's own rounds until every account is so. */
const allAre = async (
  what: string,
  product: Product,
  ids: readonly string[],
  so: (row: MailAccountRow) => boolean,
): Promise<MailAccountRow[]> =>
  await until(what, async () => {
    // A database that is starting has no answer yet.
    const rows = await rowsOf(product, ids).catch(() => null)
    return rows !== null && rows.every(so) && rows
  })

// Some at once: each mostly waits for the rounds of its own product.
describe("yesterday's backup, restored by an operator", { concurrency: 3 }, () => {
  for (const [kind, on, ends] of [
    ['stays_valid', 'sqlite', false],
    ['non_rotating', 'sqlite', false],
    // Within its window: a spent token still works.
    ['grace', 'sqlite', false],
    ['strict', 'sqlite', true],
    ['stays_valid', 'postgres', false],
    ['strict', 'postgres', true],
  ] as const)
    it(`V07: tokens of class ${kind} on ${on} ${ends ? 'are told to be over' : 'go on'}, without a storm`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'passerelle-restored-'))
      await using opened = new AsyncDisposableStack()
      opened.defer(() => rmSync(folder, { recursive: true, force: true }))
      const database = on === 'postgres' ? opened.use(await newDatabase()) : null
      const entra = opened.use(await openEntra({ rotation: kind }))
      const env = { ...ENV, ...(database ? { DATABASE_URL: database.url } : {}) }
      const backup = join(folder, 'backup')
      let ids: string[] = []
      {
        await using product = await startProduct({ dataDir: folder, env })
        const cli = commandLine({ DATA_DIR: folder, URL: product.url, ...env })
        const ada = await product.administrator()
        ids = await initialised(product, ada, entra, kind)
        await cli.ok('backup', backup)
        const before = refreshes(entra)
        for (const id of ids) await ada.call('POST /mail-accounts/:id/refresh', { params: { id } })
        assert.equal(refreshes(entra) - before, ids.length)
        await product[Symbol.asyncDispose]()
        await cli.ok('restore', backup, '--replace')
        assert.match(await cli.ok('audit', 'verify'), /The audit is whole/)
      }
      const before = refreshes(entra)
      // What the provider gave in the meantime is in no backup: to it the old token was spent.
      await using product = await startProduct({ dataDir: folder, env })
      await pass(product, ids, DAY)
      if (ends) {
        const doubted = await allAre('the first no', product, ids, (row) => row.failures > 0)
        for (const row of doubted) assert.equal(row.state, 'degraded')
        await pass(product, ids, DAY)
        const stale = await allAre(
          'a definite no',
          product,
          ids,
          ({ state }) => state !== 'degraded',
        )
        for (const { state, refresh_token: kept } of stale)
          assert.ok(state === 'reconsent' && kept !== null, 'told, and nothing is thrown away')
        const { notices, audit } = product.ground.store.tables
        const kinds = (await notices.listAll(100)).map((one) => one.kind)
        assert.deepEqual(
          kinds.filter((one) => one === 'mail_account_reconsent'),
          ids.map(() => 'mail_account_reconsent'),
        )
        const said = await audit.list({ user: ids[0]! }, 10)
        assert.equal(said[0]?.details['to'], 'reconsent')
      } else {
        const since = Date.now() - MINUTE
        const rows = await allAre(
          'refreshed',
          product,
          ids,
          (row) => (row.last_refresh_at ?? 0) > since,
        )
        for (const row of rows) assert.deepEqual([row.state, row.failures], ['active', 0])
      }
      assert.ok(refreshes(entra) - before <= ids.length * 2, 'a storm')
    })
})

describe('a PostgreSQL that comes back without its last commits', () => {
  it('V05: as a replica that was promoted: what is remembered is put back, nobody is asked', async () => {
    // What was committed is in the files, whatever kills it.
    await using server = await startPostgres({ synchronous_commit: 'on' })
    await using database = await newDatabase(server.url)
    await using entra = await openEntra({ rotation: 'strict' })
    await using product = await startProduct({ env: { ...ENV, DATABASE_URL: database.url } })
    const ada = await product.administrator()
    const ids = await initialised(product, ada, entra, 'strict')
    const replica = `${server.data}.replica`
    await server.kill()
    execFileSync('cp', ['-a', server.data, replica])
    await server.start()
    // Due, and refreshed by the rounds: the commits that the replica lacks.
    const before = await until('the database', () => rowsOf(product, ids).catch(() => null))
    await pass(product, ids, HOUR)
    const newest = await allAre('refreshed', product, ids, ({ id, granted }) =>
      before.some((row) => row.id === id && granted > row.granted),
    )
    const asked = refreshes(entra)
    await server.kill()
    execFileSync('rm', ['-rf', server.data])
    execFileSync('mv', [replica, server.data])
    await server.start()
    const older = await until('the replica', () => rowsOf(product, ids).catch(() => null))
    const same = (one: MailAccountRow, rows: readonly MailAccountRow[]): boolean =>
      rows.some(({ id, refresh_token: token }) => {
        return (
          id === one.id && Buffer.from(token ?? []).equals(one.refresh_token ?? Buffer.alloc(1))
        )
      })
    assert.ok(
      older.every((row) => !same(row, newest)),
      'it lacks them',
    )
    await pass(product, ids, HOUR)
    await allAre('put back', product, ids, (row) => row.state === 'active' && same(row, newest))
    assert.equal(refreshes(entra), asked, 'nobody was asked with a token that was spent')
    assert.ok(
      product.log.some((text) => text.includes('refresh.rolled_back')),
      'and it is said',
    )
    await pass(product, ids, 8 * DAY) // nobody uses them: they are refreshed weekly
    await allAre('refreshed again', product, ids, (row) => !same(row, newest))
    for (const { state } of await rowsOf(product, ids)) assert.equal(state, 'active')
  })
})
