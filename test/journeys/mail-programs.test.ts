/**
 * A mail program, from the window in which its application password is created to the live
 * connection that is closed, with a real IMAP connection in between.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Locator } from 'playwright-core'
import { LANGUAGES, openChromium, Visit } from '../support/browser.ts'
import { Dialogue } from '../support/dialogue.ts'
import { openMailGatewaysStory, type MailGatewaysStory } from '../support/mail-gateways-story.ts'
import { ALICE } from '../support/mail-story.ts'
import { wordsOf } from '../support/page-words.ts'
import { startProduct } from '../support/product.ts'

/** Signs in as a mail program that says what it is called; many do not. */
async function mailProgram(
  story: MailGatewaysStory,
  password: string,
  name: string | null = 'Thunderbird',
): Promise<Dialogue> {
  const program = await Dialogue.open(story.ports.imaps, { tls: true })
  await program.expect('* OK …')
  if (name !== null)
    await program.play(`
      C: i ID ("name" "${name}" "version" "140.5")
      S: * ID …
      S: i OK …`)
  await program.play(`
    C: a LOGIN ${ALICE} ${password}
    S: a OK …`)
  return program
}

/** What a block of the window says: label → value. */
async function values(block: Locator): Promise<Record<string, string>> {
  const labels = await block.locator('dt').allTextContents()
  const texts = await block.locator('code').allTextContents()
  return Object.fromEntries(labels.map((label, i) => [label, texts[i] ?? '']))
}

