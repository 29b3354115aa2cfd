import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY, MINUTE, SECOND } from '#base/clock.ts'
import type { Client } from '../support/client.ts'
import { STORE_KINDS } from '../support/stores.ts'
import { PASSWORD, startProduct, type Product } from '../support/product.ts'

const basic = (name: string, password: string): Record<string, string> => ({
  Authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
})

async function status(product: Product, headers: Record<string, string>): Promise<number> {
  const response = await fetch(`${product.url}/dav/Home/`, {
    method: 'PROPFIND',
    headers: { Depth: '0', ...headers },
  })
  await response.arrayBuffer()
  return response.status
}

const create = async (client: Client, name: string): Promise<{ id: string; password: string }> =>
  await client.call('POST /me/app-passwords', { body: { name, application: 'network_drive' } })

for (const on of STORE_KINDS)
  describe(`an application password at the drive, on ${on}`, () => {
    it('opens it; the profile shows by what, from where, and when', async () => {
      await using product = await startProduct({ on })
      const ada = await product.administrator()
      const { id, password } = await create(ada, 'rclone')
      assert.equal(
        await status(product, { ...basic('ada', password), 'User-Agent': 'rclone/v1.60' }),
        207,
      )
      const { lastUse } = await ada.call('GET /me/app-passwords/:id', { params: { id } })
      assert.deepEqual(
        [lastUse?.gateway, lastUse?.client, lastUse?.ip],
        ['drive', 'rclone/v1.60', '127.0.0.1'],
      )
    })

    it('a main password is 401 like everything wrong, and the log says what happened', async () => {
      await using product = await startProduct({ on })
      await product.administrator()
      assert.equal(await status(product, basic('ada', PASSWORD)), 401)
      const line = product.log.find((one) => one.includes('gateway.refused'))
      assert.match(line ?? '', /not_an_app_password/)
      assert.ok(!product.log.some((one) => one.includes(PASSWORD)))
    })

    it('A12: is refused from the second on which it ends, is deleted, or its owner is disabled', async () => {
      await using product = await startProduct({ on })
      const ada = await product.administrator()
      const anna = await product.person(ada, 'anna')
      const [ends, deleted, kept] = [
        await create(anna, 'a'),
        await create(anna, 'b'),
        await create(anna, 'c'),
      ]
      for (const { password } of [ends, deleted, kept])
        assert.equal(await status(product, basic('anna', password)), 207)
      await anna.call('DELETE /me/app-passwords/:id', { params: { id: deleted.id } })
      assert.equal(await status(product, basic('anna', deleted.password)), 401)
      const params = { id: anna.userId }
      await ada.call('POST /users/:id/disable', { params })
      assert.equal(await status(product, basic('anna', kept.password)), 401)
      await ada.call('POST /users/:id/enable', { params })
      assert.equal(await status(product, basic('anna', kept.password)), 207)
      product.clock.advance(90 * DAY - MINUTE)
      assert.equal(await status(product, basic('anna', kept.password)), 207)
      product.clock.advance(MINUTE + SECOND)
      assert.equal(await status(product, basic('anna', ends.password)), 401)
    })

    it('A12: belongs to the person, not to the name', async () => {
      await using product = await startProduct({ on })
      const ada = await product.administrator()
      const anna = await product.person(ada, 'anna')
      const { password } = await create(anna, 'a')
      assert.equal(await status(product, basic('ada', password)), 401)
      await ada.call('DELETE /users/:id', { params: { id: anna.userId } })
      await product.person(ada, 'anna')
      assert.equal(await status(product, basic('anna', password)), 401)
    })

    it('one that is dead and still sent is named in the profile, and put away', async () => {
      await using product = await startProduct({ on })
      const ada = await product.administrator()
      const { id, password } = await create(ada, 'Scanner')
      await ada.call('DELETE /me/app-passwords/:id', { params: { id } })
      for (let i = 0; i < 3; i++)
        assert.equal(
          await status(product, { ...basic('ada', password), 'User-Agent': 'Scan/1' }),
          401,
        )
      const [line] = await ada.call('GET /me/stale-uses')
      assert.deepEqual(
        [line?.name, line?.ended, line?.client, line?.ip],
        ['Scanner', 'revoked', 'Scan/1', '127.0.0.1'],
      )
      await ada.call('DELETE /me/stale-uses/:id', { params: { id } })
      assert.deepEqual(await ada.call('GET /me/stale-uses'), [])
    })

    it('a quota of one person holds, and the profile shows what is used', async () => {
      await using product = await startProduct({ on })
      const ada = await product.administrator()
      const me = (await ada.call('GET /session')).user!.id
      await ada.call('PATCH /users/:id', { params: { id: me }, body: { quotaBytes: 10_000 } })
      const headers = basic('ada', (await create(ada, 'rclone')).password)
      const put = async (name: string, size: number): Promise<number> =>
        (
          await fetch(`${product.url}/dav/Home/${name}`, {
            method: 'PUT',
            headers,
            body: new Uint8Array(size),
          })
        ).status
      assert.equal(await put('a', 9000), 201)
      assert.equal(await put('b', 2000), 507)
      const { user, policy } = await ada.call('GET /me')
      assert.deepEqual([user.usedBytes, policy.quotaBytes], [9000, 10_000])
    })
  })
