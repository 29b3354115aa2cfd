import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { STORE_KINDS } from '../support/stores.ts'
import { PASSWORD, startProduct } from '../support/product.ts'

for (const on of STORE_KINDS)
  describe(`first steps, over the API alone, on ${on}`, () => {
    it('from the printed link to an application password', async () => {
      await using product = await startProduct({ on })
      const ada = await product.administrator()
      const session = await ada.call('GET /session')
      assert.equal(session.stage, 'full')
      assert.equal(session.user?.role, 'administrator')
      assert.equal(session.setUpOpen, false)
      const { codes } = await ada.call('POST /me/recovery-codes')
      assert.equal(codes.length, 10)
      assert.deepEqual(
        await ada.call('POST /me/recovery-codes/check', { body: { code: codes[3]! } }),
        { fits: true },
      )
      const created = await ada.call('POST /me/app-passwords', {
        body: { name: 'rclone', application: 'network_drive' },
      })
      assert.match(created.password, /^(\w{5}-){4}\w{5}$/)
      assert.equal(created.driveUrl, `${product.url}/dav/`)
      assert.equal(created.expiresAt - created.createdAt, 90 * 86_400_000)
      const [listed] = await ada.call('GET /me/app-passwords')
      assert.equal(listed?.name, 'rclone')
      assert.ok(!('password' in listed))
    })

    it('the link works once, and the set-up never opens again', async () => {
      await using product = await startProduct({ on })
      await product.administrator()
      const token = product.app.setUpLink?.reveal().split('#')[1] ?? ''
      const body = { token, password: PASSWORD, name: 'eve', email: 'eve@example.org' }
      assert.equal(
        (await product.client().refused('POST /links/accept', { body })).code,
        'link_dead',
      )
      assert.equal((await product.client().call('GET /session')).setUpOpen, false)
    })

    it('an invited person signs in with password and code, and signs out', async () => {
      await using product = await startProduct({ on })
      const ada = await product.administrator()
      const bert = await product.person(ada, 'bert')
      await bert.call('DELETE /session')
      product.clock.advance(60_000)
      assert.equal((await bert.signIn('Bert@Example.org', PASSWORD)).stage, 'second_factor')
      assert.equal((await bert.refused('GET /me')).code, 'second_factor_required')
      const session = await bert.call('POST /session/second-factor', {
        body: { kind: 'totp', code: bert.code() },
      })
      assert.equal(session.stage, 'full')
      assert.equal((await bert.call('GET /me')).user.name, 'bert')
      assert.equal((await bert.refused('GET /users', { query: {} })).code, 'forbidden')
    })
  })
