import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openEntra } from '../support/authority/entra.ts'
import { openGoogle } from '../support/authority/google.ts'
import { openKeycloak } from '../support/authority/keycloak.ts'
import {
  come,
  entraApplication,
  genericApplication,
  googleApplication,
  signInScene,
} from '../support/sign-in-scene.ts'

const OFFERED = { second_factor: 'offered' } as const

describe('signing in at a provider', () => {
  it('Entra: makes the person at the first sign-in, and knows them at the next', async () => {
    await using entra = await openEntra()
    await using scene = await signInScene(
      entra,
      entraApplication(entra),
      { provisioning: 'create' },
      { settings: OFFERED },
    )
    const { product } = scene
    const client = product.client()
    const offered = await client.call('GET /sign-in')
    assert.deepEqual(
      offered.providers.map(({ name, kind }) => [name, kind]),
      [['Contoso', 'entra']],
    )
    const went = await come(scene, client, { body: { next: '/profile' } })
    assert.deepEqual([went.path, went.said.toString()], ['/profile', ''])
    const { stage, user } = await client.call('GET /session')
    assert.equal(stage, 'full')
    assert.deepEqual([user?.name, user?.email], ['alice@example.test', 'alice@example.test'])
    const identity = await client.call('GET /me/identity')
    assert.equal(identity?.providerName, 'Contoso')
    assert.match(identity?.subject ?? '', /^1{8}-.* aaaaaaaa-/)
    const row = await product.ground.store.tables.identities.ofUser(user?.id ?? '')
    assert.ok(row?.refresh_token, 'there is nothing to ask about the person by')
    assert.ok((row?.next_check_at ?? 0) > product.clock.now())

    const again = product.client()
    await come(scene, again)
    assert.equal((await again.call('GET /session')).user?.id, user?.id)
    assert.deepEqual(await scene.said('user.create'), ['ok', 'ok'])
    assert.deepEqual((await scene.said()).slice(-2), ['ok', 'ok'])
  })

  it('a provider by discovery: groups and language come along, and its sign-in ends ours', async () => {
    await using keycloak = await openKeycloak()
    await using scene = await signInScene(
      keycloak,
      genericApplication(keycloak),
      { provisioning: 'create', groupsClaim: 'groups' },
      { settings: OFFERED },
    )
    const client = scene.product.client()
    await come(scene, client)
    const { user } = await client.call('GET /session')
    assert.deepEqual([user?.name, user?.language], ['erin', 'fr'])
    const groups = await scene.product.ground.store.tables.groups.ofUser(user?.id ?? '')
    assert.deepEqual(
      groups.map(({ name }) => name),
      ['staff'],
    )
    keycloak.people.set('erin@example.test', {
      ...keycloak.people.get('erin@example.test')!,
      groups: ['admins', 'night'],
    })
    const before = client.cookies.get('__Host-passerelle')
    await come(scene, client)
    assert.notEqual(client.cookies.get('__Host-passerelle'), before)
    const sessions = await client.call('GET /me/sessions')
    assert.equal(sessions.length, 1)
    const after = await scene.product.ground.store.tables.groups.ofUser(user?.id ?? '')
    assert.deepEqual(after.map(({ name }) => name).sort(), ['admins', 'night'])
  })

  it('Google: only people of the Workspace; asks for consent once more where no token came', async () => {
    await using google = await openGoogle({ consented: true })
    await using scene = await signInScene(
      google,
      googleApplication(google),
      { provisioning: 'create', tenants: ['Gmail.test'] },
      { settings: OFFERED },
    )
    const asked = (): (string | null)[] =>
      google.seen
        .filter(({ path }) => path.endsWith('/auth'))
        .map(({ query }) => query.get('prompt'))
    const client = scene.product.client()
    await come(scene, client)
    assert.equal((await client.call('GET /session')).user?.email, 'carol@gmail.test')
    assert.deepEqual(asked(), [null, 'consent'])
    await come(scene, scene.product.client())
    assert.deepEqual(asked(), [null, 'consent', null])

    google.signsIn = 'dan@gmail.test'
    const went = await come(scene, scene.product.client())
    assert.deepEqual([went.path, went.said.get('provider')], ['/sign-in', 'other_organisation'])
    assert.deepEqual((await scene.said()).slice(-1), ['other_organisation'])
  })

  it('a provider that gives tokens after a consent only: it is asked for once, and no further', async () => {
    await using keycloak = await openKeycloak({ asksConsent: false })
    await using scene = await signInScene(
      keycloak,
      genericApplication(keycloak),
      { provisioning: 'create' },
      { settings: OFFERED },
    )
    const asked = (): (string | null)[] =>
      keycloak.seen.filter(({ path }) => path === '/auth').map(({ query }) => query.get('prompt'))
    const warnings = async (): Promise<string> => (await scene.provider()).warnings
    keycloak.allows = (scope) => scope !== 'offline_access'
    await come(scene, scene.product.client())
    assert.deepEqual(asked(), [null, 'consent'])
    assert.match(await warnings(), /no_refresh_token/)
    await come(scene, scene.product.client())
    assert.deepEqual(asked(), [null, 'consent', null], 'who gives none is not asked again')
    const { tables } = scene.product.ground.store
    const user = await tables.users.findByKey('erin')
    const identity = await tables.identities.ofUser(user?.id ?? '')
    assert.equal(identity?.next_check_at, null, 'there is nothing to ask by')
  })

  it('two browsers of one person at once make one person', async () => {
    await using keycloak = await openKeycloak()
    await using scene = await signInScene(
      keycloak,
      genericApplication(keycloak),
      { provisioning: 'create' },
      { settings: OFFERED },
    )
    const clients = [1, 2, 3].map(() => scene.product.client())
    await Promise.all(clients.map((client) => come(scene, client)))
    const ids = await Promise.all(
      clients.map(async (client) => (await client.call('GET /session')).user?.id),
    )
    assert.equal(new Set(ids).size, 1)
    assert.ok(ids[0])
    assert.equal((await scene.ada.call('GET /users')).total, 2)
  })

  it('lets in whom it knows only, where people have to be invited', async () => {
    await using keycloak = await openKeycloak()
    await using scene = await signInScene(keycloak, genericApplication(keycloak), {})
    const client = scene.product.client()
    const went = await come(scene, client, { body: { next: '/profile?x=1' } })
    assert.equal(went.path, '/sign-in?next=%2Fprofile%3Fx%3D1')
    assert.equal(went.said.get('provider'), 'not_invited')
    assert.equal((await client.call('GET /session')).stage, 'nobody')
    assert.deepEqual((await scene.said()).slice(-1), ['not_invited'])
    const { total } = await scene.ada.call('GET /users')
    assert.equal(total, 1)
  })
})
