import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from '../support/client.ts'
import { PASSWORD, startProduct, type Product } from '../support/product.ts'
import { STORE_KINDS } from '../support/stores.ts'

for (const on of STORE_KINDS)
  describe(`policy over the API, on ${on}`, () => {
    let product: Product
    let ada: Client
    let bert: Client & { userId: string }
    let sales: string
    before(async () => {
      product = await startProduct({ on })
      ada = await product.administrator()
      bert = await product.person(ada, 'bert')
      sales = (await ada.call('POST /groups', { body: { name: 'Sales' } })).id
      const params = { id: sales, userId: bert.userId }
      assert.equal((await ada.call('PUT /groups/:id/members/:userId', { params })).members, 1)
    })
    after(async () => await product[Symbol.asyncDispose]())

    const group = () => ({ params: { id: sales } })
    const person = () => ({ params: { id: bert.userId } })
    const dav = async (password: string): Promise<number> => {
      const Authorization = `Basic ${Buffer.from(`bert:${password}`).toString('base64')}`
      const headers = { Authorization, Depth: '0' }
      return (await fetch(`${product.url}/dav/`, { method: 'PROPFIND', headers })).status
    }

    it('is decided by a group and by a person, says from where, and is left by null', async () => {
      const at = async (name: string) =>
        (await ada.call('GET /users/:id/policy', person())).find((one) => one.name === name)!
      const before = await at('session_idle')
      assert.deepEqual(
        [before.value, before.decided, before.inheritedFrom.level],
        [3600, false, 'everybody'],
      )
      const hours = ['Mon-Sun 00:00-24:00 Europe/Paris']
      await ada.call('PATCH /groups/:id/policy', {
        ...group(),
        body: { session_idle: 1800, gateway_hours: hours },
      })
      const inherited = await at('session_idle')
      assert.deepEqual(
        [inherited.value, inherited.inheritedFrom],
        [1800, { level: 'group', groupId: sales, groupName: 'Sales' }],
      )
      assert.deepEqual((await at('gateway_hours')).value, hours)
      await ada.call('PATCH /users/:id/policy', { ...person(), body: { session_idle: 900 } })
      const own = await at('session_idle')
      assert.deepEqual(
        [own.value, own.decided, own.inherited, own.updatedBy],
        [900, true, 1800, 'ada'],
      )
      const { decisions, groups } = await bert.call('GET /me')
      const seen = decisions.find(({ name }) => name === 'session_idle')
      assert.deepEqual([seen?.value, seen?.level, groups[0]?.name], [900, 'person', 'Sales'])
      await ada.call('PATCH /users/:id/policy', { ...person(), body: { session_idle: null } })
      await ada.call('PATCH /groups/:id/policy', {
        ...group(),
        body: { session_idle: null, gateway_hours: null },
      })
      assert.equal((await at('session_idle')).value, 3600)
      assert.equal((await ada.call('GET /groups/:id', group())).decisions, 0)
    })

    it('takes only what a level can decide, in its form, and says which entry is wrong', async () => {
      for (const [body, field] of [
        [{ drive_quota: 5 }, 'drive_quota'],
        [{ gateways_allowed: ['imap', 'gopher'] }, 'gateways_allowed.1'],
        [{ gateway_networks: ['10.0.0.0/8', 'here'] }, 'gateway_networks.1'],
        [{ gateway_hours: ['Mon 8:00-18:00 Europe/Paris'] }, 'gateway_hours.0'],
        [{ second_factor_kinds: [] }, 'second_factor_kinds'],
        [{ session_idle: 100_000 }, 'session_idle'],
      ] as const) {
        const refusal = await ada.refused('PATCH /groups/:id/policy', {
          ...group(),
          body: body as never,
        })
        assert.deepEqual(
          [refusal.code, refusal.fields?.[0]?.field],
          ['invalid', field],
          JSON.stringify(body),
        )
      }
      assert.equal((await ada.call('GET /groups/:id', group())).decisions, 0)
    })

    it('says what a change ends before it is made, and then ends that', async () => {
      const { password } = await bert.call('POST /me/app-passwords', {
        body: { name: 'Explorer', application: 'network_drive' },
      })
      assert.equal(await dav(password), 207)
      const found = await ada.call('POST /policy/what-if', {
        body: { level: 'group', targetId: sales, gateways_allowed: ['imap'] },
      })
      assert.deepEqual([found.looked, found.appPasswords.total, found.complete], [1, 1, true])
      const [cut] = found.appPasswords.shown
      assert.deepEqual(
        [cut?.name, cut?.userName, cut?.gateways, cut?.reason, cut?.lastUse?.ip],
        ['Explorer', 'bert', ['drive'], 'gateway_closed', '127.0.0.1'],
      )
      assert.equal(await dav(password), 207)
      await ada.call('PATCH /groups/:id/policy', {
        ...group(),
        body: { gateways_allowed: ['imap'] },
      })
      assert.equal(await dav(password), 401)
      const closed = await bert.refused('POST /me/app-passwords', {
        body: { name: 'other', application: 'network_drive' },
      })
      assert.deepEqual(closed.fields, [{ field: 'gateways', fault: 'closed' }])
      const me = await bert.call('GET /me')
      assert.deepEqual(
        [me.policy.gatewaysAllowed, me.applications.network_drive, me.applications.phone],
        [['imap'], [], ['imap']],
      )
      await ada.call('PATCH /groups/:id/policy', { ...group(), body: { gateways_allowed: null } })
      assert.equal(await dav(password), 207)
      for (const [body, code] of [
        [{ level: 'group', app_passwords: 'forbidden' }, 'invalid'],
        [{ level: 'group', targetId: 'nobody', app_passwords: 'forbidden' }, 'not_found'],
        [{ level: 'person', targetId: 'nobody', app_passwords: 'forbidden' }, 'not_found'],
      ] as const)
        assert.equal((await ada.refused('POST /policy/what-if', { body })).code, code)
    })

    it('forbids application passwords: none is created, none opens anything, none is deleted', async () => {
      await ada.call('PATCH /users/:id/policy', {
        ...person(),
        body: { app_passwords: 'forbidden' },
      })
      assert.equal((await bert.call('GET /me')).appPasswordsRefused, 'none_allowed')
      const body = { name: 'no', application: 'other' as const }
      assert.equal((await bert.refused('POST /me/app-passwords', { body })).code, 'forbidden')
      await ada.call('PATCH /users/:id/policy', { ...person(), body: { app_passwords: null } })
      assert.equal((await bert.call('GET /me/app-passwords'))[0]?.state, 'valid')
    })

    it('freezes application passwords when the main password changes, until their owner says so', async () => {
      const body = { name: 'freezes', application: 'sync' as const }
      const { password } = await bert.call('POST /me/app-passwords', { body })
      await ada.call('PATCH /users/:id/policy', {
        ...person(),
        body: { main_password_change: 'freeze' },
      })
      await bert.call('PUT /me/password', {
        body: { current: PASSWORD, password: 'rhubarb lantern 2 orchard' },
      })
      assert.equal(await dav(password), 401)
      assert.ok((await bert.call('GET /me/app-passwords')).every(({ state }) => state === 'frozen'))
      assert.equal((await bert.call('POST /me/app-passwords/thaw')).thawed, 2)
      assert.equal(await dav(password), 207)
    })
  })
