/**
 * People who have signed in at a provider confirm there who they are, and sign out there too.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { LANGUAGES, openChromium, Visit } from '../support/browser.ts'
import { keepCodes, setUpApp } from '../support/first-steps.ts'
import { pressSignOut, signOut } from '../support/pages.ts'
import { wordsOf } from '../support/page-words.ts'
import { openEntraStory, openGenericStory } from '../support/provider-story.ts'

describe('Who has signed in at a provider', () => {
  let browser: Browser
  before(async () => {
    browser = await openChromium()
  })
  after(() => browser.close())

  for (const language of LANGUAGES) {
    const say = wordsOf(language)

    it(`signs out there too (${language})`, async () => {
      const declared = { signOutThere: true }
      await using story = await openGenericStory({ declared })
      const { authority } = story
      for (const [email, person] of authority.people)
        authority.people.set(email, { ...person, locale: language })
      await story.ada.call('PATCH /settings', { body: { second_factor: 'offered' } })
      const button = say('Sign in with {own}').replace('{own}', '\u2068Keycloak\u2069')
      await Visit.of(browser, { url: story.product.url, language }, async (visit) => {
        const { page } = visit
        await visit.show('/sign-in')
        await visit.press(button)
        await visit.heading(say('Profile'))
        await pressSignOut(visit, say, 'Erin Martin')
        await page.waitForURL(`${authority.origin}/**`)
        await page.getByRole('button', { name: 'Yes, sign me out' }).click()
        await visit.heading(say('Sign in'))
      })
    })

    it(`confirms there who they are, in a tab of its own (${language})`, async () => {
      await using story = await openEntraStory()
      const { product } = story
      await Visit.of(browser, { url: product.url, language }, async (visit) => {
        const { page } = visit
        const window = page.getByRole('dialog')
        await visit.show('/sign-in')
        await visit.press(say('Sign in with Microsoft'))
        await visit.press(say('Set it up now'))
        const app = await setUpApp(visit, say, product)
        const codes = await keepCodes(visit, say)
        await visit.press(say('Go to the profile without one'))
        await visit.heading(say('Profile'))
        await signOut(visit, say, 'Alice Élise')
        product.clock.advance(30_000)
        await visit.press(say('Sign in with Microsoft'))
        await visit.heading(say('Second factor'))
        await page.getByRole('checkbox').check()
        await visit
          .field(say('Code of your authenticator app'))
          .fill(app.generate({ timestamp: product.clock.now() }))
        await visit.press(say('Go on'))
        await visit.heading(say('Profile'))
        await signOut(visit, say, 'Alice Élise')
        await visit.press(say('Sign in with Microsoft'))
        await visit.heading(say('Profile'))

        // Remembered is not enough for this. What was typed stays while the other tab is open.
        await visit.press(say('Create'))
        await window.getByLabel(say('Name of the connection')).fill('Scanner')
        await visit.press(say('Generate'))
        const confirm = page.getByRole('link', { name: say('Confirm at the provider') })
        await confirm.waitFor()
        await visit.looksRight('confirming at the provider')
        const [tab] = await Promise.all([page.context().waitForEvent('page'), confirm.click()])
        const other = new Visit(page.context(), tab)
        await other.heading(say('Second factor'))
        // Long enough for the page that waits to look more than once: it is not done yet.
        await other.looksRight('the second factor after the provider')
        await other.press(say('Use instead: {0}').replace('{0}', say('Recovery code')))
        await other.field(say('Recovery code')).fill(codes[1] ?? '')
        await other.press(say('Go on'))
        await other.sees(say('You have confirmed who you are.'))
        await other.looksRight('confirmed in a tab of its own')
        await tab.close()
        await visit.sees(say('It is shown only now, and never again'))
        await window.getByText('Scanner').first().waitFor()
        assert.deepEqual(other.complaints, [])
      })
    })
  }
})
