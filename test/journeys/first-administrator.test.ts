/**
 * From the printed link to the first application password in use, as the first administrator.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { TOTP } from 'otpauth'
import type { Browser } from 'playwright-core'
import { LANGUAGES, openChromium, Visit } from '../support/browser.ts'
import { wordsOf } from '../support/page-words.ts'
import { PASSWORD, startProduct } from '../support/product.ts'

describe('The first administrator', () => {
  let browser: Browser
  before(async () => {
    browser = await openChromium()
  })
  after(() => browser.close())

  for (const language of LANGUAGES)
    it(`sets everything up with the printed link (${language})`, async () => {
      await using product = await startProduct()
      await Visit.of(browser, { url: product.url, language }, async (visit) => {
        const { page } = visit
        const say = wordsOf(language)
        const press = (name: string): Promise<void> => visit.press(say(name))

        // The link: the sign-in page points to it, and it asks who the administrator is.
        await visit.show('/')
        await page.getByText(say('No administrator has been set up yet')).waitFor()
        await visit.show(product.app.setUpLink?.reveal() ?? '')
        await page.getByLabel(say('User name'), { exact: true }).fill('ada')
        await page.getByLabel(say('E-mail'), { exact: true }).fill('ada@example.org')
        const password = page.getByLabel(say('New password'), { exact: true })
        await password.fill('short')
        await press('Set password and go on')
        await page.getByText(say('This is too short.')).waitFor()
        await visit.isAccessible('the set-up link')
        await password.fill(PASSWORD)
        await press('Set password and go on')

        // More information required.
        await page.getByRole('heading', { name: say('More information required') }).waitFor()
        await visit.isAccessible('more information required')
        await press('Set it up now')
        await press('Next')
        await page.getByRole('figure', { name: say('QR code for the authenticator app') }).waitFor()
        await visit.isAccessible('the QR code')
        const secret = ((await page.locator('code').textContent()) ?? '').replaceAll(' ', '')
        const app = new TOTP({ secret })
        const code = page.getByLabel(say('Code that the app shows now'))
        await code.fill('000000')
        await press('Verify')
        await page.getByText(say('That does not fit.')).waitFor()
        await code.fill(app.generate({ timestamp: product.clock.now() }))
        await press('Verify')

        // Recovery codes: going on takes one of them.
        await page.locator('ol code').nth(9).waitFor()
        const codes = await page.locator('ol code').allTextContents()
        assert.equal(codes.length, 10)
        await visit.isAccessible('recovery codes')
        const typed = page.getByLabel(say('Type one of them, to show that you have kept them'))
        await typed.fill('not one of them')
        await press('I have kept them')
        await page.getByText(say('This is not one of them.')).waitFor()
        await typed.fill(codes[3] ?? '')
        await press('I have kept them')

        // The first application password, named after the application that was picked.
        await page.getByRole('radio', { name: say('Sync client') }).check()
        const name = page.getByLabel(say('Name of the connection'))
        assert.equal(await name.inputValue(), say('Sync client'))
        await visit.isAccessible('the form of the first application password')
        await press('Generate')
        await page.getByText(say('It is shown only now, and never again')).waitFor()
        const shown = await page.locator('code').allTextContents()
        assert.match(shown[0] ?? '', /^(?:[0-9a-hjkmnp-tv-z]{5}-){4}[0-9a-hjkmnp-tv-z]{5}$/)
        assert.deepEqual(shown.slice(1), [`${product.url}/dav/`, 'ada'])
        await visit.isAccessible('the first application password')

        // The application uses it, and the page says so by itself.
        const drive = await fetch(`${product.url}/dav/`, {
          method: 'PROPFIND',
          headers: {
            Authorization: `Basic ${btoa(`ada:${shown[0]}`)}`,
            Depth: '1',
            'User-Agent': 'rclone/v1.72.0',
          },
        })
        assert.equal(drive.status, 207)
        await page.getByText('rclone/v1.72.0').waitFor()
        await press('Done')
        await press('Stay')
        await visit.press(`${say('Copy')}: ${say('Application password')}`)
        await press('Done')
        await page.getByRole('heading', { name: say('Profile'), exact: true }).waitFor()
        await page.getByRole('cell', { name: 'rclone/v1.72.0' }).waitFor()
        assert.equal(await page.locator('html').getAttribute('lang'), language)
      })
    })
})
