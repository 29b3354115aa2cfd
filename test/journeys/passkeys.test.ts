/**
 * Passkeys: beside other second factors, of which any confirms, and as the only sign-in.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { about, LANGUAGES, openChromium, Visit } from '../support/browser.ts'
import { openMailbox } from '../support/mailbox.ts'
import { arrives, digitsIn, pressSignOut, signOut } from '../support/pages.ts'
import { wordsOf } from '../support/page-words.ts'
import { PASSWORD, startProduct } from '../support/product.ts'
import { plugIn } from '../support/virtual-key.ts'

/** Longer than a sign-in counts as recent. */
const NOT_RECENT_MS = 11 * 60_000
const NO_OFFER = 'PublicKeyCredential.isConditionalMediationAvailable = async () => false'

describe('A passkey', () => {
  let browser: Browser
  before(async () => {
    browser = await openChromium()
  })
  after(() => browser.close())

  for (const language of LANGUAGES) {
    const say = wordsOf(language)

    it(`stands beside other second factors, and any of them confirms (${language})`, async () => {
      await using mailbox = await openMailbox()
      const env = { SMTP_URL: mailbox.url, MAIL_FROM: 'p@example.org' }
      await using product = await startProduct({ env })
      const ada = await product.administrator()
      await ada.call('PATCH /me', { body: { language } })
      await Visit.of(browser, { url: product.url, language, as: ada }, async (visit) => {
        const { page } = visit
        const key = await plugIn(page)
        const window = page.getByRole('dialog')
        await visit.show('/profile')
        await page.getByRole('link', { name: say('Add a second factor') }).click()
        await visit.field(say('Passkey or security key')).check()
        await visit.field(say('Name')).fill('Laptop')
        await visit.press(say('Next'))
        await visit.press(say('Set it up'))
        await page.locator('ol code').nth(9).waitFor()
        await page.getByRole('link', { name: say('Back to the profile') }).click()
        await visit.heading(say('Profile'))
        await page.getByRole('link', { name: say('Add a second factor') }).click()
        await visit.field(say('Code by e-mail')).check()
        await visit.press(say('Next'))
        await arrives(() => mailbox.received.some(({ text }) => digitsIn(text) !== ''))
        const first = mailbox.received.findLast(({ text }) => digitsIn(text) !== '')
        await visit.field(say('Code that you were sent')).fill(digitsIn(first?.text))
        await visit.press(say('Verify'))
        const table = page.getByRole('table', { name: say('Second factors') })
        await page.goto('/profile')
        await table.getByText('a•••@example.org').first().waitFor()
        assert.equal(await table.getByRole('row').count(), 4)
        await visit.looksRight('a profile with three second factors')

        // The same key again: it says so itself.
        await page.getByRole('link', { name: say('Add a second factor') }).click()
        await visit.field(say('Passkey or security key')).check()
        await visit.press(say('Next'))
        await visit.press(say('Set it up'))
        await visit.sees(say('This passkey or security key is set up for you already.'))

        // Later, a deed that asks who one is: with the password and a code by e-mail …
        product.clock.advance(NOT_RECENT_MS)
        await page.goto('/profile')
        await visit.press(about(say('Remove'), 'Authenticator'))
        await visit.press(say('Remove it'))
        await window.getByLabel(say('Password'), { exact: true }).fill(PASSWORD)
        await visit.looksRight('confirming with one of several factors')
        const mails = mailbox.received.length
        const byMail = window.getByRole('button', { name: /a•••@example\.org/ })
        if (!(await window.getByLabel(say('Code that you were sent')).isVisible()))
          await byMail.click()
        await window.getByRole('button', { name: /a•••@example\.org/ }).click()
        await arrives(() => mailbox.received.slice(mails).some(({ text }) => digitsIn(text) !== ''))
        const code = mailbox.received.findLast(({ text }) => digitsIn(text) !== '')
        await window.getByLabel(say('Code that you were sent')).fill(digitsIn(code?.text))
        await visit.looksRight('confirming with a code by e-mail')
        await window.getByRole('button', { name: say('Confirm'), exact: true }).click()
        await table.getByText(say('Authenticator app')).waitFor({ state: 'detached' })

        // … and with the passkey alone.
        product.clock.advance(NOT_RECENT_MS)
        await visit.press(about(say('Remove'), 'Laptop'))
        await visit.press(say('Remove it'))
        await visit.press(say('Use a passkey'))
        await table.getByText('Laptop').waitFor({ state: 'detached' })
        assert.equal(await key.held(), 1, 'the key itself knows nothing of that')
      })
    })

    it(`can be the only sign-in (${language})`, async () => {
      await using product = await startProduct()
      const ada = await product.administrator()
      const bert = await product.person(ada, 'bert')
      await bert.call('PATCH /me', { body: { language } })
      await Visit.of(browser, { url: product.url, language, as: bert }, async (visit) => {
        const { page } = visit
        const key = await plugIn(page)
        await visit.show('/profile/add-second-factor')
        await visit.field(say('Passkey or security key')).check()
        await visit.press(say('Next'))
        await visit.press(say('Set it up'))
        await page.locator('ol code').nth(9).waitFor()
        await visit.show('/profile')

        // By the button, without a name, in a browser that offers no keys beside names.
        await page.evaluate(NO_OFFER)
        await signOut(visit, say, 'bert')
        await visit.press(say('Use a passkey'))
        await visit.heading(say('Profile'))
        await visit.sees(say('Passkey'))

        // Picked where the browser offers names: the virtual key picks itself, sometimes before
        // anybody could have seen the page.
        await page.reload()
        const picked = page.waitForResponse(
          (answer) =>
            answer.url().endsWith('/api/v1/sign-in/passkey') &&
            answer.request().method() === 'POST',
        )
        await pressSignOut(visit, say, 'bert')
        assert.equal((await picked).status(), 201)
        await visit.heading(say('Profile'))

        // Who has lost it here reads so, and nothing of whose it was.
        await page.evaluate(NO_OFFER)
        await signOut(visit, say, 'bert')
        const params = { id: bert.userId }
        await ada.call('DELETE /users/:id/second-factors', { params })
        await visit.press(say('Use a passkey'))
        await visit.sees(say('This passkey opens nothing here.'))
        assert.equal(await key.held(), 1)
        await visit.looksRight('a passkey that opens nothing')
      })
    })
  }
})
