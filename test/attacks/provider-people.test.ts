/**
 * Rows A18 and A24 for signing in: who a person is, and who they are not, whatever they are called.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SYSTEM } from '#app.ts'
import { linkForAdministrator } from '#changes/links.ts'
import type { Person } from '../support/authority/authority.ts'
import { openEntra, TENANT, type Entra } from '../support/authority/entra.ts'
import { answerWith, idToken } from '../support/authority/forged.ts'
import { openKeycloak } from '../support/authority/keycloak.ts'
import {
  addProvider,
  come,
  entraApplication,
  genericApplication,
  goThere,
  signInScene,
  type SignInScene,
} from '../support/sign-in-scene.ts'

const OTHER_TENANT = '99999999-2222-3333-4444-555555555555'
const CREATE = { provisioning: 'create' } as const
const OPTIONS = { settings: { second_factor: 'offered' } } as const
const ALICE = 'alice@example.test'

type Scene = SignInScene & { readonly entra: Entra }
async function scene(
  act: (scene: Scene) => Promise<void>,
  {
    application = {},
    typed = CREATE,
  }: {
    application?: Partial<ReturnType<typeof entraApplication>>
    typed?: Parameters<typeof signInScene>[2]
  } = {},
) {
  await using entra = await openEntra()
  const declared = { ...entraApplication(entra), ...application }
  await using opened = await signInScene(entra, declared, typed, OPTIONS)
  await act(Object.assign(opened, { entra }))
}

/** Somebody signs in at Entra with these claims; who they are here, or why they stay out. */
async function comes(s: Scene, claims: Partial<Person> & object = {}): Promise<string> {
  const alice = s.entra.people.get(ALICE)!
  s.entra.people.set(ALICE, { ...alice, ...claims })
  const client = s.product.client()
  const went = await come(s, client)
  s.entra.people.set(ALICE, alice)
  const { user } = await client.call('GET /session')
  return user?.id ?? went.said.get('provider') ?? ''
}

/** An id_token that the authority signs, of any tenant, to whoever asks. */
function entraToken({ entra }: Scene, claims: Record<string, unknown>): void {
  const tid = typeof claims['tid'] === 'string' ? claims['tid'] : TENANT
  answerWith(entra, () =>
    idToken(entra, {
      iss: `${entra.origin}/${tid}/v2.0`,
      sub: 'pairwise-of-the-attacker',
      oid: 'aaaaaaaa-0000-0000-0000-00000000000e',
      tid,
      email: ALICE,
      email_verified: undefined,
      preferred_username: ALICE,
      ...claims,
    }),
  )
}

