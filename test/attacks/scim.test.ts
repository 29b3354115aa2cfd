/** A29: whoever speaks SCIM, and with whose token. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { MINUTE } from '#base/clock.ts'
import { addSilenceNotices } from '#changes/liveness/scim-silence.ts'
import type { Refused } from '../support/client.ts'
import { identityRow, providerRow, userRow } from '../support/rows.ts'
import {
  CONFIG,
  objectId,
  patch,
  person,
  say,
  scimScene,
  TENANT,
  type ScimScene,
  type Speaker,
} from '../support/scim-scene.ts'

const MAKE = 'POST /identity-providers/:id/scim-token'

describe('SCIM', () => {
  let s: ScimScene
  let [mine, theirs] = [{} as Speaker, {} as Speaker]
  before(async () => {
    s = await scimScene()
    mine = await s.speaker('Mine')
    theirs = await s.speaker('Theirs')
  })
  after(async () => await s[Symbol.asyncDispose]())
  const made = async (by: Speaker, name: string): Promise<string> => {
    const { status, body } = await by.say('POST', '/Users', person(name))
    assert.equal(status, 201, JSON.stringify(body))
    return body.id as string
  }

  it('A29: a directory gets no token', async () => {
    const directory = providerRow('Directory', { kind: 'ldap' })
    await s.product.ground.store.tables.identityProviders.insert(directory)
    const refused = await s.ada.send(MAKE, { params: { id: directory.id } })
    assert.deepEqual([refused.status, (refused.body as Refused).code], [409, 'conflict'])
  })

  it('A29: without a token, or with one that is not, nothing is said and nothing is done', async () => {
    const rotated = await s.speaker('Rotated')
    const params = { id: rotated.provider.id }
    await s.ada.call('POST /identity-providers/:id/scim-token', { params })
    const ended = await s.speaker('Ended')
    await s.ada.call('DELETE /identity-providers/:id/scim-token', {
      params: { id: ended.provider.id },
    })
    const answers = new Set<string>()
    for (const authorization of [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      'Bearer x',
      `Bearer ${'x'.repeat(43)}`,
      `Basic ${Buffer.from(`scim:${mine.token}`).toString('base64')}`,
      `Bearer ${mine.token}x`,
      `Bearer ${rotated.token}`,
      `Bearer ${ended.token}`,
    ])
      for (const path of ['/Users', '/ServiceProviderConfig', '/Nothing']) {
        const response = await fetch(`${s.product.url}/scim/v2${path}?access_token=${mine.token}`, {
          headers: authorization === undefined ? {} : { authorization },
        })
        assert.equal(response.status, 401, `${authorization} ${path}`)
        assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer/)
        answers.add(await response.text())
      }
    assert.equal(answers.size, 1)
  })

  it('A29: many wrong tokens wait; the right one from the same address does not', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 100; i++)
      statuses.push((await say(s.product.url, 'x'.repeat(43), 'GET', '/Users')).status)
    assert.deepEqual([...new Set(statuses)], [401, 429])
    assert.equal((await mine.say('GET', '/Users')).status, 200)
    s.product.clock.advance(2 * MINUTE)
  })

  it('A29: a token opens no call of the API, and no gateway', async () => {
    const headers = { authorization: `Bearer ${mine.token}`, origin: s.product.url }
    for (const path of ['/api/v1/users', '/api/v1/me', '/dav/'])
      assert.ok((await fetch(`${s.product.url}${path}`, { headers })).status >= 401, path)
    const basic = Buffer.from(`ada:${mine.token}`).toString('base64')
    const drive = await fetch(`${s.product.url}/dav/`, {
      method: 'PROPFIND',
      headers: { authorization: `Basic ${basic}` },
    })
    assert.equal(drive.status, 401)
  })

  it("A29: what is another provider's, or of this server, is not there", async () => {
    const bob = await s.product.person(s.ada, 'bob')
    const own = await made(mine, 'own')
    const other = await made(theirs, 'other')
    // A local person who also has an account at the provider is not the provider's.
    const tied = userRow('tied')
    await s.product.ground.store.tables.users.insert(tied)
    await s.product.ground.store.tables.identities.insert(identityRow(tied, mine.provider))
    const group = await theirs.say('POST', '/Groups', { displayName: 'Theirs' })
    const local = await s.ada.call('POST /groups', { body: { name: 'Local' } })
    const { body: before } = await theirs.say('GET', `/Users/${other}`)
    for (const id of [other, bob.userId, tied.id, 'x', '../Users']) {
      const at = `/Users/${encodeURIComponent(id)}`
      const answers = [
        await mine.say('GET', at),
        await mine.say('PUT', at, person('other')),
        await mine.say('PATCH', at, patch({ op: 'replace', path: 'active', value: false })),
        await mine.say('DELETE', at),
      ]
      for (const { status, body } of answers)
        assert.deepEqual([status, body.detail], [404, 'There is no such person.'])
      const member = { displayName: 'Mine', members: [{ value: id }] }
      assert.equal((await mine.say('POST', '/Groups', member)).status, 400)
    }
    for (const id of [group.body.id as string, local.id])
      for (const [method, body] of [
        ['GET', undefined],
        ['PUT', { displayName: 'X' }],
        ['PATCH', patch({ op: 'add', path: 'members', value: [{ value: own }] })],
        ['DELETE', undefined],
      ] as const)
        assert.equal((await mine.say(method, `/Groups/${id}`, body)).status, 404)
    const listed = await mine.say('GET', '/Users?filter=userName%20pr')
    assert.deepEqual(
      listed.body.Resources.map((one: { id: string }) => one.id),
      [own],
    )
    assert.equal((await mine.say('GET', '/Groups')).body.totalResults, 0)
    assert.deepEqual((await theirs.say('GET', `/Users/${other}`)).body, before)
    // The same person of the same tenant at two providers is two: neither is taken over.
    const twin = await mine.say('POST', '/Users', person('other', { userName: 'twin' }))
    assert.deepEqual([twin.status, twin.body.scimType], [409, 'uniqueness'])
  })

  it('A29: no password, role or right comes from outside', async () => {
    const { body } = await mine.say(
      'POST',
      '/Users',
      person('rights', {
        password: 'c4nary password from outside',
        roles: [{ value: 'administrator' }],
        entitlements: [{ value: 'administrator' }],
        role: 'administrator',
        id: 'chosen',
        groups: [{ value: 'administrators' }],
        __proto__: { role: 'administrator' },
      }),
    )
    await mine.say(
      'PATCH',
      `/Users/${body.id}`,
      patch(
        { op: 'add', path: 'roles', value: [{ value: 'administrator' }] },
        { op: 'replace', value: { password: 'c4nary', role: 'administrator' } },
      ),
    )
    const { tables } = s.product.ground.store
    const user = (await tables.users.find(body.id))!
    assert.deepEqual([user.role, user.password_hash, user.email_verified], ['user', null, 0])
    const shown = JSON.stringify((await mine.say('GET', `/Users/${body.id}`)).body)
    assert.doesNotMatch(shown, /c4nary|administrator/)
    assert.doesNotMatch((await tables.identities.ofUser(body.id))!.scim!, /c4nary|administrator/)
  })

  it('A29: nobody who has signed in is tied to another account of the provider', async () => {
    const { tables } = s.product.ground.store
    const root = userRow('root', { source: mine.provider.id, role: 'administrator' })
    await tables.users.insert({ ...root, last_sign_in_at: 1 })
    const subject = `${TENANT} ${objectId('root')}`
    await tables.identities.insert(identityRow(root, mine.provider, { subject }))
    const forged = { externalId: objectId('mallory') }
    for (const answer of [
      await mine.say('PUT', `/Users/${root.id}`, person('root', forged)),
      await mine.say('PATCH', `/Users/${root.id}`, patch({ op: 'replace', value: forged })),
    ])
      assert.deepEqual([answer.status, answer.body.scimType], [400, 'mutability'])
    assert.equal((await tables.identities.ofUser(root.id))?.subject, subject)
    // Who has not come in yet can be corrected.
    const fresh = await made(mine, 'fresh')
    const put = await mine.say('PUT', `/Users/${fresh}`, person('fresh', forged))
    assert.deepEqual([put.status, put.body.externalId], [200, forged.externalId])
  })

  it('A29: a person whom an administrator disabled here stays disabled', async () => {
    const id = await made(mine, 'barred')
    await s.ada.call('POST /users/:id/disable', { params: { id } })
    for (const value of [false, true])
      await mine.say('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'active', value }))
    assert.equal((await s.product.ground.store.tables.users.find(id))?.state, 'disabled')
  })

  it('A29: the token stands nowhere but as a keyed hash', async () => {
    const { store } = s.product.ground
    const dump = JSON.stringify([
      await store.db.selectFrom('identity_provider').selectAll().execute(),
      await store.db.selectFrom('audit').selectAll().execute(),
    ])
    assert.equal(dump.includes(mine.token), false)
    assert.equal(
      s.product.log.some((line) => line.includes(mine.token)),
      false,
    )
  })

  it('A29: a provider that says nothing for twice its interval is told of once, and again after', async () => {
    const { ground, clock } = s.product
    const silent = await s.speaker('Silent', { liveness: 'scim' })
    const { id } = silent.provider
    const told = async (): Promise<number> => {
      await addSilenceNotices(ground)
      const all = await ground.store.tables.notices.listAll(1000)
      const mineOf = all.filter(({ user_name }) => user_name === 'ada')
      return mineOf.filter(({ kind, params }) => kind === 'scim_silent' && /Silent/.test(params))
        .length
    }
    assert.equal(await told(), 0)
    clock.advance(2 * CONFIG.intervalS * 1000 + MINUTE)
    for (let i = 0; i < 2; i++) assert.equal(await told(), 1)
    await silent.say('GET', '/Users')
    assert.ok((await ground.store.tables.identityProviders.find(id))!.scim_seen_at)
    clock.advance(CONFIG.intervalS * 1000)
    assert.equal(await told(), 1)
    clock.advance(CONFIG.intervalS * 1000 + MINUTE)
    assert.equal(await told(), 2)
  })

  it('A29: nobody gets a token without having shown who they are', async () => {
    s.product.clock.advance(11 * MINUTE)
    const late = await s.ada.send(MAKE, { params: { id: mine.provider.id } })
    assert.deepEqual([late.status, (late.body as Refused).code], [403, 'step_up_required'])
    assert.equal((await mine.say('GET', '/Users?count=0')).status, 200)
  })
})
