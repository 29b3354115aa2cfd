/**
 * Administration: the SMS gateway, from the template with a preview to its test and its end.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { LANGUAGES, openChromium, Visit } from '../support/browser.ts'
import { wordsOf } from '../support/page-words.ts'
import { startProduct } from '../support/product.ts'
import { openSmsStub } from '../support/sms-stub.ts'

describe('The SMS gateway', () => {
  let browser: Browser
  before(async () => {
    browser = await openChromium()
  })
  after(() => browser.close())

  for (const language of LANGUAGES) {
    const say = wordsOf(language)

    it(`is written, tried and removed (${language})`, async () => {
      await using stub = await openSmsStub()
      await using product = await startProduct({
        env: { ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8, ::1' },
      })
      const ada = await product.administrator()
      await ada.call('PATCH /me', { body: { language } })
      await Visit.of(browser, { url: product.url, language, as: ada }, async (visit) => {
        const { page } = visit
        await visit.show('/administration/sms-gateway')
        await visit.field(say('Address')).fill('http://sms.example.com/')
        await visit.press(say('Save'))
        await visit.sees(say('The address has to begin with https.'))
        await visit.looksRight('an SMS gateway with a mistake')
        await visit.field(say('Address')).fill(`${stub.url}/v1?to={{number}}`)
        await visit.field(say('Body')).fill('{"to": "{{number}}", "message": "{{text}}"}')
        await visit.field(say('Secret')).fill('s3cret-of-the-service')
        // The preview fills the places in, and never shows the secret.
        const shown = page.locator('pre, code').filter({ hasText: 'POST https' })
        await shown.filter({ hasText: '%2B33612345678' }).waitFor()
        assert.doesNotMatch(await shown.innerText(), /s3cret/)
        await visit.press(say('Save'))
        await visit.sees(say('The SMS gateway was saved.'))
        const kept = await ada.call('GET /sms-gateway')
        assert.equal(kept?.body, '{"to": "{{number}}", "message": "{{text}}"}')
        assert.notEqual(kept?.secretSetAt, null)

        await visit.field(say('Phone number')).fill('+33 6 12 34 56 78')
        await visit.press(say('Send'))
        await visit.sees(say('The gateway has taken the message. See whether it arrives.'))
        assert.deepEqual(
          [stub.sent.at(-1)?.to, stub.asked.at(-1)?.headers.authorization],
          ['+33612345678', 'Bearer s3cret-of-the-service'],
        )
        await visit.looksRight('an SMS gateway')
        stub.status = 403
        await visit.press(say('Send'))
        await visit.sees(/HTTP 403/)
        await visit.press(say('Remove'))
        await visit.press(say('Remove it'))
        await page.getByRole('button', { name: say('Send') }).waitFor({ state: 'detached' })
        assert.equal(await ada.call('GET /sms-gateway'), null)
      })
    })
  }
})
