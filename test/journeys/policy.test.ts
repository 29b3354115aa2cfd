/**
 * Administration: policy of everybody, of a group and of a person, with what a change ends named
 * before it is saved.
 */
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import type { Browser, Locator } from 'playwright-core'
import { about, LANGUAGES, openChromium, Visit } from '../support/browser.ts'
import type { Client } from '../support/client.ts'
import { wordsOf } from '../support/page-words.ts'
import { PASSWORD, startProduct, type Product } from '../support/product.ts'

describe('Policy', () => {
  let browser: Browser
  let product: Product
  let ada: Client
  let bert: Client & { userId: string }
  /** The application password that Bert uses from 127.0.0.1. */
  let typed: string
  before(async () => {
    browser = await openChromium()
  })
  after(() => browser.close())
  beforeEach(async () => {
    product = await startProduct()
    ada = await product.administrator()
    bert = await product.person(ada, 'bert')
    const body = { name: 'Explorer', application: 'network_drive' as const }
    typed = (await bert.call('POST /me/app-passwords', { body })).password
    assert.equal(await davStatus(), 207)
  })
  afterEach(() => product[Symbol.asyncDispose]())

  const davStatus = async (): Promise<number> => {
    const Authorization = `Basic ${Buffer.from(`bert:${typed}`).toString('base64')}`
    const headers = { Authorization, Depth: '0' }
    return (await fetch(`${product.url}/dav/`, { method: 'PROPFIND', headers })).status
  }

  for (const language of LANGUAGES) {
    const say = wordsOf(language)
    const visiting = async (journey: (visit: Visit) => Promise<void>): Promise<void> => {
      await ada.call('PATCH /me', { body: { language } })
      await Visit.of(browser, { url: product.url, language, as: ada }, journey)
    }
    /** The row of one setting. */
    const setting = (visit: Visit, name: string): Locator => visit.page.locator(`#${name}`)
    const tick = async (visit: Visit, name: string, word: string): Promise<void> =>
      await setting(visit, name)
        .getByRole('checkbox', { name: say(word) })
        .click()
    const save = async (visit: Visit): Promise<void> => await visit.press(say('Save'))
    const savePolicy = async (visit: Visit): Promise<void> =>
      await visit.press(say('Save the policy'))

    it(`of everybody: lists, networks, hours, and what a change ends (${language})`, async () => {
      await visiting(async (visit) => {
        const { page } = visit
        await visit.show('/administration/security')
        await visit.heading(say('Security'))

        // Nothing is ended by it: saved at once.
        await tick(visit, 'gateways_allowed', 'POP3')
        await setting(visit, 'second_factor_kinds')
          .getByRole('checkbox', { name: say('Code by SMS') })
          .click()
        await save(visit)
        await visit.sees(say('The settings were changed, and apply from now on.'))
        const valueOf = async (name: string): Promise<unknown> =>
          (await ada.call('GET /settings')).find((one) => one.name === name)?.value
        assert.deepEqual(await valueOf('gateways_allowed'), ['drive', 'imap', 'smtp'])
        assert.deepEqual(await valueOf('second_factor_kinds'), ['totp', 'webauthn', 'email'])

        // A mistake is named with its line.
        const networks = setting(visit, 'gateway_networks').getByRole('textbox')
        await networks.fill('10.0.0.0/8\n10.0.0.300/24\n')
        await save(visit)
        await visit.sees(/10\.0\.0\.300\/24/)
        await visit.looksRight('a network with a mistake')

        // It would end what Bert uses: said by name, and nothing is changed until somebody says so.
        await networks.fill('10.0.0.0/8\n2001:db8::/32\n')
        await save(visit)
        await visit.heading(say('What this ends'))
        const window = page.getByRole('dialog')
        await window.getByText('Explorer').waitFor()
        await window.getByRole('link', { name: 'bert' }).waitFor()
        await visit.looksRight('what a change ends')
        assert.deepEqual(await valueOf('gateway_networks'), [])
        await visit.press(say('Cancel'))
        assert.equal(await davStatus(), 207)
        await save(visit)
        await visit.press(say('Save all the same'))
        await page.locator('[data-changed]').waitFor({ state: 'detached' })
        assert.deepEqual(await valueOf('gateway_networks'), ['10.0.0.0/8', '2001:db8::/32'])
        assert.equal(await davStatus(), 401)

        // Hours: two spans, one past midnight, in a time zone.
        const hours = setting(visit, 'gateway_hours')
        await hours.getByLabel(say('At these hours')).click()
        await hours.getByLabel(say('Begins at')).fill('07:30')
        await hours.getByRole('button', { name: say('Add hours') }).click()
        const second = hours.locator('fieldset').nth(1)
        await second.getByLabel(say('Begins at')).fill('22:00')
        await second.getByLabel(say('Ends at')).fill('06:00')
        for (let day = 0; day < 4; day++) await second.getByRole('checkbox').nth(day).click()
        await visit.looksRight('opening hours')
        await save(visit)
        await page.locator('[data-changed]').waitFor({ state: 'detached' })
        assert.deepEqual(await valueOf('gateway_hours'), [
          'Mon-Fri 07:30-18:00 Europe/Paris',
          'Fri 22:00-06:00 Europe/Paris',
        ])
        await page.reload()
        await hours.getByLabel(say('Always')).click()
        await save(visit)
        await page.locator('[data-changed]').waitFor({ state: 'detached' })
        assert.deepEqual(await valueOf('gateway_hours'), [])
        await visit.looksRight('security')
      })
    })

    it(`of a group: made, ordered, decided, and left again (${language})`, async () => {
      await visiting(async (visit) => {
        const { page } = visit
        await visit.show('/administration/groups')
        await visit.sees(/SCIM|groupes|groups/)
        await visit.looksRight('no groups')
        for (const name of ['Comptabilité', 'Sales']) {
          await visit.show('/administration/groups')
          await visit.press(say('Create a group'))
          await visit.field(say('Name')).fill(name)
          await visit.press(say('Create'))
          await visit.heading(name)
        }
        // A member, found by e-mail.
        await page.getByRole('combobox', { name: say('Person') }).fill('bert@')
        await page.getByRole('option', { name: /bert/ }).click()
        await visit.press(say('Add'))
        await page.getByRole('link', { name: 'bert' }).waitFor()

        // Decided here, and what it ends.
        await visit.press(`${say('Decide here')}: ${say('Use of application passwords')}`)
        await setting(visit, 'app_passwords').getByRole('combobox').selectOption('forbidden')
        await visit.press(`${say('Decide here')}: ${say('Kinds of second factors')}`)
        await visit.looksRight('a group being decided')
        await savePolicy(visit)
        await visit.heading(say('What this ends'))
        await visit.press(say('Save all the same'))
        await visit.sees(say('The policy was changed, and applies from now on.'))
        assert.equal(await davStatus(), 401)
        await visit.looksRight('a group')

        // It stands behind the other, then before it.
        await page
          .getByRole('link', { name: say('Groups') })
          .first()
          .click()
        await page.getByRole('row', { name: /Sales/ }).waitFor()
        await visit.press(about(say('Move up'), 'Sales'))
        await page.locator('tbody tr').first().getByText('Sales').waitFor()
        await visit.looksRight('groups')
        assert.deepEqual(
          (await ada.call('GET /groups')).map(({ name, decisions }) => [name, decisions]),
          [
            ['Sales', 2],
            ['Comptabilité', 0],
          ],
        )

        // Left to everybody again.
        await page.getByRole('link', { name: 'Sales' }).click()
        await visit.press(`${say('Leave to everybody')}: ${say('Use of application passwords')}`)
        await savePolicy(visit)
        await visit.sees(say('The policy was changed, and applies from now on.'))
        assert.equal(await davStatus(), 207)
        await visit.press(about(say('Remove'), 'bert'))
        await page
          .getByRole('dialog')
          .getByRole('button', { name: say('Remove') })
          .click()
        await visit.sees(say('Nobody is in this group yet. Add the first member above.'))
        await visit.press(say('Delete'))
        await visit.press(say('Delete it'))
        await visit.heading(say('Groups'))
        assert.equal((await ada.call('GET /groups')).length, 1)
      })
    })

    it(`of a person: what applies and from where, and decided for one alone (${language})`, async () => {
      await visiting(async (visit) => {
        const { page } = visit
        const group = await ada.call('POST /groups', { body: { name: 'Sales' } })
        await ada.call('PUT /groups/:id/members/:userId', {
          params: { id: group.id, userId: bert.userId },
        })
        await ada.call('PATCH /groups/:id/policy', {
          params: { id: group.id },
          body: { session_idle: 1800 },
        })
        await visit.show(`/administration/users/${bert.userId}`)
        const idle = setting(visit, 'session_idle')
        await idle.getByRole('link', { name: 'Sales' }).waitFor()
        await visit.press(`${say('Decide here')}: ${say('Gateways')}`)
        await tick(visit, 'gateways_allowed', 'Drive (WebDAV)')
        await savePolicy(visit)
        await visit.heading(say('What this ends'))
        await visit.looksRight('what a change for one person ends')
        await visit.press(say('Save all the same'))
        await visit.sees(say('The policy was changed, and applies from now on.'))
        assert.equal(await davStatus(), 401)
        await page.locator('#gateways_allowed').scrollIntoViewIfNeeded()
        await visit.looksRight('a user with a policy')
        const policy = await ada.call('GET /users/:id/policy', { params: { id: bert.userId } })
        const of = (name: string) => policy.find((one) => one.name === name)
        assert.deepEqual(
          [of('gateways_allowed')?.value, of('gateways_allowed')?.decided],
          [['imap', 'pop3', 'smtp'], true],
        )
        assert.deepEqual(
          [of('session_idle')?.value, of('session_idle')?.inheritedFrom.groupName],
          [1800, 'Sales'],
        )
        // The person sees it too.
        const { decisions, groups } = await bert.call('GET /me')
        const seen = decisions.find(({ name }) => name === 'session_idle')
        assert.deepEqual(
          [seen?.level, seen?.groupName, groups[0]?.name],
          ['group', 'Sales', 'Sales'],
        )
      })
    })

    it(`after a change of the main password: application passwords wait for a word (${language})`, async () => {
      await ada.call('PATCH /settings', { body: { main_password_change: 'freeze' } })
      await bert.call('PUT /me/password', {
        body: { current: PASSWORD, password: 'rhubarb lantern 2 orchard' },
      })
      await bert.call('PATCH /me', { body: { language } })
      assert.equal(await davStatus(), 401)
      await Visit.of(browser, { url: product.url, language, as: bert }, async (visit) => {
        await visit.show('/profile')
        await visit.sees(say('It was me: let them work'))
        await visit.looksRight('application passwords that wait')
        await visit.press(say('It was me: let them work'))
        await visit.page
          .getByRole('button', { name: say('It was me: let them work') })
          .waitFor({ state: 'detached' })
      })
      assert.equal(await davStatus(), 207)
    })
  }
})
