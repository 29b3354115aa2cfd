import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { csv } from '#api/csv.ts'
import type { Client } from '../support/client.ts'
import { STORE_KINDS } from '../support/stores.ts'
import { PASSWORD, startProduct, type Product } from '../support/product.ts'

for (const on of STORE_KINDS)
  describe(`administration over the API, on ${on}`, () => {
    let product: Product
    let ada: Client
    before(async () => {
      product = await startProduct({ on })
      ada = await product.administrator()
      for (const [name, role] of [
        ['anna', 'user'],
        ['Bert', 'user'],
        ['chloé', 'administrator'],
      ] as const)
        await ada.call('POST /users', {
          body: {
            name,
            email: `${name.normalize('NFKD').replaceAll(/\P{ASCII}/gu, '')}@example.org`,
            role,
            language: 'fr',
          },
        })
    })
    after(async () => await product[Symbol.asyncDispose]())

    const names = async (
      query: NonNullable<Parameters<typeof ada.call<'GET /users'>>[1]>['query'],
    ): Promise<string[]> =>
      (await ada.call('GET /users', { query: query! })).rows.map(({ name }) => name)

    it('users are filtered, sorted and paged on the server', async () => {
      assert.deepEqual(await names({}), ['ada', 'anna', 'Bert', 'chloé'])
      assert.deepEqual(await names({ order: 'desc', size: 2 }), ['chloé', 'Bert'])
      assert.deepEqual(await names({ size: 2, page: 2 }), ['Bert', 'chloé'])
      assert.deepEqual(await names({ search: 'BERT@' }), ['Bert'])
      assert.deepEqual(await names({ search: '%' }), [])
      assert.deepEqual(await names({ search: '_' }), [])
      assert.deepEqual(await names({ role: 'administrator' }), ['ada', 'chloé'])
      assert.deepEqual(await names({ state: 'invited', role: 'user' }), ['anna', 'Bert'])
      assert.deepEqual(await names({ sort: 'createdAt', order: 'desc', size: 1 }), ['chloé'])
      assert.equal((await names({ sort: 'lastSignInAt' }))[0], 'ada')
      assert.equal((await names({ sort: 'nextExpiry' })).length, 4)
      assert.equal((await ada.call('GET /users', { query: { size: 1 } })).total, 4)
    })

    it('settings change together or not at all, and say who, when, and the default', async () => {
      const refusal = await ada.refused('PATCH /settings', {
        body: { app_credentials_ttl: 7200, session_idle: 600 },
      })
      assert.deepEqual(refusal.fields, [{ field: 'app_credentials_ttl', fault: 'below_min' }])
      const unchanged = await ada.call('GET /settings')
      assert.ok(
        unchanged.every(
          ({ value, initial, updatedBy }) =>
            isDeepStrictEqual(value, initial) && updatedBy === null,
        ),
      )
      const changed = await ada.call('PATCH /settings', {
        body: { app_credentials_ttl: 7200, app_credentials_ttl_min: 3600 },
      })
      const ttl = changed.find(({ name }) => name === 'app_credentials_ttl')
      assert.deepEqual([ttl?.value, ttl?.updatedBy], [7200, 'ada'])
      const { expiresAt, createdAt } = await ada.call('POST /me/app-passwords', {
        body: { name: 'two hours', application: 'other' },
      })
      assert.equal(expiresAt - createdAt, 7_200_000)
    })

    it('policy that requires a second factor acts on sessions that are open', async () => {
      await ada.call('PATCH /settings', { body: { second_factor: 'off' } })
      const { id } = await ada.call('POST /users', {
        body: { name: 'dora', email: 'dora@example.org', role: 'user', language: 'en' },
      })
      const { url } = await ada.call('POST /users/:id/link', { params: { id } })
      const dora = product.client()
      const { stage } = await dora.call('POST /links/accept', {
        body: { token: url.split('#')[1]!, password: PASSWORD },
      })
      assert.equal(stage, 'full')
      await ada.call('PATCH /settings', { body: { second_factor: 'required' } })
      assert.equal((await dora.refused('GET /me')).code, 'second_factor_required')
      assert.equal((await dora.call('GET /session')).stage, 'set_up')
      await dora.setUpTotp()
      assert.equal((await dora.call('GET /me')).user.secondFactors, 1)
    })

    it("shared folders have members with access, and names that are nobody else's", async () => {
      const { rows } = await ada.call('GET /users', { query: { search: 'anna' } })
      const userId = rows[0]!.id
      const folder = await ada.call('POST /shared-folders', { body: { name: 'Comptabilité' } })
      for (const name of [
        'COMPTABILITÉ',
        'Compta\u0301bilite\u0301'.normalize('NFD').replace('\u0301b', 'b'),
      ])
        assert.equal(
          (await ada.refused('POST /shared-folders', { body: { name } })).code,
          'conflict',
          name,
        )
      for (const name of ['home', 'a/b', '..', '', 'x'.repeat(65)])
        assert.equal(
          (await ada.refused('POST /shared-folders', { body: { name } })).code,
          'invalid',
          name,
        )
      const params = { id: folder.id, userId }
      for (const access of ['read', 'write'] as const) {
        const { members } = await ada.call('PUT /shared-folders/:id/members/:userId', {
          params,
          body: { access },
        })
        assert.deepEqual(members, [{ userId, name: 'anna', access }])
      }
      await ada.call('PATCH /shared-folders/:id', {
        params: { id: folder.id },
        body: { name: 'Accounts' },
      })
      const { members } = await ada.call('DELETE /shared-folders/:id/members/:userId', { params })
      assert.deepEqual(members, [])
      await ada.call('DELETE /shared-folders/:id', { params: { id: folder.id } })
      assert.deepEqual(await ada.call('GET /shared-folders'), [])
    })

    it('the audit is filtered, goes on where it stopped, and is whole', async () => {
      const first = await ada.call('GET /audit', { query: { size: 2 } })
      assert.equal(first.next, first.rows[1]?.seq)
      const second = await ada.call('GET /audit', { query: { size: 500, before: first.next ?? 0 } })
      assert.equal(second.next, null)
      assert.equal(second.rows.at(-1)?.seq, 1)
      const refused = await ada.call('GET /audit', {
        query: { outcome: 'refused', action: 'settings.update' },
      })
      assert.deepEqual(
        refused.rows.map(({ reason }) => reason),
        ['invalid'],
      )
      assert.deepEqual((await ada.call('GET /audit/integrity')).fault, null)
      const me = (await ada.call('GET /session')).user!.id
      assert.ok(
        (await ada.call('GET /audit', { query: { user: me } })).rows.every(
          ({ actor, target }) => actor.id === me || target.id === me,
        ),
      )
    })

    it('A09: the export is safe to open in a spreadsheet, and is itself written down', async () => {
      await ada.call('POST /me/app-passwords', {
        body: { name: '=HYPERLINK("http://evil","x")', application: 'other' },
      })
      const text = await ada.call('GET /audit/export', { query: { search: 'hyperlink' } })
      assert.match(text, /,"'=HYPERLINK\(""http:\/\/evil"",""x""\)",/)
      assert.equal(text.trim().split('\r\n').length, 2)
      const { rows } = await ada.call('GET /audit', { query: { action: 'audit.read' } })
      assert.equal(rows[0]?.details['search'], 'hyperlink')
    })

    it('A09: no cell begins a formula, however it is disguised', () => {
      for (const cell of [
        '=1',
        '+1',
        '-1',
        '@x',
        '\t=1',
        '\r=1',
        '  =1',
        '\uff1d1',
        '\uff0b1',
        '\uff0d1',
        '\uff20x',
      ])
        assert.match(
          csv(['a'], [[cell]])
            .split('\r\n')
            .slice(1)
            .join('\r\n'),
          /^"?'/,
          JSON.stringify(cell),
        )
      assert.equal(
        csv(
          ['a', 'b'],
          [
            ['x"y', null],
            [-1, 'a\r\nb'],
          ],
        ),
        'a,b\r\n"x""y",\r\n-1,"a\r\nb"\r\n',
      )
    })
  })
