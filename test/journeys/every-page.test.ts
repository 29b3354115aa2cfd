/**
 * Every page, in both languages: axe finds nothing in light and in dark, nothing is wider than a
 * window of 360 pixels, and a name with HTML and control characters is only text.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { LANGUAGES, openChromium, Visit } from '../support/browser.ts'
import { wordsOf } from '../support/page-words.ts'
import { startProduct } from '../support/product.ts'

/** Tags, an attribute that runs, and a right-to-left override that would turn "gnp.exe" around. */
const HOSTILE = '<img src=x onerror=alert(1)><0>"\u202egnp.exe'
const WIDE = { width: 1280, height: 900 }
const MIDDLE = { width: 800, height: 900 }
const NARROW = { width: 360, height: 740 }

describe('Every page', () => {
  let browser: Browser
  before(async () => {
    browser = await openChromium()
  })
  after(() => browser.close())

  for (const language of LANGUAGES)
    it(`is accessible in light and dark, and fits 360 pixels (${language})`, async () => {
      await using product = await startProduct()
      const ada = await product.administrator()
      const say = wordsOf(language)
      const bert = await product.person(ada, 'bert')
      for (const person of [ada, bert]) {
        await person.call('PATCH /me', {
          body: { language, displayName: 'Longest-Name '.repeat(4) },
        })
        const body = { name: HOSTILE, application: 'phone' as const }
        await person.call('POST /me/app-passwords', { body })
      }
      const folder = await ada.call('POST /shared-folders', { body: { name: 'x'.repeat(64) } })
      await ada.call('PUT /shared-folders/:id/members/:userId', {
        params: { id: folder.id, userId: bert.userId },
        body: { access: 'read' },
      })
      const group = await ada.call('POST /groups', { body: { name: 'x'.repeat(128) } })
      await ada.call('PUT /groups/:id/members/:userId', {
        params: { id: group.id, userId: bert.userId },
      })
      const pages = [
        '/profile',
        '/profile/add-second-factor',
        '/administration/dashboard',
        '/administration/users',
        `/administration/users/${bert.userId}`,
        '/administration/mail-accounts',
        '/administration/mail-accounts/new',
        '/administration/oauth-applications',
        '/administration/oauth-applications/new',
        '/administration/notices',
        '/administration/groups',
        `/administration/groups/${group.id}`,
        '/administration/identity-providers',
        '/administration/identity-providers/new',
        '/administration/identity-providers/new?kind=entra',
        '/administration/identity-providers/new?kind=active_directory',
        '/administration/sms-gateway',
        '/administration/drive',
        `/administration/drive/${folder.id}`,
        '/administration/security',
        '/administration/audit',
        '/nowhere',
      ]
      await Visit.of(browser, { url: product.url, language, as: ada }, async (visit) => {
        for (const path of pages) {
          await visit.page.setViewportSize(WIDE)
          await visit.show(path)
          assert.equal(await visit.page.locator('h1').count(), 1, path)
          await visit.isAccessible(path)
          await visit.page.emulateMedia({ colorScheme: 'dark' })
          await visit.isLegible(`${path} (dark)`)
          for (const size of [MIDDLE, NARROW]) {
            await visit.page.setViewportSize(size)
            await visit.fitsItsWidth(`${path} at ${size.width} pixels`)
          }
          await visit.page.emulateMedia({ colorScheme: 'light' })
          assert.equal(await visit.page.locator('img').count(), 0, path)
        }
        await visit.show('/profile')
        await visit.page.locator('bdi', { hasText: HOSTILE }).first().waitFor()
      })
      await Visit.of(browser, { url: product.url, language }, async (visit) => {
        const open = [
          '/sign-in',
          '/sign-in#provider=away',
          '/confirmed#provider=not_fresh',
          '/renew#failed',
          '/link#provider=taken',
          '/link#used',
        ]
        for (const path of open) {
          await visit.show(path)
          await visit.isAccessible(path)
          await visit.page.emulateMedia({ colorScheme: 'dark' })
          await visit.isLegible(`${path} (dark)`)
          await visit.page.setViewportSize(NARROW)
          await visit.fitsItsWidth(path)
          await visit.page.emulateMedia({ colorScheme: 'light' })
        }
        await visit.sees(say('This link was used already, has ended, or never existed.'))
      })
    })

  it('of administration opens for administrators only', async () => {
    await using product = await startProduct()
    const bert = await product.person(await product.administrator(), 'bert')
    await Visit.of(browser, { url: product.url, as: bert }, async (visit) => {
      await visit.show('/administration/users')
      await visit.heading('Profile')
      assert.equal(await visit.page.getByRole('navigation').count(), 0)
    })
  })

  it('is reached by keyboard alone', async () => {
    await using product = await startProduct()
    const ada = await product.administrator()
    await Visit.of(browser, { url: product.url, as: ada, ...NARROW }, async (visit) => {
      const { page } = visit
      await visit.show('/profile')
      await visit.isAccessible('the profile at 360 pixels')
      await visit.field('Open the navigation').press('Enter')
      await visit.isAccessible('the navigation at 360 pixels')
      await page.getByRole('link', { name: 'Audit' }).press('Enter')
      await visit.heading('Audit')
      await page.getByRole('button', { name: /Account of/ }).press('Enter')
      await page.getByRole('menuitem', { name: 'Dark' }).press('Enter')
      await page.locator('html[data-mantine-color-scheme=dark]').waitFor()
      await page.reload()
      await page.locator('html[data-mantine-color-scheme=dark]').waitFor()
    })
  })

  it('says so when the server does not answer, and goes on when it does', async () => {
    await using product = await startProduct()
    const ada = await product.administrator()
    await Visit.of(browser, { url: product.url, as: ada }, async (visit) => {
      const { page } = visit
      await visit.show('/profile')
      await page.context().setOffline(true)
      await visit.press('Create')
      await visit.press('Generate')
      await visit.sees('The server does not answer.')
      await page.context().setOffline(false)
      await visit.press('Generate')
      await visit.sees('It is shown only now, and never again')
    })
    await Visit.of(browser, { url: product.url, as: ada }, async (visit) => {
      const { page } = visit
      await page.route('**/api/v1/**', (route) => route.abort())
      await visit.show('/administration/users')
      await visit.heading('This page cannot be shown now')
      await visit.isAccessible('the page without a server')
      await page.unroute('**/api/v1/**')
      await visit.press('Try again')
      await visit.heading('Users')
    })
  })
})
