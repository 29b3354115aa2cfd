/**
 * Administration: an OAuth 2 application from the form with mistakes in it to its end.
 */
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { DAY } from '#base/clock.ts'
import { CAUSE_WORDS } from '#domain/cause-words.ts'
import { TENANT } from '../support/authority/entra.ts'
import { LANGUAGES, openChromium, Visit } from '../support/browser.ts'
import { ALICE, CLIENT_SECRET, openMailStory, type MailStory } from '../support/mail-story.ts'
import { wordsOf } from '../support/page-words.ts'

const PATH = '/administration/oauth-applications'
describe('OAuth 2 applications', () => {
  let browser: Browser
  let story: MailStory
  before(async () => {
    browser = await openChromium()
  })
  after(() => browser.close())
  beforeEach(async () => {
    story = await openMailStory()
  })
  afterEach(() => story[Symbol.asyncDispose]())

  for (const language of LANGUAGES) {
    const say = wordsOf(language)
    const visiting = async (journey: (visit: Visit) => Promise<void>): Promise<void> => {
      await story.ada.call('PATCH /me', { body: { language } })
      const wanted = { url: story.product.url, language, as: story.ada }
      await Visit.of(browser, wanted, journey)
    }

    it(`declared, with each mistake at its field, tried and deleted (${language})`, async () => {
      await visiting(async (visit) => {
        const { page } = visit
        await visit.show(PATH)
        await visit.heading(say('OAuth 2 applications'))
        await visit.sees(
          say('There are none. Register an application at the provider, then declare it here.'),
        )
        await visit.looksRight('no applications')
        await page.getByRole('link', { name: say('Declare an application') }).click()
        await visit.heading(say('Steps at the provider'))
        const declare = async (): Promise<void> => await visit.press(say('Declare'))
        const wrong = async (label: string, value: string, fault: string): Promise<void> => {
          await visit.field(say(label)).fill(value)
          await declare()
          await page.locator('[aria-invalid=true]').first().waitFor()
          await visit.sees(say(fault))
          assert.equal(await visit.field(say(label)).getAttribute('aria-invalid'), 'true', label)
        }
        await visit.field(say('Client ID')).fill('web')
        await wrong(
          'Identifier',
          'Contoso/mail',
          'There are characters in it that cannot be used here.',
        )
        await visit.field(say('Identifier')).fill('Contoso-mail')
        await wrong('Tenant ID', 'a b', 'A tenant is a GUID or a domain.')
        await visit.field(say('Tenant ID')).fill(TENANT)

        // A mistake in the fold opens it.
        await visit.press(say('More: root URL, scopes, addresses, hosts'))
        assert.match(await visit.field(say('Root URL')).inputValue(), /microsoftonline/)
        assert.match(await visit.field(say('Authorisation scopes')).inputValue(), /SMTP\.Send/)
        await visit.field(say('Root URL')).fill('http://login.example.test')
        await visit.press(say('Less'))
        await declare()
        await visit.sees(say('The address has to begin with https.'))
        await visit.field(say('Root URL')).fill(story.entra.origin)
        await visit.press(say('More: root URL, scopes, addresses, hosts'))
        await wrong('IMAP port', 'many', 'This is not in the form that is asked for.')
        await visit.looksRight('a mistake in a folded field')
        await visit.field(say('IMAP port')).fill('1993')
        for (const host of ['IMAP host', 'POP3 host', 'SMTP host'])
          await visit.field(say(host)).fill('localhost')
        await visit.field(say('Client secret')).fill(CLIENT_SECRET)
        await visit.field(say('The client secret ends')).fill('2031-05-06')
        const redirectUrl = `${story.product.url}/oauth/callback`
        await page.locator('code', { hasText: redirectUrl }).waitFor()
        await declare()
        await visit.heading('Contoso-mail')

        const [made] = await story.ada.call('GET /oauth-applications')
        assert.deepEqual(
          [made?.tenantId, made?.overrides, made?.secretExpiresAt],
          [
            TENANT,
            { imapHost: 'localhost', imapPort: 1993, popHost: 'localhost', smtpHost: 'localhost' },
            Date.parse('2031-05-06T23:59:59Z'),
          ],
        )
        assert.equal(await visit.field(say('Client secret')).inputValue(), '')
        await visit.sees('ada')
        await visit.looksRight('an application')

        // Tried: first with a secret that the provider does not take.
        story.entra.register({ clientId: 'web', secret: 'another', redirectUrl })
        await visit.press(say('Test'))
        await visit.sees(say('The provider knows the client and its proof'))
        await visit.sees(/AADSTS7000215/)
        story.entra.register({ clientId: 'web', secret: CLIENT_SECRET, redirectUrl })
        await visit.press(say('Test'))
        await page.getByText(/AADSTS7000215/).waitFor({ state: 'detached' })
        await visit.looksRight('a tested application')

        await visit.field(say('Designation')).fill('Contoso')
        await visit.press(say('Save'))
        await visit.sees(say('The application was changed.'))
        await visit.press(say('Delete'))
        await visit.press(say('Delete for good'))
        await visit.sees(
          say('There are none. Register an application at the provider, then declare it here.'),
        )
      })
    })

    it(`refused by the provider: one alarm with what to do (${language})`, async () => {
      const { id } = await story.application({ secretExpiresAt: Date.now() + 10 * DAY })
      const account = await story.account(id, `alice-${language}`, ALICE)
      await story.initInBrowser(account.id)
      story.entra.instead = (path) => (path.endsWith('/token') ? SECRET_EXPIRED : null)
      await story.ada.call('POST /mail-accounts/:id/refresh', { params: { id: account.id } })
      story.entra.instead = () => null
      await visiting(async (visit) => {
        const { page } = visit
        await visit.show(PATH)
        await page.getByRole('cell', { name: CAUSE_WORDS[language].secret_expired.what }).waitFor()
        await visit.looksRight('a refused application in the list')
        await page.getByRole('link', { name: 'Contoso', exact: true }).click()
        await visit.sees(CAUSE_WORDS[language].secret_expired.what)
        await visit.sees(CAUSE_WORDS[language].secret_expired.todo)
        await visit.sees('Add-MgApplicationPassword')
        await visit.looksRight('a refused application')

        // The list of accounts and the account say so, too, and where it is mended.
        await visit.show('/administration/mail-accounts')
        const accounts = page.getByRole('table', { name: say('Mail accounts') })
        await accounts.getByText(say('application refused')).waitFor()
        await accounts.getByText(CAUSE_WORDS[language].secret_expired.what).waitFor()
        await visit.looksRight('an account of a refused application in the list')
        await accounts.getByRole('link', { name: 'Contoso' }).click()
        await visit.heading('Contoso')
        await visit.show(`/administration/mail-accounts/${account.id}`)
        await visit.sees(CAUSE_WORDS[language].secret_expired.what)
        await page.getByRole('link', { name: 'Contoso', exact: true }).click()

        // What would end tokens names them, and is done when that is meant.
        await visit.field(say('Client ID')).fill('other')
        await visit.field(say('Client secret')).fill('another secret')
        await visit.press(say('Save'))
        await visit.sees(`alice-${language}`)
        await visit.looksRight('a change that ends tokens')
        await visit.press(say('Change it, and end the tokens'))
        await visit.sees(say('The application was changed.'))
        assert.equal((await story.look(account.id)).state, 'new')

        // It cannot be deleted while it is used, and says by what before and after it is tried.
        await visit.press(say('Delete'))
        const dialog = page.getByRole('dialog')
        await dialog.getByRole('link', { name: `alice-${language}` }).waitFor()
        await visit.looksRight('an application that is in use')
        await visit.press(say('Delete for good'))
        await dialog.getByRole('alert').getByText(`alice-${language}`).waitFor()
      })
    })
  }
})

const SECRET_EXPIRED = {
  status: 401,
  body: JSON.stringify({
    error: 'invalid_client',
    error_description: 'AADSTS7000222: The provided client secret keys are expired.',
    error_codes: [7000222],
  }),
}
