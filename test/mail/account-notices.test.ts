import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY } from '#base/clock.ts'
import { LANGUAGES } from '#domain/user.ts'
import { noticeMail, renewalMail, testMessage } from '#mail/words.ts'

const PROFILE = 'https://files.example.org/profile'
const AT = Date.parse('2026-12-24T12:00:00Z')
const KINDS = [
  'mail_account_reconsent',
  'mail_account_lost',
  'token_ends',
  'secret_ends',
  'application_alarm',
] as const
const HOSTILE = '<img onerror=x>\r\nBcc: eve@example.org\u202e'

describe('mails about mail accounts', () => {
  it('A09: say in both languages what it is, where to go, and nothing that a name could do', () => {
    for (const language of LANGUAGES)
      for (const kind of KINDS) {
        const params = {
          identifier: HOSTILE,
          email: 'alice@example.test',
          reason: 'token_expired AADSTS700082',
          what: 'certificate',
          days: 7,
          expiresAt: AT,
        }
        const { subject, text } = noticeMail(kind, params, language, PROFILE)
        const all = `${subject}\n${text}`
        assert.doesNotMatch(all, /undefined|NaN|\{|\}|null/, kind)
        assert.doesNotMatch(subject, /[\r\n\u202e]/, kind)
        assert.doesNotMatch(text, /\r|\u202e|^Bcc/m, kind)
        assert.match(text, /https:\/\/files\.example\.org\/administration\//, kind)
        assert.ok(all.includes('<img onerror=x>'), 'plain text shows a name as it is')
      }
  })

  it('say how many days are left, one of them in words', () => {
    const params = { identifier: 'a', email: 'a@b.c', what: 'client_secret', expiresAt: AT }
    const subject = (language: 'en' | 'fr', days: number): string =>
      noticeMail('secret_ends', { ...params, days }, language, PROFILE).subject
    assert.equal(subject('en', 30), 'The client secret of "a" ends in 30 days')
    assert.equal(subject('en', 1), 'The client secret of "a" ends tomorrow')
    assert.equal(subject('fr', 14), 'Le secret client de « a » prend fin dans 14 jours')
    assert.equal(subject('fr', 1), 'Le secret client de « a » prend fin demain')
  })

  it('carry the link of the owner, why, and until when', () => {
    for (const language of LANGUAGES)
      for (const why of ['asked', 'over', 'ends'] as const) {
        const link = {
          url: 'https://files.example.org/renew#token',
          expiresAt: AT + DAY,
          endsAt: AT,
        }
        const { subject, text } = renewalMail(why, language, 'alice@example.test', link)
        assert.match(subject, /alice@example\.test/)
        assert.match(text, /^https:\/\/files\.example\.org\/renew#token$/m)
        assert.match(text, language === 'fr' ? /25 décembre 2026/ : /December 25, 2026/)
        assert.equal(/24/.test(text), why === 'ends')
      }
  })

  it('and the test message, in the language of who sends it', () => {
    assert.equal(testMessage('fr', 'a@b.c').subject, 'Message de test de Passerelle')
    assert.match(testMessage('en', 'a@b.c').text, /mailbox a@b\.c/)
  })
})
