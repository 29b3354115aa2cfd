/**
 * Administration: a user from the invitation to the end, a shared folder, settings, audit.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { about, LANGUAGES, openChromium, Visit } from '../support/browser.ts'
import { wordsOf } from '../support/page-words.ts'
import { PASSWORD, startProduct, type Product } from '../support/product.ts'
import type { Client } from '../support/client.ts'

describe('Administration', () => {
  let browser: Browser
  before(async () => {
    browser = await openChromium()
  })
  after(() => browser.close())

  for (const language of LANGUAGES) {
    const say = wordsOf(language)
    const visiting = async (
      journey: (visit: Visit, product: Product, ada: Client) => Promise<void>,
    ): Promise<void> => {
      await using product = await startProduct()
      const ada = await product.administrator()
      await ada.call('PATCH /me', { body: { language } })
      await Visit.of(browser, { url: product.url, language, as: ada }, async (visit) => {
        await journey(visit, product, ada)
      })
    }

    it(`users: created, invited, disabled, deleted (${language})`, async () => {
      await visiting(async (visit, product, ada) => {
        const { page } = visit
        await visit.show('/administration/users')
        await visit.press(say('Create a user'))
        await visit.isAccessible('the window that creates a user')
        await visit.field(say('User name')).fill('ada')
        await visit.field(say('E-mail')).fill('bert@example.org')
        await visit.press(say('Create and invite'))
        await visit.sees(say('This is in use already.'))
        await visit.field(say('User name')).fill('bert')
        await visit.press(say('Create and invite'))
        await visit.press(say('Make the link'))
        await visit.sees(say('One-time link'))
        await visit.isAccessible('the one-time link')
        const link = (await page.getByRole('dialog').locator('code').textContent()) ?? ''

        // The invited person opens it in another browser, and is led into the set-up.
        await Visit.of(browser, { url: product.url, language }, async (theirs) => {
          await theirs.show(link)
          await theirs.sees('bert')
          await theirs.isAccessible('the invitation')
          await theirs.field(say('New password')).fill(PASSWORD)
          await theirs.press(say('Set password and go on'))
          await theirs.heading(say('More information required'))
        })
        await visit.press(say('Done'))

        // Found by a filter that the address keeps, and opened.
        await page.getByRole('searchbox').fill('BERT')
        await page.waitForURL(/search=BERT/)
        await page.getByRole('link', { name: 'bert' }).click()
        await visit.heading('bert')
        await page.goBack()
        assert.equal(await page.getByRole('searchbox').inputValue(), 'BERT')
        await page.goForward()

        // One user: changed, disabled with what that stops, enabled, deleted.
        await visit.field(say('Shown name')).fill('Bert')
        await visit.press(say('Save'))
        await visit.sees(say('The user was changed.'))
        const dialog = page.getByRole('dialog')
        await visit.press(say('Disable'))
        await visit.isAccessible('the window Disable')
        await dialog.getByRole('button', { name: say('Disable'), exact: true }).click()
        await page.getByText(say('Disabled'), { exact: true }).first().waitFor()
        await visit.press(say('Enable'))
        await page.getByText(say('Active'), { exact: true }).first().waitFor()
        await page.getByText(say('Enabled a user'), { exact: true }).waitFor()
        await visit.press(say('Delete'))
        await visit.press(say('Delete for good'))
        await visit.heading(say('Users'))
        const { rows } = await ada.call('GET /users', { query: { search: 'bert' } })
        assert.deepEqual(rows, [])
        await visit.sees(/./)
      })
    })

    it(`one user's application passwords and second factors (${language})`, async () => {
      await visiting(async (visit, product, ada) => {
        const bert = await product.person(ada, 'bert')
        for (const name of ['Outlook', 'NAS'])
          await bert.call('POST /me/app-passwords', { body: { name, application: 'sync' } })
        const { page } = visit
        await visit.show(`/administration/users/${bert.userId}`)
        await visit.press(about(say('Delete'), 'NAS'))
        await visit.press(say('Delete it'))
        const table = page.getByRole('table', { name: say('Application passwords') })
        await table.getByRole('cell', { name: 'NAS', exact: true }).waitFor({ state: 'detached' })
        await visit.press(say('Delete all'))
        await page.getByRole('dialog').getByText('1').waitFor()
        await page
          .getByRole('dialog')
          .getByRole('button', { name: say('Delete all') })
          .click()
        await visit.sees(say('There are none. The person creates them in the profile.'))
        await visit.press(say('Remove all'))
        await page
          .getByRole('dialog')
          .getByRole('button', { name: say('Remove all') })
          .click()
        await page.getByText(say('No browser is signed in.')).waitFor()
        assert.deepEqual(await bert.call('GET /session').then(({ stage }) => stage), 'nobody')
      })
    })

    it(`drive: a shared folder, its members, quotas (${language})`, async () => {
      await visiting(async (visit, product, ada) => {
        await product.person(ada, 'bert')
        const { page } = visit
        await visit.show('/administration/drive')
        await visit.press(say('Create a shared folder'))
        await visit.isAccessible('the window that creates a shared folder')
        await page.getByRole('dialog').getByRole('textbox').fill('Comptes & Co')
        await page
          .getByRole('dialog')
          .getByRole('button', { name: say('Create') })
          .click()
        await visit.heading('Comptes & Co')
        await visit.sees(say('Nobody sees this folder yet. Add the first member above.'))
        await page.getByRole('combobox', { name: say('Person') }).fill('bert')
        await page.getByRole('option', { name: 'bert' }).click()
        await visit.press(say('Add'))
        await page.getByRole('link', { name: 'bert' }).waitFor()
        await visit.isAccessible('a shared folder')
        await visit.field(about(say('Access'), 'bert')).selectOption('read')
        const isReader = async (): Promise<boolean> =>
          (await ada.call('GET /shared-folders'))[0]?.members[0]?.access === 'read'
        while (!(await isReader())) await page.waitForLoadState('networkidle')
        await visit.press(about(say('Remove'), 'bert'))
        await page.getByRole('dialog').getByText('Comptes & Co').waitFor()
        await page
          .getByRole('dialog')
          .getByRole('button', { name: say('Remove') })
          .click()
        await visit.sees(say('Nobody sees this folder yet. Add the first member above.'))
        await visit.press(say('Delete'))
        await visit.press(say('Delete it'))
        await visit.sees(say('There are none. Create one, then add the members who may use it.'))

        await visit.press(about(say('Change'), 'bert'))
        await visit.field(say('Quota of everybody (drive_quota)')).uncheck()
        await visit.field(say('Quota')).fill('5')
        await visit.isAccessible('the window of a quota')
        await visit.press(say('Save'))
        await visit.sees(say('own figure'))
        const { rows } = await ada.call('GET /users', { query: { search: 'bert' } })
        assert.equal(rows[0]?.quotaBytes, 5e9)
      })
    })

    it(`security: settings with units, and contradictions at the field (${language})`, async () => {
      await visiting(async (visit, _product, ada) => {
        const { page } = visit
        await visit.show('/administration/security')
        const ttl = visit.field(say('Validity of an application password'))
        const unit = `${say('Unit')}: ${say('Validity of an application password')}`
        assert.equal(await ttl.inputValue(), '90')
        await visit.field(unit).selectOption('hour')
        await ttl.fill('12')
        await visit.press(say('Save'))
        await visit.sees(say('This is below the minimum that another setting allows.'))
        await visit.isAccessible('a refused setting')
        await visit.field(unit).selectOption('day')
        await ttl.fill('30')
        await visit.field(say('Second factor')).selectOption('offered')
        await visit.press(say('Save'))
        await visit.sees(say('The settings were changed, and apply from now on.'))
        const settings = await ada.call('GET /settings')
        const valueOf = (name: string): unknown => settings.find((one) => one.name === name)?.value
        assert.equal(valueOf('app_credentials_ttl'), 30 * 86_400)
        assert.equal(valueOf('second_factor'), 'offered')
        await page.getByText('ada', { exact: true }).first().waitFor()
        await page.locator('#second_factor').getByText(say('use the default')).click()
        await visit.press(say('Discard'))
        assert.equal(await visit.field(say('Second factor')).inputValue(), 'offered')
      })
    })

    it(`audit: filters in the address, export, integrity (${language})`, async () => {
      await visiting(async (visit, product) => {
        const { page } = visit
        await product.client().send('POST /session', { body: { name: 'ada', password: 'wrong' } })
        await visit.show('/administration/audit')
        await visit.press(say('Check integrity'))
        await page.getByRole('alert').filter({ hasText: /\d/ }).waitFor()
        await visit.isAccessible('a checked audit')
        await visit.field(say('Outcome')).selectOption('refused')
        await page.waitForURL(/outcome=refused/)
        await page.getByRole('cell', { name: say('Signed in on the web') }).waitFor()
        const download = page.waitForEvent('download')
        await page.getByRole('link', { name: say('Export as CSV') }).click()
        assert.equal((await download).suggestedFilename(), 'passerelle-audit.csv')
        await visit.field(say('What')).selectOption('user.delete')
        await visit.sees(say('Nothing fits. Change the filters above, or clear them.'))
        await visit.press(say('Clear the filters'))
        await page.getByRole('cell', { name: say('Used a one-time link') }).waitFor()
        assert.equal(new URL(page.url()).search, '')
      })
    })

    it(`asks who one is before a change, long after the sign-in (${language})`, async () => {
      await visiting(async (visit, product, ada) => {
        const { page } = visit
        await visit.show('/administration/drive')
        product.clock.advance(11 * 60_000)
        await visit.press(say('Create a shared folder'))
        await page.getByRole('dialog').getByRole('textbox').fill('Team')
        await page
          .getByRole('dialog')
          .getByRole('button', { name: say('Create') })
          .click()
        await visit.field(say('Password')).fill('wrong')
        await visit.field(say('Code of your authenticator app')).fill(ada.code())
        await visit.isAccessible('the window "Confirm that it is you"')
        await visit.press(say('Confirm'))
        await visit.sees(say('That does not fit.'))
        await visit.field(say('Password')).fill(PASSWORD)
        product.clock.advance(60_000)
        await visit.field(say('Code of your authenticator app')).fill(ada.code())
        await visit.press(say('Confirm'))
        await visit.heading('Team')
      })
    })
  }
})