describe('A18: a person at Entra', () => {
  it('A18: is the tid and oid: another name, another address and another upn change nothing', async () => {
    await scene(async (s) => {
      const id = await comes(s)
      assert.equal(await comes(s, { upn: 'alice.married@example.test' }), id)
      assert.equal(await comes(s, { upn: 'bob@example.test', email: ALICE, name: 'Bob' }), id)
      const user = await s.product.ground.store.tables.users.find(id)
      assert.deepEqual([user?.name, user?.email], [ALICE, ALICE], 'names here stay as they were')
    })
  })

  it('A18: re-created with the same upn is somebody else, whom an administrator has to tie', async () => {
    await scene(async (s) => {
      const id = await comes(s)
      const anew = { oid: 'bbbbbbbb-0000-0000-0000-000000000001' }
      assert.equal(await comes(s, anew), 'taken')
      assert.deepEqual((await s.said()).at(-1), 'name_or_email_taken')
      const notices = await s.ada.call('GET /me/notices')
      assert.equal(notices.filter(({ kind }) => kind === 'identity_taken').length, 1)
      assert.equal(await comes(s, anew), 'taken')
      const still = await s.ada.call('GET /me/notices')
      assert.equal(still.filter(({ kind }) => kind === 'identity_taken').length, 1, 'once a day')
      await s.ada.call('DELETE /users/:id/identity', { params: { id } })
      const { url } = await s.ada.call('POST /users/:id/link', { params: { id } })
      s.entra.people.set(ALICE, { ...s.entra.people.get(ALICE)!, ...anew })
      const client = s.product.client()
      await come(s, client, { body: { link: url.split('#')[1] ?? '' } })
      assert.equal((await client.call('GET /session')).user?.id, id)
    })
  })

  it('A18: is nobody here by an e-mail address, not even a local user with that address', async () => {
    await scene(async (s) => {
      const body = { name: 'alice', email: ALICE, role: 'administrator', language: 'en' } as const
      const { id } = await s.ada.call('POST /users', { body })
      assert.equal(await comes(s), 'taken')
      const local = await s.product.ground.store.tables.users.find(id)
      assert.deepEqual([local?.state, local?.source], ['invited', 'local'])
      assert.equal(await s.product.ground.store.tables.identities.ofUser(id), null)
    })
  })

  it('A18: of another tenant is refused, whatever address they claim (nOAuth)', async () => {
    await scene(async (s) => {
      await comes(s)
      entraToken(s, { tid: OTHER_TENANT })
      assert.equal((await come(s, s.product.client())).said.get('provider'), 'failed')
      assert.equal((await s.said()).at(-1), 'identity_unproven')
    })
  })

  it('A18: of a tenant that is not on the list is refused where several may come', async () => {
    const several = {
      application: { tenantId: 'organizations' },
      typed: { ...CREATE, tenants: [TENANT.toUpperCase()] },
    }
    await scene(async (s) => {
      entraToken(s, { tid: OTHER_TENANT })
      assert.equal((await come(s, s.product.client())).said.get('provider'), 'other_organisation')
      // The tenant that it names is not the one that signed it.
      entraToken(s, { tid: TENANT, iss: `${s.entra.origin}/${OTHER_TENANT}/v2.0` })
      assert.equal((await come(s, s.product.client())).said.get('provider'), 'failed')
      entraToken(s, { tid: OTHER_TENANT, iss: `${s.entra.origin}/${TENANT}/v2.0` })
      assert.equal((await come(s, s.product.client())).said.get('provider'), 'failed')
      entraToken(s, { tid: TENANT })
      const client = s.product.client()
      await come(s, client)
      assert.equal((await client.call('GET /session')).stage, 'full')
      const [one, ...more] = (await s.ada.call('GET /users')).rows.filter(
        ({ source }) => source !== 'local',
      )
      assert.deepEqual([one?.name, more.length], [ALICE, 0])
    }, several)
  })

  it('A18: has to name its tenants where the application is open to any', async () => {
    await scene(async (s) => {
      const [application] = await s.ada.call('GET /oauth-applications')
      const open = await s.ada.call('POST /oauth-applications', {
        body: {
          ...entraApplication(s.entra),
          identifier: 'open',
          tenantId: 'common',
        },
      })
      assert.ok(application)
      const wrong: [string[], string][] = [
        [[], 'empty'],
        [['example.test'], 'tenant'],
      ]
      for (const [tenants, fault] of wrong) {
        const body = {
          kind: 'oidc',
          name: 'Open',
          applicationId: open.id,
          tenants,
        } as const
        const { fields } = await s.ada.refused('POST /identity-providers', { body })
        assert.deepEqual(fields, [{ field: 'tenants', fault }])
      }
    })
  })

  it('A18: who is a guest there comes in by an invitation only, and no address of theirs is proven', async () => {
    await scene(async (s) => {
      const guest = {
        idp: 'https://sts.windows.net/other/',
        email: 'ceo@example.test',
        upn: 'ceo@example.test',
      }
      assert.equal(await comes(s, guest), 'guest')
      assert.equal(await comes(s, { acct: 1 }), 'guest')
      assert.equal(await comes(s, { upn: 'eve_gmail.com#EXT#@example.test' }), 'guest')
      assert.equal((await s.ada.call('GET /users')).total, 1)
    })
  })

  it('A18: has a proven address by a domain of the tenant, not by the claim email', async () => {
    await scene(async (s) => {
      const id = await comes(s, { email: 'ceo@victim.test' })
      const user = await s.product.ground.store.tables.users.find(id)
      assert.deepEqual([user?.email, user?.email_verified], [ALICE, 1])
    })
    await scene(async (s) => {
      const claims = { email: 'alice.mail@example.test', xms_edov: true }
      const id = await comes(s, claims)
      const user = await s.product.ground.store.tables.users.find(id)
      assert.deepEqual([user?.email, user?.email_verified], ['alice.mail@example.test', 1])
    })
  })

  it('A18: in too many groups for a token keeps the groups from before, and administrators see it', async () => {
    await scene(
      async (s) => {
        const id = await comes(s, { groups: ['g1', 'g2'] })
        const names = async (): Promise<string[]> =>
          (await s.product.ground.store.tables.groups.ofUser(id)).map(({ name }) => name).sort()
        assert.deepEqual(await names(), ['g1', 'g2'])
        assert.equal(await comes(s, { _claim_names: { groups: 'src1' } }), id)
        assert.deepEqual(await names(), ['g1', 'g2'])
        const params = { id: s.providerId }
        const { warnings } = await s.ada.call('GET /identity-providers/:id', { params })
        assert.ok(warnings.includes('groups_overage'))
        assert.equal(await comes(s, { groups: [] }), id)
        assert.deepEqual(await names(), [])
      },
      { typed: { ...CREATE, groupsClaim: 'groups' } },
    )
  })
})

