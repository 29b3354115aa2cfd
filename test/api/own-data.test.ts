import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startProduct } from '../support/product.ts'
import { identityRow, providerRow } from '../support/rows.ts'

describe('GET /me/export', () => {
  it('A10: is everything about oneself, and nothing of anybody else', async () => {
    await using product = await startProduct()
    const ada = await product.administrator()
    const anna = await product.person(ada, 'anna')
    const bert = await product.person(ada, 'bert')
    const secrets: string[] = []
    for (const person of [anna, bert]) {
      const body = { name: 'Outlook', application: 'outlook' } as const
      secrets.push((await person.call('POST /me/app-passwords', { body })).password)
    }
    secrets.push(...[anna, bert].flatMap(({ cookies }) => [...cookies.values()]))
    secrets.push(anna.totp?.secret.base32 ?? '')
    const group = await ada.call('POST /groups', { body: { name: 'Sales' } })
    await ada.call('PUT /groups/:id/members/:userId', {
      params: { id: group.id, userId: anna.userId },
    })
    await ada.raw('POST', `/api/v1/users/${anna.userId}/link`, {
      headers: { 'Content-Type': 'application/json', 'User-Agent': 'Browser of Ada' },
    })
    const data = await anna.call('GET /me/export')
    assert.equal(data.profile.user.name, 'anna')
    assert.deepEqual(data.groups, ['Sales'])
    assert.deepEqual(
      [data.appPasswords.length, data.secondFactors.length, data.sessions.length],
      [1, 1, 1],
    )
    assert.equal(data.appPasswords[0]?.name, 'Outlook')
    assert.ok(data.notices.some(({ kind }) => kind === 'app_password_created'))
    const actions = data.audit.map(({ action }) => action)
    for (const action of ['user.export', 'user.create', 'link.create', 'app_password.create'])
      assert.ok(actions.includes(action as never), action)
    const ofAda = data.audit.filter(({ actor }) => actor.name === 'ada')
    assert.ok(ofAda.length > 0)
    for (const row of ofAda) assert.deepEqual([row.ip, row.client], [null, null])
    const text = JSON.stringify(data)
    for (const secret of secrets) assert.ok(secret !== '' && !text.includes(secret))
    for (const other of ['Browser of Ada', 'bert', bert.userId]) assert.ok(!text.includes(other))
  })

  it("A10: names what was done to an application password of one's own", async () => {
    await using product = await startProduct()
    const ada = await product.administrator()
    const anna = await product.person(ada, 'anna')
    const body = { name: 'Outlook', application: 'outlook' } as const
    const { id } = await anna.call('POST /me/app-passwords', { body })
    await ada.call('DELETE /users/:id/app-passwords/:appPasswordId', {
      params: { id: anna.userId, appPasswordId: id },
    })
    const { audit } = await anna.call('GET /me/export')
    const [row] = audit.filter(({ action }) => action === 'app_password.revoke')
    assert.deepEqual([row?.target.id, row?.actor.name, row?.ip], [id, 'ada', null])
  })

  it('has what the provider said of the person over SCIM', async () => {
    await using product = await startProduct()
    const ada = await product.administrator()
    const anna = await product.person(ada, 'anna')
    assert.equal((await anna.call('GET /me/export')).scim, null)
    const { tables } = product.ground.store
    const user = (await tables.users.find(anna.userId))!
    const provider = providerRow('Contoso')
    await tables.identityProviders.insert(provider)
    const scim = JSON.stringify({ active: true, phoneNumbers: [{ value: '+33123456789' }] })
    await tables.identities.insert(identityRow(user, provider, { scim }))
    assert.deepEqual((await anna.call('GET /me/export')).scim, JSON.parse(scim))
  })
})
