/**
 * Signing in on the pages: wrong words, the second factor, a recovery code, back to the page that was
 * asked for, and out again.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { LANGUAGES, openChromium, Visit } from '../support/browser.ts'
import { wordsOf } from '../support/page-words.ts'
import { PASSWORD, startProduct } from '../support/product.ts'

describe('Signing in', () => {
  let browser: Browser
  before(async () => {
    browser = await openChromium()
  })
  after(() => browser.close())

  for (const language of LANGUAGES)
    it(`leads from the page that was asked for back to it (${language})`, async () => {
      await using product = await startProduct()
      const ada = await product.administrator()
      await ada.call('PATCH /me', { body: { language } })
      const { codes } = await ada.call('POST /me/recovery-codes')
      const say = wordsOf(language)
      await Visit.of(browser, { url: product.url, language }, async (visit) => {
        const { page } = visit
        await visit.show('/administration/users?search=ada')
        await visit.heading(say('Sign in'))
        await visit.isAccessible('the sign-in page')

        // Unknown and wrong sound the same.
        for (const name of ['nobody', 'ada']) {
          await visit.field(say('User name or e-mail')).fill(name)
          await visit.field(say('Password')).fill('wrong wrong wrong wrong')
          await visit.press(say('Sign in'))
          await visit.sees(say('The name and the password do not belong together.'))
          await visit.isAccessible('a refused sign-in')
        }
        await visit.field(say('Password')).fill(PASSWORD)
        await visit.press(say('Sign in'))

        // The second factor: the app first, a recovery code instead of it.
        await visit.heading(say('Second factor'))
        await visit.isAccessible('the second factor')
        await visit.field(say('Code of your authenticator app')).fill('000000')
        await visit.press(say('Go on'))
        await visit.sees(say('That does not fit.'))
        const instead = say('Use instead: {0}').replace('{0}', say('Recovery code'))
        await visit.press(instead)
        await visit.field(say('Recovery code')).fill(codes[0] ?? '')
        await visit.press(say('Go on'))

        // Where the way began, with its filter.
        await visit.heading(say('Users'))
        assert.equal(new URL(page.url()).search, '?search=ada')
        await page.getByRole('cell', { name: 'ada@example.org' }).waitFor()

        // Out; going back shows nothing of the person.
        const account = say('Account of {0}').replace('{0}', '\u2068ada\u2069')
        await page.getByRole('button', { name: account }).click()
        await page.getByRole('menuitem', { name: say('Sign out') }).click()
        await visit.heading(say('Sign in'))
        await page.goBack()
        await visit.heading(say('Sign in'))
      })
    })

  it('never leads away from this server', async () => {
    await using product = await startProduct()
    await product.administrator()
    await Visit.of(browser, { url: product.url }, async (visit) => {
      for (const next of ['//evil.example/', '/\\evil.example/', 'https://evil.example/']) {
        await visit.show(`/sign-in?next=${encodeURIComponent(next)}`)
        await visit.field('User name or e-mail').fill('ada')
        await visit.field('Password').fill(PASSWORD)
        await visit.press('Sign in')
        await visit.heading('Second factor')
        assert.equal(new URL(visit.page.url()).search, '')
        await visit.press('Sign in as somebody else')
        await visit.heading('Sign in')
      }
    })
  })

  it('comes back when the session has ended, to the same page', async () => {
    await using product = await startProduct()
    const ada = await product.administrator()
    await Visit.of(browser, { url: product.url, as: ada }, async (visit) => {
      await visit.show('/administration/security')
      await ada.call('DELETE /session')
      await visit.page.getByRole('link', { name: 'Drive' }).click()
      await visit.heading('Sign in')
      assert.equal(new URL(visit.page.url()).searchParams.get('next'), '/administration/drive')
    })
  })

  it('speaks the language of the browser, and the one that was chosen', async () => {
    await using product = await startProduct()
    await Visit.of(browser, { url: product.url, language: 'fr' }, async (visit) => {
      await visit.show('/sign-in')
      await visit.heading('Se connecter')
      await visit.press('English')
      await visit.heading('Sign in')
      await visit.page.reload()
      await visit.heading('Sign in')
    })
  })
})
