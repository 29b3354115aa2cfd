/**
 * People who sign in at a provider: by its button or by the domain of their name, invited or not.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { LANGUAGES, openChromium, Visit, type Language } from '../support/browser.ts'
import { signOut, typePassword } from '../support/pages.ts'
import { wordsOf } from '../support/page-words.ts'
import {
  openEntraStory,
  openGenericStory,
  openGoogleStory,
  type ProviderStory,
} from '../support/provider-story.ts'

const ALICE = 'alice@example.test'
const CAROL = 'carol@gmail.test'
const speaking = (language: Language) => ({ env: { DEFAULT_LANGUAGE: language } })

/** No second factor has to be set up; and all read the language. */
async function withoutFactors(
  { ada, authority }: ProviderStory,
  language: Language,
): Promise<void> {
  await ada.call('PATCH /me', { body: { language } })
  for (const [email, person] of authority.people)
    authority.people.set(email, { ...person, locale: language })
  await ada.call('PATCH /settings', { body: { second_factor: 'offered' } })
}

describe('At a provider', () => {
  let browser: Browser
  before(async () => {
    browser = await openChromium()
  })
  after(() => browser.close())

  for (const language of LANGUAGES) {
    const say = wordsOf(language)

    it(`the domain of a name leads there, whoever it is (${language})`, async () => {
      const declared = { domains: ['example.test'], name: 'Contoso' }
      await using story = await openEntraStory({ ...speaking(language), declared })
      await withoutFactors(story, language)
      await story.declare({ name: 'Fabrikam' })
      const { product } = story
      await Visit.of(browser, { url: product.url, language }, async (visit) => {
        const name = visit.field(say('User name or e-mail'))
        await visit.show('/sign-in')
        assert.equal(await visit.page.getByRole('textbox').count(), 1, 'only the name')
        await visit.looksRight('signing in by the name first')
        await name.fill('nobody@example.test')
        await visit.press(say('Next'))
        const words = say('Sign in with Microsoft')
        const led = visit.page.getByRole('button', { name: words, exact: true })
        await led.waitFor()
        await visit.looksRight('a name that leads to a provider')

        // Another name is asked about anew, and one of this server has a password.
        await name.fill('ada')
        await visit.press(say('Next'))
        await typePassword(visit, say, 'ada')
        await visit.heading(say('Second factor'))
        await visit.press(say('Sign in as somebody else'))
        await visit.heading(say('Sign in'))
        await name.fill(ALICE)
        await name.press('Enter')
        await led.waitFor()
        await visit.page.keyboard.press('Enter')
        await visit.heading(say('Profile'))
        await visit.sees('Contoso')
        await signOut(visit, say, 'Alice Élise')
      })
    })

    it(`who is not let in reads why, and what to do (${language})`, async () => {
      const declared = { provisioning: 'invited' as const }
      await using story = await openGoogleStory({ ...speaking(language), declared })
      await withoutFactors(story, language)
      const { product, ada, authority, provider } = story
      const button = say('Sign in with Google')
      await Visit.of(browser, { url: product.url, language }, async (visit) => {
        await visit.show('/sign-in')
        await visit.press(button)
        await visit.sees(say('Nobody has invited you here yet.'))
        await visit.looksRight('nobody has invited you')
        authority.signsIn = ''
        await visit.press(button)
        await visit.sees(say('The provider did not let you in, or you broke it off there.'))
        authority.signsIn = CAROL

        // Somebody here has that address: only a link ties the two.
        const params = { id: provider.id }
        await ada.call('PATCH /identity-providers/:id', {
          params,
          body: { provisioning: 'create', tenants: ['gmail.test'] },
        })
        const body = { name: 'carol', email: CAROL, role: 'user' as const, language }
        const { id } = await ada.call('POST /users', { body })
        await visit.press(button)
        await visit.sees(say('Somebody here has this name or e-mail address already.'))
        const { url } = await ada.call('POST /users/:id/link', { params: { id } })
        await visit.show(url)
        await visit.looksRight('an invitation that a provider can take')
        await visit.press(button)
        await visit.heading(say('Profile'))
        await visit.sees('Workspace')

        // Switched off: the page that was open says so.
        await signOut(visit, say, 'carol')
        await ada.call('POST /identity-providers/:id/disable', { params })
        await visit.press(button)
        await visit.sees(say('Nobody can sign in by this provider now.'))
      })
    })

    it(`under its own name; away, it is named, and other ways stay (${language})`, async () => {
      await using story = await openGenericStory(speaking(language))
      await withoutFactors(story, language)
      const { product, authority } = story
      const button = say('Sign in with {own}').replace('{own}', '\u2068Keycloak\u2069')
      await Visit.of(browser, { url: product.url, language }, async (visit) => {
        await visit.show('/sign-in')
        await visit.press(button)
        await visit.heading(say('Profile'))
        await signOut(visit, say, 'Erin Martin')
        authority.instead = (path) => (path === '/token' ? { status: 503, body: '' } : null)
        await visit.press(button)
        await visit.sees(say('The provider does not answer now.'))
        await visit.looksRight('a provider that is away')
        await typePassword(visit, say, 'ada')
        await visit.heading(say('Second factor'))
      })
    })
  }
})
