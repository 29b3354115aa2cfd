/**
 * The dashboard: after real sign-ins, refused ones, an account whose consent is over and an
 * application that the provider refuses, it says so; before anything happened, it says what to do.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { CAUSE_WORDS } from '#domain/cause-words.ts'
import { LANGUAGES, openChromium, Visit } from '../support/browser.ts'
import { Dialogue } from '../support/dialogue.ts'
import { openMailGatewaysStory, type MailGatewaysStory } from '../support/mail-gateways-story.ts'
import { ALICE, BOB, SHARED, until } from '../support/mail-story.ts'
import { wordsOf } from '../support/page-words.ts'
import { freePort, startProduct } from '../support/product.ts'

const PATH = '/administration/dashboard'
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** The wrong words are of the form of an application password. */
const WRONG = 'k7m2p-x4qwd-9fhtb-3nrvc-z8sjy'

/** Signs in at IMAP and stays. */
async function imap({ ports, user, password }: MailGatewaysStory): Promise<Dialogue> {
  const program = await Dialogue.open(ports.imaps, { tls: true })
  await program.play(`
    S: * OK …
    C: a LOGIN ${user} ${password}
    S: a OK …`)
  return program
}

async function refusedAtPop3({ ports, user }: MailGatewaysStory, password: string): Promise<void> {
  using program = await Dialogue.open(ports.pop3s, { tls: true })
  await program.play(`
    S: +OK …
    C: USER ${user}
    S: +OK …
    C: PASS ${password}
    S: -ERR …`)
}

async function listDrive({ product }: MailGatewaysStory, password: string): Promise<void> {
  const Authorization = `Basic ${btoa(`alice:${password}`)}`
  const headers = { Authorization, Depth: '0', 'User-Agent': 'davfs2/1.6' }
  const { status } = await fetch(`${product.url}/dav/`, { method: 'PROPFIND', headers })
  assert.equal(status, 207)
}

/** The provider ends a grant, and refuses an application. */
async function troubles(story: MailGatewaysStory): Promise<void> {
  const { ada, entra, mailbox, product } = story
  const { id: bob } = await story.account(mailbox.applicationId, 'bob', BOB)
  await story.initInBrowser(bob)
  const fabrikam = await story.application({
    identifier: 'Fabrikam',
    clientId: 'other',
    secretExpiresAt: Date.now() + 12 * DAY,
  })
  const { id: sales } = await story.account(fabrikam.id, 'sales', SHARED)
  await story.initInBrowser(sales)
  for (const [id, answer] of [
    [bob, refusal(400, 'invalid_grant', 50173, 'The provided grant has expired.')],
    [sales, refusal(401, 'invalid_client', 7000222, 'The client secret keys are expired.')],
  ] as const) {
    entra.instead = (path) => (path.endsWith('/token') ? answer : null)
    await ada.call('POST /mail-accounts/:id/refresh', { params: { id } })
    // A definite no counts when it comes again a while later.
    product.clock.advance(2 * MINUTE)
    await ada.call('POST /mail-accounts/:id/refresh', { params: { id } })
  }
  entra.instead = () => null
}

const refusal = (status: number, error: string, number: number, text: string) => ({
  status,
  body: JSON.stringify({
    error,
    error_description: `AADSTS${number}: ${text}`,
    error_codes: [number],
  }),
})

/** A day at the gateways: a mail program that stays, a drive, somebody who guesses, a dead password. */
async function aDay(story: MailGatewaysStory): Promise<Dialogue> {
  const { ada, alice } = story
  await ada.call('PATCH /settings', { body: { app_credentials_ttl: (20 * DAY) / 1000 } })
  const drive = await alice.call('POST /me/app-passwords', {
    body: { name: 'Laptop', application: 'network_drive' },
  })
  await listDrive(story, drive.password)
  const old = await alice.call('POST /me/app-passwords', {
    body: { name: 'Old program', application: 'mail_client' },
  })
  await alice.call('DELETE /me/app-passwords/:id', { params: { id: old.id } })
  await refusedAtPop3(story, old.password)
  await refusedAtPop3(story, WRONG)
  return await imap(story)
}

/** Nodes write their figures every ten seconds. */
async function written({ ada }: MailGatewaysStory): Promise<void> {
  await until('the figures are on the dashboard', async () => {
    const { gateways, days } = await ada.call('GET /dashboard')
    const sum = (gateway: string, what: 'signIns' | 'refusals'): number =>
      days.filter((one) => one.gateway === gateway).reduce((total, one) => total + one[what], 0)
    return (
      gateways.some((one) => one.gateway === 'imap' && one.connections === 1) &&
      sum('imap', 'signIns') === 1 &&
      sum('drive', 'signIns') === 1 &&
      sum('pop3', 'refusals') === 2
    )
  })
}

