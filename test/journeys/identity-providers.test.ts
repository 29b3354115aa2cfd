/**
 * Administration: identity providers of both kinds, from the choice of the kind to the end of one.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { TENANT } from '../support/authority/entra.ts'
import { about, LANGUAGES, openChromium, Visit } from '../support/browser.ts'
import { GROUPS, openSlapd, PEOPLE, SEARCHER, type Slapd } from '../support/directory/slapd.ts'
import { openEntraStory } from '../support/provider-story.ts'
import { wordsOf } from '../support/page-words.ts'
import { startProduct } from '../support/product.ts'

const PATH = '/administration/identity-providers'

describe('Identity providers', () => {
  let browser: Browser
  let slapd: Slapd
  before(async () => {
    browser = await openChromium()
    slapd = await openSlapd()
    const grace = await slapd.person('grace', { displayName: 'Grace Hopper' })
    await slapd.group('staff', [grace])
  })
  after(async () => {
    await browser.close()
    await slapd[Symbol.asyncDispose]()
  })

  for (const language of LANGUAGES) {
    const say = wordsOf(language)

    it(`of Microsoft 365: declared, tried, switched on, provisioned, deleted (${language})`, async () => {
      await using story = await openEntraStory()
      const { product, ada, authority } = story
      await ada.call('PATCH /me', { body: { language } })
      await Visit.of(browser, { url: product.url, language, as: ada }, async (visit) => {
        const { page } = visit
        await ada.call('POST /oauth-applications', {
          body: {
            identifier: 'application-2',
            provider: 'AzureAD',
            tenantId: TENANT,
            rootUrl: authority.origin,
            clientId: 'web-2',
            clientSecret: 'a secret',
            imapHost: 'localhost',
            popHost: 'localhost',
            smtpHost: 'localhost',
          },
        })
        await visit.show(`${PATH}/new`)
        await visit.heading(say('Where do people have their accounts?'))
        await visit.looksRight('kinds of identity providers')
        await page.getByRole('button', { name: /Google Workspace/ }).click()
        await visit.sees(say('An OAuth 2 application comes first'))
        await visit.press(say('Choose another kind'))
        await page.getByRole('button', { name: /Microsoft 365/ }).click()
        assert.equal(await visit.field(say('Name')).inputValue(), 'Microsoft 365')
        await visit.press(say('Declare'))
        await visit.field(say('OAuth 2 application')).selectOption({ label: 'application-2' })
        await visit.field(say('Tenants')).fill('contoso.example')
        await visit.press(say('Declare'))
        await visit.sees(say('A tenant is a GUID or a domain.'))
        await visit.field(say('Tenants')).fill(TENANT)
        await visit.field(say('Domains of names')).fill('Contoso.example\n')
        await visit.field(say("Connect the person's own mailbox by the same consent")).check()
        await visit.press(say('More: groups, second factor there'))
        await visit.field(say('Claim with the groups')).fill('groups')
        await visit.field(say('Trusted values of amr')).fill('mfa')
        await visit.field(say('Grace time')).fill('3')
        await visit.looksRight('a new identity provider')
        await visit.press(say('Declare'))
        await page.waitForURL(/\/[0-9a-f-]{36}$/)
        await visit.heading('Microsoft 365')
        const made = (await ada.call('GET /identity-providers')).find(
          ({ name }) => name === 'Microsoft 365',
        )!
        const { oidc, addresses, enabled } = made
        assert.equal(enabled, false)
        assert.deepEqual(
          [oidc?.tenants, oidc?.domains, oidc?.ownMailbox, oidc?.graceS, oidc?.provisioning],
          [[TENANT], ['contoso.example'], true, 3 * 86_400, 'invited'],
        )
        assert.deepEqual(oidc?.secondFactorClaims, { amr: ['mfa'], acr: [] })
        const { redirectUrl } = addresses!
        await page.locator('code', { hasText: redirectUrl }).waitFor()
        authority.register({ clientId: 'web-2', secret: 'a secret', redirectUrl })
        await visit.looksRight('an identity provider')

        await visit.press(say('Test'))
        await visit.sees(say('The provider knows the client and its proof'))
        await visit.looksRight('a tested identity provider')
        authority.register({ clientId: 'web-2', secret: 'another', redirectUrl })
        await visit.press(say('Test'))
        await visit.sees(/AADSTS7000215/)
        await visit.press(say('Switch on'))
        await visit.sees(say('People can sign in by it from now on.'))

        // The token of SCIM is shown this once.
        await visit.press(say('Make a token'))
        await visit.sees(say('The token is shown only now, and never again'))
        await visit.looksRight('a token of SCIM')
        await page.reload()
        await visit.press(say('Make another token'))
        await page
          .getByRole('dialog')
          .getByRole('button', { name: say('Cancel') })
          .click()
        await visit.press(say('End the token'))
        await visit.press(say('End it'))
        await page.getByRole('button', { name: say('Make a token') }).waitFor()

        await visit.field(say('Only at the next sign-in')).check()
        await visit.press(say('Save'))
        await visit.sees(say('The identity provider was changed.'))
        await visit.press(say('Switch off'))
        await visit.press(say('Switch it off'))
        await page.getByRole('button', { name: say('Switch on'), exact: true }).waitFor()

        await visit.show(PATH)
        await visit.press(about(say('Move up'), 'Microsoft 365'))
        await page.locator('tbody tr').first().getByText('Microsoft 365').first().waitFor()
        await product.ground.store.tables.identityProviders.failed(
          story.provider.id,
          product.clock.now() - 3_600_000,
          'timeout',
        )
        await page.reload()
        await visit.sees(say('does not answer'))
        await visit.looksRight('identity providers')
        await page.getByRole('link', { name: 'Microsoft 365' }).click()
        await visit.press(say('Delete'))
        await visit.press(say('Delete for good'))
        await page.getByRole('link', { name: 'Contoso' }).waitFor()
        assert.equal((await ada.call('GET /identity-providers')).length, 1)
      })
    })

    it(`of a directory: declared, with the step that failed, and a person (${language})`, async () => {
      await using product = await startProduct({
        env: { ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8, ::1' },
      })
      const ada = await product.administrator()
      await ada.call('PATCH /me', { body: { language } })
      await Visit.of(browser, { url: product.url, language, as: ada }, async (visit) => {
        const { page } = visit
        await visit.show(PATH)
        await visit.looksRight('no identity providers')
        await page.getByRole('link', { name: say('Declare an identity provider') }).click()
        await page.getByRole('button', { name: say('Another directory (LDAP)') }).click()
        await visit.field(say('Name')).fill('Annuaire')
        await visit.field(say('Addresses')).fill(`ldap://127.0.0.1:${slapd.ldap}`)
        await visit.field(say('Account that searches')).fill(SEARCHER.dn)
        await visit.field(say('Password of that account')).fill('not the password')
        await visit.field(say('People are below')).fill(PEOPLE)
        await visit.field(say('Groups are below')).fill(GROUPS)
        // Without TLS it is not taken.
        await visit.press(say('Declare'))
        await page.locator('[aria-invalid=true]').first().waitFor()
        await visit.looksRight('a directory with a mistake')
        await visit.field(say('Addresses')).fill(`ldaps://127.0.0.1:${slapd.ldaps}`)
        await visit.press(say('Declare'))
        await page.waitForURL(/\/[0-9a-f-]{36}$/)
        await visit.heading('Annuaire')

        // Each step until one fails, with why.
        await visit.press(say('Test'))
        await visit.sees(say('The certificate is not trusted, is for another name, or has ended.'))
        await visit.press(say('More: authority, filter, attributes'))
        await visit.field(say('Own certificate authority (PEM)')).fill(slapd.authority.ca)
        await visit.field(say('Password of that account')).fill('still not the password')
        await visit.press(say('Save'))
        await visit.sees(say('The identity provider was changed.'))
        await visit.press(say('Test'))
        await visit.sees(
          say('The directory refuses the account that searches: check its name and password.'),
        )
        await visit.looksRight('a directory that refuses')
        await visit.field(say('Password of that account')).fill(SEARCHER.password)
        await visit.press(say('Save'))
        await page.getByText(say('The identity provider was changed.')).first().waitFor()
        await visit.field(say('A person to look up')).fill('grace')
        await visit.press(say('Test'))
        await visit.sees(/uid=grace/)
        await visit.looksRight('a tested directory')
        await visit.field(say('A person to look up')).fill('nobody')
        await visit.press(say('Test'))
        await visit.sees(say('Nobody of that name is there.'))
      })
    })
  }
})
