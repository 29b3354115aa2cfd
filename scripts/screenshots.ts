/**
 * Makes the pictures of docs/pictures: the product is started, filled with three months of a small
 * company, and looked at with Chromium.
 *
 * `node scripts/screenshots.ts`, or with a folder: every page in every look, to be looked at.
 */
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { openChromium, Visit, type Language, type Scheme } from '../test/support/browser.ts'
import type { Client } from '../test/support/client.ts'
import { PASSWORD, startProduct, type Product } from '../test/support/product.ts'
import { workFolder } from '../test/support/program.ts'
import { connected, mailboxes, mailGateways, signInToMail } from './screenshot-mail.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const EVERY = process.argv[2] !== undefined
const FOLDER = resolve(process.argv[2] ?? join(import.meta.dirname, '../docs/pictures'))

type Look = { language?: Language; scheme?: Scheme; width?: number; height?: number }
const OTHER_LOOKS: Record<string, Look> = {
  'fr-dark': { language: 'fr', scheme: 'dark' },
  phone: { width: 360, height: 780 },
  'fr-dark-phone': { language: 'fr', scheme: 'dark', width: 360, height: 780 },
}
await mkdir(FOLDER, { recursive: true })
using files = workFolder()
const gateways = await mailGateways(files.path)
await using product = await startProduct({ ahead: -80 * DAY, env: gateways.env })
const { ada, bert } = await threeMonths(product)
await providers(ada)
const PAGES = {
  profile: '/profile',
  users: '/administration/users',
  user: `/administration/users/${bert.userId}`,
  security: '/administration/security',
  drive: '/administration/drive',
  audit: '/administration/audit',
}

const browser = await openChromium()
try {
  await signInByHand(browser)
  // The node says once in a while that it is alive; the clock has just jumped.
  while ((await ada.call('GET /me/connections')).length === 0) await setTimeout(200)
  await pictures(browser)
} finally {
  await browser.close()
}

async function pictures(chromium: Browser): Promise<void> {
  await Visit.of(chromium, { url: product.url, height: 620 }, async (visit) => {
    await visit.show('/sign-in')
    await visit.page.screenshot({ path: join(FOLDER, 'sign-in.png') })
  })
  for (const [name, path] of Object.entries(PAGES)) await picture(chromium, name, {}, path)
  await picture(chromium, 'create', {}, PAGES.profile, created)
  for (const [suffix, look] of Object.entries(OTHER_LOOKS))
    for (const [name, path] of Object.entries(EVERY ? PAGES : { profile: PAGES.profile }))
      await picture(chromium, `${name}-${suffix}`, look, path)
}

/** Where people can sign in besides. */
async function providers(by: Client): Promise<void> {
  for (const [name, provider] of [
    ['Contoso', 'AzureAD'],
    ['Workspace', 'Google'],
  ] as const) {
    const { id: applicationId } = await by.call('POST /oauth-applications', {
      body: {
        identifier: `sign-in-${name}`,
        provider,
        clientId: 'web',
        clientSecret: 'of nobody but the pictures',
        ...(provider === 'AzureAD' && { tenantId: '11111111-2222-3333-4444-555555555555' }),
      },
    })
    const { id } = await by.call('POST /identity-providers', {
      body: { kind: 'oidc', name, applicationId },
    })
    await by.call('POST /identity-providers/:id/enable', { params: { id } })
  }
}

/** The window that shows a new application password. */
async function created({ page }: Visit): Promise<void> {
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  const window = page.getByRole('dialog')
  await window.getByRole('textbox').fill('Laptop')
  await window.locator('[type=submit]').click()
  await window.locator('code').first().waitFor()
}

/** Through the pages, so that the session is a browser's; the client goes on with it. */
async function signInByHand(chromium: Browser): Promise<void> {
  product.clock.advance(60_000)
  await Visit.of(chromium, { url: product.url }, async (visit) => {
    await visit.show('/sign-in')
    await visit.field('User name or e-mail').fill('ada')
    await visit.field('Password').fill(PASSWORD)
    await visit.press('Sign in')
    await visit.field('Code of your authenticator app').fill(ada.code())
    await visit.press('Go on')
    await visit.heading('Profile')
    for (const { name, value } of await visit.page.context().cookies()) ada.cookies.set(name, value)
  })
  await ada.call('DELETE /me/sessions')
}

