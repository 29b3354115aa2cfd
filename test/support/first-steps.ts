/**
 * The first steps on the pages, as a person takes them: an authenticator app, recovery codes, the
 * first application password and its first use.
 */
import assert from 'node:assert/strict'
import { TOTP } from 'otpauth'
import type { Visit } from './browser.ts'
import type { Say } from './page-words.ts'
import type { Product } from './product.ts'

/** From "Choose a second factor" to the verified app. */
export async function setUpApp(
  visit: Visit,
  say: Say,
  product: Pick<Product, 'clock'>,
): Promise<TOTP> {
  const { page } = visit
  await visit.field(say('Authenticator app')).check()
  await visit.press(say('Next'))
  await page.getByRole('figure', { name: say('QR code for the authenticator app') }).waitFor()
  const secret = ((await page.locator('code').textContent()) ?? '').replaceAll(' ', '')
  const app = new TOTP({ secret })
  await visit
    .field(say('Code that the app shows now'))
    .fill(app.generate({ timestamp: product.clock.now() }))
  await visit.press(say('Verify'))
  return app
}

/** Keeps the recovery codes, and types one to show it. */
export async function keepCodes({ page }: Visit, say: Say): Promise<readonly string[]> {
  await page.locator('ol code').nth(9).waitFor()
  const codes = await page.locator('ol code').allTextContents()
  await page
    .getByLabel(say('Type one of them, to show that you have kept them'))
    .fill(codes[0] ?? '')
  await page.getByRole('button', { name: say('I have kept them'), exact: true }).click()
  return codes
}

/** Makes the first application password for a sync client; what is shown of it. */
export async function makeFirstPassword(visit: Visit, say: Say): Promise<string> {
  await visit.page.getByRole('radio', { name: say('Sync client') }).check()
  await visit.press(say('Generate'))
  await visit.sees(say('It is shown only now, and never again'))
  const password = (await visit.page.locator('code').first().textContent()) ?? ''
  assert.match(password, /^(?:[0-9a-hjkmnp-tv-z]{5}-){4}[0-9a-hjkmnp-tv-z]{5}$/)
  return password
}

/** An application looks into the drive with it; the HTTP status of what it is answered. */
export async function look(
  { url }: Pick<Product, 'url'>,
  user: string,
  password: string,
): Promise<number> {
  const { status } = await fetch(`${url}/dav/`, {
    method: 'PROPFIND',
    headers: {
      Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      Depth: '0',
      'User-Agent': 'curl/8.14.1',
    },
  })
  return status
}
