/**
 * A person of a directory: signs in with the password of the directory, sets up a second factor, and
 * confirms with that password; while the directory is away, the page says so.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { LANGUAGES, openChromium, Visit } from '../support/browser.ts'
import type { Client } from '../support/client.ts'
import {
  LDAP_PASSWORD,
  openSlapd,
  PEOPLE,
  SEARCHER,
  type Slapd,
} from '../support/directory/slapd.ts'
import { keepCodes, look, makeFirstPassword, setUpApp } from '../support/first-steps.ts'
import { signOut, typePassword } from '../support/pages.ts'
import { wordsOf } from '../support/page-words.ts'
import { startProduct } from '../support/product.ts'

describe('A person of a directory', () => {
  let browser: Browser
  let slapd: Slapd
  before(async () => {
    browser = await openChromium()
    slapd = await openSlapd()
    await slapd.person('grace', { displayName: 'Grace Hopper' })
  })
  after(async () => {
    await browser.close()
    await slapd[Symbol.asyncDispose]()
  })

  for (const language of LANGUAGES) {
    const say = wordsOf(language)

    it(`comes in with the password of the directory (${language})`, async () => {
      await using product = await startProduct({
        env: { ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8, ::1' },
      })
      await declare(await product.administrator(), slapd)
      await Visit.of(browser, { url: product.url, language }, async (visit) => {
        const { page } = visit
        await visit.show('/sign-in')
        await typePassword(visit, say, 'grace', 'wrong wrong wrong wrong')
        await visit.sees(say('The name and the password do not belong together.'))
        await typePassword(visit, say, 'grace', LDAP_PASSWORD)
        await visit.heading(say('More information required'))
        await visit.press(say('Set it up now'))
        const app = await setUpApp(visit, say, product)
        await keepCodes(visit, say)
        const password = await makeFirstPassword(visit, say)
        assert.equal(await look(product, 'grace', password), 207)
        await visit.press(`${say('Copy')}: ${say('Application password')}`)
        await visit.press(say('Done'))
        await visit.heading(say('Profile'))
        await visit.sees('Staff')
        await visit.looksRight('the profile of a person of a directory')

        // Later, what needs to know who it is: by the same password.
        product.clock.advance(11 * 60_000)
        await visit.press(say('Make new codes'))
        await visit.press(say('Replace my codes'))
        const window = page.getByRole('dialog', { name: say('Confirm that it is you') })
        await window.getByLabel(say('Password'), { exact: true }).fill(LDAP_PASSWORD)
        await window
          .getByLabel(say('Code of your authenticator app'))
          .fill(app.generate({ timestamp: product.clock.now() }))
        await window.getByRole('button', { name: say('Confirm'), exact: true }).click()
        await page.locator('ol code').nth(9).waitFor()
        await page.keyboard.press('Escape')

        // Away is not wrong: applications go on, and the page does not blame the password.
        await signOut(visit, say, 'Grace Hopper')
        await slapd.stop()
        try {
          await typePassword(visit, say, 'grace', LDAP_PASSWORD)
          await visit.sees(say('Where your account comes from does not answer now.'))
          await visit.looksRight('a directory that is away')
          assert.equal(await look(product, 'grace', password), 207)
        } finally {
          await slapd.start()
        }
        // It is not asked again at once.
        product.clock.advance(61_000)
        await typePassword(visit, say, 'grace', LDAP_PASSWORD)
        await visit.heading(say('Second factor'))
      })
    })
  }
})

async function declare(ada: Client, { ldaps, authority }: Slapd): Promise<void> {
  const { id } = await ada.call('POST /identity-providers', {
    body: {
      kind: 'ldap',
      name: 'Staff',
      provisioning: 'create',
      flavour: 'other',
      urls: [`ldaps://127.0.0.1:${ldaps}`],
      ca: authority.ca,
      bindDn: SEARCHER.dn,
      password: SEARCHER.password,
      baseDn: PEOPLE,
    },
  })
  await ada.call('POST /identity-providers/:id/enable', { params: { id } })
}
