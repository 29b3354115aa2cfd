/**
 * A person with a Microsoft account: one click, the second factor of the company, the own
 * mailbox, and the first application password in use.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { LANGUAGES, openChromium, Visit } from '../support/browser.ts'
import { keepCodes, look, makeFirstPassword, setUpApp } from '../support/first-steps.ts'
import { wordsOf } from '../support/page-words.ts'
import { openEntraStory } from '../support/provider-story.ts'

const ALICE = 'alice@example.test'

describe('A person with a Microsoft account', () => {
  let browser: Browser
  before(async () => {
    browser = await openChromium()
  })
  after(() => browser.close())

  for (const language of LANGUAGES)
    it(`comes from the button to the first application password (${language})`, async () => {
      await using story = await openEntraStory({ declared: { ownMailbox: true } })
      const { product } = story
      const say = wordsOf(language)
      await Visit.of(browser, { url: product.url, language }, async (visit) => {
        const { page } = visit
        await visit.show('/')
        await visit.heading(say('Sign in'))
        await visit.looksRight('signing in with Microsoft')
        await visit.press(say('Sign in with Microsoft'))

        await visit.heading(say('More information required'))
        await visit.looksRight('more information required')
        await visit.press(say('Set it up now'))
        await visit.looksRight('choosing a second factor')
        await setUpApp(visit, say, product)
        await keepCodes(visit, say)
        const password = await makeFirstPassword(visit, say)
        const shown = await page.locator('code').allTextContents()
        const user = shown[2] ?? ''
        assert.equal(await look(product, user, password), 207)
        await page.getByText('curl/8.14.1').waitFor()
        await visit.press(`${say('Copy')}: ${say('Application password')}`)
        await visit.press(say('Done'))

        await visit.heading(say('Profile'))
        await visit.sees('Contoso')
        // By the same consent.
        await visit.sees(say('Your mailbox is connected.'))
        const mailboxes = page.getByRole('table', { name: say('My mailboxes') })
        await mailboxes.getByText(ALICE).waitFor()
        await page.getByRole('cell', { name: 'curl/8.14.1' }).waitFor()
        await visit.looksRight('the profile of a person with a Microsoft account')
        assert.equal(user, ALICE)
      })
    })

  for (const language of LANGUAGES)
    it(`who has not allowed the mailbox connects it later (${language})`, async () => {
      const declared = { ownMailbox: true }
      await using story = await openEntraStory({ declared })
      const { product, authority } = story
      const say = wordsOf(language)
      await story.ada.call('PATCH /settings', { body: { second_factor: 'offered' } })
      authority.allows = (scope) => !scope.includes('outlook')
      await Visit.of(browser, { url: product.url, language }, async (visit) => {
        const { page } = visit
        await visit.show('/sign-in')
        await visit.press(say('Sign in with Microsoft'))
        await visit.sees(
          say('Your mailbox is not connected: the provider was not allowed to open it.'),
        )
        await visit.looksRight('a mailbox that the provider may not open')
        assert.equal(new URL(page.url()).hash, '')
        authority.allows = () => true
        await page.context().clearCookies({ name: /^_(session|interaction)/ }) // signs out there
        await visit.press(say('Connect my mailbox'))
        await visit.sees(say('Your mailbox is connected.'))
        await page
          .getByRole('table', { name: say('My mailboxes') })
          .getByText(ALICE)
          .waitFor()
        assert.equal(await page.getByRole('button', { name: say('Connect my mailbox') }).count(), 0)
      })
    })
})