describe('A18: a person at a provider by discovery', () => {
  it('A18: is iss and sub: the same sub at another provider is somebody else', async () => {
    await using one = await openKeycloak()
    await using two = await openKeycloak()
    await using s = await signInScene(one, genericApplication(one), CREATE, OPTIONS)
    const other = await addProvider(s.ada, two, 'Other', genericApplication(two), CREATE)
    const client = s.product.client()
    await come(s, client)
    const stranger = s.product.client()
    const went = await come({ ...s, providerId: other }, stranger)
    assert.equal(went.said.get('provider'), 'taken')
    assert.equal((await stranger.call('GET /session')).stage, 'nobody')
  })

  it('A18: has no proven address where the provider has not checked it, and no name by it', async () => {
    await using keycloak = await openKeycloak()
    await using s = await signInScene(keycloak, genericApplication(keycloak), CREATE, OPTIONS)
    const { tables } = s.product.ground.store
    const as = async (claims: object): Promise<(string | number | undefined)[]> => {
      answerWith(keycloak, () => idToken(keycloak, claims))
      const client = s.product.client()
      const went = await come(s, client)
      const { user } = await client.call('GET /session')
      const row = user && (await tables.users.find(user.id))
      return row ? [row.name, row.email, row.email_verified] : [went.said.get('provider') ?? '']
    }
    const ceo = { email: 'ceo@victim.test', preferred_username: 'ceo@victim.test' }
    for (const [i, email_verified] of [false, undefined, 'false', 0, 'yes'].entries()) {
      const sub = `mallory-${i}`
      const said = await as({ ...ceo, email: `ceo${i}@victim.test`, sub, email_verified })
      assert.deepEqual(said, [`ceo${i}`, `ceo${i}@victim.test`, 0])
    }
    assert.deepEqual(await as({ sub: 'nobody', email: undefined, preferred_username: 'n' }), [
      'no_email',
    ])
    assert.deepEqual(await as({ sub: 'odd', email: 'a@b@c', preferred_username: 'odd' }), [
      'no_email',
    ])
    const known = await tables.users.findByKey('ceo0@victim.test')
    assert.equal(known?.email_verified, 0)
    // Proven later, it counts from then on.
    const proven = { sub: 'mallory-0', email: 'ceo0@victim.test', email_verified: true }
    assert.deepEqual(await as(proven), ['ceo0', 'ceo0@victim.test', 1])
  })
})

describe('A24: a link that is accepted by signing in at a provider', () => {
  it('A24: of an administrator to be, or of somebody who was disabled, opens nothing', async () => {
    await using keycloak = await openKeycloak()
    await using s = await signInScene(keycloak, genericApplication(keycloak), {}, OPTIONS)
    const setUp = s.product.app.setUpLink?.reveal().split('#')[1] ?? ''
    const body = { name: 'bob', email: 'bob@example.org', role: 'user', language: 'en' } as const
    const { id } = await s.ada.call('POST /users', { body })
    const { url } = await s.ada.call('POST /users/:id/link', { params: { id } })
    const link = url.split('#')[1] ?? ''
    const client = s.product.client()
    const begin = async (token: string): Promise<string> => {
      const sent = { providerId: s.providerId, link: token }
      return (await client.refused('POST /sign-in/provider', { body: sent })).code
    }
    assert.equal(await begin(setUp), 'link_dead')
    const { ground } = s.product
    const links = { ...ground.identity, origin: s.product.url }
    const recover = await linkForAdministrator(links, SYSTEM, 'recover_administrator')
    assert.equal(await begin(recover.url.reveal().split('#')[1] ?? ''), 'link_dead')
    assert.equal(await begin('x'.repeat(43)), 'link_dead')
    // Disabled between the beginning and the end.
    const { url: there } = await client.call('POST /sign-in/provider', {
      body: { providerId: s.providerId, link },
    })
    await s.ada.call('POST /users/:id/disable', { params: { id } })
    const went = await goThere(s.product, client, there)
    assert.deepEqual([went.path, went.said.get('provider')], ['/link', 'disabled'])
    assert.equal((await client.call('GET /session')).stage, 'nobody')
    assert.equal(await begin(link), 'link_dead')
  })
})
