/**
 * Second factors later on: a remembered browser, one that is lost, and one that no longer suffices.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { LANGUAGES, openChromium, Visit } from '../support/browser.ts'
import { setUpApp } from '../support/first-steps.ts'
import { signOut, typePassword } from '../support/pages.ts'
import { wordsOf } from '../support/page-words.ts'
import { startProduct } from '../support/product.ts'
import { plugIn } from '../support/virtual-key.ts'

/** Longer than a sign-in counts as recent. */
const NOT_RECENT_MS = 11 * 60_000

describe('Second factors', () => {
  let browser: Browser
  before(async () => {
    browser = await openChromium()
  })
  after(() => browser.close())

  for (const language of LANGUAGES) {
    const say = wordsOf(language)

    it(`need not be given in a browser that is remembered (${language})`, async () => {
      await using product = await startProduct()
      const ada = await product.administrator()
      await ada.call('PATCH /me', { body: { language } })
      await Visit.of(browser, { url: product.url, language }, async (visit) => {
        const { page } = visit
        const remember = page.getByRole('checkbox')
        await visit.show('/sign-in')
        await typePassword(visit, say, 'ada')
        await visit.heading(say('Second factor'))
        product.clock.advance(31_000)
        await visit.field(say('Code of your authenticator app')).fill(ada.code())
        await remember.check()
        await visit.looksRight('remembering a browser')
        await visit.press(say('Go on'))
        await visit.heading(say('Remembered browsers'))
        await visit.looksRight('a profile with a remembered browser')
        await signOut(visit, say, 'ada')
        await typePassword(visit, say, 'ada')
        await visit.heading(say('Remembered browsers'))

        // A sensitive deed asks for the factor nevertheless.
        await visit.press(say('Make new codes'))
        await visit.heading(say('Confirm that it is you'))
        await visit.press(say('Cancel'))
        await page.keyboard.press('Escape')

        await page.getByRole('button', { name: new RegExp(`^${say('Forget')}: `) }).click()
        await visit.press(say('Forget it'))
        await page
          .getByRole('heading', { name: say('Remembered browsers') })
          .waitFor({ state: 'detached' })
        await signOut(visit, say, 'ada')
        await typePassword(visit, say, 'ada')
        await visit.heading(say('Second factor'))
      })
    })

    it(`are set up anew by who has lost them, or is asked to (${language})`, async () => {
      await using product = await startProduct()
      const ada = await product.administrator()
      const bert = await product.person(ada, 'bert')
      await bert.call('PATCH /me', { body: { language } })
      const { codes } = await bert.call('POST /me/recovery-codes')
      const { id } = (await bert.call('GET /me')).user
      await Visit.of(browser, { url: product.url, language }, async (visit) => {
        // The phone is gone, and a recovery code is there.
        await visit.show('/sign-in')
        await typePassword(visit, say, 'bert')
        const instead = say('Use instead: {0}').replace('{0}', say('Recovery code'))
        await visit.press(instead)
        await visit.field(say('Recovery code')).fill(codes[0] ?? '')
        await visit.press(say('Go on'))
        await visit.heading(say('Profile'))

        // An administrator asks for contact methods again: what is there is asked for, then replaced.
        await ada.call('POST /users/bulk', {
          body: { deed: 'settings', contactMethodsAgain: true, ids: [id] },
        })
        await asks(async () => (await bert.call('GET /session')).stage !== 'full')
        await visit.show('/profile')
        await visit.heading(say('More information required'))
        await visit.looksRight('setting up a second factor anew')
        await visit.press(say('Set it up now'))
        await setUpApp(visit, say, product)
        await visit.heading(say('Profile'))

        // Everything is lost: the administrator's reset ends the sessions, and the steps begin anew.
        await ada.call('DELETE /users/:id/second-factors', { params: { id } })
        await visit.show('/profile')
        await visit.heading(say('Sign in'))
        await typePassword(visit, say, 'bert')
        await visit.heading(say('More information required'))

        // Left open for too long, only a fresh sign-in helps.
        await visit.press(say('Set it up now'))
        product.clock.advance(NOT_RECENT_MS)
        await visit.press(say('Next'))
        await visit.heading(say('Confirm that it is you'))
        await visit.looksRight('first steps that took too long')
        await visit.press(say('Sign out'))
        await visit.heading(say('Sign in'))
      })
    })

    it(`of a kind that policy no longer takes are asked for once more, then replaced (${language})`, async () => {
      await using product = await startProduct()
      const ada = await product.administrator()
      const bert = await product.person(ada, 'bert')
      await bert.call('PATCH /me', { body: { language } })
      await ada.call('PATCH /settings', { body: { second_factor_kinds: ['webauthn'] } })
      await Visit.of(browser, { url: product.url, language }, async (visit) => {
        const key = await plugIn(visit.page)
        await visit.show('/sign-in')
        await typePassword(visit, say, 'bert')
        await visit.heading(say('Second factor'))
        product.clock.advance(31_000)
        await visit.field(say('Code of your authenticator app')).fill(bert.code())
        await visit.press(say('Go on'))
        await visit.heading(say('More information required'))
        await visit.press(say('Set it up now'))
        assert.equal(await visit.page.getByRole('radio').count(), 1)
        await visit.press(say('Next'))
        await visit.press(say('Set it up'))
        await visit.page.locator('ol code').nth(9).waitFor()
        assert.equal(await key.held(), 1)
      })
    })
  }
})

/** Asks until it is so: work on many users goes on by itself. @throws Error after 20 seconds */
async function asks(so: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await so());) {
    if (Date.now() > end) throw new Error('It never came to pass.')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