describe('The dashboard', () => {
  let browser: Browser
  before(async () => {
    browser = await openChromium()
  })
  after(() => browser.close())

  for (const language of LANGUAGES) {
    const say = wordsOf(language)
    const sum = (english: string, count: number): string =>
      say(english).replace(/<0>.*<\/0>/, String(count))

    it(`says what happened at the gateways, and what needs a person (${language})`, async () => {
      await using story = await openMailGatewaysStory({
        OLD_SMTP_LISTEN: `127.0.0.1:${await freePort()}`,
        OLD_SMTP_NETWORKS: '127.0.0.6',
      })
      const { ada, product } = story
      await troubles(story)
      using program = await aDay(story)
      await written(story)
      await ada.call('PATCH /me', { body: { language } })
      await Visit.of(browser, { url: product.url, language, as: ada }, async (visit) => {
        const { page } = visit
        const table = (name: string) => page.getByRole('table', { name: say(name), exact: true })
        const row = (name: string, text: string) =>
          table(name).getByRole('row').filter({ hasText: text })
        await visit.show('/profile')
        await page.getByRole('link', { name: say('Dashboard'), exact: true }).click()
        await visit.heading(say('Dashboard'))

        // What cannot wait: the application, with what to do; the listener for old scanners.
        await visit.sees(CAUSE_WORDS[language].secret_expired.what)
        await visit.sees(CAUSE_WORDS[language].secret_expired.todo)
        await visit.sees(say('The listener for old scanners is open'))

        // Figures.
        const cells = (name: string, text: string): Promise<string[]> =>
          row(name, text).getByRole('cell').allTextContents()
        assert.equal((await cells('Gateways', 'IMAP'))[1], '1')
        assert.equal((await cells('Gateways', 'POP3'))[1], '0')
        const pop3 = page.getByRole('figure', { name: 'POP3' })
        await pop3.getByText(sum('Refused: <0>{refused}</0>', 2)).waitFor()
        await page
          .getByRole('figure', { name: 'IMAP' })
          .getByText(sum('Signed in: <0>{signedIn}</0>', 1))
          .waitFor()
        await visit.looksRight('the dashboard')

        // The period and the table behind the charts are kept in the address.
        await page.getByText(say('The figures as a table')).click()
        await page.waitForURL(/figures=shown/)
        await visit.sees(say('Hours in which nothing was are left out.'))
        await page.getByText(say('30 days'), { exact: true }).click()
        await page.waitForURL(/period=days/)
        await page.reload()
        await pop3.getByText(sum('Refused: <0>{refused}</0>', 2)).waitFor()
        await visit.sees(say('Days on which nothing was are left out.'))
        await table('Sign-ins and refusals')
          .getByText(say('+ {refused} refused').replace('{refused}', '2'))
          .waitFor()
        await visit.looksRight('the dashboard with its figures')

        // Where each thing is mended.
        await row('Ends in the next 30 days', say('consent'))
          .getByRole('link', { name: 'bob' })
          .waitFor()
        await row('Ends in the next 30 days', say('client secret'))
          .getByRole('link', { name: 'Fabrikam' })
          .waitFor()
        await row('Ends in the next 30 days', 'Laptop')
          .getByRole('link', { name: 'alice' })
          .waitFor()
        await row('Programs that still send an ended password', 'Old program')
          .getByText(/1/)
          .first()
          .waitFor()
        await row('Nodes', 'IMAP, POP3, SMTP').getByText(say('alive')).waitFor()
        await page.getByRole('link', { name: new RegExp(say('needs a person')) }).click()
        await page.waitForURL(/mail-accounts\?state=reconsent/)
        await page.getByRole('cell', { name: BOB }).waitFor()

        // The list of mail accounts says of each account that its application is refused.
        await visit.show('/administration/mail-accounts')
        await row('Mail accounts', SHARED).getByText(say('application refused')).waitFor()
        await row('Mail accounts', SHARED)
          .getByText(CAUSE_WORDS[language].secret_expired.what)
          .waitFor()
        assert.equal(
          await row('Mail accounts', ALICE).getByText(say('application refused')).count(),
          0,
        )
        await visit.looksRight('mail accounts of a refused application')
      })
      await program.play(`
        C: b LOGOUT
        S: * BYE …
        S: b OK …`)
    })

    it(`says what to do where nothing happened yet (${language})`, async () => {
      await using product = await startProduct()
      const ada = await product.administrator()
      await ada.call('PATCH /me', { body: { language } })
      await Visit.of(browser, { url: product.url, language, as: ada }, async (visit) => {
        const { page } = visit
        await visit.show(PATH)
        for (const empty of [
          'Nothing: no token, client secret, certificate or application password ends in that time.',
          'No program sends one.',
        ])
          await visit.sees(say(empty))
        await visit.sees('PASSERELLE_IMAPS_LISTEN')
        assert.equal(await page.getByRole('figure').count(), 0)
        assert.equal(await page.getByText(say('Needs a look')).count(), 0)
        await visit.looksRight('the dashboard of the first day')
        await page.getByRole('main').getByRole('link').first().click()
        await visit.heading(say('Mail accounts'))
      })
    })
  }
})
