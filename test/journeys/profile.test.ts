/**
 * The profile: an application password from its creation to the line about its stale use, and what a
 * person changes of their own.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { about, LANGUAGES, openChromium, Visit } from '../support/browser.ts'
import { wordsOf } from '../support/page-words.ts'
import { PASSWORD, startProduct, type Product } from '../support/product.ts'

/** An application looks into the drive. */
const look = async (product: Product, password: string): Promise<number> => {
  const { status } = await fetch(`${product.url}/dav/`, {
    method: 'PROPFIND',
    headers: {
      Authorization: `Basic ${btoa(`ada:${password}`)}`,
      Depth: '0',
      'User-Agent': 'davfs2/1.6',
    },
  })
  return status
}

describe('The profile', () => {
  let browser: Browser
  before(async () => {
    browser = await openChromium()
  })
  after(() => browser.close())

  for (const language of LANGUAGES) {
    const say = wordsOf(language)

    it(`creates, renames and deletes an application password (${language})`, async () => {
      await using product = await startProduct()
      const ada = await product.administrator()
      await ada.call('PATCH /me', { body: { language } })
      await Visit.of(browser, { url: product.url, language, as: ada }, async (visit) => {
        const { page } = visit
        await visit.show('/profile')
        await visit.sees(/^.*"Create".*$|^.*«\u00a0Créer\u00a0».*$/)

        // Created, and the window asks once before it lets an uncopied password go.
        await visit.press(say('Create'))
        const window = page.getByRole('dialog')
        await window.getByLabel(say('Name of the connection')).fill('Scanner <b>3</b>')
        await window.getByText('16/64').waitFor()
        await visit.isAccessible('the window Create')
        await visit.press(say('Generate'))
        const code = window.locator('code').first()
        await code.waitFor()
        const password = (await code.textContent()) ?? ''
        await visit.isAccessible('the application password')
        await visit.press(say('Done'))
        await visit.sees(say('Close anyway'))
        await visit.press(say('Stay'))
        await visit.press(`${say('Copy')}: ${say('Application password')}`)
        await visit.sees(say('Copied'))
        assert.equal(await look(product, password), 207)
        await window.getByText('davfs2/1.6').waitFor()
        await visit.press(say('Done'))
        await window.waitFor({ state: 'detached' })
        await page.getByRole('cell', { name: 'davfs2/1.6' }).waitFor()

        // The same name again: the page offers a free one.
        await visit.press(say('Create'))
        await window.getByLabel(say('Name of the connection')).fill('scanner <b>3</b>')
        await visit.press(say('Generate'))
        await page.getByRole('button', { name: 'scanner <b>3</b> 2' }).click()
        await window.locator('code').first().waitFor()
        await page.keyboard.press('Escape')
        await visit.press(say('Close anyway'))

        // Renamed.
        await visit.press(about(say('Rename'), 'scanner <b>3</b> 2'))
        await page.getByRole('dialog').getByRole('textbox').fill('Scanner 4')
        await visit.press(say('Save'))
        await page.getByRole('cell', { name: 'Scanner 4', exact: true }).waitFor()

        // Deleted: the window names what stops, and the next use makes a line.
        await visit.press(about(say('Delete'), 'Scanner <b>3</b>'))
        await page.getByRole('dialog').getByText('davfs2/1.6').waitFor()
        await visit.isAccessible('the window Delete')
        await visit.press(say('Delete it'))
        await page.getByRole('dialog').waitFor({ state: 'detached' })
        assert.equal(await look(product, password), 401)
        await page.reload()
        await visit.press(say('Create a new one for it'))
        await visit.sees(say('Generate'))
        await page.keyboard.press('Escape')
        await page
          .getByRole('alert')
          .getByRole('button', { name: say('Put this away') })
          .click()
        await page.getByText(say('Create a new one for it')).waitFor({ state: 'detached' })
      })
    })

    it(`selects what cannot be copied, for the person to copy it (${language})`, async () => {
      await using product = await startProduct()
      const ada = await product.administrator()
      await ada.call('PATCH /me', { body: { language } })
      await Visit.of(browser, { url: product.url, language, as: ada }, async (visit) => {
        // As on a server without TLS that is not on this computer.
        await visit.page.addInitScript(
          "Object.defineProperty(navigator, 'clipboard', { value: undefined })",
        )
        await visit.show('/profile')
        await visit.press(`${say('Copy')}: ${say('Address of your drive')}`)
        await visit.sees(say('Selected. Press Ctrl+C (on a Mac ⌘C) to copy.'))
        const selected = await visit.page.evaluate('String(getSelection())')
        assert.equal(selected, `${product.url}/dav/`)
      })
    })

    it(`says what applies, and which group decides it (${language})`, async () => {
      await using product = await startProduct()
      const ada = await product.administrator()
      const bert = await product.person(ada, 'bert')
      await bert.call('PATCH /me', { body: { language } })
      const { id } = await ada.call('POST /groups', { body: { name: 'Field <b>staff</b>' } })
      const params = { id, userId: bert.userId }
      await ada.call('PUT /groups/:id/members/:userId', { params })
      await ada.call('PATCH /groups/:id/policy', {
        params: { id },
        body: {
          second_factor_kinds: ['webauthn', 'totp'],
          gateways_allowed: ['drive'],
          gateway_networks: ['192.0.2.0/24'],
          app_credentials_ttl: 30 * 86_400,
        },
      })
      await ada.call('PATCH /settings', { body: { main_password_change: 'freeze' } })
      await Visit.of(browser, { url: product.url, language, as: bert }, async (visit) => {
        await visit.show('/profile')
        const policy = visit.page.getByRole('region', { name: say('What applies to you') })
        await policy.getByText('192.0.2.0/24').waitFor()
        const decided = policy.getByText('Field <b>staff</b>')
        assert.equal(await decided.count(), 4)
        await visit.page
          .getByRole('region', { name: say('Identity') })
          .getByText('Field <b>staff</b>')
          .waitFor()
        await visit.looksRight('what applies to a person of a group')
      })
    })

    it(`changes the own name, password, sessions and second factors (${language})`, async () => {
      await using product = await startProduct()
      const ada = await product.administrator()
      await ada.call('PATCH /me', { body: { language } })
      await Visit.of(browser, { url: product.url, language, as: ada }, async (visit) => {
        const { page } = visit
        await visit.show('/profile')

        await visit.press(about(say('Rename'), 'ada'))
        await visit.field(say('Shown name')).fill('Ada Lovelace')
        await visit.press(say('Save'))
        await page.getByText('Ada Lovelace', { exact: true }).waitFor()

        // The language changes at once, and stays.
        const other = language === 'en' ? 'fr' : 'en'
        await visit.field(say('Language')).selectOption(other)
        await visit.heading(wordsOf(other)('Browser sessions'))
        await page.getByLabel(wordsOf(other)('Language'), { exact: true }).selectOption(language)
        await visit.heading(say('Browser sessions'))

        // Another browser is signed in; one press ends it.
        const second = product.client()
        await second.signIn('ada', PASSWORD)
        product.clock.advance(60_000)
        const body = { kind: 'totp' as const, code: ada.code() }
        await second.call('POST /session/second-factor', { body })
        await page.reload()
        await visit.press(say('End all others'))
        await page
          .getByRole('dialog')
          .getByRole('button', { name: say('End all others') })
          .click()
        await page.getByRole('dialog').waitFor({ state: 'detached' })
        assert.equal((await second.call('GET /session')).stage, 'nobody')

        // A new password, with a mistake first.
        await visit.press(say('Change password'))
        const window = page.getByRole('dialog')
        await window.getByLabel(say('Current password'), { exact: true }).fill('wrong')
        await window.getByLabel(say('New password'), { exact: true }).fill('four walrus lamp 17')
        await window.getByRole('button', { name: say('Change password') }).click()
        await visit.sees(say('That does not fit.'))
        await visit.isAccessible('the window that changes the password')
        await window.getByLabel(say('Current password'), { exact: true }).fill(PASSWORD)
        await window.getByRole('button', { name: say('Change password') }).click()
        await visit.sees(say('Your password was changed. Your other sessions have ended.'))

        // Recovery codes, and a second phone.
        await visit.press(say('Make new codes'))
        await page.locator('ol code').nth(9).waitFor()
        await visit.isAccessible('new recovery codes')
        await page.keyboard.press('Escape')
        await page.getByRole('link', { name: say('Add a second factor') }).click()
        await visit.heading(say('Choose a second factor'))
        await visit.field(say('Name')).fill('Tablet')
        await visit.press(say('Next'))
        await visit.sees(say('Code that the app shows now'))
        await page.getByRole('link', { name: say('Back to the profile') }).click()
        await visit.press(about(say('Remove'), 'Authenticator'))
        await visit.press(say('Remove it'))
        await visit.sees(
          say('This is the last second factor, and one is required: add another one first.'),
        )
      })
    })
  }
})
