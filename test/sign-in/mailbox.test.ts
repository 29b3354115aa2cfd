import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openEntra, TENANT, type Entra } from '../support/authority/entra.ts'
import { openGoogle } from '../support/authority/google.ts'
import type { Client } from '../support/client.ts'
import {
  come,
  entraApplication,
  goThere,
  googleApplication,
  signInScene,
  type SignInScene,
} from '../support/sign-in-scene.ts'

const OFFERED = { second_factor: 'offered' } as const
const WITH_MAILBOX = { provisioning: 'create', ownMailbox: true } as const

async function atEntra(act: (scene: SignInScene, entra: Entra) => Promise<void>): Promise<void> {
  await using entra = await openEntra()
  await using scene = await signInScene(entra, entraApplication(entra), WITH_MAILBOX, {
    settings: OFFERED,
  })
  await act(scene, entra)
}

async function signedIn(scene: SignInScene): Promise<{ client: Client; mailbox: string | null }> {
  const client = scene.product.client()
  const went = await come(scene, client)
  return { client, mailbox: went.said.get('mailbox') }
}

const asked = (entra: Entra): string[] =>
  entra.seen
    .filter(({ path }) => path.endsWith('/token'))
    .map(({ body }) => body.get('scope') ?? '')

describe("a person's own mailbox by the consent of the sign-in", () => {
  it('is there, active, theirs and the default, without another step', async () => {
    await atEntra(async (scene, entra) => {
      const { client, mailbox } = await signedIn(scene)
      assert.equal(mailbox, 'connected')
      assert.match(asked(entra).at(-1) ?? '', /offline_access.*IMAP\.AccessAsUser\.All/)
      const [own] = await client.call('GET /me/mailboxes')
      assert.deepEqual(
        [own?.email, own?.state, own?.usable, own?.isDefault],
        ['alice@example.test', 'active', true, true],
      )
      const { tables } = scene.product.ground.store
      const user = await tables.users.findByKey('alice@example.test')
      const identity = await tables.identities.ofUser(user?.id ?? '')
      // One refresh token is not used by two: the account's stands for the person.
      assert.deepEqual([identity?.account_id, identity?.refresh_token], [own?.id, null])
      assert.deepEqual(await scene.said('mail_account.init'), ['ok'])
    })
  })

  it('is not disturbed by the next sign-in while it works', async () => {
    await atEntra(async (scene) => {
      await signedIn(scene)
      const { tables } = scene.product.ground.store
      const [before] = await tables.mailAccounts.list()
      const { mailbox } = await signedIn(scene)
      assert.equal(mailbox, null, 'nothing has to be said')
      const [after, other] = await tables.mailAccounts.list()
      assert.equal(other, undefined)
      assert.deepEqual(after?.refresh_token, before?.refresh_token)
      assert.equal(after?.initialised_at, before?.initialised_at)
    })
  })

  it('is brought back by the next sign-in where its permission has ended', async () => {
    await atEntra(async (scene) => {
      await signedIn(scene)
      const { tables } = scene.product.ground.store
      const [account] = await tables.mailAccounts.list()
      await tables.mailAccounts.update(account!.id, {
        state: 'reconsent',
        state_reason: 'grant_over',
      })
      const { client, mailbox } = await signedIn(scene)
      assert.equal(mailbox, 'connected')
      assert.equal((await client.call('GET /me/mailboxes'))[0]?.state, 'active')
    })
  })

  it('is the account that an administrator declared for that address', async () => {
    await atEntra(async (scene) => {
      const [application] = await scene.ada.call('GET /oauth-applications')
      const { id } = await scene.ada.call('POST /mail-accounts', {
        body: {
          applicationId: application?.id ?? '',
          identifier: 'alices-own',
          email: 'Alice@example.test',
        },
      })
      const { client, mailbox } = await signedIn(scene)
      assert.equal(mailbox, 'connected')
      const own = await client.call('GET /me/mailboxes')
      assert.deepEqual(
        own.map((one) => [one.id, one.usable, one.state]),
        [[id, true, 'active']],
      )
    })
  })

  it('is left alone where it belongs to somebody else, or was switched off', async () => {
    await atEntra(async (scene) => {
      const { tables } = scene.product.ground.store
      await signedIn(scene)
      const [account] = await tables.mailAccounts.list()
      await tables.mailAccounts.update(account!.id, { subject: `${TENANT} somebody-else` })
      assert.equal((await signedIn(scene)).mailbox, 'other_mailbox')
      await tables.mailAccounts.update(account!.id, { subject: null, state: 'disabled' })
      assert.equal((await signedIn(scene)).mailbox, 'other_mailbox')
      assert.deepEqual((await tables.mailAccounts.find(account!.id))?.state, 'disabled')
    })
  })

  it('is told where scopes are missing, and can be connected later; the sign-in works', async () => {
    await atEntra(async (scene, entra) => {
      entra.allows = (scope) => !scope.startsWith('https://')
      const { client, mailbox } = await signedIn(scene)
      assert.equal(mailbox, 'missing_scopes')
      assert.equal((await client.call('GET /session')).stage, 'full')
      assert.deepEqual(await client.call('GET /me/mailboxes'), [])
      entra.allows = () => true
      const { url } = await client.call('POST /me/mailbox', { body: {} })
      assert.equal(new URL(url).searchParams.get('login_hint'), 'alice@example.test')
      const went = await goThere(scene.product, client, url)
      assert.deepEqual([went.path, went.said.get('mailbox')], ['/profile', 'connected'])
      assert.equal((await client.call('GET /me/mailboxes'))[0]?.state, 'active')
    })
  })

  it('is not that of a guest, nor one by an address that nobody has proven', async () => {
    await using google = await openGoogle()
    google.signsIn = 'dan@gmail.test'
    await using scene = await signInScene(
      google,
      { ...googleApplication(google), scopes: 'openid email https://mail.google.com/' },
      { ...WITH_MAILBOX, tenants: ['gmail.test'] },
      { settings: OFFERED },
    )
    google.people.set('dan@gmail.test', {
      ...google.people.get('dan@gmail.test')!,
      hd: 'gmail.test',
    })
    const { client, mailbox } = await signedIn(scene)
    assert.equal(mailbox, 'no_mailbox')
    const { user } = await client.call('GET /session')
    assert.equal(user?.name, 'dan')
    // An account for that address is none of theirs: nobody has proven that it is their address.
    const [application] = await scene.ada.call('GET /oauth-applications')
    await scene.ada.call('POST /mail-accounts', {
      body: { applicationId: application?.id ?? '', identifier: 'd', email: 'dan@gmail.test' },
    })
    assert.deepEqual(await client.call('GET /me/mailboxes'), [])
  })
})
