import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from '../support/client.ts'
import { applicationRow, newId } from '../support/rows.ts'
import { accountRow } from '../support/sealed.ts'
import { PASSWORD, startProduct, type Product } from '../support/product.ts'

describe("A10: another person's things by their id", () => {
  let product: Product
  let ada: Client
  let anna: Client & { userId: string }
  let bert: Client & { userId: string }
  before(async () => {
    product = await startProduct()
    ada = await product.administrator()
    anna = await product.person(ada, 'anna')
    bert = await product.person(ada, 'bert')
  })
  after(async () => await product[Symbol.asyncDispose]())

  it('are not there, exactly as what never was', async () => {
    const { id } = await anna.call('POST /me/app-passwords', {
      body: { name: 'rclone', application: 'sync' },
    })
    const [session] = await anna.call('GET /me/sessions')
    const [factor] = await anna.call('GET /me/second-factors')
    const [notice] = await anna.call('GET /me/notices')
    const body = { name: 'mine now' }
    const never = '01890000-0000-7000-8000-000000000000'
    for (const there of [true, false]) {
      const params = (of: string | undefined): { id: string } => ({ id: there ? of! : never })
      const refusals = [
        await bert.refused('GET /me/app-passwords/:id', { params: params(id) }),
        await bert.refused('PATCH /me/app-passwords/:id', { params: params(id), body }),
        await bert.refused('DELETE /me/app-passwords/:id', { params: params(id) }),
        await bert.refused('DELETE /me/sessions/:id', { params: params(session?.id) }),
        await bert.refused('PATCH /me/second-factors/:id', { params: params(factor?.id), body }),
        await bert.refused('DELETE /me/second-factors/:id', { params: params(factor?.id) }),
        await bert.refused('POST /me/second-factors/:id/verify', {
          params: params(factor?.id),
          body: { code: anna.code(1) },
        }),
        await bert.refused('DELETE /me/notices/:id', { params: params(notice?.id) }),
        await bert.refused('DELETE /me/stale-uses/:id', { params: params(id) }),
      ]
      for (const refusal of refusals) assert.equal(refusal.status, 404, JSON.stringify(refusal))
    }
    assert.equal((await anna.call('GET /me/app-passwords'))[0]?.name, 'rclone')
    assert.equal((await anna.call('GET /me/sessions')).length, 1)
    assert.equal((await anna.call('GET /me/second-factors')).length, 1)
  })

  it('are not reached through the other person either, nested', async () => {
    const { id } = await anna.call('POST /me/app-passwords', {
      body: { name: 'nested', application: 'sync' },
    })
    const params = { id: bert.userId, appPasswordId: id }
    const refusal = await ada.refused('DELETE /users/:id/app-passwords/:appPasswordId', { params })
    assert.equal(refusal.status, 404)
    await ada.call('DELETE /users/:id/app-passwords/:appPasswordId', {
      params: { ...params, id: anna.userId },
    })
  })

  it('mailboxes and live connections neither, nor an Init. Token of somebody else', async () => {
    const { tables } = product.ground.store
    const application = applicationRow('Contoso')
    await tables.oauthApplications.insert(application)
    const account = accountRow(application.id)
    await tables.mailAccounts.insert(account)
    await tables.mailAccounts.setUsers(account.id, [anna.userId])
    const [node] = await tables.liveConnections.nodes(0, 0)
    const connection = {
      id: newId(),
      node: node!.name,
      user_id: anna.userId,
      app_password_id: newId(),
      account_id: account.id,
      gateway: 'imap',
      ip: '192.0.2.9',
      client: 'Thunderbird',
      opened_at: product.clock.now(),
      bytes_in: 0,
      bytes_out: 0,
      closing: 0,
    }
    await tables.liveConnections.put([connection])
    const never = '01890000-0000-7000-8000-000000000000'
    for (const there of [true, false]) {
      const mailbox = { id: there ? account.id : never }
      const connected = there ? connection.id : never
      const initId = there ? account.id : never
      const refusals = [
        await bert.refused('PUT /me/mailboxes/:id/default', { params: mailbox }),
        await bert.refused('POST /me/mailboxes/:id/init', { params: mailbox }),
        await bert.refused('GET /me/mailboxes/:id/init/:initId', {
          params: { ...mailbox, initId },
        }),
        await bert.refused('DELETE /me/connections/:id', { params: { id: connected } }),
        // Nested, through the other person.
        await ada.refused('DELETE /users/:id/connections/:connectionId', {
          params: { id: bert.userId, connectionId: connected },
        }),
      ]
      for (const refusal of refusals) assert.equal(refusal.status, 404, JSON.stringify(refusal))
    }
    assert.deepEqual(await bert.call('GET /me/mailboxes'), [])
    assert.deepEqual(await bert.call('GET /me/connections'), [])
    assert.equal((await anna.call('GET /me/connections')).length, 1)
    assert.equal((await anna.call('GET /me/mailboxes')).length, 1)
  })

  it('nobody becomes more by asking for more than the contract has', async () => {
    const more = { displayName: 'Anna', role: 'administrator' } as { displayName: string }
    const refusal = await anna.refused('PATCH /me', { body: more })
    assert.deepEqual([refusal.code, refusal.fields[0]?.field], ['invalid', 'role'])
    assert.equal((await anna.call('GET /me')).user.role, 'user')
  })

  it('A11: an application password is no main password and no session', async () => {
    const { password } = await anna.call('POST /me/app-passwords', {
      body: { name: 'web', application: 'sync' },
    })
    const stranger = product.client()
    for (const typed of [password, password.replaceAll('-', '')]) {
      const refusal = await stranger.refused('POST /session', {
        body: { name: 'anna', password: typed },
      })
      assert.equal(refusal.code, 'unauthenticated')
    }
    const headers = { Authorization: `Basic ${Buffer.from(`anna:${password}`).toString('base64')}` }
    const { status } = await stranger.raw('GET', '/api/v1/me', { headers })
    assert.equal(status, 401)
    // Not to make another one, and not to confirm who one is.
    const refusal = await anna.refused('POST /session/confirm', {
      body: { password, code: anna.code(1) },
    })
    assert.equal(refusal.code, 'unauthenticated')
    assert.notEqual(password, PASSWORD)
  })

  it('A22: links name the public URL, whatever the request says', async () => {
    const { body } = await ada.raw('POST', `/api/v1/users/${anna.userId}/link`, {
      headers: {
        'Content-Type': 'application/json',
        'X-Forwarded-Host': 'evil.example',
        'X-Forwarded-Proto': 'https',
        Forwarded: 'host=evil.example',
        'X-Original-URL': '/evil',
      },
    })
    assert.ok((body as { url: string }).url.startsWith(`${product.url}/link#`))
  })
})
