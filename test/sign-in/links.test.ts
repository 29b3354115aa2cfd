import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openKeycloak } from '../support/authority/keycloak.ts'
import { PASSWORD } from '../support/product.ts'
import {
  addProvider,
  come,
  genericApplication,
  signInScene,
  type SignInScene,
} from '../support/sign-in-scene.ts'

const OFFERED = { second_factor: 'offered' } as const

async function scene(act: (scene: SignInScene, signsIn: (name: string) => void) => Promise<void>) {
  await using keycloak = await openKeycloak()
  await using opened = await signInScene(
    keycloak,
    genericApplication(keycloak),
    {},
    {
      settings: OFFERED,
    },
  )
  await act(opened, (name) => void (keycloak.signsIn = `${name}@example.test`))
}

async function linkOf({ ada }: SignInScene, id: string): Promise<string> {
  const { url } = await ada.call('POST /users/:id/link', { params: { id } })
  return url.split('#')[1] ?? ''
}

const newUser = async ({ ada }: SignInScene, name: string): Promise<string> => {
  const body = { name, email: `${name}@example.org`, role: 'user', language: 'en' } as const
  return (await ada.call('POST /users', { body })).id
}

describe('a link that is accepted by signing in at the provider', () => {
  it('ties an invited person to the account there, for ever', async () => {
    await scene(async (s) => {
      const id = await newUser(s, 'bertha')
      const link = await linkOf(s, id)
      const client = s.product.client()
      assert.equal(
        (await client.call('POST /links/inspect', { body: { token: link } })).password,
        true,
      )
      const went = await come(s, client, { body: { link } })
      assert.deepEqual([went.path, went.said.toString()], ['/', ''])
      const { stage, user } = await client.call('GET /session')
      // Another name and another address than at the provider, and the same person.
      assert.deepEqual([stage, user?.id, user?.email], ['full', id, 'bertha@example.org'])

      const again = s.product.client()
      await come(s, again)
      assert.equal((await again.call('GET /session')).user?.id, id)
      const [one] = (await s.ada.call('GET /users', { query: { search: 'bertha' } })).rows
      assert.deepEqual([one?.state, one?.source], ['active', s.providerId])
    })
  })

  it('works once: not again, not for somebody else, not by a password afterwards', async () => {
    await scene(async (s, signsIn) => {
      const link = await linkOf(s, await newUser(s, 'bertha'))
      await come(s, s.product.client(), { body: { link } })
      const client = s.product.client()
      const dead = await client.refused('POST /sign-in/provider', {
        body: { providerId: s.providerId, link },
      })
      assert.equal(dead.code, 'link_dead')
      const byPassword = { token: link, password: PASSWORD }
      assert.equal(
        (await client.refused('POST /links/accept', { body: byPassword })).code,
        'link_dead',
      )
      signsIn('frank')
      assert.equal((await come(s, client)).said.get('provider'), 'not_invited')
    })
  })

  it('is used up by one of two who come back at the same moment', async () => {
    await scene(async (s) => {
      const link = await linkOf(s, await newUser(s, 'bertha'))
      const two = [s.product.client(), s.product.client()]
      const went = await Promise.all(two.map((one) => come(s, one, { body: { link } })))
      const said = went.map((one) => one.said.get('provider'))
      assert.equal(said.filter((one) => one === null).length, 1, said.join())
      assert.ok(said.some((one) => one === 'link_dead' || one === 'failed'))
    })
  })

  it('ties a person who had a password: the password opens nothing any more', async () => {
    await scene(async (s) => {
      const bob = await s.product.person(s.ada, 'bob')
      const went = await come(s, s.product.client(), {
        body: { link: await linkOf(s, bob.userId) },
      })
      assert.equal(went.said.get('provider'), null)
      assert.equal((await bob.call('GET /session')).stage, 'nobody')
      const body = { name: 'bob', password: PASSWORD }
      const refused = await s.product.client().refused('POST /session', { body })
      assert.equal(refused.code, 'unauthenticated')
    })
  })

  it('is not made for who comes from a provider; one from before gives no password', async () => {
    await scene(async (s) => {
      const id = await newUser(s, 'bertha')
      await come(s, s.product.client(), { body: { link: await linkOf(s, id) } })
      const refused = await s.ada.refused('POST /users/:id/link', { params: { id } })
      assert.equal(refused.code, 'conflict')
      const { tables } = s.product.ground.store
      const bob = await s.product.person(s.ada, 'bob')
      const token = await linkOf(s, bob.userId)
      await tables.users.update(bob.userId, { source: s.providerId })
      const client = s.product.client()
      const shown = await client.call('POST /links/inspect', { body: { token } })
      assert.equal(shown.password, false)
      const body = { token, password: PASSWORD }
      assert.equal((await client.refused('POST /links/accept', { body })).code, 'conflict')
    })
  })

  it('does not tie an account that is tied to somebody else', async () => {
    await scene(async (s) => {
      await come(s, s.product.client(), {
        body: { link: await linkOf(s, await newUser(s, 'one')) },
      })
      const id = await newUser(s, 'two')
      const went = await come(s, s.product.client(), { body: { link: await linkOf(s, id) } })
      assert.deepEqual([went.path, went.said.get('provider')], ['/link', 'taken'])
      const [two] = (await s.ada.call('GET /users', { query: { search: 'two' } })).rows
      assert.equal(two?.state, 'invited')
    })
  })

  it('is not accepted at another provider than the one that the person was declared for', async () => {
    await using other = await openKeycloak()
    await scene(async (s) => {
      const declared = genericApplication(other)
      const otherId = await addProvider(s.ada, other, 'Other', declared, {})
      const id = await newUser(s, 'bertha')
      await s.product.ground.store.tables.users.update(id, { source: s.providerId })
      const link = await linkOf(s, id)
      const there = { ...s, providerId: otherId }
      const went = await come(there, s.product.client(), { body: { link } })
      assert.deepEqual([went.path, went.said.get('provider')], ['/link', 'failed'])
      assert.equal((await s.said()).at(-1), 'other_provider')
      const client = s.product.client()
      await come(s, client, { body: { link } })
      assert.equal((await client.call('GET /session')).user?.id, id)
    })
  })

  it('ends with an administrator who parts the person from the provider', async () => {
    await scene(async (s) => {
      const id = await newUser(s, 'bertha')
      const client = s.product.client()
      await come(s, client, { body: { link: await linkOf(s, id) } })
      const inUse = await s.ada.refused('DELETE /identity-providers/:id', {
        params: { id: s.providerId },
      })
      assert.deepEqual(inUse.fields, [{ field: 'people', fault: 'in_use', suggestion: '1' }])
      await s.ada.call('DELETE /users/:id/identity', { params: { id } })
      assert.equal((await client.call('GET /session')).stage, 'nobody')
      assert.equal((await come(s, client)).said.get('provider'), 'not_invited')
      assert.equal(await s.ada.call('GET /users/:id/identity', { params: { id } }), null)
      await s.ada.call('DELETE /identity-providers/:id', { params: { id: s.providerId } })
    })
  })
})
