/**
 * Administration: mail accounts, from the form to the inbox; Init. Token in all its ways.
 */
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { CAUSE_WORDS } from '#domain/cause-words.ts'
import { LANGUAGES, openChromium, Visit } from '../support/browser.ts'
import { delivered } from '../support/mail-servers/delivered.ts'
import { ALICE, BOB, openMailStory, SHARED, type MailStory } from '../support/mail-story.ts'
import { wordsOf } from '../support/page-words.ts'

const PATH = '/administration/mail-accounts'

describe('Mail accounts', () => {
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

    it(`declared, initialised in the browser, tried, switched off, deleted (${language})`, async () => {
      await visiting(async (visit) => {
        const { page } = visit
        const dialog = page.getByRole('dialog')
        await visit.show(`${PATH}/new`)
        await visit.sees(say('Declare an application first.'))
        await story.application({ revokeUrl: `${story.entra.origin}/revoke` })
        await visit.show(PATH)
        await visit.sees(say('There are none. Declare one, then run Init. Token.'))
        await page.getByRole('link', { name: say('Declare a mail account') }).click()
        await visit.field(say('Identifier')).fill('alice.smith')
        await visit.field(say('Connection e-mail')).fill(ALICE)
        await visit.press(say('Declare'))
        await visit.sees(say('There are characters in it that cannot be used here.'))
        await visit.field(say('Identifier')).fill('alice')
        await page.getByRole('combobox', { name: say('Users who may use it') }).fill('ada')
        await page.getByRole('option', { name: 'ada' }).click()
        await page.keyboard.press('Escape')
        await visit.looksRight('a new mail account')
        await visit.press(say('Declare'))
        await visit.heading('alice')
        await visit.sees(say('Init. Token was never run: the account has no tokens yet.'))
        await visit.looksRight('an account without tokens')

        // To the provider and back: once as somebody else, then as the owner.
        story.entra.ignoresHint = true
        story.entra.signsIn = BOB
        await visit.press(say('Init. Token in this browser'))
        await visit.sees(say('Somebody else signed in than was expected. Nothing was stored.'))
        await page.getByText(BOB).first().waitFor()
        await visit.looksRight('the wrong person')
        story.entra.ignoresHint = false
        await page.context().clearCookies({ name: /^_(session|interaction)/ }) // signs out there
        await visit.press(say('Init. Token in this browser'))
        await visit.sees(say('The tokens are here: the account is active.'))
        await visit.sees(say('The tokens work and are kept fresh.'))
        assert.match(page.url(), /\/administration\/mail-accounts\/[\w-]+\?init=[\w-]+$/)

        await visit.press(say('Refresh now'))
        await visit.sees(say('The tokens were refreshed.'))
        await visit.press(say('Send a test message'))
        await visit.sees(say('The mail server took the message.'))
        await delivered(story.postfix, 1)
        await visit.press(say('Read the inbox'))
        await page
          .getByRole('table', { name: say('Inbox') })
          .getByText('Passerelle')
          .waitFor()
        await visit.looksRight('an account in use')

        await visit.show(PATH)
        await page.getByRole('cell', { name: ALICE }).waitFor()
        await visit.heading(say('Forecast'))
        await visit.field(say('State')).selectOption('reconsent')
        await page.waitForURL(/state=reconsent/)
        await visit.sees(say('None is in this state.'))
        await visit.field(say('State')).selectOption('')
        await visit.looksRight('the list of accounts')
        await page
          .getByRole('table', { name: say('Mail accounts') })
          .getByRole('link', { name: 'alice' })
          .click()

        await visit.press(say('Disable'))
        await dialog.getByText(ALICE).waitFor()
        await visit.isAccessible('the window that switches an account off')
        await dialog.getByRole('button', { name: say('Disable'), exact: true }).click()
        await visit.sees(say('Switched off by an administrator. The tokens are kept and not used.'))
        await visit.press(say('Enable'))
        await visit.sees(say('The tokens work and are kept fresh.'))
        await page.getByText(say('Switched a mail account on'), { exact: true }).waitFor()
        // The provider is away, which keeps nobody from deleting, and is said.
        story.entra.instead = (path) => (path === '/revoke' ? { status: 503, body: '' } : null)
        await visit.press(say('Delete'))
        await visit.press(say('Delete for good'))
        await visit.sees(
          say(
            'The mail account was deleted, but the permission may go on at the provider: {why} Its owner can end it there.',
          ).replace('{why}', CAUSE_WORDS[language].provider_down.what),
        )
        await visit.sees(say('There are none. Declare one, then run Init. Token.'))
      })
    })

    it(`initialised by a device code that is read out (${language})`, async () => {
      const { id: applicationId } = await story.application()
      const { id } = await story.account(applicationId, 'bob', BOB)
      await visiting(async (visit) => {
        const { page } = visit
        await visit.show(`${PATH}/${id}`)
        await visit.press(say('By a device code'))
        await visit.sees(say('and types this code'))
        await visit.sees(say('Waiting for the sign-in at the provider…'))
        await visit.looksRight('a device code')
        const [, code = ''] = await page.locator('code').allTextContents()
        await story.entra.enterCode(code, BOB)
        story.product.clock.advance(10_000)
        await visit.sees(say('The tokens are here: the account is active.'))
        await page.getByText(say('and types this code')).waitFor({ state: 'detached' })

        // Why the provider gives none is said in words.
        story.entra.instead = (path) => (path.endsWith('/devicecode') ? SECRET_NEEDED : null)
        await visit.press(say('By a device code'))
        await visit.sees(say('Init. Token could not be begun.'))
        await visit.sees('AADSTS7000218')
        await visit.isAccessible('a device code that is refused')
      })
    })

    it(`initialised by its owner with a link, for a shared mailbox by a delegate (${language})`, async () => {
      const { id: applicationId } = await story.application()
      const { id } = await story.account(applicationId, 'sales', SHARED)
      await story.ada.call('PATCH /mail-accounts/:id', { params: { id }, body: { shared: true } })
      await visiting(async (visit) => {
        const { page } = visit
        await visit.show(`${PATH}/${id}`)
        await visit.press(say('By a link for the owner'))
        await visit.sees(say('This server sends no mail: hand the link over yourself.'))
        await visit.looksRight('a link for the owner')
        const [link = ''] = await page.locator('code').allTextContents()

        // The owner has no account here.
        story.entra.ignoresHint = true
        story.entra.signsIn = BOB
        await Visit.of(browser, { url: story.product.url, language }, async (theirs) => {
          await theirs.show(link)
          await theirs.heading(say('Connect a mailbox'))
          await theirs.sees(SHARED)
          await theirs.looksRight('the page of the link')
          await theirs.page.getByRole('button', { name: 'Microsoft 365' }).click()
          await theirs.heading(say('Almost done'))
          await theirs.looksRight('the end of the link')
          for (const word of ['done', 'wrong_person', 'missing_scopes', 'failed']) {
            await theirs.show('/sign-in')
            await theirs.show(`/renew#${word}`)
            await theirs.isAccessible(`/renew#${word}`)
          }
          await theirs.heading(say('This did not work'))
        })

        const confirm = say('Yes, {0} may open it').replace('{0}', `\u2068${BOB}\u2069`)
        await page.getByRole('button', { name: confirm }).waitFor()
        await visit.looksRight('a delegate to confirm')
        await visit.press(confirm)
        await visit.sees(say('The tokens are here: the account is active.'))
        const account = await story.look(id)
        assert.deepEqual([account.state, account.initialisedAs], ['active', BOB])
        await page.getByText(say('waits until an administrator confirms who signed in')).waitFor()

        // A link that has done its work is dead.
        await Visit.of(browser, { url: story.product.url, language }, async (theirs) => {
          await theirs.show(link)
          await theirs.sees(say('This link was used already, has ended, or never existed.'))
        })
      })
    })

    it(`that waits to be confirmed: marked in the list, declined and confirmed on its page (${language})`, async () => {
      const { id: applicationId } = await story.application()
      const { id } = await story.account(applicationId, 'sales', SHARED, { shared: true })
      story.entra.ignoresHint = true
      story.entra.signsIn = BOB
      const begun = await story.ada.call('POST /mail-accounts/:id/init', {
        params: { id },
        body: { how: 'link' },
      })
      assert.ok(begun.how === 'link')
      const { origin, pathname, hash } = new URL(begun.url)
      assert.equal(origin, story.product.url)
      await Visit.of(browser, { url: story.product.url, language }, async (theirs) => {
        await theirs.show(`${pathname}${hash}`)
        await theirs.page.getByRole('button', { name: 'Microsoft 365' }).click()
        await theirs.heading(say('Almost done'))
      })
      await visiting(async (visit) => {
        const { page } = visit
        const mark = page.getByRole('link', { name: say('Confirm who signed in') })
        const confirm = page.getByRole('button', {
          name: say('Yes, {0} may open it').replace('{0}', `\u2068${BOB}\u2069`),
        })
        await visit.show(PATH)
        await mark.waitFor()
        await visit.looksRight('the list with an account to confirm')
        await mark.click()
        await confirm.waitFor()
        assert.equal(new URL(page.url()).search, '')
        await visit.looksRight('an account to confirm')
        await visit.press(say('No, it was somebody else'))
        await visit.sees(say('Somebody else signed in than was expected. Nothing was stored.'))
        await page.getByText(say('declined: it was the wrong person')).waitFor()
        await visit.looksRight('an account whose sign-in was declined')
        assert.equal((await story.look(id)).state, 'new')
        await visit.show(PATH)
        await page.getByRole('cell', { name: SHARED }).waitFor()
        assert.equal(await mark.count(), 0)

        await story.initInBrowser(id) // in another browser
        await visit.show(`${PATH}/${id}`)
        await confirm.click()
        await visit.sees(say('The tokens are here: the account is active.'))
        assert.equal((await story.look(id)).state, 'active')
      })
    })

    it(`refused: in words, with what to do; changed only when that is meant (${language})`, async () => {
      const { id: applicationId } = await story.application()
      const { id } = await story.account(applicationId, 'alice', ALICE)
      await story.initInBrowser(id)
      story.entra.instead = (path) => (path.endsWith('/token') ? REVOKED : null)
      await visiting(async (visit) => {
        const { page } = visit
        await visit.show(`${PATH}/${id}`)
        await visit.press(say('Refresh now'))
        await visit.sees(CAUSE_WORDS[language].grant_revoked.what)
        await visit.sees('AADSTS50173')
        await visit.looksRight('an account that could not be refreshed')
        await page
          .getByRole('table', { name: say('Time line') })
          .getByText(/AADSTS50173/)
          .waitFor()

        await visit.field(say('Connection e-mail')).fill(BOB)
        await visit.press(say('Save'))
        await visit.press(say('Change it, and end the tokens'))
        await visit.sees(say('The mail account was changed.'))
        const account = await story.look(id)
        assert.deepEqual([account.state, account.email], ['new', BOB])
      })
    })

    it(`of an application that opens mailboxes itself has nothing to initialise (${language})`, async () => {
      const { id: applicationId } = await story.application({ clientId: 'own', appOnly: true })
      const { id } = await story.account(applicationId, 'program', ALICE)
      await visiting(async (visit) => {
        await visit.show(`${PATH}/${id}`)
        await visit.sees(
          say(
            'The application opens the mailbox itself: nobody signs in, and there is nothing to initialise.',
          ),
        )
        await visit.press(say('Refresh now'))
        await visit.sees(say('The tokens were refreshed.'))
        await visit.looksRight('an account without a person')
        await visit.show(`/administration/oauth-applications/${applicationId}`)
        await visit.sees('New-ServicePrincipal')
        await visit.looksRight('an application without people')
      })
    })
  }
})

const refusal = (status: number, error: string, number: number, text: string) => ({
  status,
  body: JSON.stringify({
    error,
    error_description: `AADSTS${number}: ${text}`,
    error_codes: [number],
  }),
})
const REVOKED = refusal(400, 'invalid_grant', 50173, 'The provided grant has expired.')
const SECRET_NEEDED = refusal(401, 'invalid_client', 7000218, 'The request body must contain …')
