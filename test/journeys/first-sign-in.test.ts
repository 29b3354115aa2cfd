/**
 * Who was invited sets a password and a second factor of each kind, signs out, and in again with it.
 */
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { LANGUAGES, openChromium, Visit, type Language } from '../support/browser.ts'
import type { Client } from '../support/client.ts'
import { keepCodes } from '../support/first-steps.ts'
import { openMailbox, type Mailbox } from '../support/mailbox.ts'
import { arrives, digitsIn, signOut, typePassword } from '../support/pages.ts'
import { wordsOf, type Say } from '../support/page-words.ts'
import { PASSWORD, startProduct } from '../support/product.ts'
import { openSmsStub, type SmsStub } from '../support/sms-stub.ts'
import { plugIn } from '../support/virtual-key.ts'

describe('The first sign-in of who was invited', () => {
  let browser: Browser
  before(async () => {
    browser = await openChromium()
  })
  after(() => browser.close())

  const codesOf = (mailbox: Mailbox): string =>
    digitsIn(mailbox.received.findLast(({ text }) => digitsIn(text) !== '')?.text)

  for (const language of LANGUAGES) {
    const say = wordsOf(language)

    it(`with a passkey as the second factor (${language})`, async () => {
      await using product = await startProduct()
      const ada = await product.administrator()
      await Visit.of(browser, { url: product.url, language }, async (visit) => {
        const key = await plugIn(visit.page)
        await accept(visit, say, await invited(ada, 'grace', language))
        await visit.field(say('Passkey or security key')).check()
        await visit.field(say('Name')).fill('Laptop')
        await visit.press(say('Next'))
        await visit.heading(say('Set up your passkey or security key'))
        await visit.looksRight('setting up a passkey')
        // Nobody touches it first: the page says so, and the next try works.
        await key.verifies(false)
        await visit.press(say('Set it up'))
        await visit.sees(say('No passkey or security key has answered.'))
        await visit.looksRight('a passkey that did not answer')
        await key.verifies(true)
        await visit.press(say('Set it up'))
        await finish(visit, say)
        await visit.sees('Laptop')
        // Else the browser would sign in by it as soon as the page offers it.
        await key.present(false)
        await signOut(visit, say, 'grace')

        // The passkey is a second factor too: after the password it is asked for.
        await typePassword(visit, say, 'grace')
        await visit.heading(say('Second factor'))
        await visit.looksRight('a passkey as the second factor')
        await key.present(true)
        await visit.press(say('Use passkey or security key'))
        await visit.heading(say('Profile'))
      })
    })

    it(`with a code by e-mail (${language})`, async () => {
      await using mailbox = await openMailbox()
      await using product = await startProduct({
        env: { SMTP_URL: mailbox.url, MAIL_FROM: 'p@example.org' },
      })
      const ada = await product.administrator()
      await Visit.of(browser, { url: product.url, language }, async (visit) => {
        await accept(visit, say, await invited(ada, 'grace', language))
        await visit.field(say('Code by e-mail')).check()
        await visit.looksRight('codes by e-mail')
        await visit.press(say('Next'))
        await visit.heading(say('Type the code from the e-mail'))
        await visit.looksRight('the first code by e-mail')
        await visit.field(say('Code that you were sent')).fill('0000 0000')
        await visit.press(say('Verify'))
        await visit.sees(say('That does not fit.'))
        await visit.field(say('Code that you were sent')).fill(codesOf(mailbox))
        await visit.press(say('Verify'))
        await finish(visit, say)
        await signOut(visit, say, 'grace')

        product.clock.advance(61_000)
        await typePassword(visit, say, 'grace')
        await visit.heading(say('Second factor'))
        const before = mailbox.received.length
        await visit.page.getByRole('button', { name: /g•••@example\.org/ }).click()
        await arrives(() => mailbox.received.length > before)
        await visit.looksRight('a code that was sent by e-mail')
        await visit.field(say('Code that you were sent')).fill(codesOf(mailbox))
        await visit.press(say('Go on'))
        await visit.heading(say('Profile'))
      })
    })

    it(`with a code by SMS (${language})`, async () => {
      await using sms = await openSmsStub()
      await using product = await startProduct({
        env: { ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8, ::1' },
      })
      const ada = await product.administrator()
      await sms.setBy(ada)
      await Visit.of(browser, { url: product.url, language }, async (visit) => {
        await accept(visit, say, await invited(ada, 'grace', language))
        await visit.field(say('Code by SMS')).check()
        await visit.field(say('Mobile phone number')).fill('12')
        await visit.press(say('Next'))
        await visit.page.locator('[aria-invalid=true]').waitFor()
        await visit.looksRight('a number that is none')
        await visit.field(say('Mobile phone number')).fill('+33 6 12 34 56 78')
        // The gateway refuses first.
        sms.status = 500
        await visit.press(say('Next'))
        await visit.sees(say('The code could not be sent now.'))
        sms.status = 201
        product.clock.advance(61_000)
        await visit.press(say('Next'))
        await visit.heading(say('Type the code from the SMS'))
        await visit.field(say('Code that you were sent')).fill(latest(sms))
        await visit.press(say('Verify'))
        await finish(visit, say)
        await signOut(visit, say, 'grace')

        product.clock.advance(61_000)
        await typePassword(visit, say, 'grace')
        await visit.heading(say('Second factor'))
        const before = sms.sent.length
        await visit.page.getByRole('button', { name: /78/ }).click()
        await arrives(() => sms.sent.length > before)
        await visit.field(say('Code that you were sent')).fill(latest(sms))
        await visit.press(say('Go on'))
        await visit.heading(say('Profile'))
      })
    })
  }
})

const latest = (sms: SmsStub): string => digitsIn(sms.sent.at(-1)?.text)

/** The token of an invitation, with its path. */
async function invited(ada: Client, name: string, language: Language): Promise<string> {
  const body = { name, email: `${name}@example.org`, role: 'user' as const, language }
  const { id } = await ada.call('POST /users', { body })
  const { url } = await ada.call('POST /users/:id/link', { params: { id } })
  return url
}

/** From the link to "Choose a second factor". */
async function accept(visit: Visit, say: Say, url: string): Promise<void> {
  await visit.show(url)
  await visit.field(say('New password')).fill(PASSWORD)
  await visit.press(say('Set password and go on'))
  await visit.heading(say('More information required'))
  await visit.press(say('Set it up now'))
  await visit.heading(say('Choose a second factor'))
}

/** Recovery codes, and no application password today. */
async function finish(visit: Visit, say: Say): Promise<void> {
  await keepCodes(visit, say)
  await visit.press(say('Go to the profile without one'))
  await visit.heading(say('Profile'))
}