describe('A mail program', () => {
  let browser: Browser
  before(async () => {
    browser = await openChromium()
  })
  after(() => browser.close())

  for (const language of LANGUAGES) {
    const say = wordsOf(language)

    it(`gets an application password, connects, is seen and closed (${language})`, async () => {
      await using story = await openMailGatewaysStory()
      const { alice, product } = story
      await alice.call('PATCH /me', { body: { language } })
      await Visit.of(browser, { url: product.url, language, as: alice }, async (visit) => {
        const { page } = visit
        const window = page.getByRole('dialog')
        await visit.show('/profile')
        await visit.sees(say('Nothing is connected now.'))

        // The application says which gateways; others can be picked, but not none.
        await visit.press(say('Create'))
        await window.getByText(say('Opens {0}').replace('{0}', 'IMAP, SMTP')).waitFor()
        await visit.looksRight('picking an application')
        await visit.press(say('More'))
        await window.getByRole('checkbox', { name: /IMAP/ }).uncheck()
        await window.getByRole('checkbox', { name: /SMTP/ }).uncheck()
        await window.getByText(say('Pick at least one.')).waitFor()
        assert.ok(await window.getByRole('button', { name: say('Generate') }).isDisabled())
        await visit.looksRight('picking no gateway')
        await window.getByRole('checkbox', { name: /POP3/ }).check()
        await window.getByRole('radio', { name: say('Phone or tablet') }).check()
        await visit.sees(say('Opens {0}').replace('{0}', `${say('Drive (WebDAV)')}, IMAP, SMTP`))
        await window.getByRole('radio', { name: say('Outlook') }).check()
        await window.getByLabel(say('Name of the connection')).fill('Laptop')
        await visit.press(say('Generate'))

        // Everything that a mail program asks for, in its own words.
        const imap = window.getByRole('region', { name: 'IMAP', exact: true })
        await imap.waitFor()
        assert.deepEqual(await values(imap), {
          [say('Server')]: 'localhost',
          [say('Port')]: String(story.ports.imaps),
          [say('Security')]: 'SSL/TLS',
          [say('User name')]: ALICE,
        })
        const smtp = window.getByRole('region', { name: 'SMTP', exact: true })
        assert.equal((await values(smtp))[say('Port')], String(story.ports.submissions))
        assert.equal(await window.getByRole('region').count(), 2)
        await visit.press(`${say('Copy')}: IMAP, ${say('User name')}`)
        await window.getByText(say('Copied')).waitFor()
        await visit.looksRight('an application password for a mail program')

        const password = (await window.locator('code').first().textContent()) ?? ''
        using program = await mailProgram(story, password)
        await window.getByText('Thunderbird/140.5').waitFor()
        await visit.press(`${say('Copy')}: ${say('Application password')}`)
        await visit.press(say('Done'))
        await window.waitFor({ state: 'detached' })
        const passwords = page.getByRole('table', { name: say('Application passwords') })
        await passwords.getByRole('cell', { name: 'IMAP · Thunderbird/140.5' }).waitFor()

        // Seen without reloading; closing says what stops, and does it.
        const connections = page.getByRole('table', { name: say('Live connections') })
        await connections.getByText(ALICE).waitFor()
        await visit.looksRight('the profile with a live connection')
        await connections.getByRole('button').last().click()
        await window.getByText('Thunderbird/140.5').waitFor()
        await visit.looksRight('the window that closes a connection')
        await visit.press(say('Close it'))
        await program.expect('* BYE …')
        assert.equal(await program.line(), null)
        await visit.sees(say('Nothing is connected now.'))

        // The password goes on working: it was the connection that ended.
        using again = await mailProgram(story, password)
        await connections.getByText(ALICE).waitFor()
        await again.play(`
          C: b LOGOUT
          S: * BYE …
          S: b OK …`)
      })
    })

    it(`is seen and closed by an administrator (${language})`, async () => {
      await using story = await openMailGatewaysStory()
      const { ada, alice, product } = story
      await ada.call('PATCH /me', { body: { language } })
      await Visit.of(browser, { url: product.url, language, as: ada }, async (visit) => {
        const { page } = visit
        await visit.show(`/administration/users/${alice.userId}`)
        await visit.sees(say('Nothing is connected now.'))
        const mailboxes = page.getByRole('table', { name: say('Mailboxes') })
        await mailboxes.getByText(say('The tokens work and are kept fresh.')).waitFor()
        using program = await mailProgram(story, story.password, 'Thunder<b>bird</b>')
        const connections = page.getByRole('table', { name: say('Live connections') })
        await connections.getByText('Thunder<b>bird</b>/140.5').waitFor()
        await visit.looksRight("a user's mailboxes and connections")
        await connections.getByRole('button').last().click()
        await page.getByRole('dialog').getByText('Thunder<b>bird</b>/140.5').waitFor()
        await visit.press(say('Close it'))
        await program.expect('* BYE …')
        await visit.sees(say('Nothing is connected now.'))
        await mailboxes.getByRole('link', { name: ALICE }).click()
        await visit.heading('alice')
      })
    })

    it(`is told where no gateway for it runs (${language})`, async () => {
      await using product = await startProduct()
      const ada = await product.administrator()
      await ada.call('PATCH /me', { body: { language } })
      await Visit.of(browser, { url: product.url, language, as: ada }, async (visit) => {
        const window = visit.page.getByRole('dialog')
        const generate = window.getByRole('button', { name: say('Generate') })
        await visit.show('/profile')
        assert.equal(await visit.page.getByText(say('My mailboxes')).count(), 0)
        await visit.press(say('Create'))
        await visit.sees(say('Opens {0}').replace('{0}', say('Drive (WebDAV)')))
        await window.getByRole('radio', { name: say('Scanner or printer') }).check()
        await window.getByRole('alert').getByText(/SMTP/).waitFor()
        assert.ok(await generate.isDisabled())
        await visit.looksRight('an application without a gateway')
        await visit.press(say('More'))
        await window.getByRole('checkbox').check()
        assert.ok(await generate.isEnabled())
      })
    })
  }

  it('gets its application password by keyboard alone', async () => {
    await using story = await openMailGatewaysStory()
    const { alice, product } = story
    await Visit.of(browser, { url: product.url, as: alice }, async (visit) => {
      const { keyboard } = visit.page
      const window = visit.page.getByRole('dialog')
      await visit.show('/profile')
      await visit.page.getByRole('button', { name: 'Create', exact: true }).press('Enter')
      await window.getByRole('radio', { name: 'Outlook' }).press('ArrowDown')
      assert.ok(await window.getByRole('radio', { name: 'Apple Mail' }).isChecked())
      await window.getByRole('button', { name: 'More' }).press('Enter')
      await window.getByRole('checkbox', { name: /SMTP/ }).press('Space')
      await visit.sees('Opens IMAP')
      await window.getByLabel('Name of the connection').press('Enter')
      const imap = window.getByRole('region', { name: 'IMAP', exact: true })
      await imap.getByRole('button', { name: 'Copy: IMAP, Server' }).press('Enter')
      await imap.getByText('Copied').waitFor()
      assert.equal(await window.getByRole('region').count(), 1)
      const password = (await window.locator('code').first().textContent()) ?? ''
      using program = await mailProgram(story, password, null)
      await window.getByText('Connected: IMAP program from 127.0.0.1').waitFor()
      await program.play(`
        C: b LOGOUT
        S: * BYE …
        S: b OK …`)
      await keyboard.press('Escape')
      await window.getByRole('button', { name: 'Close anyway' }).press('Enter')
      await visit.page.getByRole('cell', { name: 'Apple Mail', exact: true }).waitFor()
    })
  })
})