/** One page, or what `reach` leads to from it; whole pages unless a window is open. */
async function picture(
  chromium: Browser,
  name: string,
  look: Look,
  path: string,
  reach?: (visit: Visit) => Promise<void>,
): Promise<void> {
  await ada.call('PATCH /me', { body: { language: look.language ?? 'en' } })
  await Visit.of(chromium, { url: product.url, as: ada, ...look }, async (visit) => {
    await visit.show(path)
    await reach?.(visit)
    if (!reach) {
      // A window as high as the page, so that the navigation reaches down as it does on a screen.
      const height = Number(await visit.page.evaluate('document.documentElement.scrollHeight'))
      await visit.page.setViewportSize({ width: look.width ?? 1280, height })
    }
    await visit.page.screenshot({ path: join(FOLDER, `${name}.png`) })
  })
}

/** The clock of the server goes from three months ago to now, so that pages show a past. */
async function threeMonths(
  on: Product,
): Promise<{ ada: Client; bert: Client & { userId: string } }> {
  const first = await on.administrator()
  await first.call('PATCH /me', { body: { displayName: 'Ada Lovelace' } })
  const windows = await create(first, 'Windows on PC-12', 'network_drive')
  const scanner = await create(first, 'Scanner, 3rd floor', 'other')
  await use(on, 'ada', windows.password, 'Microsoft-WebDAV-MiniRedir/10.0.26100')
  const second = await on.person(first, 'bert')
  await second.call('PATCH /me', { body: { displayName: 'Bert Berger' } })
  await create(second, 'Finder on MacBook', 'network_drive')
  await people(first)

  on.clock.advance(60 * DAY)
  await signIn(first, 'ada')
  const rclone = await create(first, 'rclone on the NAS', 'sync')
  const { user } = await first.call('GET /me')
  await mailboxes(on, user.id)
  const thunderbird = await create(first, 'Thunderbird on PC-12', 'mail_client')
  await first.call('DELETE /me/app-passwords/:id', { params: { id: scanner.id } })
  await folders(first, second.userId)

  on.clock.advance(20 * DAY - 2 * HOUR)
  await use(on, 'ada', scanner.password, 'ScanToDAV/2.4')
  await use(on, 'ada', scanner.password, 'ScanToDAV/2.4')
  await signIn(second, 'bert')
  on.clock.advance(2 * HOUR - 5 * 60_000)
  await use(on, 'ada', rclone.password, 'rclone/v1.72.0')
  const program = ['Thunderbird', '140.5.0'] as const
  await signInToMail(gateways.ports, user.email, thunderbird.password, program)
  await on.client().send('POST /session', { body: { name: 'bert', password: 'guessed' } })
  on.clock.advance(4 * 60_000)
  await signIn(first, 'ada')
  await first.call('POST /me/recovery-codes')
  await create(first, 'Phone', 'phone')
  await connected(on, user.id, thunderbird.id, program.join('/'))
  return { ada: first, bert: second }
}

async function create(
  client: Client,
  name: string,
  application: 'sync' | 'network_drive' | 'phone' | 'mail_client' | 'other',
) {
  return await client.call('POST /me/app-passwords', { body: { name, application } })
}

async function use(on: Product, user: string, password: string, agent: string): Promise<void> {
  const Authorization = `Basic ${btoa(`${user}:${password}`)}`
  const headers = { Authorization, 'User-Agent': agent, Depth: '0' }
  await fetch(`${on.url}/dav/`, { method: 'PROPFIND', headers })
}

async function signIn(client: Client, name: string): Promise<void> {
  await client.call('POST /session', { body: { name, password: PASSWORD } })
  const body = { kind: 'totp' as const, code: client.code() }
  await client.call('POST /session/second-factor', { body })
}

async function people(by: Client): Promise<void> {
  for (const [name, displayName] of [
    ['c.dupont', 'Claire Dupont'],
    ['m.rossi', 'Marco Rossi'],
    ['z.lefevre', 'Zoé Lefèvre'],
    ['n.okafor', 'Ngozi Okafor'],
  ] as const)
    await by.call('POST /users', {
      body: { name, displayName, email: `${name}@example.org`, role: 'user', language: 'fr' },
    })
}

async function folders(by: Client, member: string): Promise<void> {
  const accounts = await by.call('POST /shared-folders', { body: { name: 'Accounting' } })
  await by.call('POST /shared-folders', { body: { name: 'Scans' } })
  await by.call('PUT /shared-folders/:id/members/:userId', {
    params: { id: accounts.id, userId: member },
    body: { access: 'write' },
  })
  await by.call('PATCH /users/:id', { params: { id: member }, body: { quotaBytes: 5e9 } })
}
