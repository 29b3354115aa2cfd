/**
 * My mailboxes: connected and renewed at the provider by the person, the default one chosen, and what
 * the window of a new application password says about them.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { TOTP } from 'otpauth'
import type { Browser } from 'playwright-core'
import { about, LANGUAGES, openChromium, Visit } from '../support/browser.ts'
import { openMailGatewaysStory } from '../support/mail-gateways-story.ts'
import { ALICE, BOB, SHARED } from '../support/mail-story.ts'
import { wordsOf, type Say } from '../support/page-words.ts'
import { PASSWORD } from '../support/product.ts'

describe('My mailboxes', () => {
  let browser: Browser
  before(async () => {
    browser = await openChromium()
  })
  after(() => browser.close())

  for (const language of LANGUAGES) {
    const say = wordsOf(language)

    it(`are connected and renewed at the provider (${language})`, async () => {
      await using story = await openMailGatewaysStory()
      const { ada, alice, entra, product } = story
      const { applicationId } = story.mailbox
      const bob = await product.person(ada, 'bob')
      const { id } = await story.account(applicationId, 'bob', BOB, { userIds: [bob.userId] })
      await bob.call('PATCH /me', { body: { language } })
      await Visit.of(browser, { url: product.url, language, as: bob }, async (visit) => {
        const { page } = visit
        const window = page.getByRole('dialog')
        await visit.show('/profile')
        const table = page.getByRole('table', { name: say('My mailboxes') })
        await table.getByText(BOB).waitFor()
        await visit.looksRight('a mailbox that nobody has connected')

        // An application password can be made already: it says what has to come first.
        await visit.press(say('Create'))
        await visit.press(say('Generate'))
        await window.getByText(say('The mailbox is not connected yet')).waitFor()
        await visit.looksRight('an application password before its mailbox')
        await page.keyboard.press('Escape')
        await visit.press(say('Close anyway'))

        // As somebody else first, then as the owner.
        entra.ignoresHint = true
        entra.signsIn = ALICE
        await visit.press(about(say('Connect'), BOB))
        await visit.sees(say(OUTCOMES.wrong_person))
        await page.getByText(ALICE).waitFor()
        await visit.looksRight('somebody else has signed in')
        entra.ignoresHint = false
        await page.context().clearCookies({ name: /^_(session|interaction)/ }) // signs out there
        await visit.press(about(say('Connect'), BOB))
        await visit.sees(say(OUTCOMES.done))
        await table.getByText(say('active')).waitFor()
        assert.equal((await story.look(id)).state, 'active')
        await visit.looksRight('a connected mailbox')
        await page
          .getByRole('region', { name: say('My mailboxes') })
          .getByRole('button', { name: say('Put this away') })
          .click()
        await page.getByText(say(OUTCOMES.done)).waitFor({ state: 'detached' })
        assert.equal(new URL(page.url()).search, '')

        // The provider ends the consent: the reason is said, and one press renews it.
        entra.instead = (path) => (path.endsWith('/token') ? REVOKED : null)
        await ada.call('POST /mail-accounts/:id/refresh', { params: { id } })
        await page.reload()
        await table.getByText('AADSTS50173').waitFor()
        await visit.looksRight('a mailbox that has to be renewed')
        entra.instead = () => null
        await visit.press(about(say('Renew'), BOB))
        await visit.sees(say(OUTCOMES.done))
      })
      await Visit.of(browser, { url: product.url, language, as: alice }, async (visit) => {
        // What came of another person's visit to the provider is nobody else's.
        await visit.show(`/profile?mailbox=${id}&init=${id}`)
        await visit.page.getByRole('table', { name: /./ }).first().waitFor()
        assert.equal(await visit.page.getByText(say(OUTCOMES.done)).count(), 0)
      })
    })

    it(`are several, and one of them is the default (${language})`, async () => {
      await using story = await openMailGatewaysStory()
      const { ada, alice, product } = story
      const { applicationId } = story.mailbox
      const shared = await story.account(applicationId, 'sales', SHARED, {
        userIds: [alice.userId],
        designation: 'Sales department',
        shared: true,
      })
      await ada.call('POST /mail-accounts/:id/disable', { params: { id: shared.id } })
      const own = await story.account(applicationId, 'own', 'alice@example.org')
      await alice.call('PATCH /me', { body: { language } })
      await Visit.of(browser, { url: product.url, language, as: alice }, async (visit) => {
        const { page } = visit
        const window = page.getByRole('dialog')
        await visit.show('/profile')
        const table = page.getByRole('table', { name: say('My mailboxes') })
        await visit.press(about(say('Make it the default'), ALICE))
        await table.getByRole('row', { name: ALICE }).getByText(say('default')).waitFor()
        await visit.looksRight('several mailboxes')

        // One password for all of them: the user name chooses.
        await visit.press(say('Create'))
        await window.getByRole('radio', { name: say('Other application') }).check()
        await visit.press(say('Generate'))
        const imap = window.getByRole('region', { name: 'IMAP', exact: true })
        await imap.getByText(ALICE).waitFor()
        await visit.looksRight('an application password for several mailboxes')
        await window.getByLabel(say('Mailbox'), { exact: true }).selectOption(SHARED)
        await imap.getByText(SHARED).waitFor()
        await window.getByText(say('The mailbox is switched off')).waitFor()
        assert.equal(await window.getByText(own.email).count(), 0, 'nobody may use it')
        assert.equal(await window.getByRole('region').count(), 4)
      })
    })

    it(`are none yet: the last of the first steps says what is missing (${language})`, async () => {
      await using story = await openMailGatewaysStory()
      const { ada, product } = story
      const email = 'carl@example.org'
      const { id } = await ada.call('POST /users', {
        body: { name: 'carl', email, role: 'user', language },
      })
      const { url } = await ada.call('POST /users/:id/link', { params: { id } })
      await Visit.of(browser, { url: product.url, language }, async (visit) => {
        await firstSteps(visit, url, product.clock.now(), say)
        await visit.press(say('Generate'))
        await visit.sees(say('A mailbox is missing'))
        const imap = visit.page.getByRole('region', { name: 'IMAP', exact: true })
        assert.equal(await imap.getByText(say('User name')).count(), 0)
        await visit.looksRight('a first application password without a mailbox')
        await visit.press(`${say('Copy')}: ${say('Application password')}`)
        await visit.press(say('Done'))
        await visit.heading(say('My mailboxes'))
        await visit.sees(
          say(
            'You have none. Your administrator declares the mailboxes and says who may use them.',
          ),
        )
      })
    })
  }
})

/** From the invitation to the last of the first steps. */
async function firstSteps(visit: Visit, url: string, now: number, say: Say): Promise<void> {
  const { page } = visit
  await visit.show(url)
  await visit.field(say('New password')).fill(PASSWORD)
  await visit.press(say('Set password and go on'))
  await visit.press(say('Set it up now'))
  await visit.press(say('Next'))
  await page.getByRole('figure', { name: say('QR code for the authenticator app') }).waitFor()
  const secret = ((await page.locator('code').textContent()) ?? '').replaceAll(' ', '')
  const code = page.getByLabel(say('Code that the app shows now'))
  await code.fill(new TOTP({ secret }).generate({ timestamp: now }))
  await visit.press(say('Verify'))
  const kept = (await page.locator('ol code').first().textContent()) ?? ''
  await visit.field(say('Type one of them, to show that you have kept them')).fill(kept)
  await visit.press(say('I have kept them'))
}

const OUTCOMES = {
  done: 'The mailbox is connected. Nothing more has to be done.',
  wrong_person:
    'Somebody else signed in at the provider than the mailbox belongs to. Nothing was stored. Sign out there, then connect it once more.',
}
const REVOKED = {
  status: 400,
  body: JSON.stringify({
    error: 'invalid_grant',
    error_description: 'AADSTS50173: The provided grant has expired.',
    error_codes: [50173],
  }),
}
