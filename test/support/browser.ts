/**
 * Chromium for journeys: a window with a language, a colour scheme and a width, which remembers
 * everything that a page complained about.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import {
  chromium,
  type Browser,
  type BrowserContext,
  type Locator,
  type Page,
} from 'playwright-core'
import type { Client } from './client.ts'

export const LANGUAGES = ['en', 'fr'] as const
export type Language = (typeof LANGUAGES)[number]
export type Scheme = 'light' | 'dark'

type AxeOptions = Parameters<AxeBuilder['options']>[0]

/** A folder: whatever has to look right is kept there as a picture, for people to look at. */
const PICTURES = process.env['JOURNEY_PICTURES']
const HEIGHT = `document.querySelector('[role=dialog]')?.scrollHeight ??
  document.documentElement.scrollHeight`

/** Debian's Chromium, with nothing that talks to anybody but the page. */
export async function openChromium(): Promise<Browser> {
  return await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

type Wanted = {
  url: string
  language?: Language
  scheme?: Scheme
  width?: number
  height?: number
  /** Whose session the window starts with; nobody's otherwise. */
  as?: Client
}

/** One window of one person. */
export class Visit {
  readonly page: Page
  readonly complaints: string[] = []
  readonly #context: BrowserContext
  constructor(context: BrowserContext, page: Page) {
    this.#context = context
    this.page = page
    // A refusal is written to the console by Chromium (4xx) and by React (a page that could not be
    // loaded) as well as shown: that is no complaint.
    page.on('console', (message) => {
      const expected = /^(Failed to load resource|ApiProblem)/.test(message.text())
      if (['error', 'warning'].includes(message.type()) && !expected)
        this.complaints.push(message.text())
    })
    page.on('pageerror', (error) => this.complaints.push(String(error)))
  }

  /** Opens a window, goes on the journey, and asserts that no page complained on the way. */
  static async of(
    browser: Browser,
    wanted: Wanted,
    journey: (visit: Visit) => Promise<void>,
  ): Promise<void> {
    const visit = await Visit.open(browser, wanted)
    try {
      await journey(visit)
      assert.deepEqual(visit.complaints, [], 'the pages complained in the console')
    } finally {
      await visit.#context.close()
    }
  }

  static async open(browser: Browser, wanted: Wanted): Promise<Visit> {
    const { url, language = 'en', scheme = 'light', width = 1280, height = 900 } = wanted
    const context = await browser.newContext({
      baseURL: url,
      locale: language === 'fr' ? 'fr-FR' : 'en-GB',
      timezoneId: 'Europe/Paris',
      colorScheme: scheme,
      viewport: { width, height },
      reducedMotion: 'reduce',
      // Providers of the tests sign their own certificates.
      ignoreHTTPSErrors: true,
    })
    context.setDefaultTimeout(30_000)
    if (wanted.as) await signInAs(context, url, wanted.as)
    return new Visit(context, await context.newPage())
  }

  /** Shows a page and waits until nothing is being loaded. */
  async show(path: string): Promise<void> {
    await this.page.goto(path, { waitUntil: 'networkidle' })
  }

  /** Presses the one button of that name. */
  async press(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click()
  }

  /** Waits until a text is on the page. */
  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor()
  }

  /** Waits until a page, or a part of it, has that heading. */
  async heading(name: string): Promise<void> {
    await this.page.getByRole('heading', { name, exact: true }).waitFor()
  }

  /** The field of that label. */
  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true })
  }

  /** axe finds nothing (WCAG 2.2 A and AA, and its best practices) on what is shown now. */
  async isAccessible(what: string): Promise<void> {
    await this.#finds({}, what)
  }

  /** axe finds no text that is too faint: all that light and dark tell apart. */
  async isLegible(what: string): Promise<void> {
    await this.#finds({ runOnly: { type: 'rule', values: ['color-contrast'] } }, what)
  }

  /** All of the above, in light and in dark, in a wide window and in that of a telephone. */
  async looksRight(what: string): Promise<void> {
    const wide = this.page.viewportSize() ?? { width: 1280, height: 900 }
    await this.isAccessible(what)
    await this.#picture(what, 'light')
    await this.page.emulateMedia({ colorScheme: 'dark' })
    await this.isLegible(`${what} (dark)`)
    await this.#picture(what, 'dark')
    await this.page.setViewportSize({ width: 360, height: 740 })
    await this.fitsItsWidth(what)
    await this.#picture(what, 'dark phone')
    await this.page.emulateMedia({ colorScheme: 'light' })
    await this.#picture(what, 'phone')
    await this.page.setViewportSize(wide)
  }

  async #picture(what: string, look: string): Promise<void> {
    if (PICTURES === undefined) return
    const language = String(await this.page.evaluate('document.documentElement.lang'))
    const name = `${what} (${language}, ${look})`.replaceAll(/[^\w(),]+/g, '-')
    // A window as high as what it shows, also what an open dialog shows.
    const size = this.page.viewportSize() ?? { width: 1280, height: 900 }
    const height = Number(await this.page.evaluate(HEIGHT))
    await this.page.setViewportSize({ ...size, height: Math.max(size.height, height) })
    await this.page.screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled' })
    await this.page.setViewportSize(size)
  }

  async #finds(options: AxeOptions, what: string): Promise<void> {
    const { page } = this
    // "Legacy" runs in the page itself, all in one, and would only miss frames of other origins.
    // The other way opens one more page for each look, which takes twice as long.
    assert.equal(page.frames().length, 1, 'axe looks at one frame')
    const there = (await page.evaluate('"axe" in window')) === true
    const axe = new AxeBuilder(there ? { page, axeSource: ';' } : { page })
    const { violations } = await axe.setLegacyMode().options(options).analyze()
    const found = violations.map(
      ({ id, help, nodes }) =>
        `${id}: ${help}\n${nodes.map((node) => `  ${node.html}\n  ${node.failureSummary}`).join('\n')}`,
    )
    assert.equal(found.join('\n'), '', `axe on ${what}`)
  }

  /** Nothing is wider than the window: nobody has to scroll sideways. */
  async fitsItsWidth(what: string): Promise<void> {
    const wider = await this.page.evaluate(
      `[...document.querySelectorAll('main *, [role=dialog] *')]
        .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth)
        .filter((one) => one.checkVisibility() && !one.closest('thead'))
        .map((one) => one.outerHTML.slice(0, 120))`,
    )
    assert.deepEqual(wider, [], `${what} has something that is wider than the window`)
  }
}

/** Gives the window the session that a client has. */
export async function signInAs(
  context: BrowserContext,
  url: string,
  client: Client,
): Promise<void> {
  // A `__Host-` cookie is Secure: Chromium takes it for localhost, but only as if from https.
  const secureUrl = url.replace('http:', 'https:')
  await context.addCookies(
    [...client.cookies].map(([name, value]) => ({ name, value, url: secureUrl, httpOnly: true })),
  )
}

/** The name of a button that stands in every row of a table: "Delete: Outlook". */
export const about = (deed: string, name: string): string => `${deed}: \u2068${name}\u2069`
